package io.seawall.proxy.http2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HopByHop;
import io.seawall.proxy.http.KnownNames;
import io.seawall.proxy.http.ResponseHead;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Makes the fields of an HTTP/2 response (RFC 9113, 8.3.2). Pure.
final class Http2ResponseHead {
    /// Names as they come, and as they go out; of this type because the encoder wants their hash, which it remembers.
    private static final Map<String, AsciiString> KNOWN = known();
    private static final AsciiString ACCEPT = AsciiString.cached("sec-websocket-accept");
    private static final AsciiString SET_COOKIE = AsciiString.cached("set-cookie");

    private Http2ResponseHead() {}

    private static Map<String, AsciiString> known() {
        Map<String, AsciiString> known = new HashMap<>();
        for (String name : KnownNames.HEADERS) {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!isLeftOut(lower)) {
                AsciiString ascii = AsciiString.cached(lower);
                known.put(name, ascii);
                known.put(lower, ascii);
            }
        }
        return known;
    }

    /// Of the connection to the gateway, or of a handshake that the client does not know of.
    private static boolean isLeftOut(String name) {
        return HopByHop.isConnectionSpecific(name) || name.equals("sec-websocket-accept");
    }

    /// Whether the field is never to be indexed (RFC 7541, 7.1.3): a cookie is a secret, and no two are alike, so that
    /// they would only drive out of the table what is.
    static boolean isSensitive(CharSequence name, CharSequence value) {
        return AsciiString.contentEquals(SET_COOKIE, name);
    }

    /// @param keyed whether the client's handshake had a key: then it waits for the response to it
    static Http2Headers of(ResponseHead head, boolean keyed) {
        // a 101 is a 200 here (RFC 8441, section 5)
        int status = head.status() == 101 ? 200 : head.status();
        Http2Headers fields = new DefaultHttp2Headers(false, head.headers().size() + 2)
                .status(Integer.toString(status));
        for (int i = 0; i < head.headers().size(); i++) {
            String name = head.headers().name(i);
            AsciiString known = KNOWN.get(name);
            if (known != null) {
                fields.add(known, head.headers().text(i));
                continue;
            }
            String lower = name.toLowerCase(Locale.ROOT);
            if (!isLeftOut(lower)) {
                fields.add(lower, head.headers().text(i));
            }
        }
        String accept = keyed && head.status() == 101 ? head.headers().get("Sec-WebSocket-Accept") : null;
        if (accept != null) {
            fields.add(ACCEPT, accept);
        }
        if (head.body() instanceof Body.Length length && status >= 200 && status != 204) {
            fields.add("content-length", Long.toString(length.bytes()));
        }
        return fields;
    }

    /// Whether the response to this question ends with its head.
    static boolean isBodiless(ResponseHead head, boolean headRequest) {
        int status = head.status();
        return headRequest || status == 204 || status == 304 || head.body() instanceof Body.None
                || head.body() instanceof Body.Length length && length.bytes() == 0;
    }
}
