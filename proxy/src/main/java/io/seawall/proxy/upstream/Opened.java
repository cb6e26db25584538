package io.seawall.proxy.upstream;

import io.netty.channel.Channel;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.http2.Http2LifeHandler;
import io.seawall.proxy.session.Sessions;
import java.util.function.Supplier;

/// What credentials opened, and the one place where it ends with them: WebSockets, event streams, downloads and
/// uploads, over HTTP/1.1 and HTTP/2. Checked whenever a credential may no longer be accepted: after a logout or
/// another revocation, after a reload, and periodically because sessions age. Any thread may ask.
public final class Opened {
    private final Iterable<Channel> connections;
    private final Tunnels tunnels;
    private final Supplier<Layers> layers;
    private final Supplier<Sessions> sessions;

    /// @param connections all that clients have
    /// @param layers those in force at this moment
    /// @param sessions likewise
    public Opened(Iterable<Channel> connections, Tunnels tunnels, Supplier<Layers> layers,
            Supplier<Sessions> sessions) {
        this.connections = connections;
        this.tunnels = tunnels;
        this.layers = layers;
        this.sessions = sessions;
    }

    /// Ends what was opened with a credential that counts no longer.
    public void endWhatIsOver() {
        tunnels.markUse(sessions.get()::used);
        tunnels.endSessions(sessions.get()::hasEnded);
        Layers now = layers.get();
        for (Channel connection : connections) {
            connection.eventLoop().execute(() -> Http2LifeHandler.requests(connection)
                    .forEach(channel -> RelayHandler.endUnless(channel, now::stillPermits)));
        }
    }
}
