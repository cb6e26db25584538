package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.UpstreamResponseHead;
import org.jspecify.annotations.Nullable;

/// Cuts the gateway's responses out of the bytes of a connection: heads, and pieces of bodies. Does not look beyond a
/// 101: what follows is not HTTP.
public final class ResponseReader {
    private static final int LONGEST_LINE = 8 * 1024;
    private static final int LARGEST_HEAD = 64 * 1024;
    private static final int LARGEST_PIECE = 64 * 1024;

    private enum State {
        HEAD, BODY, NO_BODY, UNTIL_CLOSE, SWITCHED
    }

    private final HeadScanner scanner = new HeadScanner(LONGEST_LINE, LARGEST_HEAD);
    private State state = State.HEAD;
    private @Nullable BodyReader body;
    private boolean toHead;

    /// @param head whether the question was HEAD
    public void expectAnswerTo(boolean head) {
        toHead = head;
    }

    /// The next [UpstreamResponseHead], or piece of its body, which the caller owns; null while more bytes are needed.
    /// The last piece is a [LastHttpContent], also where there is no body; an interim response has none.
    public @Nullable Object next(ByteBuf in) throws HygieneException {
        return switch (state) {
            case HEAD -> head(in);
            case BODY -> piece(in);
            case NO_BODY -> {
                state = State.HEAD;
                yield LastHttpContent.EMPTY_LAST_CONTENT;
            }
            case UNTIL_CLOSE -> in.isReadable()
                    ? new DefaultHttpContent(in.readRetainedSlice(Math.min(in.readableBytes(), LARGEST_PIECE)))
                    : null;
            case SWITCHED -> null;
        };
    }

    /// The connection has ended: whether that was the end of the body, too.
    public boolean endsWithConnection() {
        return state == State.UNTIL_CLOSE;
    }

    private @Nullable UpstreamResponseHead head(ByteBuf in) throws HygieneException {
        int length = scanner.scan(in);
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        in.readBytes(bytes);
        scanner.reset();
        UpstreamResponseHead head = ResponseHeadParser.parse(bytes);
        if (head.status() == 101) {
            state = State.SWITCHED;
        } else if (!head.isInterim()) {
            begin(head);
        }
        return head;
    }

    private void begin(UpstreamResponseHead head) {
        if (!head.hasBody(toHead)) {
            state = State.NO_BODY;
        } else if (head.framing() instanceof Body.UntilClose) {
            state = State.UNTIL_CLOSE;
        } else {
            BodyReader reader = new BodyReader(head.framing());
            body = reader;
            state = reader.done() ? State.NO_BODY : State.BODY;
        }
    }

    private @Nullable Object piece(ByteBuf in) throws HygieneException {
        BodyReader reader = body;
        Object piece = reader == null ? null : reader.next(in);
        if (piece instanceof LastHttpContent) {
            state = State.HEAD;
            body = null;
        }
        return piece;
    }
}
