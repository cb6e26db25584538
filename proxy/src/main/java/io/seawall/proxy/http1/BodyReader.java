package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http.TokenCharacters;
import org.jspecify.annotations.Nullable;

/// Cuts one request body out of the bytes of a connection: by length, or with a strict chunked parser (RFC 9112, 7.1).
/// Trailers are checked and dropped.
final class BodyReader {
    private static final int MAX_EXTENSION = 128;
    private static final int MAX_TRAILERS = 4096;
    private static final int GATHERED = 4096;

    private enum State {
        SIZE, DATA, DATA_END, TRAILER, LENGTH, DONE
    }

    private State state;
    private long remaining;
    private int trailers;

    BodyReader(Body body) {
        switch (body) {
            case Body.Length length -> {
                remaining = length.bytes();
                state = remaining == 0 ? State.DONE : State.LENGTH;
            }
            case Body.Chunked _ -> state = State.SIZE;
            case Body.None _ -> state = State.DONE;
            case Body.UntilClose _ ->
                throw new IllegalArgumentException("a request's body never ends with the connection");
        }
    }

    boolean done() {
        return state == State.DONE;
    }

    /// Reads what is already there of a chunked body, for its faults alone: a body that is malformed before the head is
    /// passed on is refused as a whole. `ahead` is left as it is.
    static void rehearse(Body body, ByteBuf ahead) throws HygieneException {
        if (!(body instanceof Body.Chunked)) {
            return;
        }
        BodyReader reader = new BodyReader(body);
        ByteBuf copy = ahead.duplicate();
        while (!reader.done()) {
            HttpContent piece = reader.piece(copy, true);
            if (piece == null) {
                return;
            }
            piece.release();
        }
    }

    /// The next piece, which the caller owns, or null while more bytes are needed. The last piece is a
    /// [LastHttpContent]. Call it until then; never after.
    @Nullable
    HttpContent next(ByteBuf in) throws HygieneException {
        HttpContent piece = piece(in, true);
        return piece == null || state != State.DATA_END || piece.content().readableBytes() >= GATHERED
                ? piece
                : gather(piece, in);
    }

    /// Small chunks that are there already become one piece: each piece costs a write to the gateway, and a client that
    /// sends single bytes must not make us pay ten thousand times for one read.
    private HttpContent gather(HttpContent first, ByteBuf in) {
        HttpContent more = chunkAhead(in);
        if (more == null) {
            return first;
        }
        ByteBuf all = in.alloc().buffer(GATHERED).writeBytes(first.content());
        first.release();
        while (more != null) {
            all.writeBytes(more.content());
            more.release();
            more = state == State.DATA_END && all.readableBytes() < GATHERED ? chunkAhead(in) : null;
        }
        return new DefaultHttpContent(all);
    }

    /// The next chunk's data, or null where the body ends or more bytes are needed, or where it is broken: then the next
    /// call finds it so again, and what came before is not lost.
    private @Nullable HttpContent chunkAhead(ByteBuf in) {
        int start = in.readerIndex();
        try {
            return piece(in, false);
        } catch (HygieneException e) {
            in.readerIndex(start);
            state = State.DATA_END;
            return null;
        }
    }

    /// @param toTheEnd whether to go on behind the last chunk
    private @Nullable HttpContent piece(ByteBuf in, boolean toTheEnd) throws HygieneException {
        while (true) {
            switch (state) {
                case LENGTH -> {
                    if (!in.isReadable()) {
                        return null;
                    }
                    ByteBuf slice = in.readRetainedSlice((int) Math.min(remaining, in.readableBytes()));
                    remaining -= slice.readableBytes();
                    if (remaining == 0) {
                        state = State.DONE;
                        return new DefaultLastHttpContent(slice, EmptyHttpHeaders.INSTANCE); // trailers are dropped
                    }
                    return new DefaultHttpContent(slice);
                }
                case SIZE -> {
                    int end = line(in, 16 + MAX_EXTENSION, Rule.CHUNK);
                    if (end < 0) {
                        return null;
                    }
                    remaining = size(in, end);
                    state = remaining == 0 ? State.TRAILER : State.DATA;
                }
                case DATA -> {
                    if (!in.isReadable()) {
                        return null;
                    }
                    ByteBuf slice = in.readRetainedSlice((int) Math.min(remaining, in.readableBytes()));
                    remaining -= slice.readableBytes();
                    if (remaining == 0) {
                        state = State.DATA_END;
                    }
                    return new DefaultHttpContent(slice);
                }
                case DATA_END -> {
                    if (in.readableBytes() < 2) {
                        if (in.isReadable() && in.getByte(in.readerIndex()) != '\r') {
                            throw new HygieneException(Rule.CHUNK);
                        }
                        return null;
                    }
                    if (in.readByte() != '\r' || in.readByte() != '\n') {
                        throw new HygieneException(Rule.CHUNK);
                    }
                    state = State.SIZE;
                }
                case TRAILER -> {
                    if (!toTheEnd) {
                        return null;
                    }
                    int end = line(in, MAX_TRAILERS, Rule.TRAILER);
                    if (end < 0) {
                        return null;
                    }
                    if (trailer(in, end)) {
                        state = State.DONE;
                        return LastHttpContent.EMPTY_LAST_CONTENT;
                    }
                }
                case DONE -> throw new IllegalStateException("the body has ended");
            }
        }
    }

