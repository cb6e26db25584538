package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.limit.ConnectionChannel;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import java.net.InetAddress;
import java.util.Optional;

/// Bounds how many static files, and files of the sandbox, a network gets without a session. A valid session has no
/// such bound, and no other credential matters: a wrong one is neither refused nor counted. Does not use the layers'
/// throttle.
public final class StaticStage extends Stage<RoutedRequest, RoutedRequest> {
    private final Layers layers;
    private final StaticBudget budget;
    private final Throttle throttle;
    private final Connections connections;

    public StaticStage(Layers layers, StaticBudget budget, Throttle throttle, Connections connections) {
        this.layers = layers;
        this.budget = budget;
        this.throttle = throttle;
        this.connections = connections;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, RoutedRequest request, Next<RoutedRequest> next) {
        if (request.route() != Route.STATIC && request.route() != Route.SANDBOX) {
            next.take(ctx, request);
            return;
        }
        if (request.route() == Route.STATIC && layers.hasSession(request.head().headers())) {
            connections.granted(ConnectionChannel.of(ctx.channel()));
            Exchange.of(ctx.channel()).granted(Layer.BASIC.label());
            next.take(ctx, request);
            return;
        }
        InetAddress client = request.request().client();
        boolean isKnown = throttle.isKnown(Layer.BASIC, client);
        long seconds = budget.take(client, isKnown);
        Optional<Runnable> over = seconds == 0 ? budget.begin(client, isKnown) : Optional.empty();
        if (over.isPresent()) {
            Exchange.of(ctx.channel()).whenEnded(over.get());
            next.take(ctx, request);
        } else {
            ctx.channel()
                    .writeAndFlush(Rejection.tooMany("static_rate", "Too many static files were asked for from this"
                            + " network without a session. Log in, or try again in a moment.", seconds));
        }
    }
}
