package io.seawall.proxy.client;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Stage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Names the client of a request.
public final class ClientAddressStage extends Stage<RequestHead, ClientRequest> {
    private final ClientAddress addresses;
    private final ProxyHints hints;
    private final boolean tls;

    public ClientAddressStage(ClientAddress addresses, ProxyHints hints, boolean tls) {
        this.addresses = addresses;
        this.hints = hints;
        this.tls = tls;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, RequestHead head, Next<ClientRequest> next) {
        InetAddress peer = Peer.of(ctx.channel());
        if (head.headers().contains("X-Forwarded-For")) {
            hints.forwardedFor(peer);
        }
        Optional<ClientRequest> request = addresses.identify(peer, head, tls);
        Exchange.of(ctx.channel()).client(request.map(ClientRequest::client).orElse(peer));
        if (request.isEmpty()) {
            ctx.channel().writeAndFlush(ClientAddress.UNKNOWN);
            return;
        }
        hints.unnamed(peer, head);
        next.take(ctx, request.get());
    }

    /// The peer's address, IPv4 where it is an IPv4-mapped one.
    static InetAddress peer(SocketAddress remote) {
        // a connection that is gone already may have none; then it is not trusted
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
