package io.seawall.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import io.seawall.config.Config;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.pace.Linger;
import io.seawall.proxy.pace.Pace;
import org.jspecify.annotations.Nullable;

/// HTTP/2 towards the client, one stream: frames to [RequestHead] and [HttpContent], [ResponseHead] and [HttpContent]
/// to frames; the stages behind it are those of [Http1Handler] and see no difference. A piece of the body is read only
/// when a later handler asks by `ctx.read()`, and only then does the client get its part of the window back.
///
/// It stays when the stream becomes a tunnel: the tunnel's bytes are the content of DATA frames (RFC 8441).
public final class Http2StreamHandler extends ChannelDuplexHandler {
    private static final int MOST_THROWN_AWAY = 64 * 1024;
    /// An event: what the client sends on exceeds the heap budget.
    static final Object NO_ROOM = new Object();

    private enum State {
        // Waiting for a head.
        HEAD,
        // Inside a request's body.
        BODY,
        // The request is complete, its response is not.
        ANSWER,
        // Bytes both ways.
        TUNNEL,
        // Nothing that arrives counts any more.
        OVER
    }

    private final Deadlines deadlines;
    private final Config.Http limits;
    private final Http2Streams streams;
    private Deadlines.@Nullable Deadline deadline;
    private State state = State.HEAD;
    private boolean headRequest;
    private boolean fixed;
    private Pace pace;
    private boolean wanted;
    private long left;
    private long thrownAway;
    private boolean answering;
    private boolean bodiless;
    private boolean malformed;
    private boolean keyed;
    private boolean requestEnded;
    private boolean ended;

    /// @param streams those of the connection
    public Http2StreamHandler(Deadlines deadlines, Config.Http limits, Http2Streams streams) {
        this.deadlines = deadlines;
        this.limits = limits;
        this.streams = streams;
        pace = new Pace(limits.stall().toSeconds(), limits.minRate());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = deadlines.add(ctx.executor(), () -> expired(ctx));
        streams.opened(ctx.channel());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline().remove();
        streams.ended(ctx.channel());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read(); // the head, which is there already
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.OVER;
        ctx.fireChannelInactive();
        Exchange exchange = Exchange.current(ctx.channel());
        if (exchange != null) {
            exchange.end(ctx.channel());
        }
    }

