package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.MemoryChannel;
import io.seawall.proxy.TestConfig;
import io.seawall.proxy.http.Deadlines;
import io.seawall.proxy.http.Http1Handler;
import io.seawall.proxy.http.RejectionHandler;
import io.seawall.proxy.http.RequestHead;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TarpitTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("203.0.113.7");
    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: claw.example.com\r\n\r\n";

    private final Tarpit tarpit = new Tarpit();
    private final List<MemoryChannel> channels = new ArrayList<>();

    private MemoryChannel newChannel() {
        MemoryChannel channel = new MemoryChannel("203.0.113.7", new Http1Handler(new Deadlines(), TestConfig.HTTP),
                new RejectionHandler(), new SimpleChannelInboundHandler<RequestHead>(RequestHead.class) {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, RequestHead head) {
                        tarpit.refuse(ctx, Layer.BASIC, Decision.Reason.LOCKED, CLIENT, 300);
                    }
                });
        channel.freezeTime();
        channels.add(channel);
        return channel;
    }

    @AfterEach
    void close() {
        channels.forEach(MemoryChannel::close);
    }

    private static String after(MemoryChannel channel, int millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        return channel.written();
    }

    private static int answers(String written) {
        return written.split("HTTP/1.1 429 ", -1).length - 1;
    }

    @Test
    void anAnswerWaits() {
        MemoryChannel channel = newChannel();
        assertEquals("", channel.send(REQUEST));
        assertEquals("", after(channel, Tarpit.MILLIS - 1));
        String answer = after(channel, 1);
        assertTrue(answer.startsWith("HTTP/1.1 429 "), answer);
        assertTrue(answer.contains("Retry-After: 300\r\n"), answer);
    }

    @Test
    void whoeverDoesNotWaitForTheAnswerGetsNoMoreOfThem() {
        MemoryChannel channel = newChannel();
        channel.send(REQUEST.repeat(20));
        int answers = 0;
        for (int i = 0; i < 10; i++) {
            answers += answers(after(channel, Tarpit.MILLIS));
        }
        assertEquals(10, answers);
    }

    @Test
    void whenTooManyWaitTheNextOnesDoNot() {
        for (int i = 0; i < Tarpit.MOST_WAITING; i++) {
            assertEquals("", newChannel().send(REQUEST));
        }
        assertEquals(1, answers(newChannel().send(REQUEST)));
        assertEquals(1, answers(after(channels.getFirst(), Tarpit.MILLIS)));
        assertEquals("", newChannel().send(REQUEST));
        assertEquals(1, answers(newChannel().send(REQUEST)));
    }

    @Test
    void whoeverLeavesMakesRoomAndIsNotAnswered() {
        for (int i = 0; i < Tarpit.MOST_WAITING; i++) {
            MemoryChannel channel = newChannel();
            channel.send(REQUEST);
            channel.pipeline().fireChannelInactive(); // close() would take the timers away, as no event loop does
            assertEquals("", after(channel, Tarpit.MILLIS));
        }
        assertEquals("", newChannel().send(REQUEST));
    }
}
