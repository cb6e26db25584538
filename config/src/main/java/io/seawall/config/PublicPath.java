package io.seawall.config;

import java.util.List;
import java.util.Locale;

/// A path that the operator lists, to be let through without a layer, or by the gateway token: exactly `/x`, everything below it but not itself (`/x/*`), or a WebSocket (`ws:/x`).
public record PublicPath(String path, boolean prefix, boolean webSocket) {

    /// The folders that a layer of Seawall guards, or that it answers itself; nothing public may reach into them.
    public static final List<String> GUARDED = List.of("/v1", "/tools/invoke", "/sessions", "/healthz", "/health",
            "/readyz",
            "/ready", "/startupz", "/startup", "/.seawall", "/.well-known/openclaw");
    /// Those of them that are not the gateway token's, and the folder whose paths the gateway reads again without their
    /// beginning.
    public static final List<String> GUARDED_OTHERWISE = List.of("/healthz", "/health", "/readyz", "/ready",
            "/startupz",
            "/startup", "/.seawall", "/.well-known/openclaw", "/__openclaw__");

    public PublicPath {
        if (!isPlain(path)) {
            throw new IllegalArgumentException(
                    "public path: " + path + " (expected: plain segments, as in /slack/events)");
        }
    }

    /// @throws IllegalArgumentException when `text` is not such a path
    public static PublicPath parse(String text) {
        boolean webSocket = text.startsWith("ws:");
        String path = webSocket ? text.substring(3) : text;
        boolean prefix = path.endsWith("/*");
        if (prefix) {
            path = path.substring(0, path.length() - 2);
        }
        return new PublicPath(path, prefix, webSocket);
    }

    /// Whether `path` is made of non-empty segments of unreserved characters, none of them a dot segment, so that every
    /// reading of it is the same.
    public static boolean isPlain(String path) {
        if (!path.matches("(/[A-Za-z0-9._~@!$&'()+,;=-]+)+")) {
            return false;
        }
        for (String segment : path.substring(1).split("/")) {
            if (segment.equals(".") || segment.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /// Whether a path is this one. `/x/*` takes `/x/a`, and neither `/x` nor `/x/`, which is `/x` to many servers.
    public boolean matches(String other) {
        return prefix
                ? other.length() > path.length() + 1 && other.charAt(path.length()) == '/' && other.startsWith(path)
                : other.equals(path);
    }

    /// Whether one of the two paths is, or lies below, the other; case is ignored because gateways differ in it.
    public static boolean overlap(String a, String b) {
        String x = a.toLowerCase(Locale.ROOT) + "/";
        String y = b.toLowerCase(Locale.ROOT) + "/";
        return x.startsWith(y) || y.startsWith(x);
    }

    @Override
    public String toString() {
        return (webSocket ? "ws:" : "") + path + (prefix ? "/*" : "");
    }
}
