package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HeadBytes;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http1.Wire;

/// Serialises a request's head for the gateway. The only writer of upstream requests, so that every one of them has
/// its `X-Forwarded-For`, and one framing that we chose.
final class RequestWriter {
    private RequestWriter() {}

    static ByteBuf head(ByteBufAllocator allocator, String method, String target, Headers headers, Body body) {
        if (!headers.contains("X-Forwarded-For")) {
            throw new IllegalArgumentException("a request without X-Forwarded-For would be taken for a local user's");
        }
        HeadBytes out = HeadBytes.begin().text(method).text(" ").text(target).text(" HTTP/1.1").endLine()
                .fields(headers);
        switch (body) {
            case Body.None _ -> {
            }
            case Body.Length length -> out.field("Content-Length", Long.toString(length.bytes()));
            case Body.Chunked _ -> out.field("Transfer-Encoding", "chunked");
            case Body.UntilClose _ ->
                throw new IllegalArgumentException("a request's body never ends with the connection");
        }
        return out.endLine().buffer(allocator, Wire.roomFor(body));
    }
}
