package io.seawall.proxy.upstream;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.OwnAnswer;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.route.Route;
import java.util.function.BooleanSupplier;

/// Answers `/healthz` (Seawall lives) and `/readyz` (the gateway behind it would answer, too) itself; tells no more than
/// that, because anybody may ask.
public final class StatusStage extends Stage<PermittedRequest, PermittedRequest> {
    private final BooleanSupplier ready;

    public StatusStage(BooleanSupplier ready) {
        this.ready = ready;
    }

    /// Whether a request of the `status` route asks for nothing but a sign of life; otherwise the gateway counts, too.
    public static boolean isLiveness(RequestHead head) {
        return head.path().equals("/healthz");
    }

    @Override
    protected void take(ChannelHandlerContext ctx, PermittedRequest request, Next<PermittedRequest> next) {
        if (request.route() != Route.STATUS) {
            next.take(ctx, request);
        } else if (isLiveness(request.head())) {
            OwnAnswer.write(ctx, 200, Headers.EMPTY, OwnAnswer.JSON, "{\"ok\":true}\n", false);
        } else {
            boolean isReady = ready.getAsBoolean();
            OwnAnswer.write(ctx, isReady ? 200 : 503, Headers.EMPTY, OwnAnswer.JSON,
                    "{\"ready\":" + isReady + "}\n", false);
        }
    }
}
