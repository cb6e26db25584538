package io.seawall.proxy.upstream;

import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HopByHop;
import io.seawall.proxy.http.KnownNames;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.http.UpstreamResponseHead;
import io.seawall.proxy.session.Cookies;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Makes the client's response head of the gateway's. Pure.
final class ResponseRewrite {
    private static final Map<String, Fate> KNOWN = KnownNames.names().stream()
            .collect(Collectors.toUnmodifiableMap(name -> name, ResponseRewrite::fateOf));

    /// How many fields we add, but for a session that changes its name.
    private static final int OURS = 2;

    private enum Fate {
        STRIPPED, CACHING, COOKIE, KEPT
    }

    private ResponseRewrite() {}

    /// @param cookies what our session needs set
    static ResponseHead of(UpstreamResponseHead answer, List<String> cookies) {
        Headers in = answer.headers();
        Headers.Builder out = Headers.builder(in.size() + OURS);
        Set<String> nominated = nominated(in);
        for (int i = 0; i < in.size(); i++) {
            String name = in.name(i);
            Fate known = KNOWN.get(name);
            Fate fate = known == null ? fateOf(name) : known;
            boolean passes = switch (fate) {
                case STRIPPED -> false;
                case CACHING -> cookies.isEmpty();
                // what the gateway serves must not log the owner out
                case COOKIE -> !Cookies.setsOurs(in.value(i));
                case KEPT -> true;
            };
            if (passes && (nominated.isEmpty() || !nominated.contains(name.toLowerCase(Locale.ROOT)))) {
                out.add(in, i);
            }
        }
        if (!cookies.isEmpty()) {
            cookies.forEach(cookie -> out.add("Set-Cookie", cookie));
            // no cache may keep one person's session for another, whatever the gateway's headers are
            out.add("Cache-Control", "no-store");
        }
        return new ResponseHead(answer.status(), answer.reason(), out.build(), answer.framing(), false);
    }

    private static Fate fateOf(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "cache-control", "expires" -> Fate.CACHING;
            case "set-cookie" -> Fate.COOKIE;
            case "content-length", "proxy-authenticate" -> Fate.STRIPPED;
            default -> HopByHop.contains(lower) ? Fate.STRIPPED : Fate.KEPT;
        };
    }

    private static Set<String> nominated(Headers headers) {
        if (headers.get("Connection", "keep-alive").equalsIgnoreCase("keep-alive")
                && headers.count("Connection") <= 1) {
            return Set.of(); // what nearly every response says
        }
        Set<String> names = new HashSet<>(headers.tokens("Connection"));
        // security headers stay, whatever the gateway sends
        names.removeAll(List.of("set-cookie", "content-security-policy", "cache-control", "content-type"));
        return names;
    }
}
