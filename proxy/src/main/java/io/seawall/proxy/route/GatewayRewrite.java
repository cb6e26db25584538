package io.seawall.proxy.route;

import org.jspecify.annotations.Nullable;

/// What OpenClaw makes of a path before it looks for a handler, besides reading it as a URL. Pure; one pass each.
///
/// Read in OpenClaw 2026.9.6, and asked of the real one by `src/e2e/paths`:
///
/// | reader | what it does with the pathname |
/// |---|---|
/// | capability scope, HTTP and WebSocket | `/__openclaw__/cap/CAPABILITY/REST` becomes `/REST`, valid or not; once, so a nested one stays; `?oc_cap=` carries a capability too, and changes no path |
/// | handlers that parse that again: webhooks, sessions, tools, A2UI … | `//host/REST`, which is left behind a scope,
/// becomes `/REST` |
/// | joining nodes | `…/j/CODE` is `/j/CODE` wherever it stands, before webhooks and the API |
/// | plugin routes, HTTP and WebSocket | lower case, up to 32 times decoded, each time parsed as a URL (`//host`, `?`, `#` and a blank at the end go), `//` folded, the last slash removed: see [PathReading] |
/// | Control UI with `gateway.controlUi.basePath` | the UI's own paths below it; no other route moves |
/// | WebSockets | worker, desktop and plugin paths by name; every other path is the control WebSocket |
final class GatewayRewrite {
    private static final String SCOPE = "/__openclaw__/cap/";
    private static final String CANVAS = "/__openclaw__/canvas/";
    private static final String A2UI = "/__openclaw__/a2ui/";
    private static final String PLUGINS = "/plugins/";
    private static final String JOIN = "/j";

    private GatewayRewrite() {}

    static boolean isScoped(String path) {
        return path.startsWith(SCOPE);
    }

    /// What the gateway dispatches instead of a scoped path; null where that depends on the reader: a capability that is
    /// not as the gateway writes them (base64url), an empty or a dot segment behind it.
    static @Nullable String rest(String scoped) {
        int start = SCOPE.length();
        int end = start;
        while (end < scoped.length() && isBase64Url(scoped.charAt(end))) {
            end++;
        }
        return end > start && end < scoped.length() && scoped.charAt(end) == '/' && isPlainFrom(scoped, end)
                ? scoped.substring(end)
                : null;
    }

    private static boolean isBase64Url(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    /// Whether no reader folds the text or removes a segment of it.
    private static boolean isPlainFrom(String path, int start) {
        for (int i = start; i < path.length(); i++) {
            char c = path.charAt(i);
            char next = i + 1 < path.length() ? path.charAt(i + 1) : 'x';
            if (c == '\\' || c == '/' && (next == '/' || next == '\\' || next == '.')) {
                return false;
            }
        }
        return true;
    }

    /// What the gateway serves to nodes and widgets that have nothing but a capability.
    static boolean isHosted(String rest) {
        return rest.startsWith(CANVAS) || rest.startsWith(A2UI);
    }

    /// Where plugins have their own resources.
    static boolean isPlugins(String rest) {
        return rest.startsWith(PLUGINS);
    }

    /// Whether that is worth asking of a path as it was sent: no reading as a URL makes a segment that begins with it.
    static boolean mayJoin(String raw) {
        return raw.contains(JOIN) || raw.contains("\\j");
    }

    /// Where in a path the part begins that is a join code's path to the gateway; -1 where there is none.
    static int joinAt(String pathname) {
        return pathname.endsWith(JOIN) ? pathname.length() - JOIN.length() : pathname.lastIndexOf(JOIN + "/");
    }
}
