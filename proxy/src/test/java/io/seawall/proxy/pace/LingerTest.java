package io.seawall.proxy.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.Corpus;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On real sockets: closing one with unread bytes sends a reset, and a reset destroys an answer that is on its way.
class LingerTest {
    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Deadlines deadlines = new Deadlines();
    private final Channel listener = new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false).childHandler(new ChannelInitializer<Channel>() {
                @Override
                protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new Http1Handler(deadlines, TestConfig.HTTP))
                            .addLast(new RejectionHandler())
                            .addLast(new RefusesAll());
                }
            }).bind(InetAddress.getLoopbackAddress(), 0).syncUninterruptibly().channel();

    @AfterEach
    void shutDown() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private Socket connect() throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void sends(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String receives(Socket socket) throws IOException {
        String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return all.substring(0, Math.min(all.length(), "HTTP/1.1 413".length())) + "…"
                + (all.matches("(?s).*\r\n\r\nno\\.\nrequest [0-9a-f]{32}\n") ? "no." : "");
    }

    @Test
    void showsTheWholeAnswerToWhoIsStillSending() throws IOException {
        try (Socket socket = connect()) {
            sends(socket, Corpus.post("10000000", "x".repeat(100_000)));
            sends(socket, "x".repeat(100_000));

            assertEquals("HTTP/1.1 413…no.", receives(socket));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X : y\r\n\r\n", "Host: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"})
    void showsTheRefusalToWhoIsStillSending(String rest) throws IOException {
        try (Socket socket = connect()) {
            sends(socket, "POST / HTTP/1.1\r\n" + rest + "x".repeat(100_000));
            sends(socket, "x".repeat(100_000));

            String answer = receives(socket);
            assertEquals("HTTP/1.1 4", answer.substring(0, 10));
        }
    }

    @Test
    void closesAtOnceWhereNothingIsLeft() throws IOException {
        try (Socket socket = connect()) {
            sends(socket, Corpus.get("Connection: close"));
            long start = System.nanoTime();

            assertEquals("HTTP/1.1 413…no.", receives(socket));
            assertTrue(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) < 1_900, "lingering takes two seconds");
        }
    }

    private static final class RefusesAll extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof RequestHead) {
                ctx.channel().writeAndFlush(Rejection.client(413, "too_large", "no."));
            }
            ReferenceCountUtil.release(message);
        }
    }
}
