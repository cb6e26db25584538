package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.seawall.proxy.server.ClientPki;
import io.seawall.proxy.server.ClientPki.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCertificateHandlerTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final Duration TWO_DAYS = Duration.ofDays(2);

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Identity authority = ClientPki.authority("CN=Origin Pull");

    @AfterAll
    void shutDown() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    static Stream<Arguments> ways() {
        return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK)
                .flatMap(provider -> Stream.of("TLSv1.3", "TLSv1.2").map(tls -> Arguments.of(provider, tls)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesASessionWhoseCertificateHasExpiredSince(SslProvider provider, String protocol) throws Exception {
        resumesNothing(provider, protocol, TWO_DAYS);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesASessionWhoseCertificateIsNotValidYet(SslProvider provider, String protocol) throws Exception {
        resumesNothing(provider, protocol, TWO_DAYS.negated());
    }

    private void resumesNothing(SslProvider provider, String protocol, Duration later) throws Exception {
        try (Server server = new Server(provider)) {
            Client client = new Client(ClientPki.client("CN=edge", authority));
            assertTrue(client.echoes(server, protocol));
            assertTrue(server.event().isSuccess());
            boolean resumes = client.shown.get() == 1 && client.echoes(server, protocol) && client.shown.get() == 1;
            assertTrue(server.event().isSuccess());
            // the JDK resumes all the same, and that is what the rest of this is for
            assertEquals(provider == SslProvider.JDK, resumes);

            server.clock = Instant.now().plus(later);
            assertFalse(client.echoes(server, protocol));
            SslHandshakeCompletionEvent event = server.event();
            assertTrue(event.cause() instanceof CertificateException, event::toString);
            assertEquals(HandshakeFailure.CLIENT_CERTIFICATE,
                    HandshakeFailure.of(event.cause(), new EmbeddedChannel().pipeline()));
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesASessionOfAuthoritiesThatWereReplaced(SslProvider provider, String protocol) throws Exception {
        try (Server server = new Server(provider)) {
            Client client = new Client(ClientPki.client("CN=edge", authority));
            assertTrue(client.echoes(server, protocol));
            assertTrue(server.event().isSuccess());
            server.tls.replace(List.of(TlsServer.EC), TEN, List.of(ClientPki.authority("CN=Other").certificate()),
                    false);
            assertFalse(client.echoes(server, protocol));
            assertFalse(server.event().isSuccess());
        }
    }

    @Test
    void drainsAConnectionWhoseCertificateExpiresAndClosesItThen() throws Exception {
        try (ServerTls tls = new ServerTls(List.of(TlsServer.EC), TEN, List.of(authority.certificate()), false)) {
            Instant[] clock = {Instant.now()};
            List<Channel> drained = new ArrayList<>();
            ClientCertificateHandler handler = new ClientCertificateHandler(tls, drained::add, () -> clock[0]);
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.freezeTime();
            handler.look(channel,
                    new X509Certificate[]{ClientPki.client("CN=edge", authority).certificate()});
            channel.advanceTimeBy(1, TimeUnit.HOURS);
            channel.runPendingTasks();
            assertEquals(List.of(), drained);
            clock[0] = clock[0].plus(TWO_DAYS);
            channel.advanceTimeBy(1, TimeUnit.MINUTES);
            channel.runPendingTasks();
            assertEquals(List.of(channel), drained);
            assertTrue(channel.isOpen(), "what is under way has half a minute");
            channel.advanceTimeBy(30, TimeUnit.SECONDS);
            channel.runPendingTasks();
            assertFalse(channel.isOpen());
        }
    }

    @Test
    void drainsAConnectionWhoseAuthorityIsNotOursAnyMore() throws Exception {
        try (ServerTls tls = new ServerTls(List.of(TlsServer.EC), TEN, List.of(authority.certificate()), false)) {
            List<Channel> drained = new ArrayList<>();
            ClientCertificateHandler handler = new ClientCertificateHandler(tls, drained::add);
            EmbeddedChannel channel = new EmbeddedChannel();
            channel.freezeTime();
            handler.look(channel,
                    new X509Certificate[]{ClientPki.client("CN=edge", authority).certificate()});
            tls.replace(List.of(TlsServer.EC), TEN, List.of(ClientPki.authority("CN=Other").certificate()), false);
            channel.advanceTimeBy(1, TimeUnit.MINUTES);
            channel.runPendingTasks();
            assertEquals(List.of(channel), drained);
            channel.close();
        }
    }

    private final class Server implements AutoCloseable {
        final ServerTls tls;
        final Channel listener;
        final BlockingQueue<SslHandshakeCompletionEvent> handshakes = new LinkedBlockingQueue<>();
        volatile Instant clock = Instant.now();

        Server(SslProvider provider) throws IOException {
            tls = new ServerTls(List.of(TlsServer.EC), TEN, List.of(authority.certificate()), false, provider);
            listener = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel child) {
                            SslHandler handler = tls.newHandler(child.alloc());
                            child.pipeline().addLast(handler)
                                    .addLast(new ClientCertificateHandler(tls, Channel::close, () -> clock))
                                    .addLast(new Echo(handshakes));
                        }
                    }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
        }

        SslHandshakeCompletionEvent event() throws InterruptedException {
            SslHandshakeCompletionEvent event = handshakes.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no handshake ended");
            }
            return event;
        }

        @Override
        public void close() {
            listener.close().syncUninterruptibly();
            tls.close();
        }
    }

    private static final class Client {
        final AtomicInteger shown = new AtomicInteger();
        private final SSLContext context;

        Client(Identity identity) throws GeneralSecurityException {
            context = SSLContext.getInstance("TLS");
            context.init(ClientPki.presenting(identity), new TrustManager[]{new TrustsAll(shown)}, null);
        }

        boolean echoes(Server server, String protocol) throws IOException {
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
                socket.connect((InetSocketAddress) server.listener.localAddress());
                socket.setSoTimeout(10_000);
                socket.setEnabledProtocols(new String[]{protocol});
                TlsServer.echoes(socket);
                return true;
            } catch (IOException | AssertionError e) {
                return false; // an alert, or the end of the connection
            }
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        private final BlockingQueue<SslHandshakeCompletionEvent> handshakes;

        Echo(BlockingQueue<SslHandshakeCompletionEvent> handshakes) {
            this.handshakes = handshakes;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                handshakes.add(handshake);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
