package io.seawall.proxy.pace;

import java.util.concurrent.TimeUnit;

/// How long a client may keep us waiting: so many seconds for each piece, and all in all no more than those beyond what
/// the minimum rate takes, so that a byte now and then does not hold a connection for ever. Time in which Seawall does
/// not wait for the client is not counted.
public final class Pace {
    private final long stallSeconds;
    private final long bytesPerSecond;
    private long moved;
    private long waited;
    private long since;
    private boolean waiting;

    public Pace(long stallSeconds, long bytesPerSecond) {
        this.stallSeconds = stallSeconds;
        this.bytesPerSecond = bytesPerSecond;
    }

    /// Waits for the client, from now on or still; the seconds that it has left.
    ///
    /// @param now nanoseconds
    public long waits(long now) {
        pauses(now);
        waiting = true;
        since = now;
        long left = stallSeconds + moved / bytesPerSecond - TimeUnit.NANOSECONDS.toSeconds(waited);
        return Math.clamp(left, 0, stallSeconds);
    }

    /// Seawall does not wait for the client.
    public void pauses(long now) {
        if (waiting) {
            waiting = false;
            waited += now - since;
        }
    }

    /// The client sent or took some.
    public void moves(long bytes) {
        moved += bytes;
    }
}
