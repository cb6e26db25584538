package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.pace.Linger;
import io.seawall.proxy.session.Session;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One WebSocket between a client and the gateway: bytes both ways, unlooked at but for where the gateway's frames end.
/// Ping and pong pass, so each end learns of the other's death. Costs no timer and, while idle, no buffer.
final class Tunnel {
    private static final int CLOSE_SECONDS = 2;
    private static final int LAST_WORDS_SECONDS = 60;
    private static final int HALF_SECONDS = 10;

    private final Tunnels tunnels;
    private final Channel client;
    private final Channel gateway;
    private final Exchange exchange;
    private final Optional<Session> session;
    private final Deadlines.Deadline silence;
    private final long readSeconds;
    private final FrameBoundary frames = new FrameBoundary();
    private @Nullable CloseCode closing;
    private boolean clientEnded;
    private boolean gatewayEnded;
    private boolean closed;
    private volatile boolean used;

    /// Close codes that Seawall sends (RFC 6455, 7.4.1 and its registry).
    enum CloseCode {
        RESTART(1012, "drain"), SESSION_ENDED(1008, "session_ended");

        private final int code;
        private final String reason;

        CloseCode(int code, String reason) {
            this.code = code;
            this.reason = reason;
        }
    }

    Tunnel(Tunnels tunnels, Channel client, Channel gateway, Optional<Session> session, Deadlines deadlines,
            long readSeconds) {
        this.tunnels = tunnels;
        this.client = client;
        this.gateway = gateway;
        this.session = session;
        this.readSeconds = readSeconds;
        exchange = Exchange.of(client);
        silence = deadlines.add(client.eventLoop(), this::silent);
        silence.in(readSeconds);
    }

    Channel client() {
        return client;
    }

    Channel gateway() {
        return gateway;
    }

    Optional<Session> session() {
        return session;
    }

    boolean isClosed() {
        return closed;
    }

    /// Whether the client said something since this was asked last. Any thread may ask.
    boolean wasUsed() {
        boolean was = used;
        used = false;
        return was;
    }

    /// Takes over the bytes.
    void fromClient(ByteBuf data) {
        if (closed) {
            data.release();
            return;
        }
        heard();
        if (!used) {
            used = true;
        }
        exchange.addReceived(data.readableBytes());
        gateway.write(data);
    }

    /// Takes over the bytes.
    void fromGateway(ByteBuf data) {
        if (closed) {
            data.release();
            return;
        }
        heard();
        CloseCode code = closing;
        if (code == null) {
            frames.follow(data, false);
            exchange.addSent(data.readableBytes());
            client.write(data);
            return;
        }
        // waits for the end of the frame that is under way, then sends a close frame; the rest is not passed on
        if (!frames.atBoundary()) {
            int length = frames.follow(data, true);
            client.write(data.readRetainedSlice(length));
            if (frames.atBoundary()) {
                sendClose(code);
            }
        }
        data.release();
    }

    private void heard() {
        if (!clientEnded && !gatewayEnded) {
            silence.in(readSeconds);
        }
    }

    /// Reads more of a side, unless it has ended.
    void read(boolean clientSide) {
        if (!(clientSide ? clientEnded : gatewayEnded)) {
            (clientSide ? client : gateway).read();
        }
    }

    /// A side has ended its direction, and still reads: its end is passed on behind its bytes, and the other side has
    /// some time for its response, the closing handshake above all. A gateway that ends without a close frame is gone;
    /// one that ends behind its close frame has the client's, as a rule (RFC 6455, 7.1.1), and a client that waits
    /// until its stream is gone, as undici 8 does, is not kept waiting for long (proxy/src/fronts/run).
    void halfEnded(boolean clientSide) {
        boolean both = clientSide ? gatewayEnded : clientEnded;
        if (clientSide) {
            clientEnded = true;
        } else {
            gatewayEnded = true;
        }
        if (closed) {
            (clientSide ? client : gateway).close();
        } else if (both) {
            close(clientSide ? "gateway" : "client"); // who ended first
        } else if (closing != null || !clientSide && !frames.closed()) {
            close(clientSide ? "client" : "gateway");
        } else {
            silence.in(clientSide ? HALF_SECONDS : CLOSE_SECONDS);
            Linger.half(clientSide ? gateway : client);
        }
    }

    /// Ends the tunnel with a close frame between two frames; gives the client a moment to answer it.
    void closeWith(CloseCode code) {
        if (closing != null || closed) {
            return;
        }
        closing = code;
        silence.in(CLOSE_SECONDS);
        if (frames.atBoundary()) {
            sendClose(code);
        } else {
            gateway.read();
        }
    }

    private void sendClose(CloseCode code) {
        ByteBuf frame = client.alloc().buffer(4).writeByte(0x88).writeByte(2).writeShort(code.code);
        client.writeAndFlush(frame);
        client.eventLoop().schedule(() -> close(code.reason), CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private void silent() {
        if (closed) {
            silence.remove();
            client.close(); // one does not even take what is written
            gateway.close();
        } else {
            close(clientEnded ? "client" : gatewayEnded ? "gateway" : "silent");
        }
    }

    /// Ends both sides, each after what is already written to it.
    void close(String reason) {
        if (closed) {
            return;
        }
        closed = true;
        silence.in(LAST_WORDS_SECONDS);
        tunnels.closed(this, closing != null ? closing.reason : frames.closed() ? "closed" : reason);
        exchange.end(client); // while its listeners are still there
        Linger.begin(client);
        Linger.begin(gateway);
    }

    /// A side has ended.
    void ended(String reason) {
        close(reason);
        if (!client.isActive() && !gateway.isActive()) {
            silence.remove();
        }
    }
}
