package io.seawall.proxy.own;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.route.HealthCheck;
import io.seawall.proxy.route.HostRoutes;
import io.seawall.proxy.route.Route;
import java.util.function.BooleanSupplier;

/// Answers health checks itself: `/healthz` (Seawall runs) and `/readyz` (the gateway behind it would answer, too), and
/// the other names that OpenClaw has for them. Before the host is looked at: load balancers and orchestrators send
/// their own `Host`, or none in HTTP/1.0, and the responses reveal no more than that.
public final class StatusStage extends Stage<ClientRequest, ClientRequest> {
    private final BooleanSupplier ready;
    private final HostRoutes hosts;

    public StatusStage(BooleanSupplier ready, HostRoutes hosts) {
        this.ready = ready;
        this.hosts = hosts;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, ClientRequest request, Next<ClientRequest> next) {
        if (!HealthCheck.answers(request.head(), hosts)) {
            next.take(ctx, request);
            return;
        }
        Exchange.of(ctx.channel()).route(Route.STATUS.label());
        if (HealthCheck.isLiveness(request.head())) {
            OwnAnswer.write(ctx, 200, Headers.EMPTY, OwnAnswer.JSON, "{\"ok\":true}\n", false);
        } else {
            boolean isReady = ready.getAsBoolean();
            OwnAnswer.write(ctx, isReady ? 200 : 503, Headers.EMPTY, OwnAnswer.JSON,
                    "{\"ready\":" + isReady + "}\n", false);
        }
    }
}
