package io.seawall.proxy.auth;

import io.seawall.proxy.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads our cookie out of `Cookie` headers, and takes it out of what goes on. Pure.
public final class Cookies {
    private static final String SESSION = Sessions.COOKIE + "=";
    private static final String ACCESS = "CF_Authorization";

    private Cookies() {}

    /// Our cookie's value; empty where it is absent or there is more than one, because then one may be planted.
    static Optional<String> session(Headers headers) {
        String found = null;
        for (String header : headers.all("Cookie")) {
            // the others, which can be 32 KiB, are passed over and not taken apart
            for (int at = header.indexOf(SESSION); at >= 0; at = header.indexOf(SESSION, at + 1)) {
                if (!beginsCookie(header, at)) {
                    continue;
                }
                if (found != null) {
                    return Optional.empty();
                }
                int value = at + SESSION.length();
                int end = header.indexOf(';', value);
                found = header.substring(value, end < 0 ? header.length() : end).stripTrailing();
            }
        }
        return Optional.ofNullable(found);
    }

    private static boolean beginsCookie(String header, int at) {
        int before = at - 1;
        while (before >= 0 && Character.isWhitespace(header.charAt(before))) {
            before--;
        }
        return before < 0 || header.charAt(before) == ';';
    }

    /// The header's value without our cookie and Cloudflare Access's, which holds the same assertion as its header; empty
    /// text when nothing is left.
    public static String without(String header) {
        if (!header.contains(Sessions.COOKIE) && !header.contains(ACCESS)) {
            return header;
        }
        List<String> kept = new ArrayList<>();
        for (String pair : header.split(";")) {
            String cookie = pair.strip();
            int equals = cookie.indexOf('=');
            String name = equals < 0 ? cookie : cookie.substring(0, equals).strip();
            if (!name.equals(Sessions.COOKIE) && !name.equals(ACCESS)) {
                kept.add(cookie);
            }
        }
        return String.join("; ", kept);
    }
}
