package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HeadBytes;
import io.seawall.proxy.http.ResponseHead;

/// Serialises one response to HTTP/1: its head, then its body in the framing that the client understands.
final class ResponseWriter {
    private final Body framing;
    private final boolean bodiless;

    /// @param headRequest whether the question was HEAD
    ResponseWriter(ResponseHead head, boolean headRequest, boolean http10) {
        bodiless = headRequest || head.status() < 200 || head.status() == 204 || head.status() == 304;
        framing = switch (head.body()) {
            case Body.Length length -> length;
            case Body.None none -> bodiless ? none : new Body.Length(0);
            // HTTP/1.0 knows no chunks, and HTTP/1.1 has chunks, where a close may be a truncation
            case Body.Chunked _,Body.UntilClose _ -> http10 ? Body.UNTIL_CLOSE : Body.CHUNKED;
        };
    }

    boolean endsWithConnection() {
        return framing instanceof Body.UntilClose && !bodiless;
    }

    ByteBuf head(ByteBufAllocator allocator, ResponseHead head, boolean close, boolean http10) {
        HeadBytes out = HeadBytes.begin().text("HTTP/1.1 ").text(Integer.toString(head.status())).text(" ")
                .text(head.reason()).endLine().fields(head.headers());
        if (head.status() >= 200) {
            switch (framing) {
                case Body.Length length when head.status() != 204 ->
                    out.field("Content-Length", Long.toString(length.bytes()));
                case Body.Chunked _ when !bodiless -> out.field("Transfer-Encoding", "chunked");
                case Body.Length _,Body.Chunked _,Body.None _,Body.UntilClose _ -> {
                    // nothing to announce
                }
            }
            if (close) {
                out.field("Connection", "close");
            } else if (http10) {
                out.field("Connection", "keep-alive");
            }
        }
        return out.endLine().buffer(allocator, Wire.roomFor(framing));
    }

    /// The bytes of a piece of the body; takes over the piece.
    ByteBuf content(ByteBufAllocator allocator, HttpContent content) {
        if (bodiless) {
            content.release();
            return Unpooled.EMPTY_BUFFER;
        }
        return Wire.content(allocator, framing, content);
    }
}
