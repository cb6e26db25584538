package io.seawall.proxy.upstream;

import io.seawall.proxy.auth.Cookies;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.Route;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Makes the gateway's header fields of a permitted request's: strips what only a proxy may say, sets what only we know.
/// Pure but for the random ids.
public final class RequestRewrite {
    /// RFC 9110, 7.6.1, and the older ones that nobody should see twice.
    private static final Set<String> HOP_BY_HOP = Set.of("connection", "keep-alive", "te", "trailer",
            "transfer-encoding", "upgrade", "content-length", "host", "http2-settings");
    private static final List<String> STRIPPED_PREFIXES = List.of("x-forwarded-", "cf-", "tailscale-", "proxy-",
            "x-seawall-");
    private static final Set<String> STRIPPED = Set.of("forwarded", "x-real-ip", "true-client-ip", "x-client-ip",
            "x-cluster-client-ip", "fastly-client-ip", "x-original-url", "x-rewrite-url", "x-original-host", "x-host",
            "x-http-method", "x-http-method-override", "x-method-override", "x-openclaw-scopes", "x-request-id");
    /// The gateway answers 403 to a loopback `X-Forwarded-For`, and without one it would take the client for a local
    /// user and approve its pairing silently. A documentation address (RFC 5737) is neither.
    private static final String LOOPBACK_CLIENT = "192.0.2.1";

    private final Set<String> alsoStripped;

    /// @param alsoStripped lower case, `-` for `_`
    public RequestRewrite(Set<String> alsoStripped) {
        this.alsoStripped = Set.copyOf(alsoStripped);
    }

    /// The fields that go upstream, `Host` and `X-Forwarded-For` always among them, framing and `Connection` never.
    Headers apply(PermittedRequest request, String requestId) {
        RequestHead head = request.head();
        Headers in = head.headers();
        Set<String> nominated = new HashSet<>(in.tokens("Connection"));
        boolean websocket = head.isUpgrade();
        Headers.Builder out = Headers.builder().add("Host", head.authority());
        boolean traced = false;
        for (int i = 0; i < in.size(); i++) {
            String name = in.name(i);
            String value = in.value(i);
            String folded = name.toLowerCase(Locale.ROOT).replace('_', '-');
            if (isStripped(folded) || nominated.contains(folded) || !passes(folded, value, request)) {
                continue;
            }
            if (folded.equals("cookie")) {
                String rest = Cookies.without(value);
                if (!rest.isEmpty()) {
                    out.add(name, rest);
                }
                continue;
            }
            // RFC 6455 headers have a meaning only in the handshake
            if (folded.startsWith("sec-websocket-") && !websocket) {
                continue;
            }
            traced |= folded.equals("traceparent");
            out.add(name, value);
        }
        out.add("X-Forwarded-For", forwardedFor(request.client()));
        out.add("X-Forwarded-Proto", request.secure() ? "https" : "http");
        out.add("X-Request-Id", requestId);
        if (!traced) {
            out.add("traceparent", traceparent(requestId));
        }
        if (websocket) {
            out.add("Connection", "Upgrade").add("Upgrade", "websocket");
        }
        return out.build();
    }

    private boolean isStripped(String name) {
        if (HOP_BY_HOP.contains(name) || STRIPPED.contains(name) || alsoStripped.contains(name)) {
            return true;
        }
        for (String prefix : STRIPPED_PREFIXES) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /// Credentials: the one that a layer of ours consumed stays here, any other belongs to the gateway.
    private static boolean passes(String name, String value, PermittedRequest request) {
        return switch (name) {
            // Basic is ours, always; a Bearer is the gateway's, always
            case "authorization" -> !value.regionMatches(true, 0, "Basic", 0, 5);
            case "x-openclaw-token" -> request.route() == Route.HOOKS;
            default -> !name.equals(Layers.ALTERNATIVE_HEADER.toLowerCase(Locale.ROOT));
        };
    }

    static String forwardedFor(InetAddress client) {
        return client.isLoopbackAddress() || client.isAnyLocalAddress() ? LOOPBACK_CLIENT : ClientAddress.text(client);
    }

    private static String traceparent(String requestId) {
        return "00-" + requestId + "-" + String.format("%016x", ThreadLocalRandom.current().nextLong() | 1) + "-00";
    }
}
