package io.seawall.proxy.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.http.Exchange;
import java.io.ByteArrayOutputStream;
import java.util.List;

/// A Seawall in memory, with one client on a connection that is kept, and one connection to a gateway that always says
/// the same. Nothing else reads what passes: what is measured is Seawall, and Netty's channels.
public final class WholeSeawall implements AutoCloseable {
    private final MemorySeawall seawall = MemorySeawall.relaying(TestConfig.of(), new ByteArrayOutputStream() {
        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            // nobody reads the log, and it would fill the memory
        }
    });
    private final MemoryChannel client = seawall.connect("203.0.113.7");
    private final byte[] request;
    private final byte[] answer;
    private final MemoryGateway gateway;
    private final int length;

    private WholeSeawall(String request, String answer) {
        this.request = request.getBytes(ISO_8859_1);
        this.answer = answer.getBytes(ISO_8859_1);
        write(client, this.request);
        List<MemoryGateway> made = MemoryGateway.take();
        if (made.size() != 1) {
            throw new IllegalStateException("connections to the gateway: " + made.size() + " (expected: 1): "
                    + client.written());
        }
        gateway = made.getFirst();
        read(gateway);
        write(gateway, this.answer);
        client.runPendingTasks();
        String first = client.written();
        if (!first.startsWith("HTTP/1.1 200 ")) {
            throw new IllegalStateException("not relayed: " + first);
        }
        length = first.length();
    }

    /// A page's own file, for somebody who is logged in.
    static WholeSeawall page() {
        try (MemorySeawall login = MemorySeawall.relaying(TestConfig.of())) {
            String cookie = login.ask("203.0.113.7", "GET /.seawall/login HTTP/1.1\nHost: claw.example.com\n"
                    + "Authorization: " + Sample.BASIC).header("Set-Cookie");
            return new WholeSeawall(
                    Sample.wire(Sample.page("theme=dark; " + cookie.substring(0, cookie.indexOf(';')))),
                    Sample.ANSWER);
        }
    }

    /// A program's call with its body, answered in chunks.
    static WholeSeawall api() {
        return new WholeSeawall(Sample.wire(Sample.API) + Sample.BODY, Sample.STREAMED);
    }

    /// What the log is told at the end of such a request.
    public static Exchange exchange() {
        Exchange[] ended = new Exchange[1];
        try (WholeSeawall whole = page()) {
            whole.client.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof Exchange.Ended(Exchange exchange)) {
                        ended[0] = exchange;
                    }
                    ctx.fireUserEventTriggered(event);
                }
            });
            whole.run();
        }
        return ended[0];
    }

    /// One request and its answer.
    void run() {
        write(client, request);
        read(gateway);
        write(gateway, answer);
        client.runPendingTasks();
        int answered = read(client);
        if (answered != length) {
            throw new IllegalStateException("bytes of the answer: " + answered + " (expected: " + length + ")");
        }
    }

    /// As a transport does: into a buffer of the channel's own allocator.
    private static void write(EmbeddedChannel to, byte[] bytes) {
        to.writeInbound(to.alloc().buffer(2048).writeBytes(bytes));
    }

    private static int read(EmbeddedChannel from) {
        int length = 0;
        for (ByteBuf out = from.readOutbound(); out != null; out = from.readOutbound()) {
            length += out.readableBytes();
            out.release();
        }
        return length;
    }

    @Override
    public void close() {
        gateway.end();
        seawall.close();
    }
}
