package io.seawall.proxy.http;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.Locale;
import java.util.Set;

/// Makes the fields of an HTTP/2 answer (RFC 9113, 8.3.2). Pure.
final class Http2ResponseHead {
    /// Of the connection to the gateway, or of a handshake that the client does not know of.
    private static final Set<String> LEFT_OUT = Set.of("connection", "upgrade", "keep-alive", "proxy-connection",
            "transfer-encoding", "sec-websocket-accept");

    private Http2ResponseHead() {}

    static Http2Headers of(ResponseHead head) {
        // a 101 is a 200 here (RFC 8441, section 5)
        int status = head.status() == 101 ? 200 : head.status();
        Http2Headers fields = new DefaultHttp2Headers(false, head.headers().size() + 2)
                .status(Integer.toString(status));
        for (int i = 0; i < head.headers().size(); i++) {
            String name = head.headers().name(i).toLowerCase(Locale.ROOT);
            if (!LEFT_OUT.contains(name)) {
                fields.add(name, head.headers().value(i));
            }
        }
        if (head.body() instanceof Body.Length length && status >= 200 && status != 204) {
            fields.add("content-length", Long.toString(length.bytes()));
        }
        return fields;
    }

    /// Whether the answer to this question ends with its head.
    static boolean isBodiless(ResponseHead head, boolean headRequest) {
        int status = head.status();
        return headRequest || status == 204 || status == 304 || head.body() instanceof Body.None
                || head.body() instanceof Body.Length length && length.bytes() == 0;
    }
}
