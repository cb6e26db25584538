package io.seawall.proxy.route;

import java.util.Set;

/// The files of OpenClaw's Control UI that it serves without authentication: scripts, styles, fonts, icons and the
/// manifest, each named as its build names them. Its sandboxed frames load some of them without any cookie. Pure.
///
/// Read in OpenClaw 2026.9.6 (`control-ui-root-assets`, `control-ui-static`) and asked of the real one by `src/e2e/paths`.
/// A file of these kinds that is missing is a 404 there, never the page that it answers on other paths.
final class StaticPath {
    /// The longest that there is has half of that.
    static final int LONGEST = 128;

    private static final Set<String> AT_ROOT = Set.of("/apple-touch-icon.png", "/favicon-32.png", "/favicon.ico",
            "/favicon.svg", "/manifest.webmanifest", "/sw.js");
    private static final String ICONS = "/file-icons/";

    private StaticPath() {}

    /// Whether the path is that of such a file, without anything to decode, to fold or to remove.
    static boolean matches(String path) {
        int slash = path.lastIndexOf('/');
        if (slash == 0) {
            return AT_ROOT.contains(path);
        }
        return slash > 0 && path.length() <= LONGEST && isKnown(path, slash) && isPlain(path);
    }

    private static boolean isKnown(String path, int slash) {
        return switch (slash) {
            case 6 -> path.startsWith("/fonts/") && (path.endsWith(".woff2") || path.endsWith(".css"));
            case 7 ->
                path.startsWith("/assets/") && isBuilt(path) || path.startsWith("/themes/") && path.endsWith(".css");
            case 8 -> path.startsWith("/app-art/") && path.endsWith(".webp");
            case 14 -> path.startsWith("/community-art/") && path.endsWith(".webp") || isIcon(path);
            case 15 -> path.startsWith("/provider-icons/") && path.endsWith(".svg") || isIcon(path);
            case 21 -> path.startsWith("/cloud-provider-icons/") && path.endsWith(".svg") || isIcon(path);
            default -> isIcon(path);
        };
    }

    /// What a build of the UI makes, of any version.
    private static boolean isBuilt(String path) {
        return path.endsWith(".js") || path.endsWith(".css") || path.endsWith(".webp") || path.endsWith(".woff2")
                || path.endsWith(".svg") || path.endsWith(".png") || path.endsWith(".wasm");
    }

    /// In folders of any depth.
    private static boolean isIcon(String path) {
        return path.startsWith(ICONS) && path.endsWith(".svg");
    }

    /// Whether each segment is letters, digits, `-`, `_` and, not in front, `.`.
    private static boolean isPlain(String path) {
        char before = 'x';
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            boolean isWord = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-'
                    || c == '_';
            if (!isWord && (before == '/' || c != '/' && c != '.')) {
                return false;
            }
            before = c;
        }
        return true;
    }
}
