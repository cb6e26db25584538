package io.seawall.proxy.pace;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import io.seawall.config.Config;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.limit.ConnectionChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Ends the connection of a client that does not take its response, or takes it more slowly than the minimum rate: the
/// waiting bytes occupy our memory. Stands next to the socket (or the stream), where what was written and what still
/// waits are known.
///
/// While memory is short it does not wait: an unauthenticated client that occupies some of it, or sends more, is
/// closed.
///
/// Time counts only while bytes wait, so a response that is silent by itself may stay so. A tunnel has no such
/// deadline.
public final class SlowReaderHandler extends ChannelDuplexHandler {
    private static final String LABEL = "answer_timeout";
    private static final int LOOK_SECONDS = 5;

    private final Deadlines deadlines;
    private final Config.Http limits;
    private final Predicate<Channel> tooMuch;
    private Deadlines.@Nullable Deadline deadline;
    private @Nullable Pace pace;
    private long written;
    private long taken;
    private long tookAt;

    /// @param tooMuch whether memory is so short that this connection has to end
    public SlowReaderHandler(Deadlines deadlines, Config.Http limits, Predicate<Channel> tooMuch) {
        this.deadlines = deadlines;
        this.limits = limits;
        this.tooMuch = tooMuch;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = deadlines.add(ctx.executor(), () -> look(ctx));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.remove();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (tooMuch.test(ConnectionChannel.of(ctx.channel()))) {
            ReferenceCountUtil.release(msg);
            endConnection(ctx);
        } else {
            ctx.fireChannelRead(msg); // passes ownership
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (pace != null && waiting(ctx.channel()) == 0) {
            pace = null; // all before was taken, and this is judged from its own flush on
        }
        switch (msg) {
            case ByteBuf buffer -> written += buffer.readableBytes();
            case Http2DataFrame data -> written += data.content().readableBytes();
            default -> {
                // heads are small, and not subject to flow control
            }
        }
        ctx.write(msg, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
        if (waiting(ctx.channel()) > 0 && tooMuch.test(ConnectionChannel.of(ctx.channel()))) {
            endConnection(ctx);
            return;
        }
        if (pace == null && waiting(ctx.channel()) > 0 && deadline != null) {
            pace = new Pace(limits.stall().toSeconds(), limits.minRate());
            taken = written - waiting(ctx.channel());
            tookAt = deadline.now();
            await(ctx, pace, deadline);
        }
    }

    /// Not only the stream, where it is one of HTTP/2.
    private static void endConnection(ChannelHandlerContext ctx) {
        ChannelHandlerContext first = ctx.channel() instanceof Http2StreamChannel stream
                ? stream.parent().pipeline().firstContext()
                : ctx;
        if (first != null) {
            first.close();
        }
    }

    private void look(ChannelHandlerContext ctx) {
        long waiting = waiting(ctx.channel());
        if (waiting == 0 || pace == null || deadline == null) {
            pace = null;
            return;
        }
        long moved = Math.max(0, written - waiting - taken);
        if (moved > 0) {
            tookAt = deadline.now();
        }
        pace.moves(moved);
        taken = written - waiting;
        await(ctx, pace, deadline);
    }

    private void await(ChannelHandlerContext ctx, Pace pace, Deadlines.Deadline deadline) {
        long now = deadline.now();
        // what was taken fast before buys no time in which nothing is taken
        long still = limits.stall().toSeconds() - TimeUnit.NANOSECONDS.toSeconds(now - tookAt);
        long left = Math.min(still, pace.waits(now));
        if (left > 0) {
            deadline.in(Math.min(left, LOOK_SECONDS));
            return;
        }
        Exchange exchange = Exchange.current(ctx.channel());
        if (exchange != null) {
            exchange.rejection(LABEL);
        }
        ctx.close(); // from here it passes no TLS handler, which would wait for its close_notify
    }

    /// Bytes that the socket did not take yet, with a little for each buffer; of a stream, those for which the client has
    /// opened no window.
    private static long waiting(Channel channel) {
        if (channel instanceof Http2StreamChannel) {
            // its only accounts of what is pending: see AbstractHttp2StreamChannel
            return channel.isWritable()
                    ? channel.config().getWriteBufferHighWaterMark() + 1 - channel.bytesBeforeUnwritable()
                    : channel.config().getWriteBufferLowWaterMark() - 1 + channel.bytesBeforeWritable();
        }
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        // what is not flushed, such as what TLS has not encrypted yet, waits for us; and a buffer counts as pending as
        // a whole until its last byte is taken
        return buffer == null || buffer.isEmpty() ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }
}
