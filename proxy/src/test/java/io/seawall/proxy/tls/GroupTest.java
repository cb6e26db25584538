package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.tls.TlsServer.Client;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The groups of RFC 8446, 4.2.7 in which keys are agreed on.
class GroupTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final int KEY_SHARE = 51;

    /// A client that may have what the JDK has not; what the server answered is read from its bytes.
    private static int groupThatIsChosenOf(String... groups) throws Exception {
        SslContext context = SslContextBuilder.forClient().sslProvider(SslProvider.OPENSSL_REFCNT).protocols("TLSv1.3")
                .trustManager(InsecureTrustManagerFactory.INSTANCE).option(OpenSslContextOption.GROUPS, groups).build();
        try (TlsServer server = new TlsServer(SslProvider.OPENSSL_REFCNT, TEN, TlsServer.EC)) {
            CompletableFuture<Integer> group = new CompletableFuture<>();
            Channel channel = new Bootstrap().group(server.loops).channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<Channel>() {
                        @Override
                        protected void initChannel(Channel client) {
                            client.pipeline().addLast(new Overhears(group)).addLast(context.newHandler(client.alloc()));
                        }
                    }).connect(server.address).syncUninterruptibly().channel();
            try {
                channel.pipeline().get(SslHandler.class).handshakeFuture().sync();
                return group.get(10, TimeUnit.SECONDS);
            } finally {
                channel.close().syncUninterruptibly();
            }
        } finally {
            ReferenceCountUtil.release(context);
        }
    }

    @Test
    void isTheHybridOneWithWhoeverHasIt() throws Exception {
        int hybrid = 0x11ec;
        assertEquals(hybrid, groupThatIsChosenOf("X25519MLKEM768"));
        assertEquals(hybrid, groupThatIsChosenOf("X25519MLKEM768", "X25519"));
        // even where the client would rather not: it costs a second round trip where no key of it was sent
        assertEquals(hybrid, groupThatIsChosenOf("X25519", "P-256", "X25519MLKEM768"));
    }

    @Test
    void isX25519Then() throws Exception {
        assertEquals(0x001d, groupThatIsChosenOf("P-384", "P-256", "X25519"));
        assertEquals(0x0017, groupThatIsChosenOf("P-384", "P-256"));
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL_REFCNT, x25519", "OPENSSL_REFCNT, secp256r1", "OPENSSL_REFCNT, secp384r1", "JDK, x25519",
        "JDK, secp256r1", "JDK, secp384r1"})
    void isTheOneThatTheClientHas(SslProvider provider, String group) throws Exception {
        for (String protocol : new String[]{"TLSv1.3", "TLSv1.2"}) {
            try (TlsServer server = new TlsServer(provider, TEN, TlsServer.RSA);
                    SSLSocket socket = new Client().connect(server, protocol)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setNamedGroups(new String[]{group});
                socket.setSSLParameters(parameters);
                TlsServer.echoes(socket);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void isNoOther(SslProvider provider) throws Exception {
        for (String group : new String[]{"secp521r1", "x448", "ffdhe2048"}) {
            try (TlsServer server = new TlsServer(provider, TEN, TlsServer.RSA);
                    SSLSocket socket = new Client().connect(server, "TLSv1.3")) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setNamedGroups(new String[]{group});
                socket.setSSLParameters(parameters);
                assertThrows(SSLException.class, socket::startHandshake, group);
            }
        }
    }

    @Test
    void isAskedOfTheLibrary() {
        assertTrue(BoringSsl.offers("X25519MLKEM768"));
        assertFalse(BoringSsl.offers("nonsense"));
    }

    /// Reads the group out of the ServerHello, or the HelloRetryRequest, which names the same (RFC 8446, 4.1.3 and 4.2.8).
    private static final class Overhears extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Integer> group;

        Overhears(CompletableFuture<Integer> group) {
            this.group = group;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf in = ((ByteBuf) message).duplicate();
            if (!group.isDone() && in.getUnsignedByte(in.readerIndex()) == 22) {
                in.skipBytes(5 + 4 + 2 + 32);
                in.skipBytes(in.readUnsignedByte());
                in.skipBytes(2 + 1 + 2);
                while (!group.isDone()) {
                    int type = in.readUnsignedShort();
                    int length = in.readUnsignedShort();
                    if (type == KEY_SHARE) {
                        group.complete(in.getUnsignedShort(in.readerIndex()));
                    }
                    in.skipBytes(length);
                }
            }
            ctx.fireChannelRead(message);
        }
    }
}
