package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
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
import io.seawall.proxy.limit.HeapLedger;
import io.seawall.proxy.limit.LoopShareHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.pace.Linger;
import io.seawall.proxy.pace.Pace;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// HTTP/1.1 towards the client, one exchange at a time: bytes to [RequestHead] and [HttpContent], [ResponseHead] and
/// [HttpContent] to bytes. A body is decoded only as far as somebody downstream asks by `ctx.read()`, so nothing piles
/// up behind a stage that waits; the next head is not looked at before the answer is out. After a broken [Rule] no
/// further byte is parsed.
///
/// It owns the bytes not yet decoded. Removing it (when a tunnel takes over) passes them on.
public final class Http1Handler extends ChannelDuplexHandler {
    private static final int DRAIN_SECONDS = 2;
    private static final int MAX_AHEAD = 64 * 1024;
    private static final int MAX_DRAIN = 64 * 1024;
    static final int MOST_WAITING_ANSWERS = 8;
    /// That a client which has ended its direction waits for the next piece of its answer.
    private static final int HALF_SECONDS = 10;

    private static final String EVENTS = "text/event-stream";

    private enum State {
        // Waiting for a head.
        HEAD,
        // Inside a request's body.
        BODY,
        // The request is complete, its answer is not.
        ANSWER,
        // The answer is out, the rest of the body is thrown away.
        DRAIN,
        // The connection is ending: everything that still arrives is thrown away.
        LINGER
    }

    private final Deadlines deadlines;
    private final Config.Http limits;
    private final HeadScanner scanner;
    private Deadlines.@Nullable Deadline deadline;
    private State state = State.HEAD;
    private ByteBuf ahead = Unpooled.EMPTY_BUFFER;
    private boolean decoding;
    private boolean resting;
    private boolean wanted;
    private boolean served;
    private long drained;
    private @Nullable BodyReader body;
    private Pace pace;
    private @Nullable ResponseWriter response;
    private final HeldHead answerHead = new HeldHead();
    private boolean closing;
    private boolean draining;
    private boolean events;
    private boolean ended;
    private @Nullable HeapLedger ledger;
    private int waitingAnswers;

    public Http1Handler(Deadlines deadlines, Config.Http limits) {
        this.deadlines = deadlines;
        this.limits = limits;
        scanner = new HeadScanner(limits.requestLine(), limits.headBytes());
        pace = newPace();
    }

    private Pace newPace() {
        return new Pace(limits.stall().toSeconds(), limits.minRate());
    }

