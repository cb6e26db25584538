package io.seawall.proxy.route;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.Stage;
import java.util.Optional;

/// Passes on what its route takes; a [Routing] says what that is.
public final class RouteStage extends Stage<HostedRequest, RoutedRequest> {
    private final Router router;

    public RouteStage(Router router) {
        this.router = router;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, HostedRequest hosted, Next<RoutedRequest> next) {
        ClientRequest request = hosted.request();
        switch (Routing.of(router, request.head())) {
            case Routing.Routed(RouteRule rule) -> {
                name(ctx, rule);
                next.take(ctx, new RoutedRequest(request, rule));
            }
            case Routing.Refused(Optional<RouteRule> rule, Rejection rejection) -> {
                rule.ifPresent(broken -> name(ctx, broken));
                ctx.channel().writeAndFlush(rejection);
            }
            case Routing.Redirected(RouteRule rule, Headers answer) -> {
                name(ctx, rule);
                Exchange.of(ctx.channel()).rejection(Routing.Redirected.LABEL);
                OwnAnswer.write(ctx, Routing.Redirected.STATUS, answer, OwnAnswer.TEXT, "", false);
            }
        }
    }

    private static void name(ChannelHandlerContext ctx, RouteRule rule) {
        Exchange exchange = Exchange.of(ctx.channel());
        exchange.route(rule.route().label());
        if (rule.route() == Route.PORTAL) {
            exchange.mayBeFramed();
        }
    }
}
