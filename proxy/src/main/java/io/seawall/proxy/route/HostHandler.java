package io.seawall.proxy.route;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Rejection;
import java.util.regex.Pattern;

/// Lets through what is meant for one of our hosts (RFC 9110, 7.4: otherwise 421).
@Sharable
public final class HostHandler extends SimpleChannelInboundHandler<ClientRequest> {
    /// What may be shown as a line to paste; a valid Host can hold more, such as `$(…)` or a comma.
    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63}){0,10}");

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
        String host = PublicHosts.hostOf(authority);
        ctx.channel().writeAndFlush(Rejection.client(421, "host",
                "This Seawall does not serve that host name. If it is yours, add it to SEAWALL_HOSTS in Seawall's environment and start it again.")
                .help(DNS_NAME.matcher(host).matches() ? "SEAWALL_HOSTS=" + host : ""));
    }
}
