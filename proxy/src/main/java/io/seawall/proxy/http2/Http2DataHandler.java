package io.seawall.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.limit.HeapLedger;
import org.jspecify.annotations.Nullable;

/// Bounds the DATA frames that wait for a stream to take them: each is objects, however few bytes it carries, and the
/// window counts bytes alone. Small ones of a stream that came in one read become one; the others are booked with the
/// unauthenticated clients' heap, and of a client that a layer let in there may be [#MOST]. Where one exceeds the
/// budget the connection ends; or only that stream, where a request that a layer let in is on the connection as well.
/// On a trusted proxy's connection each stream has a number of its own, and the others go on.
///
/// Sits between the codec and the streams.
public final class Http2DataHandler extends ChannelInboundHandlerAdapter {
    /// As many as fill the connection's window with pieces of 256 bytes.
    static final int MOST = 8_192;
    private static final int SMALL = 1_024;
    private static final int GATHERED = 16_384;

    private final Http2Streams streams;
    private @Nullable HeapLedger ledger;
    private @Nullable Http2DataFrame gathering;
    private @Nullable ByteBuf gathered;
    private boolean over;

    public Http2DataHandler(Http2Streams streams) {
        this.streams = streams;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ledger = HeapLedger.of(ctx.channel());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (over) {
            ReferenceCountUtil.release(msg);
        } else if (msg instanceof Http2DataFrame data) {
            data(ctx, data);
        } else {
            if (msg instanceof Http2StreamFrame) {
                pass(ctx); // trailers come after their body
            }
            ctx.fireChannelRead(msg);
        }
    }

    private void data(ChannelHandlerContext ctx, Http2DataFrame data) {
        ByteBuf content = data.content();
        boolean small = content.readableBytes() <= SMALL && data.padding() == 0;
        Http2DataFrame first = gathering;
        if (first != null && small && sameStream(first.stream(), data.stream())) {
            ByteBuf all = gathered;
            if (all == null) {
                all = ctx.alloc().buffer(GATHERED).writeBytes(first.content());
                first.content().release();
                gathered = all;
            }
            all.writeBytes(content);
            content.release();
            if (data.isEndStream()) {
                gathered = null;
                gathering = null;
                deliver(ctx, new DefaultHttp2DataFrame(all, true).stream(data.stream()));
            } else if (all.readableBytes() > GATHERED - SMALL) {
                pass(ctx);
            }
            return;
        }
        pass(ctx);
        if (small && !data.isEndStream()) {
            gathering = data; // keeps ownership until the next one, or the end of the read
        } else {
            deliver(ctx, data);
        }
    }

    private static boolean sameStream(@Nullable Http2FrameStream one, @Nullable Http2FrameStream other) {
        return one != null && one.equals(other);
    }

    /// Passes on what was gathered.
    private void pass(ChannelHandlerContext ctx) {
        Http2DataFrame first = gathering;
        ByteBuf all = gathered;
        gathering = null;
        gathered = null;
        if (first != null) {
            deliver(ctx, all == null ? first : new DefaultHttp2DataFrame(all).stream(first.stream()));
        }
    }

    private void deliver(ChannelHandlerContext ctx, Http2DataFrame data) {
        Http2FrameStream stream = data.stream();
        HeapLedger account = ledger;
        if (stream == null || account == null) {
            ctx.fireChannelRead(data);
            return;
        }
        if (streams.isRefused(stream.id()) && !data.isEndStream()) {
            data.release(); // its part of the window comes back when the stream ends
            return;
        }
        boolean fits = streams.hold(stream.id(), account);
        ctx.fireChannelRead(data); // passes ownership
        boolean flood = account.isShared() ? streams.isFlooded(stream.id()) : streams.held() > MOST;
        if (flood && !account.isShared() || !fits && account.isUnauthenticated()) {
            over = true;
            ctx.pipeline().fireUserEventTriggered(new Http2ErrorEvent(true, "held_data_flood"));
            ctx.close();
        } else if (flood || !fits) {
            streams.refuse(stream.id()); // others have requests on the connection
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        pass(ctx);
        ctx.fireChannelReadComplete();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        pass(ctx); // a reset comes after what was sent before it
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pass(ctx);
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ReferenceCountUtil.release(gathered == null ? gathering : gathered);
        gathering = null;
        gathered = null;
    }
}
