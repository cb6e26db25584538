package io.seawall.proxy.http2;

import io.netty.handler.codec.http2.Http2Headers;
import io.seawall.config.Config;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HopByHop;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.RequestRules;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.http.TokenCharacters;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Reads the fields of one HTTP/2 request (RFC 9113, section 8) into the head that HTTP/1.1 would have made of them, under
/// the same rules: the gateway gets it as HTTP/1.1, so nothing may pass that would mean more there. Pure.
final class Http2RequestHead {
    private static final Set<String> PSEUDO = Set.of(":method", ":scheme", ":path", ":authority", ":protocol");
    /// RFC 8441, 5: a WebSocket's handshake has none of them here; see [#keyOf].
    private static final Set<String> UNUSED_IN_HTTP2 = Set.of("sec-websocket-key", "sec-websocket-accept");
    // what a field costs beyond name and value in HTTP/1.1: colon, blank, CR LF
    private static final int FIELD_OVERHEAD = 4;

    private final Http2Headers fields;
    private final Config.Http limits;
    private final StringJoiner cookies = new StringJoiner("; ");
    private int size;

    private Http2RequestHead(Http2Headers fields, Config.Http limits) {
        this.fields = fields;
        this.limits = limits;
    }

    /// @param ended whether the request has no body
    static RequestHead parse(Http2Headers fields, boolean ended, Config.Http limits) throws HygieneException {
        return new Http2RequestHead(fields, limits).head(ended);
    }

    /// Whether a request that breaks the rule is malformed by RFC 9113: its stream ends with an error.
    static boolean isMalformed(Rule rule) {
        return switch (rule) {
            case PSEUDO_HEADER, CONNECTION_HEADER, HEADER_NAME, HEADER_VALUE, HOST_COUNT, HOST_MISMATCH,
                    CONTENT_LENGTH ->
                true;
            default -> false;
        };
    }

    /// Method and path of a head that was refused, for the log; null where they are refused themselves.
    static @Nullable RequestHead requestLine(Http2Headers fields, Config.Http limits) {
        Http2RequestHead refused = new Http2RequestHead(fields, limits);
        try {
            String method = refused.one(":method");
            String path = refused.one(":path");
            refused.checkPath(path);
            RequestRules.checkMethod(method.equals("CONNECT") ? "GET" : method);
            return RequestHead.refused(method.equals("CONNECT") ? "GET" : method, path);
        } catch (HygieneException e) {
            return null;
        }
    }

    private RequestHead head(boolean ended) throws HygieneException {
        String method = one(":method");
        String scheme = one(":scheme");
        String path = pseudo(":path");
        String protocol = pseudo(":protocol");
        Headers.Builder builder = Headers.builder();
        String authority = authority();
        builder.add("Host", authority);
        size += authority.length();
        readFields(builder, protocol != null);
        if (!scheme.equalsIgnoreCase("https")) {
            throw new HygieneException(Rule.PSEUDO_HEADER, scheme.equalsIgnoreCase("http")
                    ? ":scheme is http on a TLS connection (Envoy: scheme_header_transformation: "
                            + "{scheme_to_overwrite: https})"
                    : ":scheme is not https");
        }
        if (path == null) {
            throw new HygieneException(Rule.PSEUDO_HEADER, "there is no :path");
        }
        if (protocol != null && !method.equals("CONNECT")) {
            throw new HygieneException(Rule.PSEUDO_HEADER, ":protocol stands beside another method than CONNECT");
        }
        checkPath(path);
        if (protocol != null) {
            method = "GET";
            addHandshake(builder, protocol, ended);
        }
        RequestRules.checkMethod(method);
        Headers headers = builder.build();
        return RequestRules.head(method, path, RequestRules.authority(headers, false), false, headers,
                body(headers, ended || protocol != null));
    }

    private String one(String name) throws HygieneException {
        String value = pseudo(name);
        if (value == null) {
            throw new HygieneException(Rule.PSEUDO_HEADER, "there is no " + name);
        }
        return value;
    }

    private @Nullable String pseudo(String name) throws HygieneException {
        List<CharSequence> values = fields.getAll(name);
        if (values.size() > 1) {
            throw new HygieneException(Rule.PSEUDO_HEADER, name + " is there twice");
        }
        return values.isEmpty() ? null : values.getFirst().toString();
    }

