package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.seawall.config.Config;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Drain;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.limit.LoopShareHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.pace.Linger;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 towards the client, one exchange at a time: bytes to [RequestHead] and [HttpContent], [ResponseHead] and
/// [HttpContent] to bytes. A body is decoded only as far as a later handler asks by `ctx.read()`, so nothing piles up
/// behind a stage that waits; the next head is not looked at before the response is out. After a broken [Rule] no
/// further byte is parsed.
///
/// [RequestReader] reads, [ResponseSender] writes, and this handler decides what may happen when. Removing it (when a tunnel
/// takes over) passes on what is not decoded.
public final class Http1Handler extends ChannelDuplexHandler {
    private static final int MAX_AHEAD = 64 * 1024;
    private static final int MAX_DRAIN = 64 * 1024;

    private enum State {
        // Waiting for a head.
        HEAD,
        // Inside a request's body.
        BODY,
        // The request is complete, its response is not.
        ANSWER,
        // The response is out, the rest of the body is thrown away.
        DRAIN,
        // The connection is ending: everything that still arrives is thrown away.
        LINGER
    }

    private final Deadlines deadlines;
    private final Config.Http limits;
    private final RequestReader requests;
    private final ResponseSender responses = new ResponseSender(this::roomAgain);
    private @Nullable RequestTimer timer;
    private State state = State.HEAD;
    private boolean decoding;
    private boolean resting;
    private boolean wanted;
    private long drained;
    private boolean closing;
    private boolean draining;
    private boolean ended;

