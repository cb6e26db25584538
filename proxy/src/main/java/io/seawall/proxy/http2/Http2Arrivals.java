package io.seawall.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2FrameLogger;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.logging.LogLevel;
import java.util.Iterator;

/// What is done with a frame before the codec sees it, and logging is the only place in front of that.
///
/// A request with more than one content-length is refused, equal ones and a list in one field too (RFC 9110, 8.6): the
/// codec would merge them before another handler sees the head. And [Http2Connected] is told which streams were opened.
final class Http2Arrivals extends Http2FrameLogger {
    // no length: the codec ends the stream with PROTOCOL_ERROR, as where two of them differ
    private static final String NONE = "more than one";

    private final Http2Connected connection;

    Http2Arrivals(Http2Connected connection) {
        super(LogLevel.TRACE, Http2Arrivals.class);
        this.connection = connection;
    }

    @Override
    public void logHeaders(Direction direction, ChannelHandlerContext ctx, int stream, Http2Headers headers,
            int padding, boolean end) {
        if (direction == Direction.INBOUND) {
            head(stream, headers);
        }
    }

    @Override
    public void logHeaders(Direction direction, ChannelHandlerContext ctx, int stream, Http2Headers headers,
            int dependency, short weight, boolean exclusive, int padding, boolean end) {
        if (direction == Direction.INBOUND) {
            head(stream, headers);
        }
    }

    @Override
    public void logData(Direction direction, ChannelHandlerContext ctx, int stream, ByteBuf data, int padding,
            boolean end) {
        if (direction == Direction.INBOUND) {
            connection.dataCame(stream);
        }
    }

    @Override
    public void logRstStream(Direction direction, ChannelHandlerContext ctx, int stream, long error) {
        if (direction == Direction.INBOUND) {
            connection.resetCame(stream);
        } else {
            connection.reset(stream);
        }
    }

    @Override
    public void logWindowsUpdate(Direction direction, ChannelHandlerContext ctx, int stream, int bytes) {
        if (direction == Direction.INBOUND) {
            connection.otherCame();
        }
    }

    private void head(int stream, Http2Headers headers) {
        connection.headCame(stream);
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