    /// The index of the CR that ends the line at the reader index, or -1 while it is incomplete.
    private static int line(ByteBuf in, int cap, Rule rule) throws HygieneException {
        int start = in.readerIndex();
        int lf = in.indexOf(start, in.writerIndex(), (byte) '\n');
        if (lf < 0) {
            if (in.readableBytes() > cap + 2) {
                throw new HygieneException(rule);
            }
            return -1;
        }
        if (lf == start || in.getByte(lf - 1) != '\r' || lf - start > cap + 2) {
            throw new HygieneException(rule);
        }
        return lf - 1;
    }

    private static long size(ByteBuf in, int end) throws HygieneException {
        int start = in.readerIndex();
        long size = 0;
        int at = start;
        for (; at < end; at++) {
            int digit = Character.digit(in.getByte(at), 16);
            if (digit < 0) {
                break;
            }
            size = size << 4 | digit;
            // more than 2 GiB in one chunk is no client of ours, and others overflow there
            if (at - start >= 8 || size > Integer.MAX_VALUE) {
                throw new HygieneException(Rule.CHUNK);
            }
        }
        if (at == start) {
            throw new HygieneException(Rule.CHUNK);
        }
        if (at < end) {
            extension(in, at, end);
        }
        in.readerIndex(end + 2);
        return size;
    }

    /// `;name` or `;name=value`, any number of them, of token characters. Quoted values (RFC 9112, 7.1.1) are refused: no
    /// client sends them, and where one ends is what parsers disagree about.
    private static void extension(ByteBuf in, int at, int end) throws HygieneException {
        if (in.getByte(at) != ';') {
            throw new HygieneException(Rule.CHUNK);
        }
        if (end - at > MAX_EXTENSION) {
            throw new HygieneException(Rule.CHUNK_EXTENSION);
        }
        int i = at;
        while (i < end) {
            if (in.getByte(i) != ';') {
                throw new HygieneException(Rule.CHUNK_EXTENSION);
            }
            i = required(in, i + 1, end);
            if (i < end && in.getByte(i) == '=') {
                i = required(in, i + 1, end);
            }
        }
    }

    private static int required(ByteBuf in, int start, int end) throws HygieneException {
        int at = token(in, start, end);
        if (at == start) {
            throw new HygieneException(Rule.CHUNK_EXTENSION);
        }
        return at;
    }

    /// The end of the token that begins there.
    private static int token(ByteBuf in, int start, int end) {
        int at = start;
        while (at < end && TokenCharacters.contains(in.getByte(at))) {
            at++;
        }
        return at;
    }

    /// Checks and drops one trailer line; true for the empty line that ends the section.
    private boolean trailer(ByteBuf in, int end) throws HygieneException {
        int start = in.readerIndex();
        trailers += end - start + 2;
        if (trailers > MAX_TRAILERS) {
            throw new HygieneException(Rule.TRAILER);
        }
        int at = token(in, start, end);
        boolean empty = start == end;
        if (!empty && (at == start || at == end || in.getByte(at) != ':')) {
            throw new HygieneException(Rule.TRAILER);
        }
        for (; at < end; at++) {
            int c = in.getByte(at) & 0xff;
            if (c < ' ' && c != '\t' || c == 0x7f) {
                throw new HygieneException(Rule.TRAILER);
            }
        }
        in.readerIndex(end + 2);
        return empty;
    }
}
