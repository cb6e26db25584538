package io.seawall.proxy.http;

import io.netty.util.NetUtil;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// What must hold of a request whichever version of HTTP brought it. Pure.
final class RequestRules {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    /// Where a second one would let two readers see two requests, callers or contents.
    private static final List<String> SINGLE = List.of("Authorization", "Content-Type", "Expect", "Origin", "Upgrade",
            "Sec-WebSocket-Key", "Sec-WebSocket-Version", "X-Openclaw-Token", "X-Seawall-Authorization");
    private static final Set<String> CONNECTION_OPTIONS = Set.of("close", "keep-alive", "upgrade", "te", "trailers",
            "transfer-encoding", "proxy-connection", "http2-settings");

    private static final int LENGTH_DIGITS = 18;

    private RequestRules() {}

    /// @throws HygieneException METHOD
    static void checkMethod(String method) throws HygieneException {
        if (!METHODS.contains(method)) {
            throw new HygieneException(Rule.METHOD);
        }
    }

    /// The one Host, which is a host.
    static String authority(Headers headers) throws HygieneException {
        if (headers.count("Host") != 1) {
            throw new HygieneException(Rule.HOST_COUNT);
        }
        String host = headers.get("Host", "");
        if (!isAuthority(host)) {
            throw new HygieneException(Rule.HOST_INVALID);
        }
        return host;
    }

    /// `reg-name[:port]`, `IPv4[:port]` or `[IPv6][:port]`, of the characters that host names are made of.
    static boolean isAuthority(String text) {
        int end = text.startsWith("[")
                ? text.indexOf(']') + 1
                : text.indexOf(':') < 0 ? text.length() : text.indexOf(':');
        if (end <= 0 || end > 255) {
            return false;
        }
        if (text.startsWith("[")) {
            String literal = text.substring(1, end - 1);
            // RFC 6874's zone means something only on the client's own machine
            if (literal.indexOf('%') >= 0 || !NetUtil.isValidIpV6Address(literal)) {
                return false;
            }
        } else {
            for (int i = 0; i < end; i++) {
                char c = text.charAt(i);
                if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-'
                        || c == '_')) {
                    return false;
                }
            }
        }
        if (end == text.length()) {
            return true;
        }
        return text.charAt(end) == ':' && isPort(text, end + 1);
    }

    private static boolean isPort(String text, int start) {
        int port = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i - start > 4) {
                return false;
            }
            port = 10 * port + digit;
        }
        return text.length() > start && port <= 65_535;
    }

    /// The head of a request whose target is in origin-form, and whose fields have been read.
    static RequestHead head(String method, String target, String authority, boolean http10, Headers headers, Body body)
            throws HygieneException {
        for (String name : SINGLE) {
            if (headers.count(name) > 1) {
                throw new HygieneException(Rule.DUPLICATE_HEADER);
            }
        }
        List<String> connection = headers.tokens("Connection");
        if (!CONNECTION_OPTIONS.containsAll(connection)) {
            throw new HygieneException(Rule.CONNECTION_OPTION);
        }
        String expect = headers.get("Expect");
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            throw new HygieneException(Rule.EXPECT);
        }
        checkUpgrade(method, headers, connection, body, http10);
        boolean keepAlive = http10 ? connection.contains("keep-alive") : !connection.contains("close");
        return new RequestHead(method, target, authority, http10, keepAlive, headers, body);
    }

    /// The value of the one Content-Length.
    static Body.Length contentLength(Headers headers) throws HygieneException {
        String text = headers.get("Content-Length", "");
        if (headers.count("Content-Length") > 1 || !isLength(text)) {
            throw new HygieneException(Rule.CONTENT_LENGTH);
        }
        return new Body.Length(Long.parseLong(text));
    }

    /// Decimal digits without a leading zero, and few enough for a long.
    private static boolean isLength(String text) {
        int length = text.length();
        if (length == 0 || length > LENGTH_DIGITS || length > 1 && text.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static void checkUpgrade(String method, Headers headers, List<String> connection, Body body,
            boolean http10) throws HygieneException {
        boolean asked = connection.contains("upgrade");
        String upgrade = headers.get("Upgrade");
        if (upgrade == null && !asked) {
            return;
        }
        boolean bodiless = body instanceof Body.None || body instanceof Body.Length length && length.bytes() == 0;
        if (upgrade == null || !asked || http10 || !bodiless || !method.equals("GET")
                || !upgrade.equalsIgnoreCase("websocket") || !headers.get("Sec-WebSocket-Version", "").equals("13")
                || !isKey(headers.get("Sec-WebSocket-Key", ""))) {
            throw new HygieneException(Rule.UPGRADE);
        }
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
