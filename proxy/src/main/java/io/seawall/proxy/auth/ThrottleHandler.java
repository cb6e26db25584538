package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.route.RoutedRequest;
import java.net.InetAddress;
import java.util.Optional;

/// Turns away who is locked out of the layer that the request needs. On `ui` a valid session still passes: strangers
/// behind the same address must not lock the owner out.
@Sharable
public final class ThrottleHandler extends SimpleChannelInboundHandler<RoutedRequest> {
    private final Throttle throttle;

    public ThrottleHandler(Throttle throttle) {
        super(RoutedRequest.class);
        this.throttle = throttle;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, RoutedRequest request) {
        Optional<Layer> layer = Layer.of(request.route());
        InetAddress client = request.request().client();
        long seconds = layer.isEmpty() ? 0 : throttle.lockedSeconds(layer.get(), client);
        boolean mayHaveSession = layer.isPresent() && layer.get() == Layer.BASIC
                && Cookies.session(request.head().headers()).isPresent();
        if (seconds == 0 || mayHaveSession) {
            ctx.fireChannelRead(new AdmittedRequest(request, seconds > 0));
            return;
        }
        refuse(ctx, layer.orElseThrow(), client, seconds);
    }

    static void refuse(ChannelHandlerContext ctx, Layer layer, InetAddress client, long seconds) {
        Exchange.of(ctx.channel()).decided(layer.label(), Decision.Reason.LOCKED.label());
        ctx.pipeline().fireUserEventTriggered(
                new AuthEvent(layer, "locked", Decision.Reason.LOCKED.label(), client, false));
        ctx.channel().writeAndFlush(Rejection
                .client(429, "locked", "Too many wrong credentials came from this network. Try again later.")
                .with("Retry-After", Long.toString(seconds)));
    }
}
