package io.seawall.proxy.upstream;

import io.seawall.config.Secret;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.client.LocalAddresses;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.KnownNames;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.session.Cookies;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes the gateway's header fields of a permitted request's: strips what only a proxy may say, sets what only we know.
/// Pure but for the random ids.
public final class RequestRewrite {
    /// The gateway answers 403 to a loopback `X-Forwarded-For`, and without one it would take the client for a local
    /// user and approve its pairing silently. A documentation address (RFC 5737) is neither.
    private static final String LOOPBACK_CLIENT = "192.0.2.1";

    /// How many fields we add, beside a `Host` in place of the client's.
    private static final int OURS = 6;

    /// What becomes of a field, by its name.
    private enum Fate {
        STRIPPED, AUTHORIZATION, HOOKS_TOKEN, COOKIE, WEBSOCKET, TRACE, KEPT
    }

    private final StrippedFields stripped;
    private final List<Secret> tokens;
    private final Map<String, Fate> known;

    public RequestRewrite(Set<String> alsoStripped) {
        this(alsoStripped, List.of());
    }

    /// @param alsoStripped lower case, `-` for `_`
    /// @param tokens ours, which no program behind a portal gets
    public RequestRewrite(Set<String> alsoStripped, List<Secret> tokens) {
        this.tokens = List.copyOf(tokens);
        stripped = new StrippedFields(alsoStripped);
        known = KnownNames.names().stream().collect(Collectors.toUnmodifiableMap(name -> name, this::fateOf));
    }

    /// The fields that go upstream, `Host` and `X-Forwarded-For` always among them, framing and `Connection` never.
    Headers apply(PermittedRequest request, String requestId) {
        RoutedRequest routed = request.routed();
        Headers in = routed.head().headers();
        Set<String> nominated = nominated(in);
        Headers.Builder out = Headers.builder(in.size() + OURS).add("Host", routed.head().authority());
        boolean traced = false;
        for (int i = 0; i < in.size(); i++) {
            Fate fate = fate(in.name(i));
            if (fate == Fate.KEPT && nominated.isEmpty()) {
                out.add(in, i);
                continue;
            }
            String value = kept(fate, in.name(i), in.value(i), nominated, routed);
            if (value != null) {
                traced |= fate == Fate.TRACE;
                out.add(in.name(i), value);
            }
        }
        addOurs(out, routed, requestId, traced);
        return out.build();
    }

    /// What [#apply] would do to a request, for `explain`.
    ///
    /// @param stripped names of the client's fields that stay here, those that we set ourselves instead among them
    /// @param shortened names of those that go on without what is ours in them
    /// @param kept names of those that go on as they are
    /// @param set the fields that Seawall sets
    public record Preview(List<String> stripped, List<String> shortened, List<String> kept, Headers set) {}

    public Preview preview(RoutedRequest request, String requestId) {
        Headers in = request.head().headers();
        Set<String> nominated = nominated(in);
        List<String> stripped = new ArrayList<>();
        List<String> shortened = new ArrayList<>();
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            String value = kept(fate(in.name(i)), in.name(i), in.value(i), nominated, request);
            (value == null ? stripped : value.equals(in.value(i)) ? kept : shortened).add(in.name(i));
        }
        Headers.Builder set = Headers.builder().add("Host", request.head().authority());
        addOurs(set, request, requestId, kept.stream().anyMatch(name -> fate(name) == Fate.TRACE));
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
        List<String> tokens = in.tokens("Connection");
        if (tokens.isEmpty()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>(2 * tokens.size());
        tokens.forEach(token -> names.add(StrippedFields.folded(token)));
        return names;
    }

    /// What of a field's value goes on; null where nothing does. Credentials: the one that a layer of ours consumed stays
    /// here, any other belongs to the gateway.
    private @Nullable String kept(Fate fate, String name, String value, Set<String> nominated,
            RoutedRequest request) {
        if (!nominated.isEmpty() && nominated.contains(StrippedFields.folded(name))) {
            return null;
        }
        return switch (fate) {
            case STRIPPED -> null;
            case AUTHORIZATION -> isTheirs(value, request.route()) ? value : null;
            case HOOKS_TOKEN -> request.route() == Route.HOOKS ? value : null;
            case COOKIE -> {
                if (request.route() == Route.SANDBOX) {
                    yield null; // it asks for none, and runs what others wrote
                }
                String rest = Cookies.without(value);
                yield rest.isEmpty() ? null : rest;
            }
            // RFC 6455 headers have a meaning only in the handshake
            case WEBSOCKET -> request.head().isUpgrade() ? value : null;
            case TRACE, KEPT -> value;
        };
    }

    /// Basic is ours, always; a Bearer is the gateway's, where it asks for one, or a portal's program's.
    private boolean isTheirs(String value, Route route) {
        return !value.regionMatches(true, 0, "Basic", 0, 5) && switch (route) {
            case SANDBOX, STATIC -> false;
            case PORTAL -> {
                byte[] token = value.substring(value.indexOf(' ') + 1).strip().getBytes(StandardCharsets.UTF_8);
                yield tokens.stream().noneMatch(ours -> ours.matches(token));
            }
            case STATUS, HOOKS, API, PUBLIC, OWN, CAPABILITY, UI -> true;
        };
    }

    private Fate fate(String name) {
        Fate fate = known.get(name);
        return fate == null ? fateOf(name) : fate;
    }

    private Fate fateOf(String name) {
        String folded = StrippedFields.folded(name);
        if (stripped.containsFolded(folded)) {
            return Fate.STRIPPED;
        }
        return switch (folded) {
            case "authorization" -> Fate.AUTHORIZATION;
            case "x-openclaw-token" -> Fate.HOOKS_TOKEN;
            case "cookie" -> Fate.COOKIE;
            case "traceparent" -> Fate.TRACE;
            default -> folded.startsWith("sec-websocket-") ? Fate.WEBSOCKET : Fate.KEPT;
        };
    }

    static String forwardedFor(InetAddress client) {
        return LocalAddresses.contains(client) ? LOOPBACK_CLIENT : ClientAddress.text(client);
    }

    private static String traceparent(String requestId) {
        return "00-" + requestId + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong() | 1) + "-00";
    }
}
