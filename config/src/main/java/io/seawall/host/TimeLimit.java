package io.seawall.host;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs work that may hang and cannot be interrupted, such as reading a file that another user may replace with a pipe,
/// on a thread that is then abandoned. The number of abandoned threads is bounded.
public final class TimeLimit {
    private static final int MOST_LEFT_BEHIND = 8;
    private static final AtomicInteger LEFT_BEHIND = new AtomicInteger();

    private TimeLimit() {}

    /// @throws TimeoutException when the time is over, or at once where too many earlier ones still hang
    public static <T> T within(Duration time, Callable<T> work) throws TimeoutException {
        if (LEFT_BEHIND.get() >= MOST_LEFT_BEHIND) {
            throw new TimeoutException();
        }
        AtomicInteger parties = new AtomicInteger();
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("seawall-looking").start(() -> {
            task.run();
            if (parties.getAndIncrement() == 1) {
                LEFT_BEHIND.decrementAndGet(); // it came back after all
            }
        });
        try {
            return task.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LEFT_BEHIND.incrementAndGet();
            if (parties.getAndIncrement() == 1) {
                LEFT_BEHIND.decrementAndGet(); // just now
            }
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException unchecked
                    ? unchecked
                    : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TimeoutException();
        }
    }
}
