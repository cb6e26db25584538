package io.seawall.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private static int takes(TokenBucket bucket, long now) {
        int taken = 0;
        while (bucket.tryTake(now)) {
            taken++;
        }
        return taken;
    }

    @Test
    void isFullAtTheStartAndAfterItsWindow() {
        TokenBucket bucket = new TokenBucket(10, 60 * SECOND, 0);
        assertEquals(10, takes(bucket, 0));
        assertEquals(6, bucket.secondsUntilOne(0));
        assertEquals(1, takes(bucket, 6 * SECOND));
        assertEquals(10, takes(bucket, 600 * SECOND));
    }

    @Test
    void fillsAsOftenASecondAsIsSaid() {
        TokenBucket bucket = TokenBucket.perSecond(3, 0.5, 0);
        assertEquals(3, takes(bucket, 0));
        assertFalse(bucket.tryTake(SECOND));
        assertTrue(bucket.tryTake(2 * SECOND));
    }

    /// A thread may have read the clock before another one, and ask after it.
    @Test
    void losesAndGainsNothingByAnOlderClockReading() {
        TokenBucket bucket = new TokenBucket(10, 10 * SECOND, 5 * SECOND);
        assertEquals(10, takes(bucket, 0));
        assertEquals(0, takes(bucket, 5 * SECOND));
        assertEquals(1, takes(bucket, 6 * SECOND));
    }

    @Test
    void takesWhatIsLeftAndGivesBackNoMoreThanItHolds() {
        TokenBucket bucket = new TokenBucket(2, 2 * SECOND, 0);
        bucket.giveBack(0);
        assertEquals(2, takes(bucket, 0));
        bucket.take(0);
        assertEquals(1, bucket.secondsUntilOne(0));
        bucket.giveBack(0);
        assertTrue(bucket.tryTake(0));
    }
}
