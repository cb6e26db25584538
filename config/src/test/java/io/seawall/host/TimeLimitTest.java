package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TimeLimitTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void handsOnWhatCameInTime() throws TimeoutException {
        assertEquals(7, TimeLimit.within(LONG, () -> 7));
        assertThrows(IllegalArgumentException.class, () -> TimeLimit.within(LONG, () -> {
            throw new IllegalArgumentException();
        }));
        assertThrows(StackOverflowError.class, () -> TimeLimit.within(LONG, () -> {
            throw new StackOverflowError();
        }));
    }

    @Test
    void leavesSoManyThreadsBehindAndNoMore() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        for (int i = 0; i < 20; i++) {
            assertThrows(TimeoutException.class, () -> TimeLimit.within(Duration.ofMillis(20), () -> {
                started.incrementAndGet();
                while (end.getCount() > 0) { // as a read that cannot be interrupted
                    Thread.onSpinWait();
                    java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                }
                return 0;
            }));
        }
        assertTrue(started.get() <= 8, started + " threads");
        end.countDown();
        // and when they come back, it goes on
        for (int i = 0;; i++) {
            try {
                assertEquals(7, TimeLimit.within(LONG, () -> 7));
                return;
            } catch (TimeoutException e) {
                assertTrue(i < 1_000);
                Thread.sleep(10);
            }
        }
    }
}
