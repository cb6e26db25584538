package io.seawall.proxy.http2;

import io.netty.handler.codec.http2.Http2Error;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Records which streams a client has opened and ended itself, to detect when it uses one again (RFC 9113, 5.1 and
/// 5.1.1). The codec forgets a stream when it is closed, and then cannot distinguish a second request on it from a late
/// frame of one that was reset.
final class Http2StreamIds {
    // beyond them a late frame of a stream that we reset counts as an error, which the RFC allows
    private static final int REMEMBERED = 256;

    private final Set<Integer> unended = new LinkedHashSet<>();
    private final int[] recent = new int[REMEMBERED];
    private final Http2Resets resets = new Http2Resets();
    private int opened;
    private int last;

    /// A head, or trailers.
    ///
    /// @return the error of the connection that it is; null where it is none
    @Nullable
    Http2Error head(int stream, boolean end) {
        if (stream > last) {
            last = stream;
            recent[opened++ % REMEMBERED] = stream;
            if (!end) {
                if (unended.size() == REMEMBERED) {
                    unended.remove(unended.iterator().next());
                }
                unended.add(stream);
            }
            return null;
        }
        if (unended.contains(stream)) {
            if (end) {
                unended.remove(stream);
            }
            return null;
        }
        if (resets.isLate(stream)) {
            return null; // trailers, sent before the client has read that its stream is reset
        }
        return isRecent(stream) ? Http2Error.STREAM_CLOSED : Http2Error.PROTOCOL_ERROR;
    }

    /// The client sends no more on it.
    void ended(int stream) {
        unended.remove(stream);
    }

    /// Seawall has ended it: nothing more of it needs to be known than that late frames are no error.
    void reset(int stream) {
        if (unended.remove(stream)) {
            resets.add(stream);
        }
    }

    private boolean isRecent(int stream) {
        for (int id : recent) {
            if (id == stream) {
                return true;
            }
        }
        return false;
    }
}
