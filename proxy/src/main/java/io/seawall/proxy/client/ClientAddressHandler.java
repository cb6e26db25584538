package io.seawall.proxy.client;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Names the client of a request.
@Sharable
public final class ClientAddressHandler extends SimpleChannelInboundHandler<RequestHead> {
    private final ClientAddress addresses;
    private final boolean tls;

    public ClientAddressHandler(ClientAddress addresses, boolean tls) {
        super(RequestHead.class);
        this.addresses = addresses;
        this.tls = tls;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, RequestHead head) {
        InetAddress peer = Peer.of(ctx.channel());
        Optional<InetAddress> client = addresses.of(peer, head.headers());
        Exchange.of(ctx.channel()).client(client.orElse(peer));
        if (client.isEmpty()) {
            ctx.channel().writeAndFlush(Rejection.client(400, "client_address",
                    "The proxy in front sent a client address that is none."));
            return;
        }
        boolean secure = tls || addresses.trusts(peer)
                && head.headers().get("X-Forwarded-Proto", "").equalsIgnoreCase("https");
        ctx.fireChannelRead(new ClientRequest(head, client.get(), secure));
    }

    /// The peer's address, IPv4 where it is an IPv4-mapped one.
    static InetAddress peer(SocketAddress remote) {
        // a connection that is gone already may have none; then it is nobody whom anything trusts
        InetAddress address = remote instanceof InetSocketAddress inet
                ? inet.getAddress()
                : InetAddress.ofLiteral("0.0.0.0");
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }
}
