package io.seawall.proxy.session;

import io.seawall.proxy.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads one cookie out of `Cookie` headers, and takes ours out of what goes on. Pure.
public final class Cookies {
    private static final String ACCESS = "CF_Authorization";

    private Cookies() {}

    /// The cookie's value; empty where it is absent or there is more than one, because then one may be planted.
    ///
    /// @param named the name and `=`, with the case as it was set (RFC 6265, 5.4)
    static Optional<String> value(Headers headers, String named) {
        if (!headers.contains("Cookie")) {
            return Optional.empty(); // without a list of none
        }
        String found = null;
        for (String header : headers.all("Cookie")) {
            // the others, which can be 32 KiB, are passed over and not taken apart
            for (int at = header.indexOf(named); at >= 0; at = header.indexOf(named, at + 1)) {
                if (!beginsCookie(header, at)) {
                    continue;
                }
                if (found != null) {
                    return Optional.empty();
                }
                int value = at + named.length();
                int end = header.indexOf(';', value);
                found = header.substring(value, end < 0 ? header.length() : end).stripTrailing();
            }
        }
        return Optional.ofNullable(found);
    }

    /// The cookies, `name=value`, whose names begin so; no more of them than that.
    public static List<String> pairs(Headers headers, String prefix, int most) {
        if (!headers.contains("Cookie")) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (String header : headers.all("Cookie")) {
            for (int at = header.indexOf(prefix); at >= 0 && found.size() < most; at = header.indexOf(prefix, at + 1)) {
                if (beginsCookie(header, at)) {
                    found.add(header.substring(at, end(header, at)).stripTrailing());
                }
            }
        }
        return found;
    }

    private static boolean beginsCookie(String header, int at) {
        int before = at - 1;
        while (before >= 0 && Character.isWhitespace(header.charAt(before))) {
            before--;
        }
        return before < 0 || header.charAt(before) == ';';
    }

    /// The header's value without the session of any instance, because a browser sends those of all that are on this host,
    /// and without Cloudflare Access's cookie, which holds the same assertion as its header; empty text when nothing is
    /// left.
    public static String without(String header) {
        if (!holdsOurs(header)) {
            return header;
        }
        // not as a list: any client may send 16,000
        StringBuilder kept = new StringBuilder(header.length());
        for (int begin = 0; begin < header.length();) {
            int end = end(header, begin);
            if (!isOurs(header, begin, end)) {
                int name = nameBegin(header, begin, end);
                int last = end;
                while (last > name && Character.isWhitespace(header.charAt(last - 1))) {
                    last--;
                }
                kept.append(header, name, last).append("; ");
            }
            begin = end + 1;
        }
        return kept.substring(0, Math.max(0, kept.length() - 2));
    }

    private static boolean holdsOurs(String header) {
        for (int begin = 0; begin < header.length();) {
            int end = end(header, begin);
            if (isOurs(header, begin, end)) {
                return true;
            }
            begin = end + 1;
        }
        return false;
    }

    /// Whether a `Set-Cookie` value sets the session of an instance.
    public static boolean setsOurs(String header) {
        int end = end(header, 0);
        int name = nameBegin(header, 0, end);
        return SessionCookie.isNamed(header, name, nameEnd(header, name, end));
    }

    private static boolean isOurs(String header, int begin, int end) {
        int name = nameBegin(header, begin, end);
        int nameEnd = nameEnd(header, name, end);
        return SessionCookie.isNamed(header, name, nameEnd)
                || nameEnd - name == ACCESS.length() && header.startsWith(ACCESS, name);
    }

    private static int end(String header, int begin) {
        int end = header.indexOf(';', begin);
        return end < 0 ? header.length() : end;
    }

    private static int nameBegin(String header, int begin, int end) {
        int at = begin;
        while (at < end && Character.isWhitespace(header.charAt(at))) {
            at++;
        }
        return at;
    }

    private static int nameEnd(String header, int begin, int end) {
        int equals = header.indexOf('=', begin, end);
        int at = equals < 0 ? end : equals;
        while (at > begin && Character.isWhitespace(header.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}
