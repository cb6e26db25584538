package io.seawall.proxy.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The path of `new URL(target, "http://host")`, by the state machine of the WHATWG URL standard (section 4.4), state by
/// state and character by character. For comparison with the product's own reading, which shares nothing with it.
///
/// Only what a request's target can be: it begins with a slash. Whether the host of `//host/path` is a valid one is not
/// looked at: where it is not, there is no URL, and so no path.
final class WhatwgPath {
    private static final Set<String> SINGLE_DOT = Set.of(".", "%2e");
    private static final Set<String> DOUBLE_DOT = Set.of("..", ".%2e", "%2e.", "%2e%2e");
    /// Besides controls and what is beyond ASCII: the path percent-encode set.
    private static final String ENCODED = " \"#<>?^`{}";

    /// The paths of the route `static`, as a pattern.
    static final String STATIC_FILES = ("/(apple-touch-icon\\.png|favicon-32\\.png|favicon\\.(ico|svg)|manifest\\.webmanifest|sw\\.js)"
            + "|(?=.{1,128}$)/(assets/N\\.(js|css|webp|woff2|svg|png|wasm)|fonts/N\\.(css|woff2)|themes/N\\.css"
            + "|(cloud-)?provider-icons/N\\.svg|file-icons/(N/)*N\\.svg|(app|community)-art/N\\.webp)")
            .replace("N", "[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private enum State {
        RELATIVE_SLASH, IGNORE_SLASHES, AUTHORITY, PATH_START, PATH
    }

    private WhatwgPath() {}

    /// Empty where there is no host to go to.
    static Optional<String> of(String target) {
        // tabs and line ends are removed, and controls and blanks around
        String input = trimmed(target.replaceAll("[\t\n\r]", ""));
        if (input.isEmpty() || !isSlash(input.charAt(0))) {
            throw new IllegalArgumentException("no origin form: " + target);
        }
        List<String> path = new ArrayList<>();
        StringBuilder buffer = new StringBuilder();
        State state = State.RELATIVE_SLASH;
        boolean hostSeen = true;
        int pointer = 1;
        while (true) {
            boolean end = pointer >= input.length();
            char c = end ? 0 : input.charAt(pointer);
            boolean stop = end || c == '?' || c == '#';
            switch (state) {
                case RELATIVE_SLASH -> {
                    if (!end && isSlash(c)) {
                        state = State.IGNORE_SLASHES;
                    } else {
                        state = State.PATH;
                        pointer--;
                    }
                }
                case IGNORE_SLASHES -> {
                    if (end || !isSlash(c)) {
                        state = State.AUTHORITY;
                        hostSeen = false;
                        pointer--;
                    }
                }
                case AUTHORITY -> {
                    if (stop || isSlash(c)) {
                        state = State.PATH_START;
                        pointer--;
                    } else {
                        hostSeen = true;
                    }
                }
                case PATH_START -> {
                    state = State.PATH;
                    if (end || !isSlash(c)) {
                        pointer--;
                    }
                }
                case PATH -> {
                    if (!stop && !isSlash(c)) {
                        buffer.append(encoded(c));
                    } else {
                        String segment = buffer.toString();
                        String lower = segment.toLowerCase(Locale.ROOT);
                        boolean slash = !end && isSlash(c);
                        if (DOUBLE_DOT.contains(lower)) {
                            if (!path.isEmpty()) {
                                path.removeLast();
                            }
                            if (!slash) {
                                path.add("");
                            }
                        } else if (!SINGLE_DOT.contains(lower)) {
                            path.add(segment);
                        } else if (!slash) {
                            path.add("");
                        }
                        buffer.setLength(0);
                        if (stop) {
                            return hostSeen ? Optional.of("/" + String.join("/", path)) : Optional.empty();
                        }
                    }
                }
            }
            pointer++;
        }
    }

    /// The path as the standard would write it, for comparison with a reading that leaves every character as it is.
    static String encoded(String path) {
        StringBuilder out = new StringBuilder();
        path.chars().forEach(c -> out.append(encoded((char) c)));
        return out.toString();
    }

    private static String encoded(char c) {
        if (c > ' ' && c < 0x7f && ENCODED.indexOf(c) < 0) {
            return String.valueOf(c);
        }
        if (c >= 0x80) {
            throw new IllegalArgumentException("beyond ASCII, which no target is");
        }
        return String.format("%%%02X", (int) c);
    }

    private static boolean isSlash(char c) {
        return c == '/' || c == '\\';
    }

    private static String trimmed(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && text.charAt(start) <= ' ') {
            start++;
        }
        while (end > start && text.charAt(end - 1) <= ' ') {
            end--;
        }
        return text.substring(start, end);
    }
}
