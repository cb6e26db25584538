package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.Body;
import java.nio.charset.StandardCharsets;

/// The framing of bodies that both directions share.
public final class Wire {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};
    private static final byte[] CRLF_LAST_CHUNK = {'\r', '\n', '0', '\r', '\n', '\r', '\n'};

    /// A piece of a body up to this size is copied to where what belongs in front of it is: one more buffer, system call
    /// or TLS record would be dearer.
    static final int COPIED = 4 * 1024;

    private Wire() {}

    /// Bytes behind a head for a small body, which goes out with it.
    public static int roomFor(Body framing) {
        return framing instanceof Body.Length length && length.bytes() <= COPIED ? (int) length.bytes() : 0;
    }

    /// A piece of a body in the framing; takes over the piece. Trailers are not sent.
    public static ByteBuf content(ByteBufAllocator allocator, Body framing, HttpContent content) {
        ByteBuf data = content.content();
        if (!(framing instanceof Body.Chunked)) {
            return data;
        }
        boolean last = content instanceof LastHttpContent;
        int length = data.readableBytes();
        if (length == 0) {
            content.release();
            return last ? Unpooled.wrappedBuffer(LAST_CHUNK) : Unpooled.EMPTY_BUFFER;
        }
        boolean copied = length <= COPIED;
        ByteBuf size = allocator.buffer(copied ? length + 16 : 16);
        size.writeCharSequence(Integer.toHexString(length), StandardCharsets.US_ASCII);
        size.writeBytes(CRLF);
        byte[] end = last ? CRLF_LAST_CHUNK : CRLF;
        if (copied) {
            size.writeBytes(data).writeBytes(end);
            content.release();
            return size;
        }
        return Unpooled.wrappedBuffer(size, data, Unpooled.wrappedBuffer(end));
    }
}
