package io.seawall.proxy.route;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The ways in which a path can be read by whoever comes after us. Pure.
///
/// Proxies match the raw text, or the text decoded once; servers decode again, take `\` for `/`, fold `//`, and remove
/// dot segments; the gateway parses as the WHATWG URL standard says. A route is granted only where all agree.
///
/// @param readings raw, decoded once, and so on until stable; each of them as it is, folded, and as WHATWG URL
record PathReading(Set<String> readings) {

    /// Decoding more often than any server does; a text that is not stable by then is no honest path.
    private static final int MOST_DECODINGS = 4;

    /// Empty where the path has no reading at all: control bytes, a broken escape, text that is not UTF-8.
    static Optional<PathReading> of(String raw) {
        if (isPlain(raw)) {
            return Optional.of(new PathReading(Set.of(raw)));
        }
        return ofAny(raw);
    }

    /// Whether every reader reads the path alike: nothing to decode, to fold or to remove.
    static boolean isPlain(String raw) {
        if (raw.isEmpty() || raw.charAt(0) != '/') {
            return false;
        }
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#' || c == '%' || c == '\\') {
                return false;
            }
            // an empty segment, one of dots, or one that only begins with a dot: that one is left to the whole look
            if (c == '/' && i + 1 < raw.length() && (raw.charAt(i + 1) == '/' || raw.charAt(i + 1) == '.')) {
                return false;
            }
        }
        return true;
    }

    /// All readings, however many there are.
    static Optional<PathReading> ofAny(String raw) {
        if (!raw.startsWith("/") || !raw.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#')) {
            return Optional.empty();
        }
        Set<String> readings = new LinkedHashSet<>();
        String text = raw;
        for (int decodings = 0;; decodings++) {
            readings.add(text);
            readings.add(fold(text));
            readings.add(whatwg(text));
            Optional<String> next = decode(text, decodings == 0);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            if (next.get().equals(text)) {
                return Optional.of(new PathReading(readings));
            }
            if (decodings == MOST_DECODINGS) {
                return Optional.empty();
            }
            text = next.get();
        }
    }

    /// Percent-decodes once. A strict decoding refuses a `%` without two hexadecimal digits; a later one leaves it.
    private static Optional<String> decode(String text, boolean strict) {
        if (text.indexOf('%') < 0) {
            return Optional.of(text);
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            int c = in[i];
            if (c == '%') {
                int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
                int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
                if (high >= 0 && low >= 0) {
                    c = (byte) (high << 4 | low);
                    i += 2;
                } else if (strict) {
                    return Optional.empty();
                }
            }
            if (c >= 0 && c < ' ' || c == 0x7f) {
                return Optional.empty();
            }
            out[length++] = (byte) c;
        }
        try {
            // refuses overlong forms, surrogates and lone continuation bytes
            return Optional.of(StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(out, 0, length)).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /// `\` as `/`, empty segments folded, dot segments removed.
    static String fold(String path) {
        Deque<String> kept = new ArrayDeque<>();
        boolean folder = false; // whether the last segment names what lies below it
        for (String segment : path.replace('\\', '/').split("/", -1)) {
            folder = segment.isEmpty() || segment.equals(".") || segment.equals("..");
            if (segment.equals("..")) {
                kept.pollLast();
            } else if (!folder) {
                kept.addLast(segment);
            }
        }
        String joined = "/" + String.join("/", kept);
        return folder && !kept.isEmpty() ? joined + "/" : joined;
    }

    /// The path that `new URL(raw, "http://host")` has (WHATWG URL, section 4.4), without decoding: `\` is `/`, two
    /// leading slashes begin a host, dot segments, also `%2e`, are removed, empty segments stay.
    static String whatwg(String raw) {
        String text = raw.replace('\\', '/');
        if (text.startsWith("//")) {
            // "special authority ignore slashes": all of them, then a host up to the next one
            int host = 0;
            while (host < text.length() && text.charAt(host) == '/') {
                host++;
            }
            int path = text.indexOf('/', host);
            text = path < 0 ? "/" : text.substring(path);
        }
        List<String> kept = new ArrayList<>();
        String[] segments = text.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            String dots = segments[i].replace("%2e", ".").replace("%2E", ".");
            boolean last = i == segments.length - 1;
            if (dots.equals("..")) {
                if (!kept.isEmpty()) {
                    kept.removeLast();
                }
                if (last) {
                    kept.add("");
                }
            } else if (dots.equals(".")) {
                if (last) {
                    kept.add("");
                }
            } else {
                kept.add(segments[i]);
            }
        }
        return "/" + String.join("/", kept);
    }
}
