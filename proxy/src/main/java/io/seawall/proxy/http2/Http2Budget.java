package io.seawall.proxy.http2;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a client's frames may cost besides requests, in each window of ten seconds. Frames that carry nothing are cheap
/// to send and each costs us as much as a useful one; browsers and tunnels stay far below. Pure.
final class Http2Budget {
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);
    private static final int RESETS = 100;
    /// On a connection that a trusted proxy shares among its clients, which end their requests as they like: a browser's
    /// reload ends dozens.
    private static final int SHARED_RESETS = 10_000;
    private static final int PINGS = 100;
    private static final int SETTINGS = 20;
    private static final int PRIORITIES = 500;
    private static final int EMPTY_DATA = 100;
    /// Those that may be nothing but padding, which is not known when they begin.
    private static final int PADDED_DATA = 1_000;
    private static final int LONGEST_PADDING = 256;
    private static final int UNKNOWN = 100;
    private static final int UPDATES = 1_000;
    /// A client that downloads may send one for each kilobyte.
    private static final int BYTES_PER_UPDATE = 1_024;
    /// Of one head, whose size is limited besides.
    static final int CONTINUATIONS = 16;

    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int PADDED = 8;

    private final int mostResets;
    private long since;
    private int resets;
    private int pings;
    private int settings;
    private int priorities;
    private int emptyData;
    private int paddedData;
    private int unknown;
    private int updates;
    private int continuations;
    private long sent;

    /// @param shared whether the requests of many clients come over the connection
    /// @param now nanoseconds
    Http2Budget(boolean shared, long now) {
        mostResets = resets(shared);
        since = now;
    }

    /// Those that a connection may have in a window, of either side's errors.
    static int resets(boolean shared) {
        return shared ? SHARED_RESETS : RESETS;
    }

    /// Bytes that went to the client.
    void sent(int bytes) {
        sent += bytes;
    }

    /// Charges one frame of the client.
    ///
    /// @param now nanoseconds
    /// @return the flood that it is too much of, a label; null where there is none
    @Nullable
    String charge(int type, int flags, int length, long now) {
        if (now - since > WINDOW) {
            since = now;
            resets = 0;
            pings = 0;
            settings = 0;
            priorities = 0;
            emptyData = 0;
            paddedData = 0;
            unknown = 0;
            updates = 0;
            sent = 0;
        }
        return switch (type) {
            case Http2Frames.DATA -> data(flags, length) ? null : "empty_data_flood";
            case Http2Frames.HEADERS -> {
                continuations = 0;
                yield null;
            }
            case Http2Frames.PRIORITY -> ++priorities > PRIORITIES ? "priority_flood" : null;
            case Http2Frames.RST_STREAM -> ++resets > mostResets ? "reset_flood" : null;
            case Http2Frames.SETTINGS -> ++settings > SETTINGS ? "settings_flood" : null;
            case Http2Frames.PING -> (flags & ACK) == 0 && ++pings > PINGS ? "ping_flood" : null;
            case Http2Frames.GOAWAY -> null;
            case Http2Frames.WINDOW_UPDATE -> ++updates > UPDATES + sent / BYTES_PER_UPDATE
                    ? "window_update_flood"
                    : null;
            case Http2Frames.CONTINUATION -> ++continuations > CONTINUATIONS ? "continuation_flood" : null;
            default -> ++unknown > UNKNOWN ? "unknown_frame_flood" : null;
        };
    }

    private boolean data(int flags, int length) {
        if ((flags & END_STREAM) != 0) {
            return true; // one for each stream
        }
        if ((flags & PADDED) != 0 && length <= LONGEST_PADDING) {
            return ++paddedData <= PADDED_DATA;
        }
        return length > 0 || ++emptyData <= EMPTY_DATA;
    }
}
