package io.seawall.proxy.route;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.OwnAnswer;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Stage;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// Answers health checks itself: `/healthz` (Seawall runs) and `/readyz` (the gateway behind it would answer, too), and the
/// other names that OpenClaw has for them. Before the host is looked at: load balancers and orchestrators send their own
/// `Host`, or none in HTTP/1.0, and the answers tell no more than that.
public final class StatusStage extends Stage<ClientRequest, ClientRequest> {
    private static final Set<String> LIVENESS = Set.of("/healthz", "/health");
    private static final Set<String> READINESS = Set.of("/readyz", "/ready", "/startupz", "/startup");

    private final BooleanSupplier ready;
    private final HostRoutes hosts;

    public StatusStage(BooleanSupplier ready, HostRoutes hosts) {
        this.ready = ready;
        this.hosts = hosts;
    }

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

    @Override
    protected void take(ChannelHandlerContext ctx, ClientRequest request, Next<ClientRequest> next) {
        if (!answers(request.head(), hosts)) {
            next.take(ctx, request);
            return;
        }
        Exchange.of(ctx.channel()).route(Route.STATUS.label());
        if (isLiveness(request.head())) {
            OwnAnswer.write(ctx, 200, Headers.EMPTY, OwnAnswer.JSON, "{\"ok\":true}\n", false);
        } else {
            boolean isReady = ready.getAsBoolean();
            OwnAnswer.write(ctx, isReady ? 200 : 503, Headers.EMPTY, OwnAnswer.JSON,
                    "{\"ready\":" + isReady + "}\n", false);
        }
    }
}
