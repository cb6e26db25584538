package io.seawall.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/// The HTTP/1.1 spellings that both directions share: text, fields, chunks.
public final class Wire {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};
    private static final byte[] CRLF_LAST_CHUNK = {'\r', '\n', '0', '\r', '\n', '\r', '\n'};

    private Wire() {}

    /// ISO 8859-1, as the bytes came.
    public static void text(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    public static void field(ByteBuf out, String name, String value) {
        text(out, name);
        out.writeByte(':').writeByte(' ');
        text(out, value);
        endLine(out);
    }

    public static void fields(ByteBuf out, Headers headers) {
        for (int i = 0; i < headers.size(); i++) {
            field(out, headers.name(i), headers.value(i));
        }
    }

    public static void endLine(ByteBuf out) {
        out.writeBytes(CRLF);
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
        ByteBuf size = allocator.buffer(16);
        text(size, Integer.toHexString(length));
        endLine(size);
        return Unpooled.wrappedBuffer(size, data, Unpooled.wrappedBuffer(last ? CRLF_LAST_CHUNK : CRLF));
    }
}
