package io.seawall.proxy.http2;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.limit.HeapCost;
import io.seawall.proxy.limit.HeapLedger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the streams of one connection share.
///
/// Their windows, which are how much a client may send before it is read: unauthenticated clients have the initial 64
/// KiB of the connection for all streams together; a body that a layer let in gets a window for a fast line, and the
/// connection one that a stalled body does not use up.
///
/// What of them is on the heap: each stream, each DATA frame that is not read yet, and how many responses wait for
/// their client.
///
/// And their end: a stream with unread bytes gets no event when its connection is gone.
public final class Http2Streams {
    private static final int STREAM = 512 * 1024;
    private static final int CONNECTION = 2 * 1024 * 1024;

    /// DATA frames of a request that no layer has let in, on a connection that others share.
    static final int MOST_UNGRANTED = 512;

    private final Http2Connection connection;
    private final Set<Channel> open = new HashSet<>();
    // of each stream that had some
    private final IntObjectMap<Held> held = new IntObjectHashMap<>();
    private int allHeld;
    private int waitingAnswers;
    private boolean wide;

    /// The DATA frames of a stream that no one has taken.
    private static final class Held {
        private final @Nullable Channel stream;
        private int frames;
        private int booked;
        private boolean refused;

        Held(@Nullable Channel stream) {
            this.stream = stream;
        }

        /// Whether a layer let its request in: what is kept for that is no unauthenticated client's.
        boolean isGranted() {
            Exchange exchange = stream == null ? null : Exchange.current(stream);
            return exchange != null && exchange.isGranted();
        }
    }

    Http2Streams(Http2Connection connection) {
        this.connection = connection;
    }

    void opened(Channel stream) {
        open.add(stream);
        HeapLedger.of(stream).charge(HeapCost.STREAM);
    }

    void ended(Channel stream) {
        open.remove(stream);
        Held its = stream instanceof Http2StreamChannel child ? held.remove(child.stream().id()) : null;
        allHeld -= its == null ? 0 : its.frames;
        HeapLedger.of(stream).free(HeapCost.STREAM + (its == null ? 0 : its.booked * HeapCost.FRAME));
    }

    List<Channel> open() {
        return List.copyOf(open);
    }

    /// A DATA frame came for a stream: books it, unless a layer let its request in.
    ///
    /// @return whether it fits into the budget
    boolean hold(int stream, HeapLedger ledger) {
        Held its = held.get(stream);
        if (its == null) {
            its = new Held(channel(stream));
            held.put(stream, its);
        }
        its.frames++;
        allHeld++;
        if (its.isGranted()) {
            return true;
        }
        its.booked++;
        return ledger.charge(HeapCost.FRAME);
    }

    private @Nullable Channel channel(int stream) {
        for (Channel channel : open) {
            if (channel instanceof Http2StreamChannel child && child.stream().id() == stream) {
                return channel;
            }
        }
        return null;
    }

    /// DATA frames that the connection holds now.
    int held() {
        return allHeld;
    }

    /// Whether the stream alone has more of them than it may where others share the connection.
    boolean isFlooded(int stream) {
        Held its = held.get(stream);
        return its != null && its.frames > (its.isGranted() ? Http2DataHandler.MOST : MOST_UNGRANTED);
    }

    /// The stream took one of its DATA frames.
    void took(Channel stream) {
        Held its = stream instanceof Http2StreamChannel child ? held.get(child.stream().id()) : null;
        if (its != null && its.frames > 0) {
            its.frames--;
            allHeld--;
            if (its.booked > its.frames) {
                its.booked--;
                HeapLedger.of(stream).free(HeapCost.FRAME);
            }
        }
    }

    /// What a stream sends exceeds the budget: its request ends, and nothing more of it is kept.
    void refuse(int stream) {
        Held its = held.get(stream);
        if (its != null && !its.refused) {
            its.refused = true;
            if (its.stream != null) {
                its.stream.pipeline().fireUserEventTriggered(Http2StreamHandler.NO_ROOM);
            }
        }
    }

    boolean isRefused(int stream) {
        Held its = held.get(stream);
        return its != null && its.refused;
    }

    /// So many more responses are written to the end, and not all taken by their client.
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
