package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpContent;
import io.seawall.config.Config;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import org.jspecify.annotations.Nullable;

/// The bytes of a client's connection as requests: the next head, then its body in pieces. Owns the bytes that are not
/// decoded yet, and decodes no more than it is asked for.
final class RequestReader {
    private final Config.Http limits;
    private final HeadScanner scanner;
    private ByteBuf ahead = Unpooled.EMPTY_BUFFER;
    private @Nullable BodyReader body;
    private boolean between;

    RequestReader(Config.Http limits) {
        this.limits = limits;
        scanner = new HeadScanner(limits.requestLine(), limits.headBytes());
    }

    /// Takes over bytes of the client.
    void add(ByteBufAllocator allocator, ByteBuf bytes) {
        ahead = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(allocator, ahead, bytes);
    }

    boolean hasBytes() {
        return ahead.isReadable();
    }

    int bytes() {
        return ahead.readableBytes();
    }

    /// Whether a request has been answered and nothing of the next one was seen.
    boolean isBetweenRequests() {
        return between && !ahead.isReadable();
    }

    /// The next request's head.
    ///
    /// @return null where more bytes are needed
    /// @throws HygieneException the exchange has begun with what can be told of the request line
    @Nullable
    RequestHead head(Channel channel) throws HygieneException {
        // RFC 9112, 2.2: one empty line in front of a request is tolerated, as every server does
        if (between && ahead.readableBytes() >= 2 && ahead.getShort(ahead.readerIndex()) == 0x0d0a) {
            ahead.skipBytes(2);
            scanner.reset(); // it may have seen the CR alone
            between = false;
            if (!ahead.isReadable()) {
                return null;
            }
        }
        int length;
        try {
            length = scanner.scan(ahead);
        } catch (HygieneException e) {
            Exchange.start(channel, RequestHeadParser.requestLine(ahead, limits.requestLine()));
            throw e;
        }
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        ahead.readBytes(bytes);
        try {
            RequestHead head = RequestHeadParser.parse(bytes, limits.fields());
            body = new BodyReader(head.body());
            return head;
        } catch (HygieneException e) {
            Exchange.start(channel, RequestHeadParser.requestLine(bytes));
            throw e;
        }
    }

    /// Looks whether what is here of the request's body breaks a rule, before anything of the request is passed on.
    void rehearseBody(RequestHead head) throws HygieneException {
        BodyReader.rehearse(head.body(), ahead);
    }

    boolean isBodyComplete() {
        return body().done();
    }

    /// The next piece of the body; null where more bytes are needed.
    @Nullable
    HttpContent content() throws HygieneException {
        return body().next(ahead);
    }

    /// What follows is the next request.
    void next() {
        scanner.reset();
        between = true;
        body = null;
    }

    /// Throws away what is here.
    void skip() {
        ahead.skipBytes(ahead.readableBytes());
    }

    /// Gives the buffer back where nothing is left in it.
    void releaseEmpty() {
        if (!ahead.isReadable()) {
            ahead.release();
            ahead = Unpooled.EMPTY_BUFFER;
        }
    }

    /// Hands over what is not decoded, and ends.
    ByteBuf takeRest() {
        ByteBuf rest = ahead;
        ahead = Unpooled.EMPTY_BUFFER;
        return rest;
    }

    private BodyReader body() {
        BodyReader current = body;
        if (current == null) {
            throw new IllegalStateException("no request has begun");
        }
        return current;
    }
}
