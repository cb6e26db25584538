package io.seawall.proxy.http;

import java.util.concurrent.TimeUnit;

/// How long a client may keep us waiting for its body: a minute for each piece, and all in all a minute more than the
/// minimum rate takes, so that a byte now and then does not hold a connection for ever. The time in which nobody asked
/// for more is the gateway's, not the client's.
final class BodyPace {
    static final int SECONDS = 60;
    static final int BYTES_PER_SECOND = 500;

    private long received;
    private long waited;
    private long since;
    private boolean waiting;

    /// Waits for the client, from now on or still; the seconds that it has left.
    ///
    /// @param now nanoseconds
    long waits(long now) {
        pauses(now);
        waiting = true;
        since = now;
        long left = SECONDS + received / BYTES_PER_SECOND - TimeUnit.NANOSECONDS.toSeconds(waited);
        return Math.clamp(left, 0, SECONDS);
    }

    /// Nobody waits for the client.
    void pauses(long now) {
        if (waiting) {
            waiting = false;
            waited += now - since;
        }
    }

    void receives(int bytes) {
        received += bytes;
    }
}
