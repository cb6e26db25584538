package io.seawall.proxy.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the streams of one connection share.
///
/// Their windows, which are how much a client may send before anybody took it: strangers have the 64 KiB that every
/// connection begins with, for all their streams together; a body that somebody wants gets a window that a fast line
/// fills, and the connection one that a body which stands still does not use up.
///
/// And their end: a stream with bytes that nobody reads does not learn by itself that its connection is gone.
public final class Http2Streams {
    private static final int STREAM = 512 * 1024;
    private static final int CONNECTION = 2 * 1024 * 1024;

    private final Http2Connection connection;
    private final Set<Channel> open = new HashSet<>();
    private boolean wide;

    Http2Streams(Http2Connection connection) {
        this.connection = connection;
    }

    void opened(Channel stream) {
        open.add(stream);
    }

    void ended(Channel stream) {
        open.remove(stream);
    }

    List<Channel> open() {
        return List.copyOf(open);
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
