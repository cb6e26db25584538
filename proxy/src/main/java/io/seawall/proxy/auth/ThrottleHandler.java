package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.route.RoutedRequest;
import java.net.InetAddress;
import java.util.Optional;

/// Turns away who is locked out of the layer that the request needs. On `ui` a valid session still passes: strangers
/// behind the same address must not lock the owner out. Strangers pass as such while the layer's budget is spent.
public final class ThrottleHandler extends Stage<RoutedRequest> {
    private final Throttle throttle;

    public ThrottleHandler(Throttle throttle) {
        super(RoutedRequest.class);
        this.throttle = throttle;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, RoutedRequest request) {
        Optional<Layer> layer = Layer.of(request.route());
        InetAddress client = request.request().client();
        long seconds = layer.isEmpty() ? 0 : throttle.lockedSeconds(layer.get(), client);
        boolean mayHaveSession = layer.isPresent() && layer.get() == Layer.BASIC
                && Cookies.session(request.head().headers()).isPresent();
        if (seconds == 0) {
            boolean slowed = layer.isPresent() && throttle.slowedSeconds(layer.get(), client) > 0;
            ctx.fireChannelRead(new AdmittedRequest(request, slowed ? Admission.SLOWED : Admission.FREE));
        } else if (mayHaveSession) {
            ctx.fireChannelRead(new AdmittedRequest(request, Admission.LOCKED));
        } else {
            refuse(ctx, layer.orElseThrow(), Decision.Reason.LOCKED, client, seconds);
        }
    }

    static void refuse(ChannelHandlerContext ctx, Layer layer, Decision.Reason reason, InetAddress client,
            long seconds) {
        Exchange.of(ctx.channel()).decided(layer.label(), reason.label());
        ctx.pipeline().fireUserEventTriggered(new AuthEvent(layer, reason.label(), reason.label(), client, false));
        String message = reason == Decision.Reason.LOCKED
                ? "Too many wrong credentials came from this network. Try again in " + time(seconds) + "."
                : "Too many wrong credentials are arriving from everywhere. Try again in a moment.";
        ctx.channel().writeAndFlush(Rejection.client(429, reason.label(), message).with("Retry-After",
                Long.toString(Math.max(1, seconds))));
    }

    private static String time(long seconds) {
        return seconds > 60 ? Math.ceilDiv(seconds, 60L) + " minutes" : "a minute";
    }
}
