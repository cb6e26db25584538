package io.seawall.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.seawall.config.Config;
import io.seawall.proxy.limit.HeapLedger;
import io.seawall.proxy.limit.LoopShareHandler;
import io.seawall.proxy.pace.Deadlines;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands in front of the HTTP/2 codec and ends connections that cost too much there: floods of frames ([Http2Budget]),
/// streams that are used again ([Http2StreamIds]), and heads, settings and other small frames that do not arrive whole
/// in the time of a request's head. A client that evades a limit of the codec is still caught here, because only frames
/// count.
///
/// Of an unauthenticated client it hands on one request at a time, and keeps the rest of what was read when its turn is
/// over ([LoopShare]): a read holds thousands of them.
///
/// Errors are counted where they leave, so that none is forgotten; resets that a client provokes (RFC 9113's errors on
/// purpose, "MadeYouReset") are as limited as its own.
public final class Http2GuardHandler extends ChannelDuplexHandler {
    private static final int PREFACE = 24;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);

    private final Deadlines deadlines;
    private final Config.Http limits;
    private final Http2Frames inbound = new Http2Frames(PREFACE);
    private final Http2Frames outbound = new Http2Frames(0);
    private @Nullable Http2Budget budget;
    private Deadlines.@Nullable Deadline deadline;
    private @Nullable HeapLedger ledger;
    private boolean headOpen;
    private boolean waiting;
    private boolean over;
    private final Http2StreamIds ids = new Http2StreamIds();
    private Http2Error error = Http2Error.NO_ERROR;
    private String reason = "";
    private int provoked;
    private int mostProvoked;
    private long provokedSince;
    private @Nullable LoopShareHandler share;
    private ByteBuf held = Unpooled.EMPTY_BUFFER;

    public Http2GuardHandler(Deadlines deadlines, Config.Http limits) {
        this.deadlines = deadlines;
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        long now = ctx.executor().ticker().nanoTime();
        HeapLedger account = HeapLedger.of(ctx.channel());
        ledger = account;
        budget = new Http2Budget(account.isShared(), now);
        mostProvoked = Http2Budget.resets(account.isShared());
        provokedSince = now;
        share = LoopShareHandler.of(ctx);
        deadline = deadlines.add(ctx.executor(), () -> end(ctx, Http2Error.SETTINGS_TIMEOUT, "head_timeout"));
        await(true);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.remove();
        }
        drop();
    }

    private void drop() {
        held.release();
        held = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        drop();
        ctx.fireChannelInactive();
    }

    /// The time runs from the first byte that waits; further ones do not lengthen it.
    private void await(boolean incomplete) {
        if (deadline != null && incomplete != waiting) {
            waiting = incomplete;
            if (incomplete) {
                deadline.in(limits.header().toSeconds());
            } else {
                deadline.never();
            }
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf data = (ByteBuf) msg;
        if (held.isReadable()) {
            held = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), held, data); // comes behind it
        } else {
            handOn(ctx, data);
        }
    }

    /// Nothing more is read while something is held.
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (!held.isReadable()) {
            ctx.read();
        }
    }

    /// Takes over the bytes.
    private void handOn(ChannelHandlerContext ctx, ByteBuf data) {
        boolean all = false;
        while (!all && !over && !isEnding()) {
            boolean measured = share != null && share.isMeasured(ctx.channel());
            int end = inbound.follow(data, new Inbound(ctx.executor().ticker().nanoTime(), measured));
            if (error != Http2Error.NO_ERROR) {
                end(ctx, error, reason);
                break;
            }
            // a body has a pace of its own, and its frames may be as long as it takes
            int unfinished = inbound.unfinished();
            await(headOpen || unfinished > Http2Frames.DATA);
            all = end == data.writerIndex();
            ctx.fireChannelRead(all ? data : data.readRetainedSlice(end - data.readerIndex())); // passes ownership
            if (!all && !ctx.channel().isActive()) {
                break;
            }
            if (!all && share != null && share.isTurnOver(ctx.channel())) {
                held = data;
                share.later(ctx, () -> goOn(ctx));
                return;
            }
        }
        if (!all) {
            data.release();
        }
    }

    /// Each frame would be kept without a reader.
    private boolean isEnding() {
        return ledger != null && ledger.isEnding();
    }

    private void goOn(ChannelHandlerContext ctx) {
        ByteBuf rest = held;
        held = Unpooled.EMPTY_BUFFER;
        if (rest.isReadable()) {
            handOn(ctx, rest);
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof ByteBuf data) {
            if (budget != null) {
                budget.sent(data.readableBytes());
            }
            outbound.follow(data, new Outbound(ctx));
        }
        ctx.write(msg, promise);
    }

    private void end(ChannelHandlerContext ctx, Http2Error error, String reason) {
        if (over) {
            return;
        }
        over = true;
        ctx.pipeline().fireUserEventTriggered(new Http2ErrorEvent(true, reason));
        ByteBuf frame = ctx.alloc().buffer(17).writeMedium(8).writeByte(Http2Frames.GOAWAY).writeByte(0).writeInt(0)
                .writeInt(Integer.MAX_VALUE).writeInt((int) error.code());
        ctx.writeAndFlush(frame).addListener(ChannelFutureListener.CLOSE);
    }

    private final class Inbound implements Http2Frames.Listener {
        private final long now;
        private final boolean measured;
        private boolean head;

        /// @param measured whether to stop behind each head
        Inbound(long now, boolean measured) {
            this.now = now;
            this.measured = measured;
        }

        @Override
        public boolean begins(int type, int flags, int stream, int length) {
            if (type == Http2Frames.HEADERS || type == Http2Frames.CONTINUATION) {
                headOpen = (flags & END_HEADERS) == 0;
                head = !headOpen;
            }
            String flood = budget == null ? null : budget.charge(type, flags, length, now);
            if (flood != null) {
                error = Http2Error.ENHANCE_YOUR_CALM;
                reason = flood;
                return false;
            }
            Http2Error misuse = streams(type, flags, stream);
            if (misuse != null) {
                error = misuse;
                reason = misuse.name().toLowerCase(Locale.ROOT);
                return false;
            }
            return true;
        }

        private @Nullable Http2Error streams(int type, int flags, int stream) {
            boolean end = (flags & END_STREAM) != 0;
            if (type == Http2Frames.HEADERS) {
                return ids.head(stream, end);
            }
            if (type == Http2Frames.RST_STREAM || type == Http2Frames.DATA && end) {
                ids.ended(stream);
            }
            return null;
        }

        @Override
        public boolean complete(int type, long payload) {
            return !(measured && head);
        }
    }

    private final class Outbound implements Http2Frames.Listener {
        private final ChannelHandlerContext ctx;

        Outbound(ChannelHandlerContext ctx) {
            this.ctx = ctx;
        }

        @Override
        public boolean begins(int type, int flags, int stream, int length) {
            if (type == Http2Frames.RST_STREAM) {
                ids.reset(stream);
            }
            return true;
        }

        @Override
        public boolean complete(int type, long payload) {
            boolean connection = type == Http2Frames.GOAWAY;
            long code = connection ? payload & 0xffff_ffffL : payload;
            Http2Error error = Http2Error.valueOf(code);
            if (type != Http2Frames.RST_STREAM && !connection || error == null || error == Http2Error.NO_ERROR
                    || error == Http2Error.CANCEL || !ctx.channel().isActive()) {
                return true; // the last one: Netty's farewell to a client that has vanished
            }
            ctx.pipeline().fireUserEventTriggered(
                    new Http2ErrorEvent(connection, error.name().toLowerCase(Locale.ROOT)));
            if (!connection) {
                provoked(ctx);
            }
            return true;
        }
    }

    private void provoked(ChannelHandlerContext ctx) {
        long now = ctx.executor().ticker().nanoTime();
        if (now - provokedSince > WINDOW) {
            provokedSince = now;
            provoked = 0;
        }
        if (++provoked > mostProvoked) {
            // not from within a write of the codec
            ctx.executor().execute(() -> end(ctx, Http2Error.ENHANCE_YOUR_CALM, "provoked_reset_flood"));
        }
    }
}
