package io.seawall.proxy.http2;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.util.ReferenceCountUtil;
import io.seawall.config.Config;
import io.seawall.proxy.http.Drain;
import io.seawall.proxy.limit.Fatal;
import io.seawall.proxy.limit.HeapLedger;
import io.seawall.proxy.pace.Deadlines;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// The end of an HTTP/2 connection's own pipeline: reads on while the client takes what it gets, sends GOAWAY when idle
/// for too long or when Seawall drains, and releases what the streams did not read.
public final class Http2LifeHandler extends ChannelDuplexHandler {
    private static final System.Logger LOG = System.getLogger(Http2LifeHandler.class.getName());

    /// Of an unauthenticated client, at two looks a second apart.
    static final int MOST_WAITING_ANSWERS = 8;
    /// For the response to the PING that follows a GOAWAY.
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /// RFC 9113, 6.8: streams are refused only when the client has had time to learn that it should ask for no more. One that
    /// is refused costs a request its second try, which not every client makes.
    private enum GoAway {
        NONE,
        // a GOAWAY that refuses nothing, and a PING behind it: its response has everything before it that the client
        // sent until then
        ANNOUNCED,
        // a GOAWAY with the last stream that is answered
        SENT
    }

    private static final long BEHIND_GOAWAY = 0x5ea_a11L;

    private final Http2FrameCodec codec;
    private final Http2Streams streams;
    private final Deadlines deadlines;
    private final Config.Http limits;
    private Deadlines.@Nullable Deadline deadline;
    private long busyAt;
    private int newestAtLook;
    private volatile GoAway goAway = GoAway.NONE;
    private long announcedAt;
    private boolean manyWaited;

    public Http2LifeHandler(Http2FrameCodec codec, Http2Streams streams, Deadlines deadlines, Config.Http limits) {
        this.codec = codec;
        this.streams = streams;
        this.deadlines = deadlines;
        this.limits = limits;
    }

    /// Whether requests or tunnels are under way on a connection that drains, or one may be that has not arrived; false where
    /// it is none of HTTP/2. Any thread may ask.
    public static boolean isBusy(Channel channel) {
        Http2LifeHandler life = channel.pipeline().get(Http2LifeHandler.class);
        return life != null && (life.goAway != GoAway.SENT || life.codec.connection().numActiveStreams() > 0);
    }

    /// The channels in which the connection's requests are: its streams', or its own where it is none of HTTP/2. On its
    /// event loop.
    public static Collection<Channel> requests(Channel connection) {
        Http2LifeHandler life = connection.pipeline().get(Http2LifeHandler.class);
        return life == null ? List.of(connection) : life.streams.open();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        Deadlines.Deadline look = deadlines.add(ctx.executor(), () -> look(ctx));
        deadline = look;
        busyAt = look.now();
        look.in(0);
        ctx.read();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.remove();
        }
    }

    private void look(ChannelHandlerContext ctx) {
        Deadlines.Deadline again = deadline;
        if (again == null) {
            return;
        }
        if (leavesAnswers(ctx)) {
            return;
        }
        if (goAway == GoAway.ANNOUNCED && again.now() - announcedAt >= PATIENCE) {
            say(ctx); // a client that does not answer the PING
            again.in(0);
            return;
        }
        int newest = codec.connection().remote().lastStreamCreated();
        // most requests come and go between two looks
        if (codec.connection().numActiveStreams() > 0 || newest != newestAtLook) {
            newestAtLook = newest;
            busyAt = again.now();
        } else if (goAway == GoAway.SENT) {
            closeAfterwards(ctx);
            return;
        } else if (again.now() - busyAt >= TimeUnit.SECONDS.toNanos(limits.idle().toSeconds())) {
            announce(ctx);
        }
        again.in(0);
    }

    private static void closeAfterwards(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    /// Ends a connection whose client sends requests and opens no window for the responses: a browser reads them at
    /// once. Of a proxy's many clients some may be slow.
    private boolean leavesAnswers(ChannelHandlerContext ctx) {
        ChannelOutboundBuffer socket = ctx.channel().unsafe().outboundBuffer();
        boolean many = streams.waitingAnswers() > MOST_WAITING_ANSWERS
                && (socket == null || socket.totalPendingWriteBytes() == 0)
                && !HeapLedger.of(ctx.channel()).isOpen();
        if (many && manyWaited) {
            ctx.pipeline().fireUserEventTriggered(new Http2ErrorEvent(true, "answers_not_taken"));
            ctx.close();
            return true;
        }
        manyWaited = many;
        return false;
    }

    private void announce(ChannelHandlerContext ctx) {
        if (goAway != GoAway.NONE) {
            return;
        }
        goAway = GoAway.ANNOUNCED;
        announcedAt = deadline == null ? 0 : deadline.now();
        goAway(ctx, Integer.MAX_VALUE);
        ctx.writeAndFlush(new DefaultHttp2PingFrame(BEHIND_GOAWAY));
    }

    private void say(ChannelHandlerContext ctx) {
        if (goAway == GoAway.ANNOUNCED) {
            goAway = GoAway.SENT;
            goAway(ctx, codec.connection().remote().lastStreamCreated());
            ctx.flush();
        }
    }

    private void goAway(ChannelHandlerContext ctx, int last) {
        ChannelHandlerContext at = ctx.pipeline().context(codec);
        if (at != null) {
            codec.goAway(at, last, Http2Error.NO_ERROR.code(), Unpooled.EMPTY_BUFFER, at.newPromise());
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        say(ctx);
        ctx.close(promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof Http2PingFrame ping && ping.ack() && ping.content() == BEHIND_GOAWAY) {
            say(ctx);
            if (codec.connection().numActiveStreams() == 0) {
                closeAfterwards(ctx);
            }
        }
        ReferenceCountUtil.release(msg); // settings, acknowledgements: the codec has seen to them
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readMore(ctx);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        streams.endAll();
        ctx.fireChannelInactive();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        readMore(ctx);
    }

    /// A client that asks on and on without taking the responses must not make us keep them all.
    private static void readMore(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            ctx.read();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == Drain.NOW) {
            announce(ctx);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Fatal.check(cause);
        if (cause instanceof Http2Exception) {
            return; // the codec has said so to the client, and closes
        }
        if (!(cause instanceof IOException) && !(cause.getCause() instanceof SSLException)) {
            StackTraceElement[] trace = cause.getStackTrace();
            LOG.log(System.Logger.Level.ERROR, "unexpected " + cause.getClass().getName()
                    + (trace.length > 0 ? " at " + trace[0] : ""));
        }
        ctx.close();
    }
}
