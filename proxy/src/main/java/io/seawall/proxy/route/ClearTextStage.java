package io.seawall.proxy.route;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.client.Peer;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.Stage;
import java.util.Optional;

/// Refuses clients that would have to send a credential in clear, before one is read or asked for.
public final class ClearTextStage extends Stage<RoutedRequest, RoutedRequest> {
    private final ClearText rule;

    public ClearTextStage(ClearText rule) {
        this.rule = rule;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, RoutedRequest request, Next<RoutedRequest> next) {
        Optional<Rejection> rejection = rule.rejection(Peer.ofSocket(ctx.channel()), request.route());
        if (rejection.isPresent()) {
            ctx.channel().writeAndFlush(rejection.get());
        } else {
            next.take(ctx, request);
        }
    }
}
