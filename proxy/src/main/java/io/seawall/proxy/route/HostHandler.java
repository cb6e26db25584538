package io.seawall.proxy.route;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Rejection;

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
        String authority = request.head().authority();
        if (hosts.accepts(authority)) {
            ctx.fireChannelRead(new HostedRequest(request));
            return;
        }
        ctx.channel().writeAndFlush(Rejection.client(421, "host",
                "This Seawall does not serve that host name. If it is yours, add it to SEAWALL_HOSTS in Seawall's environment and start it again.")
                .help("SEAWALL_HOSTS=" + PublicHosts.hostOf(authority)));
    }
}
