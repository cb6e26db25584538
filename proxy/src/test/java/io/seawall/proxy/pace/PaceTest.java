package io.seawall.proxy.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    private final Pace pace = new Pace(60, 500);

    private static long at(long seconds) {
        return TimeUnit.SECONDS.toNanos(seconds) - 1_000_000_000_000L;
    }

    @Test
    void givesAMinuteForTheFirstBytes() {
        assertEquals(60, pace.waits(at(0)));
    }

    @Test
    void countsTheTimeThatTheClientTakes() {
        pace.waits(at(0));
        assertEquals(20, pace.waits(at(40)));
        assertEquals(10, pace.waits(at(50)));
        assertEquals(0, pace.waits(at(100)));
    }

    @Test
    void givesTimeForBytesAtTheMinimumRate() {
        pace.waits(at(0));
        pace.moves(20 * 500);

        assertEquals(40, pace.waits(at(40)));
    }

    @Test
    void neverGivesMoreThanAMinute() {
        pace.waits(at(0));
        pace.moves(Integer.MAX_VALUE);

        assertEquals(60, pace.waits(at(1)));
    }

    @Test
    void doesNotCountTheTimeInWhichNobodyAsked() {
        pace.waits(at(0));
        pace.pauses(at(10));
        pace.pauses(at(500));

        assertEquals(50, pace.waits(at(1_000)));
    }
}
