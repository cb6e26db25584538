package io.seawall.proxy.exposure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.exposure.ConnectionCheck.Reached;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FreshLookTest {
    private final EventLoop loop = new EmbeddedChannel().eventLoop();
    private final Deque<Runnable> thread = new ArrayDeque<>();
    private final List<String> events = new ArrayList<>();
    private final Map<Integer, Reached> there = new HashMap<>();
    private Runnable during = () -> {};
    private long now;
    private final FreshLook fresh = new FreshLook(ours -> {
        events.add("look at " + new TreeSet<>(ours));
        during.run();
        return there;
    }, thread::add, () -> now++);

    private void connect(int port) {
        fresh.at(loop, port, reached -> events.add(port + " " + reached));
    }

    private List<String> run() {
        while (!thread.isEmpty()) {
            Objects.requireNonNull(thread.poll()).run();
        }
        List<String> seen = List.copyOf(events);
        events.clear();
        return seen;
    }

    @Test
    void isMadeAfterTheConnectionAndNotByItsEventLoop() {
        there.put(1, Reached.GATEWAY);
        connect(1);
        assertEquals(List.of(), events);
        assertEquals(List.of("look at [1]", "1 GATEWAY"), run());
    }

    private void reach(Reached first, Reached second) {
        there.put(1, first);
        there.put(2, second);
    }

    /// What it showed a moment ago says nothing of a connection that was not there.
    @Test
    void isMadeForEachConnection() {
        reach(Reached.GATEWAY, Reached.OTHER);
        connect(1);
        run();
        connect(2);
        assertEquals(List.of("look at [2]", "2 OTHER"), run());
    }

    @Test
    void isOneForAllWhoWait() {
        reach(Reached.GATEWAY, Reached.OTHER);
        connect(1);
        connect(2);
        connect(3);
        assertEquals(1, thread.size());
        assertEquals(List.of("look at [1, 2, 3]", "1 GATEWAY", "2 OTHER", "3 NOBODY"), run());
    }

    /// It has perhaps read the table before that connection was there.
    @Test
    void isMadeAgainForWhoComesWhileItIsMade() {
        reach(Reached.GATEWAY, Reached.GATEWAY);
        during = () -> {
            during = () -> {};
            connect(2);
        };
        connect(1);
        assertEquals(List.of("look at [1]", "1 GATEWAY", "look at [2]", "2 GATEWAY"), run());
    }

    /// The port of one that has ended may be another's by then.
    @Test
    void answersEveryoneAlsoWhereTwoHaveOnePort() {
        connect(1);
        connect(1);
        assertEquals(List.of("look at [1]", "1 NOBODY", "1 NOBODY"), run());
    }

    @Test
    void keepsNobodyWaitingAndLetsNobodyThroughWhenItFails() {
        there.put(1, Reached.GATEWAY);
        during = () -> {
            throw new StackOverflowError("no look");
        };
        connect(1);
        assertEquals(List.of("look at [1]", "1 NOBODY"), run());
        assertEquals(1, fresh.failures());
        during = () -> {};
        connect(1);
        assertEquals(List.of("look at [1]", "1 GATEWAY"), run());
    }

    @Test
    void keepsNobodyWaitingWhereNoThreadMakesIt() {
        FreshLook without = new FreshLook(ours -> there, task -> {
            throw new RejectedExecutionException("no thread");
        }, () -> now);
        for (int i = 0; i < 2; i++) {
            without.at(loop, 1, reached -> events.add("1 " + reached));
        }
        assertEquals(List.of("1 NOBODY", "1 NOBODY"), run());
        assertEquals(2, without.failures());
    }

    /// The clock here goes on with each time that it is asked.
    @Test
    void restsThreeTimesAsLongAsItTookButNeverLong() {
        during = () -> now += 1_000;
        connect(1);
        run();
        long ended = now;
        connect(2);
        run();
        assertTrue(now - ended > 4_000, "rested for 3,000 and looked for 1,000: " + (now - ended));

        during = () -> now += TimeUnit.SECONDS.toNanos(1);
        connect(3);
        run();
        during = () -> {};
        now += FreshLook.LONGEST_REST_NANOS;
        ended = now;
        connect(4);
        run();
        assertTrue(now - ended < 100, "did not rest: " + (now - ended));
    }
}