    private long headSeconds() {
        return limits.header().toSeconds();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = deadlines.add(ctx.executor(), () -> expired(ctx));
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
            deadline().in(headSeconds());
        }
        ctx.read();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent) {
            deadline().in(headSeconds());
        } else if (event == Drain.NOW) {
            drain(ctx);
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            ended(ctx);
        }
        ctx.fireUserEventTriggered(event);
    }

    /// The answer to what is under way says that it is the last one; who asks for nothing is let go.
    private void drain(ChannelHandlerContext ctx) {
        draining = true;
        if (state == State.HEAD && served && !ahead.isReadable()) {
            linger(ctx);
        }
    }

    /// The client says no more (a FIN), which is no disinterest in the answer (RFC 9112, 9.6): what was asked is answered.
    /// But who closes shows the same FIN, and the gateway's work for it has to end: so the next piece of the answer has ten
    /// seconds to come, after which writing finds out; and an event stream, which may be silent for minutes, ends at once,
    /// as does a WebSocket that is not open yet.
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
                if (events || upgrade) {
                    ctx.close();
                } else {
                    deadline().in(HALF_SECONDS);
                }
            }
            case LINGER -> closeOnceTaken(ctx);
        }
    }

    /// Closes the connection when the client has taken what was written; [SlowReaderHandler] ends it where it takes
    /// nothing.
    private void closeOnceTaken(ChannelHandlerContext ctx) {
        state = State.LINGER;
        deadline().never();
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(taken -> ctx.close());
    }

    /// Ends a connection whose client has ended its direction and owes us bytes.
    private void starve(ChannelHandlerContext ctx) {
        boolean waits = switch (state) {
            case HEAD -> ahead.isReadable() && (resting || !mayAnswer(ctx));
            // the rest of it may be here, and nobody has asked for that yet
            case BODY -> ahead.isReadable() && !wanted;
            case DRAIN -> false;
            case ANSWER, LINGER -> true;
        };
        if (!waits) {
            closeOnceTaken(ctx);
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline().remove();
        ByteBuf rest = ahead;
        ahead = Unpooled.EMPTY_BUFFER;
        answerHead.drop();
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
        answerHead.drop();
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
        if (state == State.HEAD && !ahead.isReadable()) {
            deadline().in(headSeconds());
        } else if (state == State.BODY && wanted) {
            awaitBody();
        }
        ahead = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), ahead, in);
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
            awaitBody();
        }
        if (!decoding) {
            if (ahead.isReadable()) {
                decode(ctx);
                ctx.fireChannelReadComplete();
            }
            readMore(ctx);
        }
    }

    private void awaitBody() {
        deadline().in(pace.waits(deadline().now()));
    }

    private void readMore(ChannelHandlerContext ctx) {
        if (ended) {
            return; // there is nothing, and each look would find the end again
        }
        boolean more = switch (state) {
            case HEAD -> !resting && (mayAnswer(ctx) || ahead.readableBytes() < MAX_AHEAD);
            case DRAIN, LINGER -> true;
            case BODY -> wanted;
            // only to notice a client that goes away; what it sends ahead is bounded
            case ANSWER -> ahead.readableBytes() < MAX_AHEAD;
        };
        if (more) {
            ctx.read();
        }
    }

    /// A client that asks on and on without taking the answers must not make us keep them all: of one that no layer let
    /// in only so many, because each small one is several objects.
    private boolean mayAnswer(ChannelHandlerContext ctx) {
        return ctx.channel().isWritable() && waitingAnswers < MOST_WAITING_ANSWERS;
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        ctx.fireChannelWritabilityChanged();
        if (state == State.HEAD && mayAnswer(ctx) && !decoding && ahead.isReadable()) {
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
            while (!resting && ahead.isReadable() && step(ctx)) {
                // each step consumes something or ends the loop
            }
        } catch (HygieneException e) {
            ahead.skipBytes(ahead.readableBytes());
            refuse(ctx, Rejection.of(e));
        } finally {
            decoding = false;
        }
        if (!ahead.isReadable()) {
            ahead.release();
            ahead = Unpooled.EMPTY_BUFFER;
        }
        if (ended) {
            starve(ctx);
        }
    }

    /// Decodes one message; false when it needs more bytes or nobody wants more.
    private boolean step(ChannelHandlerContext ctx) throws HygieneException {
        return switch (state) {
            case HEAD -> mayAnswer(ctx) && head(ctx);
            case BODY -> {
                if (!wanted) {
                    yield false;
                }
                HttpContent content = body().next(ahead);
                if (content == null) {
                    yield false;
                }
                wanted = false;
                pace.moves(content.content().readableBytes());
                pace.pauses(deadline().now());
                deadline().never(); // from here it is the gateway's pace, not the client's
                if (content instanceof LastHttpContent) {
                    requestComplete();
                }
                Exchange.of(ctx.channel()).addReceived(content.content().readableBytes());
                ctx.fireChannelRead(content); // passes ownership
                yield true;
            }
            case DRAIN -> {
                HttpContent content = body().next(ahead);
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
                ahead.skipBytes(ahead.readableBytes());
                yield false;
            }
        };
    }

    private boolean head(ChannelHandlerContext ctx) throws HygieneException {
        // RFC 9112, 2.2: one empty line in front of a request is tolerated, as every server does
        if (served && ahead.readableBytes() >= 2 && ahead.getShort(ahead.readerIndex()) == 0x0d0a) {
            ahead.skipBytes(2);
            scanner.reset(); // it may have seen the CR alone
            served = false;
            return true;
        }
        int length;
        try {
            length = scanner.scan(ahead);
        } catch (HygieneException e) {
            Exchange.start(ctx.channel(), RequestHeadParser.requestLine(ahead, limits.requestLine()));
            throw e;
        }
        if (length < 0) {
            return false;
        }
        byte[] bytes = new byte[length];
        ahead.readBytes(bytes);
        RequestHead head;
        try {
            head = RequestHeadParser.parse(bytes, limits.fields());
        } catch (HygieneException e) {
            Exchange.start(ctx.channel(), RequestHeadParser.requestLine(bytes));
            throw e;
        }
        body = new BodyReader(head.body());
        pace = newPace();
        wanted = false;
        closing = false;
        deadline().never();
        state = State.BODY;
        Exchange exchange = Exchange.start(ctx.channel(), head);
        if (!exchange.fits()) {
            exchange.rejection("heap");
            state = State.LINGER;
            ctx.close();
            return false;
        }
        BodyReader.rehearse(head.body(), ahead);
        if (body.done()) {
            requestComplete();
        }
        ctx.fireChannelRead(head);
        return true;
    }

    private void requestComplete() {
        state = State.ANSWER;
        events = false;
        if (ended) {
            deadline().in(HALF_SECONDS);
        } else {
            deadline().never();
        }
    }

    private void refuse(ChannelHandlerContext ctx, Rejection rejection) {
        boolean answering = response != null;
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
                if (ahead.isReadable()) {
                    refuse(ctx, Rejection.of(Rule.HEAD_TIMEOUT));
                } else {
                    closeOnceTaken(ctx);
                }
            }
            case BODY -> refuse(ctx, Rejection.of(Rule.BODY_TIMEOUT));
            case ANSWER -> {
                if (ended && !ctx.channel().isWritable()) {
                    deadline().in(HALF_SECONDS); // it has not taken the last pieces, so none comes
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
            // a client would take it for the answer to its next request
            promise.setFailure(new IllegalStateException("an answer without a request"));
            return;
        }
        RequestHead asked = exchange.head();
        boolean http10 = asked != null && asked.http10();
        boolean interim = head.status() < 200 && head.status() != 101;
        if (interim && http10) {
            promise.setSuccess(); // RFC 9110, 15.2: never to an HTTP/1.0 client
            return;
        }
        ResponseWriter writer = new ResponseWriter(head, asked != null && asked.isHead(), http10);
        if (!interim) {
            exchange.status(head.status());
            response = writer;
            events = head.headers().get("Content-Type", "").regionMatches(true, 0, EVENTS, 0, EVENTS.length());
            if (ended && events) {
                promise.setSuccess();
                ctx.close();
                return;
            }
            closing = draining || head.close() || asked == null || !asked.keepAlive() || writer.endsWithConnection()
                    || state == State.LINGER || state == State.BODY && !canDrain(asked)
                    || ended && !ahead.isReadable();
        }
        ByteBuf out = writer.head(ctx.alloc(), head, closing, http10);
        if (interim || head.status() == 101) {
            ctx.write(out, promise);
        } else {
            answerHead.hold(out); // until the first piece of its body, or a flush
            promise.setSuccess();
        }
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        answerHead.send(ctx);
        ctx.flush();
    }

    /// Whether the rest of a body is worth reading for the sake of the connection.
    private static boolean canDrain(RequestHead asked) {
        return asked.body() instanceof Body.Length length && length.bytes() <= MAX_DRAIN
                && !asked.headers().contains("Expect");
    }

    private void writeContent(ChannelHandlerContext ctx, HttpContent content, ChannelPromise promise) {
        ResponseWriter writer = response;
        if (writer == null) {
            content.release();
            promise.setFailure(new IllegalStateException("a body without a head"));
            return;
        }
        boolean last = content instanceof LastHttpContent;
        ByteBuf out = writer.content(ctx.alloc(), content);
        Exchange exchange = Exchange.of(ctx.channel());
        exchange.addSent(out.readableBytes());
        boolean counted = last && !ledger(ctx).isExempt();
        if (counted) {
            waitingAnswers++;
            promise = promise.unvoid();
        }
        ctx.write(answerHead.with(out, ctx), promise);
        if (ended && state == State.ANSWER) {
            deadline().in(HALF_SECONDS);
        }
        if (counted) {
            promise.addListener(taken -> answerTaken(ctx));
        }
        if (last) {
            response = null;
            exchange.end(ctx.channel());
            answered(ctx);
        }
    }

    private void answerTaken(ChannelHandlerContext ctx) {
        boolean stopped = waitingAnswers-- == MOST_WAITING_ANSWERS;
        if (stopped && state == State.HEAD && !decoding && !resting && ctx.channel().isActive()) {
            if (ahead.isReadable()) {
                rest(ctx);
            } else {
                readMore(ctx);
            }
        }
    }

    private HeapLedger ledger(ChannelHandlerContext ctx) {
        HeapLedger current = ledger;
        if (current == null) {
            current = HeapLedger.of(ctx.channel());
            ledger = current;
        }
        return current;
    }

    private void answered(ChannelHandlerContext ctx) {
        if (closing || ended && !ahead.isReadable()) {
            linger(ctx);
        } else if (state == State.ANSWER) {
            nextRequest();
            if (ahead.isReadable()) {
                rest(ctx);
            } else if (!decoding) {
                readMore(ctx);
            }
        } else if (state == State.BODY) {
            state = State.DRAIN;
            deadline().in(DRAIN_SECONDS);
            if (!decoding) {
                ctx.executor().execute(() -> {
                    decode(ctx);
                    ctx.fireChannelReadComplete();
                    readMore(ctx);
                });
            }
        }
    }

    /// What was sent ahead is decoded when every other connection of the loop has had its turn: whoever sends hundreds
    /// of requests at once must not keep the others waiting for all of them.
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
        scanner.reset();
        served = true;
        body = null;
        deadline().in(ahead.isReadable() ? headSeconds() : limits.idle().toSeconds());
    }

    private void linger(ChannelHandlerContext ctx) {
        if (state == State.ANSWER && !ahead.isReadable()) {
            closeOnceTaken(ctx);
            return;
        }
        state = State.LINGER;
        deadline().never(); // until the answer is taken
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(taken -> deadline().in(Linger.SECONDS));
        Linger.begin(ctx.channel());
    }

    private BodyReader body() {
        BodyReader current = body;
        if (current == null) {
            throw new IllegalStateException("no body in state " + state);
        }
        return current;
    }

    private Deadlines.Deadline deadline() {
        Deadlines.Deadline current = deadline;
        if (current == null) {
            throw new IllegalStateException("used before it was added");
        }
        return current;
    }
}
