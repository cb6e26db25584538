package io.seawall.proxy.upstream;

import io.seawall.proxy.http.AnswerHead;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.KnownNames;
import io.seawall.proxy.http.ResponseHead;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes the client's answer head of the gateway's. Pure.
final class ResponseRewrite {
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "proxy-authenticate",
            "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "content-length");
    private static final Map<String, Fate> KNOWN = KnownNames.names().stream()
            .collect(Collectors.toUnmodifiableMap(name -> name, ResponseRewrite::fateOf));

    /// How many fields we add at most.
    private static final int OURS = 2;

    private enum Fate {
        STRIPPED, CACHING, KEPT
    }

    private ResponseRewrite() {}

    /// @param setCookie our session, or null
    static ResponseHead of(AnswerHead answer, @Nullable String setCookie) {
        Headers in = answer.headers();
        Headers.Builder out = Headers.builder(in.size() + OURS);
        Set<String> nominated = nominated(in);
        for (int i = 0; i < in.size(); i++) {
            String name = in.name(i);
            Fate known = KNOWN.get(name);
            Fate fate = known == null ? fateOf(name) : known;
            boolean passes = fate == Fate.KEPT || fate == Fate.CACHING && setCookie == null;
            if (passes && (nominated.isEmpty() || !nominated.contains(name.toLowerCase(Locale.ROOT)))) {
                out.add(in, i);
            }
        }
        if (setCookie != null) {
            // no cache may keep one person's session for the next one, whatever the gateway says of the page
            out.add("Set-Cookie", setCookie).add("Cache-Control", "no-store");
        }
        return new ResponseHead(answer.status(), answer.reason(), out.build(), answer.framing(), false);
    }

    private static Fate fateOf(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return HOP_BY_HOP.contains(lower)
                ? Fate.STRIPPED
                : lower.equals("cache-control") || lower.equals("expires") ? Fate.CACHING : Fate.KEPT;
    }

    private static Set<String> nominated(Headers headers) {
        if (headers.get("Connection", "keep-alive").equalsIgnoreCase("keep-alive")
                && headers.count("Connection") <= 1) {
            return Set.of(); // what nearly every answer says
        }
        Set<String> names = new HashSet<>(headers.tokens("Connection"));
        // what security rests on stays, whatever the gateway says of it
        names.removeAll(List.of("set-cookie", "content-security-policy", "cache-control", "content-type"));
        return names;
    }
}
