package io.seawall.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The open tunnels: creates, counts and ends them.
public final class Tunnels {
    private final Deadlines deadlines;
    private volatile long readSeconds;
    private final Predicate<ChannelHandler> stays;
    private final Predicate<Session> over;
    private final Consumer<String> onClosed;
    private final Set<Tunnel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /// @param stays handlers of the client's pipeline that a tunnel keeps: TLS and the listeners
    /// @param over whether a session counts no longer
    /// @param onClosed gets the reason: `closed` after a closing handshake, else who or what cut it: `client`, `gateway`, `silent`, `drain`,
    ///     `session_ended`
    public Tunnels(Deadlines deadlines, long readSeconds, Predicate<ChannelHandler> stays, Predicate<Session> over,
            Consumer<String> onClosed) {
        this.deadlines = deadlines;
        this.readSeconds = readSeconds;
        this.stays = stays;
        this.over = over;
        this.onClosed = onClosed;
    }

    /// How long tunnels may be silent that are opened from now on.
    public void use(long seconds) {
        readSeconds = seconds;
    }

    public int count() {
        return open.size();
    }

    /// The one swap of handlers: from here on both channels carry raw bytes. What either side has already received
    /// behind the handshake goes through first.
    void open(Channel client, UpstreamConnection connection, Optional<Session> session) {
        Channel gateway = connection.channel();
        Tunnel tunnel = new Tunnel(this, client, gateway, session, deadlines, readSeconds);
        open.add(tunnel);
        // a side that takes no more bytes may still send, a close code above all
        client.config().setAutoClose(false);
        gateway.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        client.pipeline().addLast("tunnel", new TunnelHandler(tunnel, true));
        gateway.pipeline().addLast("tunnel", new TunnelHandler(tunnel, false));
        removeHttp(client.pipeline());
        connection.leave();
        client.read();
        gateway.read();
        if (!client.isActive() || !gateway.isActive()) {
            tunnel.close(client.isActive() ? "gateway" : "client");
        } else if (draining) {
            tunnel.closeWith(Tunnel.CloseCode.RESTART); // its handshake was under way when the others were asked
        } else if (session.filter(over).isPresent()) {
            tunnel.closeWith(Tunnel.CloseCode.SESSION_ENDED); // likewise
        }
    }

    private void removeHttp(ChannelPipeline pipeline) {
        List<ChannelHandler> leaving = new ArrayList<>();
        for (Map.Entry<String, ChannelHandler> entry : pipeline) {
            ChannelHandler handler = entry.getValue();
            if (!stays.test(handler) && !(handler instanceof TunnelHandler)) {
                leaving.add(handler);
            }
        }
        // the codec last: it passes on the bytes it holds, and only the tunnel must be there to take them
        leaving.sort((a, b) -> Boolean.compare(a instanceof Http1Handler, b instanceof Http1Handler));
        leaving.forEach(pipeline::remove);
    }

    void closed(Tunnel tunnel, String reason) {
        if (open.remove(tunnel)) {
            onClosed.accept(reason);
        }
    }

    /// Reports the sessions in whose tunnels the client has sent something since the last call.
    void markUse(Consumer<Session> used) {
        for (Tunnel tunnel : open) {
            if (tunnel.wasUsed()) {
                tunnel.session().ifPresent(used);
            }
        }
    }

    /// Ends the tunnels whose session the test calls over.
    void endSessions(Predicate<Session> over) {
        close(tunnel -> tunnel.session().filter(over).isPresent(), Tunnel.CloseCode.SESSION_ENDED);
    }

    /// Asks every client to reconnect later, new ones included.
    public void drain() {
        draining = true;
        close(tunnel -> true, Tunnel.CloseCode.RESTART);
    }

    private void close(Predicate<Tunnel> which, Tunnel.CloseCode code) {
        for (Tunnel tunnel : open) {
            if (which.test(tunnel)) {
                tunnel.client().eventLoop().execute(() -> tunnel.closeWith(code));
            }
        }
    }
}
