package io.seawall.proxy.auth;

import io.seawall.config.Origin;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.route.RoutedRequest;
import java.util.Optional;
import java.util.Set;

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
        return applies(request) && !isOurs(request)
                ? Optional.of(Rejection.client(403, Decision.Reason.BAD_ORIGIN.label(),
                        "A page of another origin asked for this. If the origin is yours, add it to SEAWALL_ALLOWED_ORIGINS."))
                : Optional.empty();
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
        try {
            return ours(request).contains(Origin.parse(request.head().headers().get("Origin", "")));
        } catch (IllegalArgumentException e) {
            return false; // `null`, the origin of sandboxed and local pages
        }
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
