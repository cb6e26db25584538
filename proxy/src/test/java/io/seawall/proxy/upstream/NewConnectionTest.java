package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Config;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.auth.BrowserSessions;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.exposure.ProcFolder;
import io.seawall.proxy.exposure.SocketTable;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.Sessions;
import io.seawall.proxy.upstream.GatewayAnswerFuzzTest.Gateway;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a new connection to the gateway is asked before it carries a request: whose it is.
class NewConnectionTest {
    private static final Config CONFIG = TestConfig.of();
    private static final String GET = "GET / HTTP/1.1\r\nHost: claw.example.com\r\n\r\n";
    private static final String UPGRADE = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: claw.example.com\r\nContent-Length: 2\r\n\r\nab";

    @TempDir
    private Path folder = Path.of("");

    private final Deque<Runnable> looks = new ArrayDeque<>();
    private int looked;

    private EmbeddedChannel client(OnExposure rule, Class<? extends Channel> transport) {
        listens(1001);
        Exposure exposure = new Exposure(new SocketTable(folder),
                new Config.Upstream(ProcFolder.PORT, rule, OptionalLong.empty(), Optional.empty()), looks::add);
        exposure.check();
        Deadlines deadlines = new Deadlines();
        UpstreamPool pool = UpstreamPool.of(CONFIG, transport, deadlines);
        Sessions sessions = new Sessions(new byte[32], List.of(new byte[32]), CONFIG.session(),
                Revocations.inMemory(Clock.systemUTC()), Clock.systemUTC());
        return new EmbeddedChannel(new Http1Handler(deadlines, TestConfig.HTTP), new RejectionHandler(),
                new Permitting(), new RelayHandler(new RelayHandler.Shared(
                        new UpstreamPorts(new UpstreamPorts.Port(pool, exposure),
                                new UpstreamPorts.Port(pool, exposure.ofSandbox(Set.of())),
                                new UpstreamPorts.Port(pool, exposure.ofPortals(Set.of()))),
                        new RequestRewrite(Set.of()), new Flushes(), new GatewayHealth(CONFIG.upstream().address()),
                        new BrowserSessions(sessions, new PluginTabs(System::nanoTime)),
                        new Tunnels(deadlines, 60, handler -> true, session -> false, reason -> {}))),
                new LastResortHandler());
    }

    /// The listener accepts the connection at once.
    private void listens(long uid) {
        table(ProcFolder.line(0, ProcFolder.LOOPBACK4, uid) + accepted(uid));
    }

    private static String accepted(long uid) {
        return ProcFolder.connection(1, ProcFolder.LOOPBACK4, "0100007F:" + Gateway.HEX_PORT, uid);
    }

    private void table(String lines) {
        new ProcFolder(folder).write("tcp", "header\n" + lines);
    }

    private static void send(EmbeddedChannel client, String request) {
        client.writeInbound(Unpooled.copiedBuffer(request, StandardCharsets.ISO_8859_1));
    }

    private void look(EmbeddedChannel client) {
        while (!looks.isEmpty()) {
            looked++;
            Objects.requireNonNull(looks.poll()).run();
        }
        client.runPendingTasks();
    }

