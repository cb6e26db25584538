package io.seawall.proxy.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.proxy.http.RequestHead;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What an event loop spends on a client in the whole pipeline. Time passes only by what each request is said to take.
class TurnsTest {
    private static final int REQUESTS = 1_000;

    /// Microseconds until all of these requests, each of which takes 200, are answered.
    private static int answered(MemorySeawall seawall, String request) {
        MemoryChannel client = seawall.connect("203.0.113.7");
        client.freezeTime();
        client.pipeline().addBefore("stages", "work", new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                if (msg instanceof RequestHead) {
                    client.advanceTimeBy(200, TimeUnit.MICROSECONDS);
                }
                ctx.fireChannelRead(msg);
            }
        });
        int micros = 0;
        int answers = client.send(request.repeat(REQUESTS)).split("HTTP/1.1 ", -1).length - 1;
        while (answers < REQUESTS && micros < 10_000_000) {
            client.advanceTimeBy(10, TimeUnit.MICROSECONDS);
            client.runScheduledPendingTasks();
            micros += 10;
            answers += client.written().split("HTTP/1.1 ", -1).length - 1;
        }
        return micros;
    }

    @Test
    void anUnauthenticatedClientsRequestsWaitAsLongAsTheyTook() {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of())) {
            int waited = answered(seawall, "GET /healthz HTTP/1.1\r\nHost: claw.example.com\r\n\r\n");
            // 200 ms of work, of which the first 50 are for nothing, and as much for others
            assertTrue(waited > 90_000 && waited < 160_000, waited + " microseconds");
        }
    }

    @Test
    void thoseOfAClientWhomALayerLetInDoNot() {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of())) {
            int waited = answered(seawall, "GET / HTTP/1.1\r\nHost: claw.example.com\r\nCookie: "
                    + cookie(seawall) + "\r\n\r\n");
            assertTrue(waited < 10_000, waited + " microseconds");
        }
    }

    private static String cookie(MemorySeawall seawall) {
        String basic = Base64.getEncoder().encodeToString(("admin:" + TestConfig.PASSWORD).getBytes(UTF_8));
        String set = seawall.ask("203.0.113.8", "GET / HTTP/1.1\nHost: claw.example.com\nAuthorization: Basic " + basic)
                .header("Set-Cookie");
        return set.substring(0, set.indexOf(';'));
    }
}
