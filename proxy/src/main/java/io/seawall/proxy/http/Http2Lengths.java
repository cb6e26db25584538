package io.seawall.proxy.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.logging.LogLevel;
import java.util.Iterator;

/// Refuses a request with more than one content-length, equal ones and a list in one field too (RFC 9110, 8.6). The
/// codec would make one of them before anybody else sees the head, and logging is its only place in front of that.
final class Http2Lengths extends Http2FrameLogger {
    // no length: the codec ends the stream with PROTOCOL_ERROR, as where two of them differ
    private static final String NONE = "more than one";

    Http2Lengths() {
        super(LogLevel.TRACE, Http2Lengths.class);
    }

    @Override
    public void logHeaders(Direction direction, ChannelHandlerContext ctx, int stream, Http2Headers headers,
            int padding, boolean end) {
        if (direction == Direction.INBOUND) {
            check(headers);
        }
    }

    @Override
    public void logHeaders(Direction direction, ChannelHandlerContext ctx, int stream, Http2Headers headers,
            int dependency, short weight, boolean exclusive, int padding, boolean end) {
        if (direction == Direction.INBOUND) {
            check(headers);
        }
    }

    private static void check(Http2Headers headers) {
        CharSequence first = headers.get(HttpHeaderNames.CONTENT_LENGTH);
        if (first == null) {
            return;
        }
        Iterator<CharSequence> all = headers.valueIterator(HttpHeaderNames.CONTENT_LENGTH);
        all.next();
        if (all.hasNext() || first.toString().indexOf(',') >= 0) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, NONE);
        }
    }
}
