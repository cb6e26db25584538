package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.seawall.certs.KeyMaterial;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A [ServerTls] that listens on loopback and sends back what it gets, and the JDK's clients for it.
final class TlsServer implements AutoCloseable {
    static final KeyMaterial EC = selfSigned("EC", 256, "SHA256withECDSA");
    static final KeyMaterial RSA = selfSigned("RSA", 2048, "SHA256withRSA");

    final ServerTls tls;
    final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    final InetSocketAddress address;
    final BlockingQueue<SslHandshakeCompletionEvent> handshakes = new LinkedBlockingQueue<>();
    private final BlockingQueue<HandshakeFailure> failures = new LinkedBlockingQueue<>();
    private final ChannelGroup children = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Channel listener;

    TlsServer(SslProvider provider, Duration handshake, KeyMaterial... materials) throws SSLException {
        this(0, provider, handshake, materials);
    }

    TlsServer(int port, SslProvider provider, Duration handshake, KeyMaterial... materials) throws SSLException {
        tls = new ServerTls(List.of(materials), handshake, List.of(), false, provider);
        listener = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel child) {
                        children.add(child);
                        child.pipeline().addLast(new HttpOnTlsPortHandler(peer -> ""))
                                .addLast(tls.newHandler(child.alloc()))
                                .addLast(new Echo());
                    }
                }).bind(InetAddress.getLoopbackAddress(), port).syncUninterruptibly().channel();
        address = (InetSocketAddress) listener.localAddress();
    }

    static KeyMaterial selfSigned(String algorithm, int bits, String signature) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=localhost");
            Instant now = Instant.now();
            byte[] encoded = new JcaX509v3CertificateBuilder(name, BigInteger.ONE, Date.from(now.minusSeconds(60)),
                    Date.from(now.plusSeconds(3600)), name, pair.getPublic())
                    .build(new JcaContentSignerBuilder(signature).build(pair.getPrivate())).getEncoded();
            return new KeyMaterial(pair.getPrivate(), List.of((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(encoded))));
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /// How the next handshake of the server ended.
    SslHandshakeCompletionEvent handshake() throws InterruptedException {
        SslHandshakeCompletionEvent event = handshakes.poll(20, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no handshake within 20 s");
        }
        return event;
    }

    /// Why the next handshake of the server failed.
    HandshakeFailure failure() throws InterruptedException {
        HandshakeFailure failure = failures.poll(20, TimeUnit.SECONDS);
        if (failure == null) {
            throw new AssertionError("no failed handshake within 20 s");
        }
        return failure;
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        // or their loop ends before they have given back what they hold
        children.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
        tls.close();
    }

    /// A client that remembers its sessions, and counts the certificates that it was shown: a resumed one shows none.
    static final class Client {
        final AtomicInteger shown = new AtomicInteger();
        private final SSLContext context;

        Client() throws GeneralSecurityException {
            context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[]{new TrustsAll(shown)}, null);
        }

        SSLSocket connect(TlsServer server, String... protocols) throws IOException {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
            socket.connect(server.address);
            socket.setSoTimeout(10_000);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            return socket;
        }
    }

    static void echoes(SSLSocket socket) throws IOException {
        byte[] text = "hello".getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(text);
        assertArrayEquals(text, socket.getInputStream().readNBytes(text.length));
    }

    private final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                handshakes.add(handshake);
                if (!handshake.isSuccess()) {
                    failures.add(HandshakeFailure.of(handshake.cause(), ctx.pipeline()));
                }
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
