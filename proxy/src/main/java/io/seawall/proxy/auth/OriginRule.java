package io.seawall.proxy.auth;

import io.seawall.config.Origin;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which pages may make a logged-in browser open a WebSocket or change something: those of our origins. Who sends no
/// Origin is no browser page. Pure.
public final class OriginRule {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final Set<Origin> allowed;

    /// @param allowed empty: the origin that was asked
    public OriginRule(Set<Origin> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /// The answer to a request of another origin's page; empty for every other one.
    public Optional<Rejection> rejection(RoutedRequest request) {
        if (!applies(request) || isOurs(request)) {
            return Optional.empty();
        }
        // text that is no host's name is not repeated: it can be a secret that was put there by mistake
        Optional<Origin> origin = origin(request).filter(found -> found.host().contains(".")
                || ours(request).stream().anyMatch(own -> own.host().equals(found.host())));
        String named = origin.map(Origin::toString).orElse("none that is named here");
        // a public path is asked by anybody; the list is nothing to tell everybody
        String expected = request.route() == Route.PUBLIC ? "" : " (expected: " + list(ours(request)) + ")";
        return Optional.of(Rejection.client(403, Decision.Reason.BAD_ORIGIN.label(),
                "A page of another origin asked for this. Its origin is " + named + expected + ".")
                .help(origin.map(found -> help(found, request)).orElse("")));
    }

    /// What to do about it where the page is the operator's own: what stands in front often changes scheme or host.
    private String help(Origin found, RoutedRequest request) {
        Set<Origin> ours = ours(request);
        if (allowed.isEmpty() && found.scheme().equals("https") && !request.request().secure()
                && ours.stream().anyMatch(own -> own.host().equals(found.host()))) {
            return "The proxy in front does not say that people use https: have it send X-Forwarded-Proto: https, and "
                    + "name its address in SEAWALL_TRUSTED_PROXIES";
        }
        if (allowed.isEmpty() && ours.stream().anyMatch(own -> own.host().equals(found.host()))) {
            return "The proxy in front changes the port in Host: have it pass on the Host that it gets (nginx: "
                    + "proxy_set_header Host $http_host;), or set SEAWALL_ALLOWED_ORIGINS=" + found;
        }
        return request.route() == Route.PUBLIC
                ? ""
                : "SEAWALL_ALLOWED_ORIGINS=" + list(Stream.concat(allowed.stream(), Stream.of(found)).toList());
    }

    private static String list(Collection<Origin> origins) {
        return origins.stream().map(Origin::toString).sorted().collect(Collectors.joining(","));
    }

    private static Optional<Origin> origin(RoutedRequest request) {
        try {
            return Optional.of(Origin.parse(request.head().headers().get("Origin", "")));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // `null`, the origin of sandboxed and local pages
        }
    }

    /// Whether the request's origin matters.
    public static boolean applies(RoutedRequest request) {
        if (!request.head().headers().contains("Origin")) {
            return false;
        }
        return switch (request.route()) {
            case UI, CAPABILITY, OWN -> request.head().isUpgrade() || !SAFE.contains(request.head().method());
            case PUBLIC -> request.head().isUpgrade();
            case STATUS, HOOKS, API -> false;
        };
    }

    private boolean isOurs(RoutedRequest request) {
        return origin(request).filter(ours(request)::contains).isPresent();
    }

    /// The origins that count; none where the host that was asked makes none.
    public Set<Origin> ours(RoutedRequest request) {
        if (!allowed.isEmpty()) {
            return allowed;
        }
        try {
            return Set.of(Origin.parse((request.request().secure() ? "https://" : "http://")
                    + request.head().authority()));
        } catch (IllegalArgumentException e) {
            return Set.of();
        }
    }
}
