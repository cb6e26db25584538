package io.seawall.proxy.credential;

/// A token bucket: full at the start, empty after `size` wrong credentials, full again after a window without any.
final class Budget {
    private final int size;
    private final double nanosPerToken;
    private double tokens;
    private long filledAt;

    Budget(int size, long window, long now) {
        this.size = size;
        nanosPerToken = (double) window / size;
        tokens = size;
        filledAt = now;
    }

    synchronized void take(long now) {
        fill(now);
        tokens = Math.max(0, tokens - 1);
    }

    /// Takes one only where there is one.
    synchronized boolean tryTake(long now) {
        fill(now);
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }

    synchronized void giveBack(long now) {
        fill(now);
        tokens = Math.min(size, tokens + 1);
    }

    synchronized long secondsUntilOne(long now) {
        fill(now);
        return tokens >= 1 ? 0 : Math.ceilDiv((long) ((1 - tokens) * nanosPerToken), 1_000_000_000L);
    }

    private void fill(long now) {
        tokens = Math.min(size, tokens + (now - filledAt) / nanosPerToken);
        filledAt = now;
    }
}
