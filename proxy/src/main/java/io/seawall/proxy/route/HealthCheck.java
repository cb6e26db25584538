package io.seawall.proxy.route;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.RequestHead;
import java.util.Set;

/// Which requests are health checks that Seawall answers itself: `/healthz`, `/readyz`, and OpenClaw's other names for
/// them. Pure.
public final class HealthCheck {
    private static final Set<String> LIVENESS = Set.of("/healthz", "/health");
    private static final Set<String> READINESS = Set.of("/readyz", "/ready", "/startupz", "/startup");

    private HealthCheck() {}

    /// Whether the path, exactly as it was sent, belongs to health checks.
    static boolean isStatus(String path) {
        return LIVENESS.contains(path) || READINESS.contains(path);
    }

    /// Whether a health check asks for nothing but a sign of life; otherwise the gateway counts, too.
    public static boolean isLiveness(RequestHead head) {
        return LIVENESS.contains(head.path());
    }

    /// Whether Seawall answers it here. A method, a body or a WebSocket that the route does not take is refused where that
    /// is refused of any other route.
    ///
    /// @param hosts portals have health checks of their own
    public static boolean answers(RequestHead head, HostRoutes hosts) {
        return isStatus(head.path()) && !hosts.isPortal(head.authority())
                && (head.method().equals("GET") || head.isHead()) && !head.isUpgrade()
                && !(head.body() instanceof Body.Length length && length.bytes() > 0);
    }
}
