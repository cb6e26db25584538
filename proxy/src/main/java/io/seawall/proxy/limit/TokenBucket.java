package io.seawall.proxy.limit;

import java.util.concurrent.TimeUnit;

/// A token bucket: full at the start, and again after as much time without any taken as its size needs. Thread-safe.
public final class TokenBucket {
    private final int size;
    private final double nanosPerToken;
    private double tokens;
    private long filledAt;

    /// @param size the most tokens it holds
    /// @param window nanoseconds in which as many come back
    /// @param now a [System#nanoTime()], as of every other call
    public TokenBucket(int size, long window, long now) {
        this(size, (double) window / size, now);
    }

    private TokenBucket(int size, double nanosPerToken, long now) {
        this.size = size;
        this.nanosPerToken = nanosPerToken;
        tokens = size;
        filledAt = now;
    }

    /// One that so many tokens a second come back to.
    public static TokenBucket perSecond(int size, double tokens, long now) {
        return new TokenBucket(size, TimeUnit.SECONDS.toNanos(1) / tokens, now);
    }

    /// Takes one, or what is left of one.
    public synchronized void take(long now) {
        fill(now);
        tokens = Math.max(0, tokens - 1);
    }

    /// Takes one only where there is one.
    public synchronized boolean tryTake(long now) {
        fill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    public synchronized void giveBack(long now) {
        fill(now);
        tokens = Math.min(size, tokens + 1);
    }

    public synchronized long secondsUntilOne(long now) {
        fill(now);
        return tokens >= 1 ? 0 : Math.ceilDiv((long) ((1 - tokens) * nanosPerToken), 1_000_000_000L);
    }

    private void fill(long now) {
        long passed = now - filledAt;
        // another thread may have read the clock a little later, and been here first
        if (passed > 0) {
            tokens = Math.min(size, tokens + passed / nanosPerToken);
            filledAt = now;
        }
    }
}
