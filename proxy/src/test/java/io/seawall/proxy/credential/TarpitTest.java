package io.seawall.proxy.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.limit.HeapBudget;
import io.seawall.proxy.limit.HeapCost;
import io.seawall.proxy.limit.HeapLedger;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.MemoryChannel;
import io.seawall.proxy.server.TestConfig;
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
    private Runnable asked = () -> {};

    private MemoryChannel newChannel() {
        return newChannel(CLIENT);
    }

    private static InetAddress unknownNetwork(int number) {
        return InetAddress.ofLiteral("198.51." + (number >> 8) + "." + (number & 0xff));
    }

    private MemoryChannel newChannel(InetAddress client) {
        MemoryChannel channel = new MemoryChannel(client.getHostAddress(),
                new Http1Handler(new Deadlines(), TestConfig.HTTP),
                new RejectionHandler(), new SimpleChannelInboundHandler<RequestHead>(RequestHead.class) {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, RequestHead head) {
                        asked.run();
                        tarpit.refuse(ctx, Layer.BASIC, Decision.Reason.LOCKED, client, 300);
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
        // or OpenAI's SDKs sleep five minutes without a word
        assertTrue(answer.contains("x-should-retry: false\r\n"), answer);
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
    void aNetworkGetsAHundredASecondHoweverManyConnectionsItHas() {
        int answers = 0;
        for (int i = 0; i < Tarpit.MOST_OF_NETWORK; i++) {
            assertEquals("", newChannel().send(REQUEST));
        }
        for (MemoryChannel channel : channels) {
            answers += answers(after(channel, 500));
        }
        assertTrue(answers > 0 && answers <= 61, "in half a second, and what it took to connect: " + answers);
        for (MemoryChannel channel : channels) {
            answers += answers(after(channel, 1_000));
        }
        assertEquals(Tarpit.MOST_OF_NETWORK, answers);
    }

    @Test
    void whatANetworkAsksBeyondThatIsEndedWithoutAnAnswer() {
        for (int i = 0; i < Tarpit.MOST_OF_NETWORK; i++) {
            assertEquals("", newChannel().send(REQUEST));
        }
        MemoryChannel beyond = newChannel();
        assertEquals("", beyond.send(REQUEST));
        assertFalse(beyond.isOpen());
        assertEquals("", newChannel(unknownNetwork(1)).send(REQUEST));
        assertTrue(channels.getLast().isOpen(), "another network");
    }

    @Test
    void whenTooManyWaitTheNextOnesAreEnded() {
        for (int i = 0; i < Tarpit.MOST_WAITING; i++) {
            assertEquals("", newChannel(unknownNetwork(i)).send(REQUEST));
        }
        MemoryChannel beyond = newChannel(unknownNetwork(Tarpit.MOST_WAITING));
        assertEquals("", beyond.send(REQUEST));
        assertFalse(beyond.isOpen());
        assertEquals(1, answers(after(channels.getFirst(), Tarpit.MILLIS)));
        assertEquals("", newChannel(unknownNetwork(Tarpit.MOST_WAITING)).send(REQUEST));
        assertTrue(channels.getLast().isOpen(), "one waits no longer");
    }

    @Test
    void whoeverLeavesMakesRoomAndIsNotAnswered() {
        for (int i = 0; i < Tarpit.MOST_WAITING; i++) {
            MemoryChannel channel = newChannel(unknownNetwork(i % 100));
            channel.send(REQUEST);
            channel.pipeline().fireChannelInactive(); // close() would take the timers away, as no event loop does
            assertEquals("", after(channel, 1_000 + Tarpit.MILLIS));
        }
        MemoryChannel next = newChannel();
        assertEquals("", next.send(REQUEST));
        assertTrue(next.isOpen());
    }

    @Test
    void aWaitIsBookedWithTheHeapsAccountantUntilItsEnd() {
        HeapBudget budget = new HeapBudget(1 << 20, 1 << 24, excess -> {});
        MemoryChannel channel = newChannel();
        assertTrue(HeapLedger.open(budget, channel, false));
        long before = budget.booked();
        channel.send(REQUEST);
        long waits = budget.booked() - before;
        assertTrue(waits > HeapCost.WAIT, "the wait, and what is kept of the request: " + waits);
        assertEquals(1, answers(after(channel, Tarpit.MILLIS)));
        assertEquals(before, budget.booked());
    }

    @Test
    void aWaitThatThereIsNoRoomForEndsTheConnection() {
        HeapBudget budget = new HeapBudget(1 << 20, 1 << 24, excess -> {});
        MemoryChannel measured = newChannel();
        assertTrue(HeapLedger.open(budget, measured, false));
        long[] request = new long[1];
        asked = () -> request[0] = budget.booked();
        measured.send(REQUEST);
        asked = () -> {};

        assertTrue(isOpenWithin(request[0] + HeapCost.WAIT), "the request and its wait fit");
        assertFalse(isOpenWithin(request[0] + HeapCost.WAIT / 4), "the request alone fits");
    }

    private boolean isOpenWithin(long bytes) {
        MemoryChannel channel = newChannel();
        assertTrue(HeapLedger.open(new HeapBudget((int) bytes, 1 << 24, excess -> {}), channel, false));
        channel.send(REQUEST);
        return channel.isOpen();
    }
}