    /// What has come out of it.
    private static String text(EmbeddedChannel channel) {
        channel.runPendingTasks();
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, UPGRADE, POST})
    void sendsNothingToAnotherUserWhoTookThePort(String request) {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        listens(1002);
        send(client, request);
        look(client);
        assertEquals("", text(Gateway.newest()));
        assertFalse(Gateway.newest().isOpen());
        String answer = text(client);
        assertTrue(answer.startsWith("HTTP/1.1 503 ") && answer.contains("Another user than OpenClaw's"), answer);
        client.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {GET, UPGRADE, POST})
    void waitsForTheLookAndNotOnItsEventLoop(String request) {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        send(client, request);
        assertEquals("", text(Gateway.newest()));
        look(client);
        assertTrue(text(Gateway.newest()).startsWith(request.substring(0, 4)));
        assertEquals(1, looked);
        Gateway.newest().finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    /// Another local user accepts it, ends the listener, and the gateway comes back: the table looks as it always did.
    @ParameterizedTest
    @ValueSource(strings = {"", "gateway"})
    void sendsNothingToAnotherUserWhoHasItAndListensNoMore(String back) {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        table((back.isEmpty() ? "" : ProcFolder.line(0, ProcFolder.LOOPBACK4, 1001)) + accepted(1002));
        send(client, GET);
        look(client);
        assertEquals("", text(Gateway.newest()));
        assertFalse(Gateway.newest().isOpen());
        assertTrue(text(client).contains("Another user than OpenClaw's"));
        client.finishAndReleaseAll();
    }

    /// The look finds that the gateway is reachable from outside by now.
    @Test
    void sendsNothingToAGatewayThatIsExposedMeanwhile() {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        table(ProcFolder.line(0, ProcFolder.ANY4, 1001) + accepted(1001));
        send(client, GET);
        look(client);
        assertEquals("", text(Gateway.newest()));
        assertTrue(text(client).contains("reachable from the network without Seawall"));
        client.finishAndReleaseAll();
    }

    /// The connection belongs to its owner, whoever listens now; the next one is looked at.
    @Test
    void asksNothingOfAConnectionThatIsThere() {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        send(client, GET);
        look(client);
        Gateway first = Gateway.newest();
        for (int i = 0; i < 3; i++) {
            assertTrue(text(first).startsWith("GET "));
            first.writeInbound(
                    Unpooled.copiedBuffer("HTTP/1.1 204 No Content\r\n\r\n", StandardCharsets.ISO_8859_1));
            assertTrue(text(client).startsWith("HTTP/1.1 204 "));
            listens(1002);
            send(client, GET);
            assertSame(first, Gateway.newest());
            assertTrue(looks.isEmpty());
        }
        first.close();
        look(client);
        assertNotSame(first, Gateway.newest(), "it is asked again by another");
        assertEquals("", text(Gateway.newest()));
        assertTrue(text(client).startsWith("HTTP/1.1 503 "));
        assertEquals(2, looked);
        first.finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    @Test
    void isNotUsedWhereTheTableDoesNotHaveIt() {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        table(ProcFolder.line(0, ProcFolder.LOOPBACK4, 1001));
        send(client, GET);
        look(client);
        assertEquals("", text(Gateway.newest()));
        assertTrue(text(client).startsWith("HTTP/1.1 503 "));
        client.finishAndReleaseAll();
    }

    @Test
    void looksForNothingWhereTheOperatorSaidSo() {
        EmbeddedChannel client = client(OnExposure.WARN, Gateway.class);
        listens(1002);
        send(client, GET);
        assertTrue(text(Gateway.newest()).startsWith("GET "));
        assertTrue(looks.isEmpty());
        Gateway.newest().finishAndReleaseAll();
        client.finishAndReleaseAll();
    }

    @Test
    void isClosedWhereTheClientHasGoneMeanwhile() {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        send(client, GET);
        client.close();
        look(client);
        assertFalse(Gateway.newest().isOpen());
        assertEquals("", text(Gateway.newest()));
        client.finishAndReleaseAll();
    }

    @Test
    void isNotUsedWhereItEndedMeanwhile() {
        EmbeddedChannel client = client(OnExposure.REFUSE, Gateway.class);
        send(client, GET);
        Gateway.newest().close();
        look(client);
        assertTrue(text(client).startsWith("HTTP/1.1 503 "));
        client.finishAndReleaseAll();
    }

    // ---- connections that fail

    @Test
    void saysThatDescriptorsAreMissing() {
        EmbeddedChannel client = client(OnExposure.REFUSE, Full.class);
        send(client, GET);
        String answer = text(client);
        assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
        assertTrue(answer.contains("Seawall has no file descriptor left"), answer);
        assertTrue(answer.contains("\r\nRetry-After: 3\r\n"), answer);
        client.finishAndReleaseAll();
    }

    @Test
    void saysThatTheGatewayIsStarting() {
        EmbeddedChannel client = client(OnExposure.REFUSE, Closed.class);
        send(client, GET);
        String answer = text(client);
        assertTrue(answer.startsWith("HTTP/1.1 503 ") && answer.contains("OpenClaw is starting"), answer);
        client.finishAndReleaseAll();
    }

    public static final class Full extends EmbeddedChannel {
        public Full() {
            super(false, false);
            pipeline().addLast(new Failing(new IOException("Too many open files")));
        }
    }

    public static final class Closed extends EmbeddedChannel {
        public Closed() {
            super(false, false);
            pipeline().addLast(new Failing(new ConnectException("Connection refused")));
        }
    }

    private static final class Failing extends ChannelOutboundHandlerAdapter {
        private final IOException failure;

        Failing(IOException failure) {
            this.failure = failure;
        }

        @Override
        public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local,
                ChannelPromise promise) {
            promise.setFailure(failure);
        }
    }

    private static final class Permitting extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.fireChannelRead(message instanceof RequestHead head
                    ? Permits.permit(Route.UI, "203.0.113.7", true, head)
                    : message);
        }
    }
}
