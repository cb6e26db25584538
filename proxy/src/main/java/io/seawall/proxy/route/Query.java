package io.seawall.proxy.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// Looks for credentials in a query. Pure.
final class Query {
    /// On a navigation these would let a link log in its visitor, write a token into history and logs, or point the UI
    /// at another gateway that then gets the token.
    static final Set<String> NAVIGATION = Set.of("token", "password", "gatewayurl");
    static final Set<String> HOOKS = Set.of("token");
    /// The link to a public transcript has its `token`, which is the gateway's own and opens that page alone.
    private static final String SHARED_SESSION = "/share/session";
    private static final Set<String> ON_SHARED_SESSION = Set.of("password", "gatewayurl");

    private static final int SHORTEST = "token".length();

    private Query() {}

    /// What may not be in the query of a navigation to a path, as it was sent: the gateway decodes none either.
    static Set<String> onNavigation(String path) {
        return path.equals(SHARED_SESSION) ? ON_SHARED_SESSION : NAVIGATION;
    }

    /// Whether one of these names is there. Decodes nothing that is too short for it: any client may send thousands.
    static boolean names(String query, Set<String> names) {
        if (names.isEmpty()) {
            return false;
        }
        int length = query.length();
        for (int start = 0; start < length; start++) {
            int end = start;
            while (end < length && query.charAt(end) != '=' && query.charAt(end) != '&') {
                end++;
            }
            if (end - start >= SHORTEST && names.contains(decoded(query.substring(start, end)))) {
                return true;
            }
            start = end;
            while (start < length && query.charAt(start) != '&') {
                start++;
            }
        }
        return false;
    }

    /// The query without the parameters of these names, however they are written. As [#names], it copies no short ones.
    static String without(String query, Set<String> names) {
        StringBuilder kept = new StringBuilder(query.length() + 1);
        for (int start = 0; start <= query.length();) {
            int and = query.indexOf('&', start);
            int end = and < 0 ? query.length() : and;
            int equals = query.indexOf('=', start, end);
            int nameEnd = equals < 0 ? end : equals;
            if (nameEnd - start < SHORTEST || !names.contains(decoded(query.substring(start, nameEnd)))) {
                kept.append(query, start, end).append('&');
            }
            start = end + 1;
        }
        return kept.substring(0, Math.max(0, kept.length() - 1));
    }

    private static String decoded(String name) {
        return isEncoded(name)
                ? URLDecoder.decode(name, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT).strip()
                : name.toLowerCase(Locale.ROOT);
    }

    /// Whether all its escapes are some. Asked first, because a query has room for four thousand that are none, and an
    /// exception for each would take milliseconds.
    private static boolean isEncoded(String name) {
        for (int at = name.indexOf('%'); at >= 0; at = name.indexOf('%', at + 1)) {
            if (at + 2 >= name.length() || Character.digit(name.charAt(at + 1), 16) < 0
                    || Character.digit(name.charAt(at + 2), 16) < 0) {
                return false;
            }
        }
        return true;
    }
}
