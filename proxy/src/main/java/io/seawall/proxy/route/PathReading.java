package io.seawall.proxy.route;

import io.seawall.host.PercentEncoding;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The ways in which a path can be read by servers behind Seawall. Pure.
///
/// Proxies match the raw text, or the text decoded once; servers decode again, take `\` for `/`, fold `//`, and remove
/// dot segments; the gateway parses as the WHATWG URL standard says, and its plugins' routes decode what is left, and
/// parse that. A route is granted only where all agree.
///
/// An unauthenticated client causes it with every path, so each step is one pass over the text: at most five texts,
/// each of them looked at once and, only where that finds something to fold or to remove, written anew in two ways.
///
/// @param readings raw, decoded once, and so on until stable; each of them as it is, folded, and as WHATWG URL
record PathReading(Set<String> readings) {

    /// Decoding more often than any server does; a text that is not stable by then is no honest path.
    private static final int MOST_DECODINGS = 4;

    /// Empty where the path has no reading at all: control bytes, a broken escape, text that is not UTF-8.
    static Optional<PathReading> of(String raw) {
        Set<String> readings = new LinkedHashSet<>();
        return each(raw, text -> {
            readings.add(text);
            return true;
        }) ? Optional.of(new PathReading(readings)) : Optional.empty();
    }

    /// Shows the readings to the reader one after another, some of them twice, until it has seen enough.
    ///
    /// @param reader whether it wants the next one
    /// @return whether the path can be read and the reader wanted all of it
    static boolean each(String raw, Predicate<String> reader) {
        return isPlain(raw) ? reader.test(raw) : eachOfAny(raw, reader);
    }