    public Http1Handler(Deadlines deadlines, Config.Http limits) {
        this.deadlines = deadlines;
        this.limits = limits;
        requests = new RequestReader(limits);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        timer = new RequestTimer(deadlines, limits, ctx, () -> expired(ctx));
        if (ctx.channel().isActive()) {
            begin(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        begin(ctx);
        ctx.fireChannelActive();
    }

    private void begin(ChannelHandlerContext ctx) {
        // the TLS handshake has a deadline of its own, after which the connection closes
        if (ctx.pipeline().get(SslHandler.class) == null) {
            timer().head();
        }
        ctx.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            timer().head();
        } else if (event == Drain.NOW) {
            drain(ctx);
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended(ctx);
        }
        ctx.fireUserEventTriggered(event);
    }

    /// The response under way is marked as the last one; an idle connection is closed.
    private void drain(ChannelHandlerContext ctx) {
        draining = true;
        if (state == State.HEAD && requests.isBetweenRequests()) {
            linger(ctx);
        }
    }

    /// The client has ended its direction (FIN), but may still read (RFC 9112, 9.6): its requests are answered. A
    /// client that closes sends the same FIN, and the gateway's work for it has to end: so the next piece of the
    /// response has ten seconds to come, after which a write shows whether the client is there; and an event stream,
    /// which may be silent for minutes, ends at once, as does a WebSocket that is not open yet.
    private void ended(ChannelHandlerContext ctx) {
        ended = true;
        Exchange exchange = Exchange.current(ctx.channel());
        RequestHead asked = exchange == null ? null : exchange.head();
        boolean upgrade = asked != null && asked.isUpgrade();
        switch (state) {
            case HEAD, BODY, DRAIN -> {
                if (!decoding) {
                    starve(ctx);
                }
            }
            case ANSWER -> {
                if (responses.isEventStream() || upgrade) {
                    ctx.close();
                } else {
                    timer().halfClosed();
                }
            }
            case LINGER -> closeOnceTaken(ctx);
        }
    }

    /// Closes the connection when the client has taken what was written; [SlowReaderHandler] ends it where it takes
    /// nothing.
    private void closeOnceTaken(ChannelHandlerContext ctx) {
        state = State.LINGER;
        timer().never();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(taken -> ctx.close());
    }

    /// Ends a connection whose client has ended its direction and owes us bytes.
    private void starve(ChannelHandlerContext ctx) {
        boolean waits = switch (state) {
            case HEAD -> requests.hasBytes() && (resting || !mayAnswer(ctx));
            // the rest of it may be here, and is not asked for yet
            case BODY -> requests.hasBytes() && !wanted;
            case DRAIN -> false;
            case ANSWER, LINGER -> true;
        };
        if (!waits) {
            closeOnceTaken(ctx);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        timer().remove();
        ByteBuf rest = requests.takeRest();
        responses.drop();
        if (rest.isReadable() && state == State.ANSWER) {
            ctx.fireChannelRead(rest); // passes ownership
            ctx.fireChannelReadComplete();
        } else {
            rest.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        state = State.LINGER;
        responses.drop();
        ctx.fireChannelInactive();
        Exchange exchange = Exchange.current(ctx.channel());
        if (exchange != null) {
            exchange.end(ctx.channel());
        }
    }

    // ---- from the client

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        if (state == State.LINGER) {
            drained += in.readableBytes();
            in.release();
            if (drained > 4 * MAX_DRAIN) {
                ctx.close();
            }
            return;
        }
        if (state == State.HEAD && !requests.hasBytes()) {
            timer().head();
        } else if (state == State.BODY && wanted) {
            timer().body();
        }
        requests.add(ctx.alloc(), in); // passes ownership
        decode(ctx);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        ctx.fireChannelReadComplete();
        readMore(ctx);
    }

    /// Downstream asks for the next piece of the body.
    @Override
    public void read(ChannelHandlerContext ctx) {
        wanted = true;
        if (state == State.BODY) {
            timer().body();
        }
        if (!decoding) {
            if (requests.hasBytes()) {
                decode(ctx);
                ctx.fireChannelReadComplete();
            }
            readMore(ctx);
        }
    }

    private void readMore(ChannelHandlerContext ctx) {
        if (ended) {
            return; // there is nothing, and each look would find the end again
        }
        boolean more = switch (state) {
            case HEAD -> !resting && (mayAnswer(ctx) || requests.bytes() < MAX_AHEAD);
            case DRAIN, LINGER -> true;
            case BODY -> wanted;
            // only to notice a client that goes away; what it sends ahead is bounded
            case ANSWER -> requests.bytes() < MAX_AHEAD;
        };
        if (more) {
            ctx.read();
        }
    }

    /// A client that asks on and on without taking the responses must not make us keep them all: of one that no layer
    /// let in only so many, because each small one is several objects.
    private boolean mayAnswer(ChannelHandlerContext ctx) {
        return ctx.channel().isWritable() && responses.mayMoreWait();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        if (state == State.HEAD && mayAnswer(ctx) && !decoding && requests.hasBytes()) {
            decode(ctx);
            ctx.fireChannelReadComplete();
            readMore(ctx);
        }
    }

    private void decode(ChannelHandlerContext ctx) {
        if (decoding || resting) {
            return;
        }
        decoding = true;
        try {
            while (!resting && requests.hasBytes() && step(ctx)) {
                // each step consumes something or ends the loop
            }
        } catch (HygieneException e) {
            requests.skip();
            refuse(ctx, Rejection.of(e));
        } finally {
            decoding = false;
        }
        requests.releaseEmpty();
        if (ended) {
            starve(ctx);
        }
    }

    /// Decodes one message; false when it needs more bytes or no more is asked for.
    private boolean step(ChannelHandlerContext ctx) throws HygieneException {
        return switch (state) {
            case HEAD -> mayAnswer(ctx) && head(ctx);
            case BODY -> {
                if (!wanted) {
                    yield false;
                }
                HttpContent content = requests.content();
                if (content == null) {
                    yield false;
                }
                wanted = false;
                timer().arrived(content.content().readableBytes());
                if (content instanceof LastHttpContent) {
                    requestComplete();
                }
                Exchange.of(ctx.channel()).addReceived(content.content().readableBytes());
                ctx.fireChannelRead(content); // passes ownership
                yield true;
            }
            case DRAIN -> {
                HttpContent content = requests.content();
                if (content == null) {
                    yield false;
                }
                content.release();
                if (content instanceof LastHttpContent) {
                    nextRequest();
                }
                yield true;
            }
            case ANSWER -> false;
            case LINGER -> {
                requests.skip();
                yield false;
            }
        };
    }

    private boolean head(ChannelHandlerContext ctx) throws HygieneException {
        RequestHead head = requests.head(ctx.channel());
        if (head == null) {
            return false;
        }
        timer().begin();
        wanted = false;
        closing = false;
        state = State.BODY;
        Exchange exchange = Exchange.start(ctx.channel(), head);
        if (!exchange.fits()) {
            exchange.rejection("heap");
            state = State.LINGER;
            ctx.close();
            return false;
        }
        requests.rehearseBody(head);
        if (requests.isBodyComplete()) {
            requestComplete();
        }
        ctx.fireChannelRead(head);
        return true;
    }

    private void requestComplete() {
        state = State.ANSWER;
        responses.expectNext();
        if (ended) {
            timer().halfClosed();
        } else {
            timer().never();
        }
    }

    private void refuse(ChannelHandlerContext ctx, Rejection rejection) {
        boolean answering = responses.isUnderWay();
        state = State.LINGER;
        if (Exchange.current(ctx.channel()) == null) {
            Exchange.start(ctx.channel(), null);
        }
        if (answering) {
            ctx.close();
        } else {
            ctx.channel().writeAndFlush(rejection);
        }
    }

    private void expired(ChannelHandlerContext ctx) {
        switch (state) {
            case HEAD -> {
                if (requests.hasBytes()) {
                    refuse(ctx, Rejection.of(Rule.HEAD_TIMEOUT));
                } else {
                    closeOnceTaken(ctx);
                }
            }
            case BODY -> refuse(ctx, Rejection.of(Rule.BODY_TIMEOUT));
            case ANSWER -> {
                if (ended && !ctx.channel().isWritable()) {
                    timer().halfClosed(); // it has not taken the last pieces, so none comes
                } else if (ended) {
                    ctx.close();
                }
            }
            case DRAIN -> closeOnceTaken(ctx);
            case LINGER -> ctx.close();
        }
    }

    // ---- to the client

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        switch (msg) {
            case ResponseHead head -> writeHead(ctx, head, promise);
            case HttpContent content -> writeContent(ctx, content, promise);
            default -> ctx.write(msg, promise);
        }
    }

    private void writeHead(ChannelHandlerContext ctx, ResponseHead head, ChannelPromise promise) {
        Exchange exchange = Exchange.current(ctx.channel());
        if (exchange == null) {
            // a client would take it for the response to its next request
            promise.setFailure(new IllegalStateException("an answer without a request"));
            return;
        }
        RequestHead asked = exchange.head();
        boolean http10 = asked != null && asked.http10();
        if (asked != null && head.status() < 200 && head.status() != 101) {
            if (http10) {
                promise.setSuccess(); // RFC 9110, 15.2: never to an HTTP/1.0 client
            } else {
                responses.interim(ctx, head, asked, promise);
            }
            return;
        }
        exchange.status(head.status());
        boolean endsWithConnection = responses.begin(head, asked != null && asked.isHead(), http10);
        if (ended && responses.isEventStream()) {
            promise.setSuccess();
            ctx.close();
            return;
        }
        closing = draining || head.close() || asked == null || !asked.keepAlive() || endsWithConnection
                || state == State.LINGER || state == State.BODY && !canDrain(asked)
                || ended && !requests.hasBytes();
        responses.head(ctx, head, closing, http10, promise);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        responses.flush(ctx);
        ctx.flush();
    }

    /// Whether the rest of a body is worth reading for the sake of the connection.
    private static boolean canDrain(RequestHead asked) {
        return asked.body() instanceof Body.Length length && length.bytes() <= MAX_DRAIN
                && !asked.headers().contains("Expect");
    }

    private void writeContent(ChannelHandlerContext ctx, HttpContent content, ChannelPromise promise) {
        if (!responses.isUnderWay()) {
            content.release();
            promise.setFailure(new IllegalStateException("a body without a head"));
            return;
        }
        responses.content(ctx, content, promise); // passes ownership
        if (ended && state == State.ANSWER) {
            timer().halfClosed();
        }
        if (!responses.isUnderWay()) {
            Exchange.of(ctx.channel()).end(ctx.channel());
            answered(ctx);
        }
    }

    private void roomAgain(ChannelHandlerContext ctx) {
        if (state == State.HEAD && !decoding && !resting && ctx.channel().isActive()) {
            if (requests.hasBytes()) {
                rest(ctx);
            } else {
                readMore(ctx);
            }
        }
    }

    private void answered(ChannelHandlerContext ctx) {
        if (closing || ended && !requests.hasBytes()) {
            linger(ctx);
        } else if (state == State.ANSWER) {
            nextRequest();
            if (requests.hasBytes()) {
                rest(ctx);
            } else if (!decoding) {
                readMore(ctx);
            }
        } else if (state == State.BODY) {
            state = State.DRAIN;
            timer().drain();
            if (!decoding) {
                ctx.executor().execute(() -> {
                    decode(ctx);
                    ctx.fireChannelReadComplete();
                    readMore(ctx);
                });
            }
        }
    }

    /// What was sent ahead is decoded when every other connection of the loop has had its turn: a client that sends
    /// hundreds of requests at once must not keep the others waiting for all of them.
    private void rest(ChannelHandlerContext ctx) {
        resting = true;
        Runnable turn = () -> {
            resting = false;
            decode(ctx);
            ctx.fireChannelReadComplete();
            readMore(ctx);
        };
        LoopShareHandler share = LoopShareHandler.of(ctx);
        if (share == null) {
            // scheduled, because what is executed from a task runs before the loop looks at its sockets again
            ctx.executor().schedule(turn, 0, TimeUnit.NANOSECONDS);
        } else {
            share.later(ctx, turn);
        }
    }

    private void nextRequest() {
        state = State.HEAD;
        requests.next();
        if (requests.hasBytes()) {
            timer().head();
        } else {
            timer().idle();
        }
    }

    private void linger(ChannelHandlerContext ctx) {
        if (state == State.ANSWER && !requests.hasBytes()) {
            closeOnceTaken(ctx);
            return;
        }
        state = State.LINGER;
        timer().never(); // until the response is taken
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(taken -> timer().linger());
        Linger.begin(ctx.channel());
    }

    private RequestTimer timer() {
        RequestTimer current = timer;
        if (current == null) {
            throw new IllegalStateException("used before it was added");
        }
        return current;
    }
}
