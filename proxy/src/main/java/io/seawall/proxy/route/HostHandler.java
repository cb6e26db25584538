package io.seawall.proxy.route;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Rejection;
import java.util.Optional;

/// Lets through what is meant for one of our hosts (RFC 9110, 7.4: otherwise 421).
@Sharable
public final class HostHandler extends SimpleChannelInboundHandler<ClientRequest> {
    private final PublicHosts hosts;

    public HostHandler(PublicHosts hosts) {
        super(ClientRequest.class);
        this.hosts = hosts;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ClientRequest request) {
        Optional<Rejection> rejection = hosts.rejection(request.head().authority());
        if (rejection.isPresent()) {
            ctx.channel().writeAndFlush(rejection.get());
        } else {
            ctx.fireChannelRead(new HostedRequest(request));
        }
    }
}
