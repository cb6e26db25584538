package io.seawall.proxy.upstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes the client's answer head of the gateway's. Pure.
final class ResponseRewrite {
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-authenticate",
            "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length");

    private ResponseRewrite() {}

    /// @param setCookie our session, or null
    static ResponseHead of(HttpResponse response, @Nullable String setCookie) {
        int status = response.status().code();
        Headers.Builder headers = Headers.builder();
        Set<String> nominated = nominated(response.headers());
        for (Map.Entry<String, String> field : response.headers()) {
            String name = field.getKey().toLowerCase(Locale.ROOT);
            boolean caching = name.equals("cache-control") || name.equals("expires");
            if (!HOP_BY_HOP.contains(name) && !nominated.contains(name) && !(caching && setCookie != null)) {
                headers.add(field.getKey(), field.getValue());
            }
        }
        if (setCookie != null) {
            // no cache may keep one person's session for the next one, whatever the gateway says of the page
            headers.add("Set-Cookie", setCookie).add("Cache-Control", "no-store");
        }
        return new ResponseHead(status, response.status().reasonPhrase(), headers.build(), body(response), false);
    }

    private static Set<String> nominated(HttpHeaders headers) {
        Set<String> names = new HashSet<>();
        for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
            for (String token : value.split(",")) {
                names.add(token.strip().toLowerCase(Locale.ROOT));
            }
        }
        // what security rests on stays, whatever the gateway says of it
        names.removeAll(List.of("set-cookie", "content-security-policy", "cache-control", "content-type"));
        return names;
    }

    private static Body body(HttpResponse response) {
        if (HttpUtil.isTransferEncodingChunked(response)) {
            return Body.CHUNKED;
        }
        String length = response.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null) {
            return new Body.Length(Long.parseLong(length.strip()));
        }
        int status = response.status().code();
        return status == 204 || status == 304 ? Body.NONE : Body.UNTIL_CLOSE;
    }
}
