package io.seawall.proxy.route;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.Stage;
import java.util.Optional;

/// Lets through what is meant for one of our hosts (RFC 9110, 7.4: otherwise 421).
public final class HostHandler extends Stage<ClientRequest> {
    private final PublicHosts hosts;

    public HostHandler(PublicHosts hosts) {
        super(ClientRequest.class);
        this.hosts = hosts;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, ClientRequest request) {
        Optional<Rejection> rejection = hosts.rejection(request.head().authority());
        if (rejection.isPresent()) {
            ctx.channel().writeAndFlush(rejection.get());
        } else {
            ctx.fireChannelRead(new HostedRequest(request));
        }
    }
}
