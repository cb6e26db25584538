package io.seawall.proxy.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlinesTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Deadlines deadlines = new Deadlines();
    private final List<String> expired = new ArrayList<>();

    @BeforeEach
    void stopTheClock() {
        channel.freezeTime();
    }

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    private Deadlines.Deadline add(String name) {
        return deadlines.add(channel.eventLoop(), () -> expired.add(name));
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 10, 86_400})
    void expireOnceAndNotEarlyAndASecondLateAtMost(int seconds) {
        add("a").in(seconds);
        pass(Math.max(0, seconds - 1));
        assertEquals(List.of(), expired);
        pass(2);
        assertEquals(List.of("a"), expired);
        pass(100);
        assertEquals(List.of("a"), expired);
    }

    @Test
    void doNotExpireOnceAnotherHasRemovedThemOrMovedThemInTheSameTick() {
        List<Deadlines.Deadline> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            int self = i;
            all.add(deadlines.add(channel.eventLoop(), () -> {
                expired.add("one");
                all.get((self + 1) % 3).remove();
                all.get((self + 2) % 3).in(100);
            }));
        }
        all.forEach(deadline -> deadline.in(1));
        pass(50);
        assertEquals(List.of("one"), expired);
        all.forEach(Deadlines.Deadline::remove);
    }

    @Test
    void areNotSetAtFirst() {
        add("a");
        pass(1_000);

        assertEquals(List.of(), expired);
    }

    @Test
    void move() {
        Deadlines.Deadline deadline = add("a");
        deadline.in(10);
        pass(8);
        deadline.in(10);
        pass(8);
        assertEquals(List.of(), expired);
        pass(3);

        assertEquals(List.of("a"), expired);
    }

    @Test
    void canBeTakenBackAndSetAgain() {
        Deadlines.Deadline deadline = add("a");
        deadline.in(2);
        deadline.never();
        pass(10);
        assertEquals(List.of(), expired);
        deadline.in(2);
        pass(4);

        assertEquals(List.of("a"), expired);
    }

    @Test
    void endForGoodWhenRemoved() {
        Deadlines.Deadline deadline = add("a");
        deadline.in(2);
        deadline.remove();
        deadline.in(2);
        pass(10);

        assertEquals(List.of(), expired);
    }

    @Test
    void mayRemoveAndAddOthersWhileTheyExpire() {
        Deadlines.Deadline other = add("other");
        other.in(1_000);
        deadlines.add(channel.eventLoop(), () -> {
            expired.add("first");
            other.remove();
            add("next").in(1);
        }).in(1);
        pass(10);

        assertEquals(List.of("first", "next"), expired);
    }

    @Test
    void expireInAnyNumber() {
        for (int i = 0; i < 100; i++) {
            add("a" + i).in(i % 2 + 1);
        }
        pass(3);

        assertEquals(100, expired.size());
    }

    @Test
    void waitForWhatCameWhileSeawallItselfStoodStill() {
        Deadlines.Deadline deadline = add("a");
        deadline.in(10);
        pass(3);
        long before = deadline.now();
        channel.advanceTimeBy(60, TimeUnit.SECONDS);
        long still = TimeUnit.NANOSECONDS.toSeconds(deadline.now() - before);
        assertTrue(still <= 2, "before the first tick after it: " + still);
        channel.runScheduledPendingTasks();
        assertEquals(List.of(), expired);
        pass(4);
        assertEquals(List.of(), expired);
        pass(5);

        assertEquals(List.of("a"), expired);
    }

    @Test
    void tellTheTimeBetweenTheirTicks() {
        Deadlines.Deadline deadline = add("a");
        long before = deadline.now();
        channel.advanceTimeBy(300, TimeUnit.MILLISECONDS);
        assertEquals(TimeUnit.MILLISECONDS.toNanos(300), deadline.now() - before);
        pass(5);

        assertEquals(TimeUnit.MILLISECONDS.toNanos(5_300), deadline.now() - before);
    }

    @Test
    void ofOneLoopDoNotWaitForAnother() {
        EmbeddedChannel other = new EmbeddedChannel();
        other.freezeTime();
        deadlines.add(other.eventLoop(), () -> expired.add("other")).in(1);
        add("mine").in(1);
        pass(3);
        assertEquals(List.of("mine"), expired);

        other.advanceTimeBy(3, TimeUnit.SECONDS);
        other.runScheduledPendingTasks();
        assertEquals(List.of("mine", "other"), expired);
        assertFalse(other.finishAndReleaseAll());
    }
}