    /// Whether every reader reads the path alike: nothing to decode, to fold or to remove.
    static boolean isPlain(String raw) {
        if (raw.isEmpty() || raw.charAt(0) != '/') {
            return false;
        }
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#' || c == '?' || c == '%' || c == '\\') {
                return false;
            }
            // an empty segment, one of dots, or one that only begins with a dot: that one is left to the whole look
            if (c == '/' && i + 1 < raw.length() && (raw.charAt(i + 1) == '/' || raw.charAt(i + 1) == '.')) {
                return false;
            }
        }
        return true;
    }

    /// As [#each], for paths that are plain, too.
    static boolean eachOfAny(String raw, Predicate<String> reader) {
        if (!isPath(raw)) {
            return false;
        }
        String text = raw;
        for (int decodings = 0;; decodings++) {
            char[] path = text.toCharArray();
            if (!reader.test(text) || isOdd(path) && !eachOfOdd(path, decodings == 0, reader)) {
                return false;
            }
            String next = text.indexOf('%') < 0 ? text : decode(text, decodings == 0);
            if (next == null || next.length() < text.length() && decodings == MOST_DECODINGS) {
                return false;
            }
            if (next.length() == text.length()) {
                return true; // a decoding that finds something makes it shorter
            }
            text = next;
        }
    }

    /// A path that is not the same when it is parsed, decoded and parsed again, as the gateway's plugin routes do, has no
    /// reading: one in which the next segment becomes a host, an empty segment is left of more of them, or a segment is
    /// gone that is two when it is decoded first.
    private static boolean eachOfOdd(char[] path, boolean raw, Predicate<String> reader) {
        String url = whatwg(path);
        boolean isMore = urlEnd(path) < path.length || hasHost(path) || climbs(path);
        boolean isUnstable = url.startsWith("//") || isMore && (url.contains("//") || raw && escapesSeparators(path));
        return !isUnstable && reader.test(fold(path)) && reader.test(url);
    }

    static boolean isPath(String raw) {
        if (!raw.startsWith("/")) {
            return false;
        }
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return false;
            }
        }
        return true;
    }

    /// Whether a reader may fold the path, or remove a segment; true for some in which there is none to remove.
    private static boolean isOdd(char[] path) {
        char before = 'x';
        for (int i = 0; i < path.length; i++) {
            char c = path[i];
            if (c == '\\' || c == '?' || c == '#'
                    || before == '/' && (c == '/' || c == '.' || isEscapedDot(path, i, path.length))) {
                return true;
            }
            before = c;
        }
        return before == ' ';
    }

    private static boolean hasHost(char[] path) {
        return path.length > 1 && isSlash(path[0]) && isSlash(path[1]);
    }

    private static boolean climbs(char[] path) {
        for (int start = 0; start <= path.length;) {
            int end = segmentEnd(path, start);
            if (dots(path, start, end, true) == 2) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    /// Whether there is an escaped `/`, `\`, `?`, `#`, or `%`.
    private static boolean escapesSeparators(char[] path) {
        for (int i = 0; i + 2 < path.length; i++) {
            int low = path[i + 2] | 0x20;
            if (path[i] == '%' && (path[i + 1] == '2' && (low == 'f' || low == '3' || low == '5')
                    || path[i + 1] == '3' && low == 'f' || path[i + 1] == '5' && low == 'c')) {
                return true;
            }
        }
        return false;
    }

    /// Percent-decodes once. A strict decoding refuses a `%` without two hexadecimal digits; a later one leaves it.
    ///
    /// @return null where there is no such text
    private static @Nullable String decode(String text, boolean strict) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = 0;
        int all = 0;
        for (int i = 0; i < bytes.length; i++) {
            int c = bytes[i];
            if (c == '%') {
                int escaped = PercentEncoding.escapedAt(bytes, i);
                if (escaped >= 0) {
                    c = (byte) escaped;
                    i += 2;
                } else if (strict) {
                    return null;
                }
            }
            if (c >= 0 && c < ' ' || c == 0x7f) {
                return null;
            }
            bytes[length++] = (byte) c;
            all |= c;
        }
        if (length == bytes.length) {
            return text;
        }
        if (all >= 0) {
            return new String(bytes, 0, length, StandardCharsets.ISO_8859_1); // ASCII
        }
        try {
            // refuses overlong forms, surrogates and lone continuation bytes
            return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, 0, length)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /// What the gateway sees of a path that was sent.
    static String pathname(String raw) {
        return isPlain(raw) ? raw : whatwg(raw.toCharArray());
    }

    /// `\` as `/`, empty segments folded, dot segments removed.
    static String fold(char[] path) {
        char[] kept = new char[path.length + 2]; // each segment behind its slash
        int length = 0;
        boolean folder = false; // whether the last segment names what lies below it
        for (int start = 0; start <= path.length;) {
            int end = segmentEnd(path, start);
            int dots = dots(path, start, end, false);
            folder = dots >= 0;
            if (dots == 2) {
                length = withoutLast(kept, length);
            } else if (!folder) {
                length = append(kept, length, path, start, end);
            }
            start = end + 1;
        }
        if (folder || length == 0) {
            kept[length++] = '/';
        }
        return new String(kept, 0, length);
    }

    /// The path that `new URL(raw, "http://host")` has (WHATWG URL, section 4.4), without decoding: it ends before a
    /// query, a fragment, or blanks at the end, `\` is `/`, two leading slashes begin a host, dot segments, also `%2e`,
    /// are removed, empty segments stay.
    static String whatwg(char[] text) {
        int stop = urlEnd(text);
        char[] raw = stop == text.length ? text : Arrays.copyOf(text, stop);
        char[] kept = new char[raw.length + 2];
        int length = 0;
        for (int start = pathStart(raw) + 1; start <= raw.length;) {
            int end = segmentEnd(raw, start);
            int dots = dots(raw, start, end, true);
            if (dots <= 0) {
                length = append(kept, length, raw, start, end);
            } else {
                if (dots == 2) {
                    length = withoutLast(kept, length);
                }
                if (end == raw.length) {
                    kept[length++] = '/';
                }
            }
            start = end + 1;
        }
        return length == 0 ? "/" : new String(kept, 0, length);
    }

    /// "Special authority ignore slashes": behind two slashes, and all that follow, is a host up to the next one.
    private static int pathStart(char[] raw) {
        if (!hasHost(raw)) {
            return 0;
        }
        int host = 2;
        while (host < raw.length && isSlash(raw[host])) {
            host++;
        }
        return segmentEnd(raw, host);
    }

    private static int urlEnd(char[] path) {
        for (int i = 0; i < path.length; i++) {
            if (path[i] == '?' || path[i] == '#') {
                return i;
            }
        }
        int end = path.length;
        while (end > 0 && path[end - 1] == ' ') {
            end--;
        }
        return end;
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    private static int segmentEnd(char[] path, int start) {
        int end = start;
        while (end < path.length && !isSlash(path[end])) {
            end++;
        }
        return end;
    }

    private static int append(char[] kept, int length, char[] path, int start, int end) {
        int to = length;
        kept[to++] = '/';
        for (int i = start; i < end; i++) {
            kept[to++] = path[i];
        }
        return to;
    }

    /// Each character is removed once at most, so that all removals together are one pass.
    private static int withoutLast(char[] kept, int length) {
        int slash = length;
        while (slash > 0 && kept[--slash] != '/') {
            // to where the last segment begins
        }
        return slash;
    }

    /// How many dots the segment is made of, 0 for an empty one; -1 for one that is no dot segment.
    ///
    /// @param escaped whether `%2e` is one
    private static int dots(char[] path, int start, int end, boolean escaped) {
        int dots = 0;
        for (int i = start; i < end; dots++) {
            boolean dot = path[i] == '.';
            if (dots == 2 || !dot && !(escaped && isEscapedDot(path, i, end))) {
                return -1;
            }
            i += dot ? 1 : 3;
        }
        return dots;
    }

    private static boolean isEscapedDot(char[] path, int at, int end) {
        return at + 2 < end && path[at] == '%' && path[at + 1] == '2' && (path[at + 2] | 0x20) == 'e';
    }
}