    /// `:authority`, or else Host (RFC 9113, 8.3.1); where both are there they agree.
    private String authority() throws HygieneException {
        String authority = pseudo(":authority");
        List<CharSequence> hosts = fields.getAll("host");
        if (hosts.size() > 1 || authority == null && hosts.isEmpty()) {
            throw new HygieneException(Rule.HOST_COUNT);
        }
        if (authority == null) {
            return hosts.getFirst().toString();
        }
        if (!hosts.isEmpty() && !hosts.getFirst().toString().equalsIgnoreCase(authority)) {
            throw new HygieneException(Rule.HOST_MISMATCH);
        }
        return authority;
    }

    private void readFields(Headers.Builder builder, boolean webSocket) throws HygieneException {
        int count = 1; // Host
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            String name = field.getKey().toString();
            if (name.startsWith(":")) {
                if (!PSEUDO.contains(name)) {
                    throw new HygieneException(Rule.PSEUDO_HEADER);
                }
                continue;
            }
            String value = field.getValue().toString();
            checkField(name, value);
            size += name.length() + value.length() + FIELD_OVERHEAD;
            if (size > limits.headBytes()) {
                throw new HygieneException(Rule.HEAD_TOO_LARGE);
            }
            if (name.equals("cookie")) {
                if (!value.isEmpty()) {
                    cookies.add(value); // crumbs: RFC 9113, 8.2.3
                }
                continue;
            }
            if (++count > limits.fields()) {
                throw new HygieneException(Rule.TOO_MANY_HEADERS);
            }
            if (!name.equals("host") && !(webSocket && UNUSED_IN_HTTP2.contains(name))) {
                builder.add(name, value);
            }
        }
        if (cookies.length() > 0) {
            builder.add("cookie", cookies.toString());
        }
    }

    private static void checkField(String name, String value) throws HygieneException {
        if (name.isEmpty()) {
            throw new HygieneException(Rule.HEADER_NAME);
        }
        if (name.equals("content_length") || name.equals("transfer_encoding")) {
            throw new HygieneException(Rule.HEADER_LOOKALIKE); // which is well-formed
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c > '~' || c >= 'A' && c <= 'Z' || !TokenCharacters.contains(c)) {
                throw new HygieneException(Rule.HEADER_NAME);
            }
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            // beyond a byte there is no character that HTTP/1.1 could carry
            boolean blank = c == ' ' || c == '\t';
            if (c < ' ' && !blank || c == 0x7f || c > 0xff || blank && (i == 0 || i == value.length() - 1)) {
                throw new HygieneException(Rule.HEADER_VALUE);
            }
        }
        if (HopByHop.isConnectionSpecific(name)
                || name.equals("te") && !value.toLowerCase(Locale.ROOT).equals("trailers")) {
            throw new HygieneException(Rule.CONNECTION_HEADER);
        }
    }

    private void checkPath(String path) throws HygieneException {
        // an absolute URL would be another request for an HTTP/1.1 gateway
        if (!path.startsWith("/")) {
            throw new HygieneException(path.isEmpty() ? Rule.PSEUDO_HEADER : Rule.TARGET);
        }
        if (path.length() > limits.requestLine()) {
            throw new HygieneException(Rule.LINE_TOO_LONG);
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c < '!' || c > '~' || c == '#') {
                throw new HygieneException(Rule.TARGET);
            }
        }
    }

    /// The key of a client that sends one although HTTP/2 has no use for it; null where there is none, or none that is
    /// one. undici 8 does, and gives the WebSocket up when the response to it is missing.
    static @Nullable String keyOf(Http2Headers fields) {
        List<CharSequence> keys = fields.getAll("sec-websocket-key");
        String key = keys.size() == 1 ? keys.getFirst().toString() : "";
        return RequestRules.isKey(key) ? key : null;
    }

    /// RFC 8441: what the WebSocket's handshake would have been in HTTP/1.1. Where the client has no key, there is one
    /// between us and the gateway.
    private void addHandshake(Headers.Builder builder, String protocol, boolean ended) throws HygieneException {
        if (ended || !protocol.equals("websocket")) {
            throw new HygieneException(Rule.UPGRADE, ended
                    ? "its CONNECT ends the stream"
                    : ":protocol is not websocket");
        }
        String key = keyOf(fields);
        builder.add("Connection", "Upgrade").add("Upgrade", "websocket").add("Sec-WebSocket-Key",
                key != null ? key : ownKey());
    }

    private static String ownKey() {
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static Body body(Headers headers, boolean none) throws HygieneException {
        if (!headers.contains("content-length")) {
            return none ? Body.NONE : Body.CHUNKED;
        }
        Body.Length length = RequestRules.contentLength(headers);
        if (none && length.bytes() > 0) {
            throw new HygieneException(Rule.CONTENT_LENGTH);
        }
        return length;
    }
}
