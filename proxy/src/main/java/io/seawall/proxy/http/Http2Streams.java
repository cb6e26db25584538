package io.seawall.proxy.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the streams of one connection share.
///
/// Their windows, which are how much a client may send before anybody took it: strangers have the 64 KiB that every
/// connection begins with, for all their streams together; a body that somebody wants gets a window that a fast line
/// fills, and the connection one that a body which stands still does not use up.
///
/// What of them is on the heap: each stream, each DATA frame that nobody has taken yet, and how many answers wait for
/// their client.
///
/// And their end: a stream with bytes that nobody reads does not learn by itself that its connection is gone.
public final class Http2Streams {
    private static final int STREAM = 512 * 1024;
    private static final int CONNECTION = 2 * 1024 * 1024;

    private final Http2Connection connection;
    private final Set<Channel> open = new HashSet<>();
    // DATA frames that no one has taken, of each stream that has some
    private final IntObjectMap<int[]> held = new IntObjectHashMap<>();
    private int allHeld;
    private int waitingAnswers;
    private boolean wide;

    Http2Streams(Http2Connection connection) {
        this.connection = connection;
    }

    void opened(Channel stream) {
        open.add(stream);
        HeapLedger.of(stream).charge(HeapCost.STREAM);
    }

    void ended(Channel stream) {
        open.remove(stream);
        int[] frames = stream instanceof Http2StreamChannel child ? held.remove(child.stream().id()) : null;
        int left = frames == null ? 0 : frames[0];
        allHeld -= left;
        HeapLedger.of(stream).free(HeapCost.STREAM + left * HeapCost.FRAME);
    }

    List<Channel> open() {
        return List.copyOf(open);
    }

    /// A DATA frame came for a stream.
    ///
    /// @return how many of them the connection holds now
    int holds(int stream) {
        int[] frames = held.get(stream);
        if (frames == null) {
            frames = new int[1];
            held.put(stream, frames);
        }
        frames[0]++;
        return ++allHeld;
    }

    /// The stream took one of its DATA frames.
    void took(Channel stream) {
        int[] frames = stream instanceof Http2StreamChannel child ? held.get(child.stream().id()) : null;
        if (frames != null && frames[0] > 0) {
            frames[0]--;
            allHeld--;
            HeapLedger.of(stream).free(HeapCost.FRAME);
        }
    }

    /// So many more answers are written to the end, and not all taken by their client.
    void answers(int more) {
        waitingAnswers += more;
    }

    int waitingAnswers() {
        return waitingAnswers;
    }

    /// The connection is gone.
    void endAll() {
        open().forEach(Channel::close);
    }

    /// Opens the windows of a stream whose body is wanted. Does nothing for a stream that has its share already.
    void widen(Channel channel) {
        Http2Stream stream = channel instanceof Http2StreamChannel child
                ? connection.stream(child.stream().id())
                : null;
        if (stream == null) {
            return;
        }
        try {
            if (!wide) {
                wide = true;
                widen(connection.connectionStream(), CONNECTION);
            }
            if (widen(stream, STREAM)) {
                channel.parent().flush();
            }
        } catch (Http2Exception e) {
            // the stream has just ended, or the window is wider than wide
            channel.close();
        }
    }

    private boolean widen(Http2Stream stream, int bytes) throws Http2Exception {
        Http2LocalFlowController flow = connection.local().flowController();
        int more = bytes - flow.initialWindowSize(stream);
        if (more <= 0) {
            return false;
        }
        flow.incrementWindowSize(stream, more);
        return true;
    }
}
