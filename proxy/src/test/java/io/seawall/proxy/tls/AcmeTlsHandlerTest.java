package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslProvider;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.certs.acme.AcmeChallenges;
import io.seawall.certs.acme.PendingChallenges;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AcmeTlsHandlerTest {
    private static final String NAME = "claw.example.com";

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<AutoCloseable> open = new ArrayList<>();
    private final AcmeChallenges challenges = new AcmeChallenges();
    private final AtomicInteger served = new AtomicInteger();
    private final KeyMaterial own;
    private LongSupplier resumed = () -> -1;

    AcmeTlsHandlerTest(@TempDir Path state) throws UnusableCertificateException {
        SequencedSet<String> names = new TreeSet<>(List.of(NAME));
        own = LocalCa.open(state.resolve("ca"), names, Clock.systemUTC()).serverCertificate(names);
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
        open.clear();
        PendingChallenges.over(challenges);
        served.set(0);
    }

    @AfterAll
    void shutDown() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private InetSocketAddress listen(SslProvider provider, Duration handshake) throws SSLException {
        ServerTls tls = new ServerTls(List.of(own), handshake, List.of(), false, provider);
        open.add(tls);
        resumed = tls::resumed;
        Channel channel = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel child) {
                        child.pipeline().addLast("tls", new AcmeTlsHandler(tls, challenges)).addLast(new Echo());
                    }
                }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
        open.add(() -> channel.close().syncUninterruptibly());
        return (InetSocketAddress) channel.localAddress();
    }

    private SSLSocket connect(InetSocketAddress server, String name, String... protocols)
            throws IOException, GeneralSecurityException {
        return connect(trusting(), server, name, protocols);
    }

    private static SSLContext trusting() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new TrustsAll()}, null);
        return context;
    }

    private SSLSocket connect(SSLContext context, InetSocketAddress server, String name, String... protocols)
            throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        open.add(socket);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.connect(server);
        socket.setSoTimeout(10_000);
        return socket;
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void showsAPendingChallengeToWhoAsksForItAloneAndNothingElse(SslProvider provider) throws Exception {
        KeyMaterial challenge = PendingChallenges.tls(challenges, NAME);
        SSLSocket socket = connect(listen(provider, Duration.ofSeconds(10)), NAME.toUpperCase(java.util.Locale.ROOT),
                "acme-tls/1");
        socket.startHandshake();

        assertEquals("acme-tls/1", socket.getApplicationProtocol());
        assertArrayEquals(challenge.chain().toArray(), socket.getSession().getPeerCertificates());
        try {
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertEquals(-1, socket.getInputStream().read());
        } catch (IOException e) {
            // closed before it was written: as good
        }
        assertEquals(0, served.get());
    }

    /// Its handshake asks for no client's certificate, where others may have to show one.
    @ParameterizedTest
    @CsvSource({"OPENSSL_REFCNT, TLSv1.3", "OPENSSL_REFCNT, TLSv1.2", "JDK, TLSv1.3", "JDK, TLSv1.2"})
    void givesNoTicketThatIsGoodForAnythingElse(SslProvider provider, String version) throws Exception {
        PendingChallenges.tls(challenges, NAME);
        InetSocketAddress server = listen(provider, Duration.ofSeconds(10));
        SSLContext context = trusting();
        try (SSLSocket first = connect(context, server, NAME, "acme-tls/1")) {
            first.setEnabledProtocols(new String[]{version});
            first.startHandshake();
            assertEquals(-1, first.getInputStream().read()); // with the tickets in front of the end
        }
        SSLSocket second = connect(context, server, NAME, "http/1.1");
        second.setEnabledProtocols(new String[]{version});
        second.startHandshake();

        assertArrayEquals(own.chain().toArray(), second.getSession().getPeerCertificates());
        assertEquals(0, resumed.getAsLong());
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void servesEverybodyElseAsAlways(SslProvider provider) throws Exception {
        PendingChallenges.tls(challenges, NAME);
        InetSocketAddress server = listen(provider, Duration.ofSeconds(10));
        for (String[] asked : new String[][]{{NAME, "http/1.1"}, {NAME, "h2", "http/1.1"}, {NAME}, {""},
            {"", "http/1.1"}, {NAME, "acme-tls/1", "http/1.1"}, {NAME, "http/1.1", "acme-tls/1"},
            {"other.example.com", "http/1.1"}}) {
            String[] protocols = java.util.Arrays.copyOfRange(asked, 1, asked.length);
            SSLSocket socket = connect(server, asked[0], protocols);
            byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
            socket.getOutputStream().write(text);
            assertArrayEquals(text, socket.getInputStream().readNBytes(text.length));
            assertArrayEquals(own.chain().toArray(), socket.getSession().getPeerCertificates());
            assertEquals(protocols.length == 0 ? "" : "http/1.1", socket.getApplicationProtocol());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void negotiatesNothingForANameWithoutAChallenge(SslProvider provider) throws Exception {
        PendingChallenges.tls(challenges, NAME);
        InetSocketAddress server = listen(provider, Duration.ofSeconds(10));
        for (String name : new String[]{"", "other.example.com"}) {
            SSLSocket socket = connect(server, name, "acme-tls/1");
            try {
                socket.startHandshake();
                assertEquals("", socket.getApplicationProtocol());
                assertArrayEquals(own.chain().toArray(), socket.getSession().getPeerCertificates());
            } catch (SSLHandshakeException e) {
                // no protocol in common: as good
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void refusesWhatIsNoHandshake(SslProvider provider) throws Exception {
        InetSocketAddress server = listen(provider, Duration.ofSeconds(10));
        for (String bytes : List.of("GET / HTTP/1.1\r\n\r\n", "\u0016\u0003\u0001\u0000\u0004\u0002\u0000\u0000\u0000",
                "\u0017\u0003\u0003\u0000\u0001x")) {
            try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
                byte[] answer = socket.getInputStream().readAllBytes();
                assertEquals(-1, new String(answer, StandardCharsets.ISO_8859_1).indexOf("HTTP"));
            }
        }
        assertEquals(0, served.get());
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void waitsForAHandshakeAndNotForEver(SslProvider provider) throws Exception {
        InetSocketAddress server = listen(provider, Duration.ofMillis(200));
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(0x16);
            assertEquals(-1, socket.getInputStream().read());
        }
        assertThrows(IOException.class, () -> {
            PendingChallenges.tls(challenges, NAME);
            try (Socket plain = new Socket(server.getAddress(), server.getPort())) {
                plain.setSoTimeout(10_000);
                while (plain.getInputStream().read() >= 0) {
                    // nothing comes
                }
                throw new IOException("closed");
            }
        });
    }

    /// Stands for HTTP: asks for bytes, and sends back what it gets.
    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            served.incrementAndGet();
            ctx.writeAndFlush(msg);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            ctx.read();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
