package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.limit.HeapLedger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The responses of a client's connection as bytes, one after the other. A head waits for the first piece of its body, or
/// for a flush. Counts the responses that an unauthenticated client has not taken yet.
final class ResponseSender {
    /// How many may wait for an unauthenticated client: each small one is several objects.
    static final int MOST_WAITING = 8;
    private static final String EVENTS = "text/event-stream";

    private final Consumer<ChannelHandlerContext> roomAgain;
    private final HeldHead head = new HeldHead();
    private @Nullable ResponseWriter response;
    private @Nullable HeapLedger ledger;
    private boolean events;
    private int waiting;

    /// @param roomAgain runs when as many waited as may, and one of them was taken
    ResponseSender(Consumer<ChannelHandlerContext> roomAgain) {
        this.roomAgain = roomAgain;
    }

    /// Whether a response's head was written, and the end of its body was not.
    boolean isUnderWay() {
        return response != null;
    }

    /// Whether the response that is under way is a stream of events, which may be silent for minutes.
    boolean isEventStream() {
        return events;
    }

    boolean mayMoreWait() {
        return waiting < MOST_WAITING;
    }

    /// The request is there whole; what was said of the last response counts no more.
    void expectNext() {
        events = false;
    }

    /// Writes a response that another one follows (RFC 9110, 15.2).
    void interim(ChannelHandlerContext ctx, ResponseHead interim, RequestHead asked, ChannelPromise promise) {
        ctx.write(new ResponseWriter(interim, asked.isHead(), false).head(ctx.alloc(), interim, false, false), promise);
    }

    /// Begins a response; its head is written next.
    ///
    /// @return whether the connection must end with it, because nothing else tells where its body ends
    boolean begin(ResponseHead begun, boolean headRequest, boolean http10) {
        ResponseWriter writer = new ResponseWriter(begun, headRequest, http10);
        response = writer;
        events = begun.headers().get("Content-Type", "").regionMatches(true, 0, EVENTS, 0, EVENTS.length());
        return writer.endsWithConnection();
    }

    void head(ChannelHandlerContext ctx, ResponseHead begun, boolean closing, boolean http10, ChannelPromise promise) {
        ByteBuf out = writer().head(ctx.alloc(), begun, closing, http10);
        if (begun.status() == 101) {
            ctx.write(out, promise);
        } else {
            head.hold(out); // until the first piece of its body, or a flush
            promise.setSuccess();
        }
    }

    /// Writes a piece of the body; takes over the piece.
    void content(ChannelHandlerContext ctx, HttpContent content, ChannelPromise promise) {
        boolean last = content instanceof LastHttpContent;
        ByteBuf out = writer().content(ctx.alloc(), content);
        Exchange.of(ctx.channel()).addSent(out.readableBytes());
        if (last && !ledger(ctx).isExempt()) {
            waiting++;
            ChannelPromise told = promise.unvoid();
            ctx.write(head.with(out, ctx), told);
            told.addListener(taken -> taken(ctx));
        } else {
            ctx.write(head.with(out, ctx), promise);
        }
        if (last) {
            response = null;
        }
    }

    /// Writes the head that waits, if one does.
    void flush(ChannelHandlerContext ctx) {
        head.send(ctx);
    }

    /// The client is gone, or another handler takes over.
    void drop() {
        head.drop();
    }

    private void taken(ChannelHandlerContext ctx) {
        if (waiting-- == MOST_WAITING) {
            roomAgain.accept(ctx);
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

    private ResponseWriter writer() {
        ResponseWriter current = response;
        if (current == null) {
            throw new IllegalStateException("no response has begun");
        }
        return current;
    }
}
