package io.seawall.proxy.http;

import io.seawall.host.HostName;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// What must hold of a request whichever version of HTTP brought it. Pure.
public final class RequestRules {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    /// Where a second one would let two readers see two requests, callers or contents.
    private static final List<String> SINGLE = List.of("Authorization", "Content-Type", "Expect", "Origin",
            "Sec-WebSocket-Key", "Sec-WebSocket-Version", "X-Openclaw-Token", "X-Seawall-Authorization");
    /// What framing, the host, a layer or the handshake depends on: a client that has its header removed on the way would
    /// be judged by one request and forwarded with another.
    private static final Set<String> DEPENDED_ON = Set.of("host", "content-length", "content-type", "expect",
            "authorization", "cookie", "origin", "x-openclaw-token", "x-seawall-authorization",
            "cf-access-jwt-assertion", "sec-websocket-key", "sec-websocket-version");

    private static final int LENGTH_DIGITS = 18;
    /// Of what `Connection` names: as many as a request has headers.
    private static final int OPTIONS = 100;

    private RequestRules() {}

    /// @throws HygieneException METHOD
    public static void checkMethod(String method) throws HygieneException {
        if (!METHODS.contains(method)) {
            throw new HygieneException(Rule.METHOD);
        }
    }

    /// The one Host, which is a host; empty where an HTTP/1.0 request has none, which is legal there (RFC 9112, 3.2).
    public static String authority(Headers headers, boolean http10) throws HygieneException {
        int hosts = headers.count("Host");
        if (hosts == 0 && http10) {
            return "";
        }
        if (hosts != 1) {
            throw new HygieneException(Rule.HOST_COUNT);
        }
        String host = headers.get("Host", "");
        if (!HostName.isAuthority(host)) {
            throw new HygieneException(Rule.HOST_INVALID);
        }
        return host;
    }

    /// The head of a request whose target is in origin-form, and whose fields have been read.
    public static RequestHead head(String method, String target, String authority, boolean http10, Headers headers,
            Body body)
            throws HygieneException {
        for (String name : SINGLE) {
            if (headers.count(name) > 1) {
                throw new HygieneException(Rule.DUPLICATE_HEADER);
            }
        }
        List<String> connection = headers.tokens("Connection", OPTIONS + 1);
        checkConnection(connection);
        String expect = headers.get("Expect");
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            throw new HygieneException(Rule.EXPECT);
        }
        checkUpgrade(method, headers, connection, body, http10);
        boolean keepAlive = http10 ? connection.contains("keep-alive") : !connection.contains("close");
        return new RequestHead(method, target, authority, Persistence.of(http10, keepAlive), headers, body);
    }

    /// The value of the one Content-Length.
    public static Body.Length contentLength(Headers headers) throws HygieneException {
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

    private static void checkConnection(List<String> options) throws HygieneException {
        if (options.size() > OPTIONS) {
            throw new HygieneException(Rule.CONNECTION_OPTION, "it names more than " + OPTIONS);
        }
        for (String option : options) {
            if (!isToken(option)) {
                throw new HygieneException(Rule.CONNECTION_OPTION);
            }
            String name = option.replace('_', '-');
            if (DEPENDED_ON.contains(name)) {
                throw new HygieneException(Rule.CONNECTION_OPTION, name);
            }
        }
    }

    private static boolean isToken(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > '~' || !TokenCharacters.contains(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /// Whether one of the protocols that `Upgrade` offers is a WebSocket.
    static boolean asksForWebSocket(Headers headers) {
        return headers.hasToken("Upgrade", "websocket");
    }

    /// A WebSocket's handshake is a whole one or refused, with what it lacks: passed on as a plain request, it would
    /// fail without a reason.
    private static void checkUpgrade(String method, Headers headers, List<String> connection, Body body,
            boolean http10) throws HygieneException {
        if (!asksForWebSocket(headers)) {
            return;
        }
        boolean bodiless = body instanceof Body.None || body instanceof Body.Length length && length.bytes() == 0;
        if (http10) {
            throw new HygieneException(Rule.UPGRADE, "it came as HTTP/1.0 (nginx: proxy_http_version 1.1;)");
        }
        if (!connection.contains("upgrade")) {
            throw new HygieneException(Rule.UPGRADE, "Connection does not name upgrade");
        }
        if (!method.equals("GET")) {
            throw new HygieneException(Rule.UPGRADE, "the method is not GET");
        }
        if (!bodiless) {
            throw new HygieneException(Rule.UPGRADE, "the request has a body");
        }
        if (!isKey(headers.get("Sec-WebSocket-Key", ""))) {
            throw new HygieneException(Rule.UPGRADE, "Sec-WebSocket-Key is not 16 bytes in Base64");
        }
        String version = headers.get("Sec-WebSocket-Version");
        if (version == null) {
            throw new HygieneException(Rule.UPGRADE, "there is no Sec-WebSocket-Version");
        }
        if (!version.equals("13")) {
            throw new HygieneException(Rule.WEBSOCKET_VERSION);
        }
    }

    /// RFC 6455, 4.1: whether this is a handshake's key.
    public static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
