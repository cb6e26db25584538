package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.proxy.server.ClientPki;
import io.seawall.proxy.server.ClientPki.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientCertificatesTest {
    private static final Duration AGO = Duration.ofDays(-2);
    private static final Duration AHEAD = Duration.ofDays(2);

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Identity authority = ClientPki.authority("CN=Origin Pull");
    private final BlockingQueue<SslHandshakeCompletionEvent> handshakes = new LinkedBlockingQueue<>();
    private final KeyMaterial server;

    ClientCertificatesTest(@TempDir Path state) throws UnusableCertificateException {
        server = LocalCa.open(state.resolve("ca"), new TreeSet<>(List.of("localhost")), Clock.systemUTC())
                .serverCertificate(new TreeSet<>(List.of("localhost")));
    }

    @AfterAll
    void shutDown() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    static Stream<Arguments> ways() {
        return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK)
                .flatMap(provider -> Stream.of("TLSv1.3", "TLSv1.2").map(tls -> Arguments.of(provider, tls)));
    }

    /// Whether a client that presents these gets through, and what the server made of it.
    private SslHandshakeCompletionEvent connect(SslProvider provider, String protocol, KeyManager[] client)
            throws IOException, GeneralSecurityException, InterruptedException {
        try (ServerTls tls = new ServerTls(List.of(server), Duration.ofSeconds(10), List.of(authority.certificate()),
                false, provider)) {
            Channel listener = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel child) {
                            child.pipeline().addLast(tls.newHandler(child.alloc())).addLast(new Echo(handshakes));
                        }
                    }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
            boolean echoed;
            try (Socket plain = new Socket()) {
                plain.connect((InetSocketAddress) listener.localAddress());
                plain.setSoTimeout(10_000);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(client, new TrustManager[]{new TrustsAll()}, null);
                SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", 1, true);
                socket.setEnabledProtocols(new String[]{protocol});
                echoed = echoes(socket);
            }
            SslHandshakeCompletionEvent event = handshakes.poll(10, TimeUnit.SECONDS);
            listener.close().syncUninterruptibly();
            if (event == null) {
                throw new AssertionError("no handshake ended");
            }
            assertEquals(event.isSuccess(), echoed, "what the client saw");
            return event;
        }
    }

    private static boolean echoes(SSLSocket socket) {
        try {
            byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(text);
            return socket.getInputStream().readNBytes(text.length).length == text.length;
        } catch (IOException e) {
            return false; // an alert, or the end of the connection
        }
    }

    private void takes(SslProvider provider, String protocol, Identity own, Identity... issuers) throws Exception {
        SslHandshakeCompletionEvent event = connect(provider, protocol, ClientPki.presenting(own, issuers));
        assertTrue(event.isSuccess(), event::toString);
    }

    private void refuses(SslProvider provider, String protocol, Identity own, Identity... issuers) throws Exception {
        SslHandshakeCompletionEvent event = connect(provider, protocol, ClientPki.presenting(own, issuers));
        assertFalse(event.isSuccess());
        boolean certificate = false;
        for (Throwable cause = event.cause(); cause != null; cause = cause.getCause()) {
            certificate |= cause instanceof CertificateException;
        }
        assertTrue(certificate, () -> "by its certificate: " + event.cause());
    }

    @ParameterizedTest
    @MethodSource("ways")
    void takesOneOfTheAuthority(SslProvider provider, String protocol) throws Exception {
        takes(provider, protocol, ClientPki.client("CN=edge", authority));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void takesAChainToTheAuthority(SslProvider provider, String protocol) throws Exception {
        Identity intermediate = ClientPki.intermediate("CN=Intermediate", authority);
        takes(provider, protocol, ClientPki.client("CN=edge", intermediate), intermediate);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesWhoPresentsNone(SslProvider provider, String protocol) throws Exception {
        SslHandshakeCompletionEvent event = connect(provider, protocol, new KeyManager[0]);
        assertFalse(event.isSuccess());
        String message = String.valueOf(event.cause().getMessage());
        assertTrue(message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
                || message.contains("Empty client certificate chain"), message);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesOneOfAnotherAuthorityWithTheSameName(SslProvider provider, String protocol) throws Exception {
        Identity impostor = ClientPki.authority("CN=Origin Pull");
        refuses(provider, protocol, ClientPki.client("CN=edge", impostor), impostor);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesOneThatNobodyVouchesFor(SslProvider provider, String protocol) throws Exception {
        refuses(provider, protocol, ClientPki.authority("CN=edge"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesOneWhoseTimeIsOver(SslProvider provider, String protocol) throws Exception {
        refuses(provider, protocol,
                ClientPki.client("CN=edge", authority, ClientPki.CLIENT, AGO, Duration.ofMinutes(-1)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesOneWhoseTimeHasNotCome(SslProvider provider, String protocol) throws Exception {
        refuses(provider, protocol,
                ClientPki.client("CN=edge", authority, ClientPki.CLIENT, Duration.ofMinutes(10), AHEAD));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesAServersCertificate(SslProvider provider, String protocol) throws Exception {
        refuses(provider, protocol,
                ClientPki.client("CN=edge", authority, ClientPki.SERVER, AGO, AHEAD));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void refusesOneThatAnotherClientIssued(SslProvider provider, String protocol) throws Exception {
        Identity client = ClientPki.client("CN=edge", authority);
        refuses(provider, protocol, ClientPki.client("CN=friend", client), client);
    }

    @Test
    void trustsNoServer() {
        ClientCertificates manager = ClientCertificates.of(List.of(authority.certificate()));
        X509Certificate[] chain = {authority.certificate()};
        assertThrows(CertificateException.class, () -> manager.checkServerTrusted(chain, "ECDHE_ECDSA"));
        assertEquals(List.of(authority.certificate()), List.of(manager.getAcceptedIssuers()));
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
