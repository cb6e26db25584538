package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.limit.HeapLedger;
import io.seawall.proxy.route.RoutedRequest;

/// Counts the requests of unauthenticated clients that go to the gateway on routes without a layer.
public final class OpenRelayStage extends Stage<RoutedRequest, RoutedRequest> {
    private final Throttle throttle;
    private final Connections connections;

    public OpenRelayStage(Throttle throttle, Connections connections) {
        this.throttle = throttle;
        this.connections = connections;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, RoutedRequest request, Next<RoutedRequest> next) {
        if (request.route().isOpen() && !HeapLedger.of(ctx.channel()).isExempt()
                && !Exchange.of(ctx.channel()).isGranted()) {
            connections.openRelays().begins(ctx.channel(), throttle.isKnown(Layer.BASIC, request.request().client()));
        }
        next.take(ctx, request);
    }
}
