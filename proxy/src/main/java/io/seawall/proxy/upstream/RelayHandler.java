package io.seawall.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.seawall.proxy.auth.BrowserSessions;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.http.UpstreamResponseHead;
import io.seawall.proxy.limit.HeapCost;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The last stage of the client's pipeline: takes permitted requests, and nothing else, to the gateway. A body without a
/// permitted request in front of it is dropped.
public final class RelayHandler extends ChannelInboundHandlerAdapter implements Relay.Owner {
    /// What all client channels share.
    public record Shared(UpstreamPorts ports, RequestRewrite rewrite, Flushes flushes, GatewayHealth health,
            BrowserSessions browsers, Tunnels tunnels) {}

    private final Shared shared;
    private @Nullable Relay relay;
    private boolean reading;

    public RelayHandler(Shared shared) {
        this.shared = shared;
    }

    @Override
    public Shared shared() {
        return shared;
    }

    @Override
    public boolean isReading() {
        return reading;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        reading = true;
        switch (msg) {
            case PermittedRequest request -> begin(ctx, request);
            case HttpContent content -> {
                if (relay == null) {
                    content.release();
                } else {
                    relay.requestContent(content); // passes ownership
                }
            }
            default -> ctx.fireChannelRead(msg);
        }
    }

    private void begin(ChannelHandlerContext ctx, PermittedRequest request) {
        Optional<Rejection> rejection = shared.ports().of(request.route()).exposure().rejection();
        if (rejection.isPresent()) {
            ctx.pipeline().fireUserEventTriggered(new UpstreamEvent(rejection.get().label()));
            ctx.channel().writeAndFlush(rejection.get());
            return;
        }
        if (!Exchange.of(ctx.channel()).book(HeapCost.RELAY)) {
            ctx.channel().writeAndFlush(Rejection.NO_ROOM);
            return;
        }
        Relay next = new Relay(this, ctx, request);
        relay = next;
        next.begin();
    }

    @Override
    public void becomeTunnel(ChannelHandlerContext ctx, UpstreamConnection connection, PermittedRequest request,
            UpstreamResponseHead response) {
        relay = null;
        Exchange.of(ctx.channel()).becameTunnel();
        ResponseHead plain = ResponseRewrite.of(response, shared.browsers().setCookies(request));
        Headers headers = Headers.builder().add("Upgrade", "websocket").add("Connection", "Upgrade")
                .addAll(plain.headers()).build();
        ctx.channel().writeAndFlush(new ResponseHead(101, "Switching Protocols", headers, plain.body(), false));
        shared.tunnels().open(ctx.channel(), connection, request.session());
    }

    /// Ends what the channel relays, in whatever state and direction, unless its request is still permitted. On the channel's
    /// event loop.
    static void endUnless(Channel channel, Predicate<PermittedRequest> permitted) {
        RelayHandler handler = channel.pipeline().get(RelayHandler.class);
        Relay relay = handler == null ? null : handler.relay;
        // a handshake that is under way becomes a tunnel, and that is judged as it opens
        if (relay != null && !relay.request().head().isUpgrade() && !permitted.test(relay.request())) {
            channel.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        if (relay != null) {
            relay.requestReadComplete();
        }
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (relay != null && ctx.channel().isWritable()) {
            relay.clientWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Exchange.Ended) {
            end();
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end();
        ctx.fireChannelInactive();
    }

    private void end() {
        Relay current = relay;
        relay = null;
        if (current != null) {
            current.clientGone();
        }
    }
}
