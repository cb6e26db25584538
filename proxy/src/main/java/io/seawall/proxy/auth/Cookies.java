package io.seawall.proxy.auth;

import io.seawall.proxy.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads our cookie out of `Cookie` headers, and takes it out of what goes on. Pure.
public final class Cookies {
    private static final String ACCESS = "CF_Authorization";

    private Cookies() {}

    /// Our cookie's value; empty where it is absent or there is more than one, because then one may be planted.
    static Optional<String> session(Headers headers) {
        Optional<String> found = Optional.empty();
        for (String header : headers.all("Cookie")) {
            for (String pair : header.split(";")) {
                String cookie = pair.strip();
                if (cookie.startsWith(Sessions.COOKIE + "=")) {
                    if (found.isPresent()) {
                        return Optional.empty();
                    }
                    found = Optional.of(cookie.substring(Sessions.COOKIE.length() + 1));
                }
            }
        }
        return found;
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
