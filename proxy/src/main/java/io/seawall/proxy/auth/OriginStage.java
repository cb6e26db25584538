package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.route.RoutedRequest;
import java.util.Optional;

/// Refuses what the [OriginRule] does. The last stage: what passes is permitted.
public final class OriginStage extends Stage<GrantedRequest, PermittedRequest> {
    private final OriginRule origins;

    public OriginStage(OriginRule origins) {
        this.origins = origins;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, GrantedRequest granted, Next<PermittedRequest> next) {
        RoutedRequest request = granted.request();
        Optional<Rejection> rejection = origins.rejection(request);
        if (rejection.isPresent()) {
            Exchange.of(ctx.channel()).decided("origin", Decision.Reason.BAD_ORIGIN.label());
            ctx.pipeline().fireUserEventTriggered(new AuthEvent(Layer.BASIC, "denied",
                    Decision.Reason.BAD_ORIGIN.label(), request.request().client(), false));
            ctx.channel().writeAndFlush(rejection.get());
            return;
        }
        next.take(ctx, new PermittedRequest(request, granted.decision()));
    }
}
