package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.UnusableCertificateException;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ServerTlsTest {
    private static final int HANDSHAKE = 22;
    private static final int ALERT = 21;

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<AutoCloseable> open = new ArrayList<>();
    private final KeyMaterial rsa = rsa();
    private final KeyMaterial ec;

    ServerTlsTest(@TempDir Path state) throws UnusableCertificateException {
        SequencedSet<String> names = new TreeSet<>(List.of("localhost", "127.0.0.1"));
        ec = LocalCa.open(state.resolve("ca"), names, Clock.systemUTC()).serverCertificate(names);
    }

    private static KeyMaterial rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=localhost");
            Instant now = Instant.now();
            byte[] encoded = new JcaX509v3CertificateBuilder(name, BigInteger.ONE, Date.from(now.minusSeconds(60)),
                    Date.from(now.plusSeconds(3600)), name, pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())).getEncoded();
            return new KeyMaterial(pair.getPrivate(), List.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded))));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeAll
    static void hasTheNativeLibrary() {
        assertTrue(OpenSsl.isAvailable(), () -> String.valueOf(OpenSsl.unavailabilityCause()));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
        open.clear();
    }

    @AfterAll
    void shutDown() {
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    static Stream<Arguments> servers() {
        return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK)
                .flatMap(provider -> Stream.of(Arguments.of(provider, "EC"), Arguments.of(provider, "RSA")));
    }

    /// Listens, and sends back what it gets.
    private InetSocketAddress listen(SslProvider provider, String key) throws SSLException {
        ServerTls tls = new ServerTls(List.of(material(key)), Duration.ofSeconds(10), List.of(), false, provider);
        open.add(tls);
        Channel channel = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel child) {
                        child.pipeline().addLast(tls.newHandler(child.alloc())).addLast(new Echo());
                    }
                }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();
        open.add(() -> channel.close().syncUninterruptibly());
        return (InetSocketAddress) channel.localAddress();
    }

    private KeyMaterial material(String key) {
        return key.equals("EC") ? ec : rsa;
    }

    private SSLSocket connect(InetSocketAddress server) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{new TrustsAll()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
        open.add(socket);
        socket.connect(server);
        socket.setSoTimeout(10_000);
        return socket;
    }

    private void echoes(SSLSocket socket) throws IOException {
        byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(text);
        assertArrayEquals(text, socket.getInputStream().readNBytes(text.length));
    }

    @ParameterizedTest
    @MethodSource("servers")
    void speaksTls13(SslProvider provider, String key) throws Exception {
        SSLSocket socket = connect(listen(provider, key));
        socket.setEnabledProtocols(new String[]{"TLSv1.3", "TLSv1.2"});
        echoes(socket);

        assertEquals("TLSv1.3", socket.getSession().getProtocol());
        assertArrayEquals(material(key).chain().toArray(), socket.getSession().getPeerCertificates());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void speaksTls12WithForwardSecrecyAndAead(SslProvider provider, String key) throws Exception {
        SSLSocket socket = connect(listen(provider, key));
        socket.setEnabledProtocols(new String[]{"TLSv1.2"});
        echoes(socket);

        assertEquals("TLSv1.2", socket.getSession().getProtocol());
        String suite = socket.getSession().getCipherSuite();
        assertTrue(suite.matches("TLS_ECDHE_" + (key.equals("EC") ? "ECDSA" : "RSA")
                + "_WITH_(AES_(128|256)_GCM|CHACHA20_POLY1305)_SHA(256|384)"), suite);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void servesItsOneCertificateToEveryName(SslProvider provider, String key) throws Exception {
        InetSocketAddress server = listen(provider, key);
        for (String name : new String[]{"localhost", "elsewhere.example"}) {
            SSLSocket socket = connect(server);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            echoes(socket);
            assertEquals(material(key).leaf(), socket.getSession().getPeerCertificates()[0]);
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void servesWhoNamesNobody(SslProvider provider, String key) throws Exception {
        // the JDK sends no name to an address
        SSLSocket socket = connect(listen(provider, key));
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of());
        socket.setSSLParameters(parameters);
        echoes(socket);

        assertEquals(material(key).leaf(), socket.getSession().getPeerCertificates()[0]);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void agreesOnHttp11(SslProvider provider, String key) throws Exception {
        InetSocketAddress server = listen(provider, key);
        for (String[] offered : new String[][]{{"http/1.1"}, {"h2", "http/1.1"}}) {
            SSLSocket socket = connect(server);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(offered);
            socket.setSSLParameters(parameters);
            echoes(socket);
            assertEquals("http/1.1", socket.getApplicationProtocol());
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void talksToWhoOffersNoProtocol(SslProvider provider, String key) throws Exception {
        SSLSocket socket = connect(listen(provider, key));
        echoes(socket);

        assertEquals("", socket.getApplicationProtocol());
    }

    @ParameterizedTest
    @MethodSource("servers")
    void refusesSuitesWithoutAeadOfAClientThatWantsThem(SslProvider provider, String key) throws Exception {
        SSLSocket socket = connect(listen(provider, key));
        socket.setEnabledProtocols(new String[]{"TLSv1.2"});
        socket.setEnabledCipherSuites(new String[]{
            "TLS_ECDHE_" + (key.equals("EC") ? "ECDSA" : "RSA") + "_WITH_AES_128_CBC_SHA256"});

        assertThrows(SSLHandshakeException.class, socket::startHandshake);
    }

    static Stream<Arguments> hellos() {
        record Hello(String key, int version, int suite, boolean accepted) {}
        // 1.2 and the suites of ECDHE with AEAD; the rest is refused: CBC, RSA key exchange, DHE, RC4, NULL, 1.1 and 1.0
        List<Hello> hellos = List.of(new Hello("EC", 0x0303, 0xc02b, true), new Hello("EC", 0x0303, 0xc02c, true),
                new Hello("EC", 0x0303, 0xcca9, true), new Hello("EC", 0x0303, 0xc02f, false),
                new Hello("EC", 0x0303, 0xc023, false), new Hello("EC", 0x0303, 0xc024, false),
                new Hello("EC", 0x0303, 0xc009, false), new Hello("EC", 0x0303, 0xc00a, false),
                new Hello("EC", 0x0303, 0xc007, false), new Hello("EC", 0x0303, 0xc0ac, false),
                new Hello("EC", 0x0302, 0xc009, false), new Hello("EC", 0x0302, 0xc02b, false),
                new Hello("EC", 0x0301, 0xc009, false), new Hello("EC", 0x0300, 0xc009, false),
                new Hello("RSA", 0x0303, 0xc02f, true), new Hello("RSA", 0x0303, 0xc030, true),
                new Hello("RSA", 0x0303, 0xcca8, true), new Hello("RSA", 0x0303, 0xc027, false),
                new Hello("RSA", 0x0303, 0xc013, false), new Hello("RSA", 0x0303, 0x009c, false),
                new Hello("RSA", 0x0303, 0x009d, false), new Hello("RSA", 0x0303, 0x002f, false),
                new Hello("RSA", 0x0303, 0x003c, false), new Hello("RSA", 0x0303, 0x000a, false),
                new Hello("RSA", 0x0303, 0x009e, false), new Hello("RSA", 0x0303, 0x0005, false),
                new Hello("RSA", 0x0303, 0x003b, false), new Hello("RSA", 0x0302, 0xc013, false),
                new Hello("RSA", 0x0301, 0x002f, false));
        return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK)
                .flatMap(provider -> hellos.stream().map(hello -> Arguments.of(provider, hello.key, hello.version,
                        "%04x".formatted(hello.suite), hello.accepted)));
    }

    /// By the bytes, because no library of today offers what has to be refused.
    @ParameterizedTest
    @MethodSource("hellos")
    void takesNothingOlder(SslProvider provider, String key, int version, String suite, boolean accepted)
            throws Exception {
        InetSocketAddress server = listen(provider, key);
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(clientHello(version, Integer.parseInt(suite, 16)));
            DataInputStream in = new DataInputStream(socket.getInputStream());
            assertEquals(accepted ? HANDSHAKE : ALERT, in.readUnsignedByte());
            in.skipNBytes(4);
            if (accepted) {
                assertEquals(2, in.readUnsignedByte(), "ServerHello");
                in.skipNBytes(3);
                assertEquals(version, in.readUnsignedShort());
                in.skipNBytes(32);
                in.skipNBytes(in.readUnsignedByte());
                assertEquals(Integer.parseInt(suite, 16), in.readUnsignedShort());
            } else {
                assertEquals(2, in.readUnsignedByte(), "a fatal alert");
            }
        }
    }

    /// Not even for a client that would like DEFLATE most (RFC 3749).
    @ParameterizedTest
    @MethodSource("servers")
    void compressesNothing(SslProvider provider, String key) throws Exception {
        InetSocketAddress server = listen(provider, key);
        int suite = key.equals("EC") ? 0xc02b : 0xc02f;
        for (byte[] methods : new byte[][]{{1, 0}, {0, 1}}) {
            try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(clientHello(0x0303, suite, methods));
                DataInputStream in = new DataInputStream(socket.getInputStream());
                assertEquals(HANDSHAKE, in.readUnsignedByte());
                in.skipNBytes(4 + 4 + 2 + 32);
                in.skipNBytes(in.readUnsignedByte());
                assertEquals(suite, in.readUnsignedShort());
                assertEquals(0, in.readUnsignedByte(), "the method: none");
            }
        }
    }

    static byte[] clientHello(int version, int suite) {
        return clientHello(version, suite, new byte[]{0});
    }

    /// RFC 5246, 7.4.1.2, with supported_groups, ec_point_formats and signature_algorithms.
    private static byte[] clientHello(int version, int suite, byte[] compression) {
        ByteBuf hello = Unpooled.buffer();
        hello.writeShort(version).writeBytes(new byte[32]).writeByte(0);
        hello.writeShort(2).writeShort(suite).writeByte(compression.length).writeBytes(compression);
        ByteBuf extensions = Unpooled.buffer();
        extensions.writeShort(10).writeShort(6).writeShort(4).writeShort(0x001d).writeShort(0x0017);
        extensions.writeShort(11).writeShort(2).writeByte(1).writeByte(0);
        int[] signatures = {0x0403, 0x0804, 0x0401, 0x0203, 0x0201};
        extensions.writeShort(13).writeShort(2 + 2 * signatures.length).writeShort(2 * signatures.length);
        for (int signature : signatures) {
            extensions.writeShort(signature);
        }
        hello.writeShort(extensions.readableBytes()).writeBytes(extensions);
        ByteBuf packet = Unpooled.buffer();
        packet.writeByte(HANDSHAKE).writeShort(Math.min(version, 0x0301)).writeShort(hello.readableBytes() + 4);
        packet.writeByte(1).writeMedium(hello.readableBytes()).writeBytes(hello);
        byte[] bytes = new byte[packet.readableBytes()];
        packet.readBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("servers")
    void asksNobodyForACertificate(SslProvider provider, String key) throws Exception {
        ServerTls tls = new ServerTls(List.of(material(key)), Duration.ofSeconds(10), List.of(), false, provider);
        SslHandler handler = tls.newHandler(ByteBufAllocator.DEFAULT);

        assertEquals(false, handler.engine().getNeedClientAuth());
        assertEquals(false, handler.engine().getWantClientAuth());
        assertEquals(10_000, handler.getHandshakeTimeoutMillis());
        ReferenceCountUtil.release(handler.engine());
        tls.close();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void servesItsConnectionsOnAfterItWasClosed(SslProvider provider, String key) throws Exception {
        InetSocketAddress server = listen(provider, key);
        SSLSocket socket = connect(server);
        echoes(socket);
        for (int i = 0; i < 3; i++) {
            ((ServerTls) open.getFirst()).close();
        }

        echoes(socket);
    }

    /// Native memory, which no garbage collector sees.
    @Test
    void keepsAReplacedContextOnlyAsLongAsItsLastConnection() throws Exception {
        try (ServerTls tls = new ServerTls(List.of(ec), Duration.ofSeconds(10), List.of(), false)) {
            List<ReferenceCounted> replaced = new ArrayList<>();
            List<SslHandler> connections = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                replaced.add(context(tls));
                connections.add(tls.newHandler(ByteBufAllocator.DEFAULT));
                tls.replace(List.of(i % 2 == 0 ? rsa : ec));
            }
            assertEquals(20, new HashSet<>(replaced).size());
            for (int i = 0; i < 20; i++) {
                assertEquals(1, replaced.get(i).refCnt(), "its connection's");
                ReferenceCountUtil.release(connections.get(i).engine());
                assertEquals(0, replaced.get(i).refCnt());
            }
            assertEquals(1, context(tls).refCnt());
        }
    }

    private static ReferenceCounted context(ServerTls tls) throws IllegalAccessException {
        for (Field field : ServerTls.class.getDeclaredFields()) {
            if (field.getType() == SslContext.class) {
                field.setAccessible(true);
                return (ReferenceCounted) field.get(tls);
            }
        }
        throw new AssertionError("ServerTls has no context");
    }

    /// [KeyMaterial] believes what the key says of its public half; the library computes it.
    @Test
    void refusesAKeyThatIsNotThatOfThePointBesideIt() throws Exception {
        byte[] encoded = ec.key().getEncoded();
        int scalar = new String(encoded, StandardCharsets.ISO_8859_1).indexOf("\u0004 ") + 2;
        encoded[scalar + 31] ^= 1;
        KeyMaterial lying = new KeyMaterial(
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(encoded)), ec.chain());

        assertNotEquals(ec.key(), lying.key());
        assertThrows(SSLException.class,
                () -> new ServerTls(List.of(lying), Duration.ofSeconds(10), List.of(), false).close());
    }

    @Test
    void prefersTheNativeLibrary() throws Exception {
        try (ServerTls tls = new ServerTls(List.of(ec), Duration.ofSeconds(10), List.of(), false)) {
            SslHandler handler = tls.newHandler(ByteBufAllocator.DEFAULT);
            assertTrue(handler.engine().getClass().getName().contains("OpenSsl"));
            ReferenceCountUtil.release(handler.engine());
        }
        assertTrue(ServerTls.library().startsWith("BoringSSL"), ServerTls.library());
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
