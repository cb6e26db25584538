package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.seawall.config.Config;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.auth.BrowserSessions;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.exposure.SocketTable;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.server.LeakCheck;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.Sessions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Both channels of an exchange in memory, and a gateway that says anything.
class GatewayAnswerFuzzTest {
    private static final Config CONFIG = TestConfig.of();
    private static final Sessions SESSIONS = new Sessions(new byte[32], List.of(new byte[32]), CONFIG.session(),
            Revocations.inMemory(Clock.systemUTC()), Clock.systemUTC());
    private static final String WEBSOCKET = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    /// The client's request by the first byte of the input: GET, HEAD, POST, or a WebSocket.
    private static String request(byte kind) {
        String host = "Host: claw.example.com\r\n";
        return switch (kind) {
            case 'H' -> "HEAD / HTTP/1.1\r\n" + host + "\r\n";
            case 'P' -> "POST / HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\nab";
            case 'W' -> "GET / HTTP/1.1\r\n" + host + WEBSOCKET + "\r\n";
            default -> "GET / HTTP/1.1\r\n" + host + "Accept: text/html\r\n\r\n";
        };
    }

    /// The client gets one answer that another parser understands, or sees the connection end; and a connection to the
    /// gateway is kept only behind an answer that was whole.
    @FuzzTest
    void answersWellOrEndsTheConnection(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Deadlines deadlines = new Deadlines();
        UpstreamPool pool = UpstreamPool.of(CONFIG, Gateway.class, deadlines);
        Watch watch = new Watch();
        EmbeddedChannel client = new EmbeddedChannel(watch, new Http1Handler(deadlines, TestConfig.HTTP),
                new RejectionHandler(),
                new Permitting(), new RelayHandler(shared(pool, deadlines)), new LastResortHandler());
        client.freezeTime();
        client.writeInbound(bytes(request(input[0])));
        Gateway gateway = Gateway.newest();
        assertTrue(gateway.releaseOutbound(), "a request was sent");

        boolean tunnel = speak(gateway, client, input);
        gateway.runPendingTasks();
        client.runPendingTasks();
        ByteBuf received = Unpooled.buffer();
        for (ByteBuf out = client.readOutbound(); out != null; out = client.readOutbound()) {
            received.writeBytes(out);
            out.release();
        }
        int answers = tunnel ? 1 : answers(received.duplicate(), input[0] == 'H', !client.isActive());
        if (gateway.isActive() && !tunnel && watch.ended == 1) {
            UpstreamConnection kept = pool.acquire(client.eventLoop());
            assertNotNull(kept, "a connection that nobody has");
            assertEquals(1, answers);
        }
        assertTrue(answers == 1 || watch.ended == 0 || !client.isActive(), "no answer, and a connection that stays");
        received.release();
        gateway.close();
        gateway.finishAndReleaseAll();
        client.finishAndReleaseAll();
        client.checkException();
        assertEquals(watch.started, watch.ended);
        assertFalse(watch.internal, "an exception came to the last resort");
        LeakCheck.nothingIsHeld();
    }

    /// The bytes behind the first, in pieces; whether the connection has become a tunnel.
    private static boolean speak(Gateway gateway, EmbeddedChannel client, byte[] input) {
        Random random = new Random(Arrays.hashCode(input));
        for (int at = 1; at < input.length && gateway.isActive();) {
            int to = Math.min(input.length, at + 1 + random.nextInt(1 + input.length / 2));
            gateway.writeInbound(Unpooled.buffer().writeBytes(input, at, to - at));
            client.runPendingTasks();
            at = to;
        }
        return gateway.pipeline().get("tunnel") != null;
    }

    /// How many final answers there are, all of them whole but for a last one that the connection's end cuts.
    private static int answers(ByteBuf wire, boolean toHead, boolean ended) {
        EmbeddedChannel reader = new EmbeddedChannel(new HttpResponseDecoder(
                new HttpDecoderConfig().setMaxHeaderSize(128 * 1024).setStrictLineParsing(true)
                        .setUseRfc9112TransferEncoding(true)) {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage message) {
                return toHead || super.isContentAlwaysEmpty(message);
            }
        });
        int heads = 0;
        int ends = 0;
        boolean interim = false;
        reader.writeInbound(wire.retain());
        for (HttpObject object = reader.readInbound(); object != null; object = reader.readInbound()) {
            assertFalse(object.decoderResult().isFailure(), String.valueOf(object.decoderResult()));
            if (object instanceof HttpResponse response) {
                interim = response.status().code() < 200;
                heads += interim ? 0 : 1;
            }
            if (object instanceof LastHttpContent && !interim) {
                ends++;
            }
            ReferenceCountUtil.release(object);
        }
        reader.finishAndReleaseAll();
        assertTrue(heads <= 1, "more than one answer");
        return ended ? heads : ends;
    }

    private static RelayHandler.Shared shared(UpstreamPool pool, Deadlines deadlines) {
        UpstreamPorts.Port port = new UpstreamPorts.Port(pool,
                new Exposure(new SocketTable(Path.of("/nowhere")), new Config.Upstream(CONFIG.upstream().port(),
                        Config.Upstream.OnExposure.WARN, OptionalLong.empty(), Optional.empty()), Runnable::run));
        return new RelayHandler.Shared(new UpstreamPorts(port, port, port), new RequestRewrite(Set.of()), new Flushes(),
                new GatewayHealth(CONFIG.upstream().address()),
                new BrowserSessions(SESSIONS, new PluginTabs(System::nanoTime)),
                new Tunnels(deadlines, 60, handler -> handler instanceof Watch, session -> false, reason -> {}));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /// The gateway's end of a connection, made by the pool as a socket would be.
    public static final class Gateway extends EmbeddedChannel {
        /// Of our end, as the socket table has it.
        static final String HEX_PORT = "9C40";

        private static @Nullable Gateway newest;

        private @Nullable ChannelConfig config;

        public Gateway() {
            super(false, false);
            newest = this;
        }

        /// Takes the option of a socket, which would else be complained about in the log each time.
        @Override
        public ChannelConfig config() {
            ChannelConfig current = config;
            if (current == null) {
                current = new DefaultChannelConfig(this) {
                    @Override
                    public <T> boolean setOption(ChannelOption<T> option, T value) {
                        return option.equals(ChannelOption.TCP_NODELAY) || super.setOption(option, value);
                    }
                };
                config = current;
            }
            return current;
        }

        @Override
        protected SocketAddress localAddress0() {
            return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(HEX_PORT, 16));
        }

        static Gateway newest() {
            Gateway made = newest;
            if (made == null) {
                throw new IllegalStateException("nothing was connected");
            }
            return made;
        }
    }

    /// Permits everything.
    private static final class Permitting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.fireChannelRead(message instanceof RequestHead head
                    ? Permits.permit(Route.UI, "203.0.113.7", true, head)
                    : message);
        }
    }

    private static final class Watch extends ChannelInboundHandlerAdapter {
        private int started;
        private int ended;
        private boolean internal;

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            switch (event) {
                case Exchange.Started _ -> started++;
                case Exchange.Ended(Exchange exchange) -> {
                    ended++;
                    internal |= "internal".equals(exchange.rejection());
                }
                default -> {
                    // not about an exchange
                }
            }
            ctx.fireUserEventTriggered(event);
        }
    }
}
