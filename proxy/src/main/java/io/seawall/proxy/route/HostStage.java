package io.seawall.proxy.route;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.Stage;
import java.util.Optional;

/// Lets through what is meant for one of our hosts (RFC 9110, 7.4: otherwise 421).
public final class HostStage extends Stage<ClientRequest, HostedRequest> {
    private final PublicHosts hosts;

    public HostStage(PublicHosts hosts) {
        this.hosts = hosts;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, ClientRequest request, Next<HostedRequest> next) {
        Optional<Rejection> rejection = hosts.rejection(request.head().authority());
        if (rejection.isPresent()) {
            ctx.channel().writeAndFlush(rejection.get());
        } else {
            next.take(ctx, new HostedRequest(request));
        }
    }
}
