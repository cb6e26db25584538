package io.seawall.proxy.upstream;

import io.seawall.proxy.auth.Cookies;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

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
        RoutedRequest routed = request.routed();
        Headers in = routed.head().headers();
        Set<String> nominated = nominated(in);
        Headers.Builder out = Headers.builder().add("Host", routed.head().authority());
        boolean traced = false;
        for (int i = 0; i < in.size(); i++) {
            String folded = folded(in.name(i));
            String value = kept(folded, in.value(i), nominated, routed);
            if (value != null) {
                traced |= folded.equals("traceparent");
                out.add(in.name(i), value);
            }
        }
        addOurs(out, routed, requestId, traced);
        return out.build();
    }

    /// What [#apply] would do to a request, for who only looks.
    ///
    /// @param stripped names of the client's fields that stay here, those that we set ourselves instead among them
    /// @param shortened names of those that go on without what is ours in them
    /// @param kept names of those that go on as they are
    /// @param set what we say of the request
    public record Preview(List<String> stripped, List<String> shortened, List<String> kept, Headers set) {}

    public Preview preview(RoutedRequest request, String requestId) {
        Headers in = request.head().headers();
        Set<String> nominated = nominated(in);
        List<String> stripped = new ArrayList<>();
        List<String> shortened = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            String value = kept(folded(in.name(i)), in.value(i), nominated, request);
            (value == null ? stripped : value.equals(in.value(i)) ? kept : shortened).add(in.name(i));
        }
        Headers.Builder set = Headers.builder().add("Host", request.head().authority());
        addOurs(set, request, requestId, kept.stream().anyMatch(name -> folded(name).equals("traceparent")));
        return new Preview(stripped, shortened, kept, set.build());
    }

    private static void addOurs(Headers.Builder out, RoutedRequest request, String requestId, boolean traced) {
        out.add("X-Forwarded-For", forwardedFor(request.request().client()));
        out.add("X-Forwarded-Proto", request.request().secure() ? "https" : "http");
        out.add("X-Request-Id", requestId);
        if (!traced) {
            out.add("traceparent", traceparent(requestId));
        }
        if (request.head().isUpgrade()) {
            out.add("Connection", "Upgrade").add("Upgrade", "websocket");
        }
    }

    private static Set<String> nominated(Headers in) {
        return new HashSet<>(in.tokens("Connection"));
    }

    /// Lower case, and `_` as the `-` that some servers take it for.
    private static String folded(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// What of a field's value goes on; null where nothing does.
    private @Nullable String kept(String folded, String value, Set<String> nominated, RoutedRequest request) {
        if (isStripped(folded) || nominated.contains(folded) || !passes(folded, value, request)) {
            return null;
        }
        if (folded.equals("cookie")) {
            String rest = Cookies.without(value);
            return rest.isEmpty() ? null : rest;
        }
        // RFC 6455 headers have a meaning only in the handshake
        return folded.startsWith("sec-websocket-") && !request.head().isUpgrade() ? null : value;
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
    private static boolean passes(String name, String value, RoutedRequest request) {
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