    // ---- from the client

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        switch (msg) {
            case Http2HeadersFrame head when state == State.HEAD -> head(ctx, head);
            case Http2HeadersFrame trailers when trailers.isEndStream() ->
                content(ctx, Unpooled.EMPTY_BUFFER, true); // trailers are dropped
            case Http2DataFrame data -> {
                streams.took(ctx.channel());
                content(ctx, data.content(), data.isEndStream()); // passes ownership
            }
            default -> ReferenceCountUtil.release(msg);
        }
    }

    private void head(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
        requestEnded = frame.isEndStream();
        RequestHead head;
        try {
            head = Http2RequestHead.parse(frame.headers(), frame.isEndStream(), limits);
        } catch (HygieneException e) {
            Exchange.start(ctx.channel(), Http2RequestHead.requestLine(frame.headers(), limits));
            malformed = Http2RequestHead.isMalformed(e.rule());
            refuse(ctx, Rejection.of(e));
            return;
        }
        // the head itself is the exchange's alone, and goes with it: a response may wait long for its client
        headRequest = head.isHead();
        keyed = head.isUpgrade() && Http2RequestHead.keyOf(frame.headers()) != null;
        fixed = head.body() instanceof Body.Length;
        left = head.body() instanceof Body.Length length ? length.bytes() : Long.MAX_VALUE;
        state = frame.isEndStream() ? State.ANSWER : State.BODY;
        Exchange exchange = Exchange.start(ctx.channel(), head);
        if (!exchange.fits()) {
            exchange.rejection("heap");
            state = State.OVER;
            reset(ctx, Http2Error.ENHANCE_YOUR_CALM);
            return;
        }
        ctx.fireChannelRead(head);
    }

    /// Takes over the bytes.
    private void content(ChannelHandlerContext ctx, ByteBuf bytes, boolean last) {
        requestEnded |= last;
        switch (state) {
            case BODY -> body(ctx, bytes, last);
            case TUNNEL -> {
                ctx.fireChannelRead(bytes);
                if (last) {
                    // RFC 8441, 5: as a socket's FIN, and the other direction goes on
                    ctx.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
                }
            }
            case HEAD, ANSWER, OVER -> {
                thrownAway += bytes.readableBytes();
                bytes.release();
                if (!last && thrownAway < MOST_THROWN_AWAY) {
                    ctx.read();
                }
            }
        }
    }

    private void body(ChannelHandlerContext ctx, ByteBuf bytes, boolean last) {
        int length = bytes.readableBytes();
        left -= length;
        if (fixed && (left < 0 || last && left > 0)) {
            // the gateway would take the rest for the beginning of another request
            bytes.release();
            malformed = true;
            refuse(ctx, Rejection.of(Rule.CONTENT_LENGTH));
            return;
        }
        if (length == 0 && !last) {
            bytes.release();
            ctx.read();
            return;
        }
        wanted = false;
        pace.moves(length);
        pace.pauses(deadline().now());
        deadline().never(); // from here it is the gateway's pace, not the client's
        if (last) {
            state = State.ANSWER;
        }
        Exchange.of(ctx.channel()).addReceived(length);
        ctx.fireChannelRead(last ? new DefaultLastHttpContent(bytes) : new DefaultHttpContent(bytes));
    }

    /// A later handler asks for the next piece of the body, or of the tunnel: it has permitted the request.
    @Override
    public void read(ChannelHandlerContext ctx) {
        if (state == State.BODY) {
            wanted = true;
            streams.widen(ctx.channel());
            deadline().in(pace.waits(deadline().now()));
        } else if (state == State.TUNNEL) {
            streams.widen(ctx.channel());
        }
        ctx.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Http2ResetFrame) {
            // otherwise unread bytes that it sent before would keep the stream open
            ctx.close();
        } else if (event == NO_ROOM) {
            noRoom(ctx);
            return;
        }
        ctx.fireUserEventTriggered(event);
    }

    /// What is on its way is thrown away for a while rather than reset: each frame behind a reset provokes another one,
    /// and too many of those end the connection.
    private void noRoom(ChannelHandlerContext ctx) {
        if (state == State.BODY) {
            refuse(ctx, Rejection.NO_ROOM);
        } else {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Http2Exception) {
            // the codec counts it and ends the stream, or the connection
            state = State.OVER;
            Exchange exchange = Exchange.current(ctx.channel());
            if (exchange != null) {
                exchange.rejection("http2_protocol");
            }
            return;
        }
        ctx.fireExceptionCaught(cause);
    }

    private void refuse(ChannelHandlerContext ctx, Rejection rejection) {
        state = State.OVER;
        deadline().never();
        ctx.channel().writeAndFlush(rejection);
    }

    private void expired(ChannelHandlerContext ctx) {
        if (state == State.BODY && wanted) {
            refuse(ctx, Rejection.of(Rule.BODY_TIMEOUT));
        } else if (state == State.OVER) {
            reset(ctx, Http2Error.NO_ERROR);
        }
    }

    // ---- to the client

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        switch (msg) {
            case ResponseHead head -> writeHead(ctx, head, promise);
            case LastHttpContent last when state == State.TUNNEL -> {
                last.release();
                endTunnel(ctx, promise);
            }
            case HttpContent content -> writeContent(ctx, content, promise);
            case ByteBuf bytes -> ctx.write(new DefaultHttp2DataFrame(bytes), promise);
            default -> ctx.write(msg, promise);
        }
    }

    private void writeHead(ChannelHandlerContext ctx, ResponseHead head, ChannelPromise promise) {
        Exchange exchange = Exchange.current(ctx.channel());
        if (exchange == null) {
            promise.setFailure(new IllegalStateException("an answer without a request"));
            return;
        }
        boolean interim = head.status() < 200 && head.status() != 101;
        boolean end = false;
        if (!interim) {
            exchange.status(head.status() == 101 ? 200 : head.status());
            answering = true;
            if (head.status() == 101) {
                state = State.TUNNEL;
            } else {
                bodiless = Http2ResponseHead.isBodiless(head, headRequest);
                end = bodiless && !malformed;
            }
        }
        ended = end;
        ctx.write(new DefaultHttp2HeadersFrame(Http2ResponseHead.of(head, keyed), end), promise);
    }

    private void writeContent(ChannelHandlerContext ctx, HttpContent content, ChannelPromise promise) {
        if (!answering) {
            content.release();
            promise.setFailure(new IllegalStateException("a body without a head"));
            return;
        }
        boolean last = content instanceof LastHttpContent;
        ByteBuf bytes = bodiless ? Unpooled.EMPTY_BUFFER : content.content();
        if (bodiless) {
            content.release();
        }
        Exchange exchange = Exchange.of(ctx.channel());
        exchange.addSent(bytes.readableBytes());
        boolean end = last && !malformed && !ended;
        if (end || bytes.isReadable()) {
            ctx.write(new DefaultHttp2DataFrame(bytes, end), promise);
        } else {
            bytes.release();
            promise.setSuccess();
        }
        if (last) {
            ended = true;
            answering = false;
            streams.answers(1);
            exchange.end(ctx.channel());
            promise.unvoid().addListener(written -> {
                streams.answers(-1);
                answered(ctx);
            });
        }
    }

    /// The client has the whole response. A request that is not complete by then is thrown away as far as its window
    /// goes, then ended (RFC 9113, 8.1): not at once, because some clients lose the response over the reset.
    private void answered(ChannelHandlerContext ctx) {
        state = State.OVER;
        if (malformed) {
            reset(ctx, Http2Error.PROTOCOL_ERROR);
        } else if (!requestEnded && ctx.channel().isActive()) {
            deadline().in(Linger.SECONDS);
            ctx.read();
        }
    }

    private static void reset(ChannelHandlerContext ctx, Http2Error error) {
        ctx.writeAndFlush(new DefaultHttp2ResetFrame(error)).addListener(reset -> ctx.close());
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (state == State.TUNNEL && !ended) {
            endTunnel(ctx, ctx.newPromise());
            ctx.flush();
        }
        ctx.close(promise);
    }

    private void endTunnel(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (ended) {
            promise.trySuccess();
            return;
        }
        ended = true;
        ctx.write(new DefaultHttp2DataFrame(Unpooled.EMPTY_BUFFER, true), promise);
    }

    private Deadlines.Deadline deadline() {
        Deadlines.Deadline current = deadline;
        if (current == null) {
            throw new IllegalStateException("used before it was added");
        }
        return current;
    }
}
