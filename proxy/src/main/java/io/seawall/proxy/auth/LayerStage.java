package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Decision.Counting;
import io.seawall.proxy.credential.Decision.Denied;
import io.seawall.proxy.credential.Decision.Granted;
import io.seawall.proxy.credential.Decision.Reason;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.Throttling;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.limit.ConnectionChannel;
import io.seawall.proxy.route.RoutedRequest;
import java.net.InetAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Asks the layer that guards the route. While a password hash is computed the request waits here and nothing further
/// is read from its client, because no stage asks for it.
public final class LayerStage extends Stage<AdmittedRequest, GrantedRequest> {
    private final Layers layers;
    private final Supplier<Layers> inForce;
    private final Throttling throttling;
    private final Connections connections;
    private final PluginTabs tabs;
    private final Consumer<AuthEvent> unheard;

    /// @param inForce the layers of the configuration that counts at this moment
    /// @param unheard takes the wrong guess of a client that left before it was compared
    public LayerStage(Layers layers, Supplier<Layers> inForce, Throttling throttling, Connections connections,
            PluginTabs tabs, Consumer<AuthEvent> unheard) {
        this.unheard = unheard;
        this.layers = layers;
        this.inForce = inForce;
        this.throttling = throttling;
        this.connections = connections;
        this.tabs = tabs;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, AdmittedRequest admitted, Next<GrantedRequest> next) {
        RoutedRequest request = admitted.request();
        Optional<Layer> layer = Layer.of(request.route());
        if (layer.isEmpty()) {
            next.take(ctx, new GrantedRequest(request, Granted.OPEN));
            return;
        }
        Optional<Granted> tab = layer.get() == Layer.BASIC ? layers.tab(request, tabs) : Optional.empty();
        if (tab.isPresent()) {
            settle(ctx, admitted, Layer.BASIC, tab.get(), next);
            return;
        }
        CompletableFuture<Decision> decision = layers.decide(layer.get(), request.head().headers(),
                admitted.admission(), throttling.throttle(), request.request().client());
        if (decision.isDone()) {
            settle(ctx, admitted, layer.get(), decision.join(), next);
        } else {
            decision.thenAcceptAsync(result -> {
                if (ctx.channel().isActive()) {
                    settle(ctx, admitted, layer.get(), afterAll(request, result), next);
                    ctx.fireChannelReadComplete();
                } else if (result instanceof Denied denied && denied.reason().isGuess()) {
                    // its pipeline gets no further events
                    unheard.accept(event(layer.get(), denied, request.request().client()));
                }
            }, ctx.executor()).exceptionally(failure -> {
                // no other handler sees exceptions that the following stages throw here
                ctx.fireExceptionCaught(Objects.requireNonNullElse(failure.getCause(), failure));
                return null;
            });
        }
    }

    /// The password may have been rotated away while its hash was computed; what it opened before has been ended by then.
    private Decision afterAll(RoutedRequest request, Decision decision) {
        return decision instanceof Granted granted && !inForce.get().stillPermits(request.route(), granted)
                ? new Denied(Reason.EXPIRED_SESSION)
                : decision;
    }

    private void settle(ChannelHandlerContext ctx, AdmittedRequest admitted, Layer layer, Decision decision,
            Next<GrantedRequest> next) {
        InetAddress client = admitted.request().request().client();
        switch (decision) {
            case Granted granted -> {
                connections.granted(ConnectionChannel.of(ctx.channel()));
                if (granted.session() == null || granted.setCookie()) {
                    throttling.throttle().granted(layer, client);
                }
                Exchange.of(ctx.channel()).granted(layer.label());
                ctx.pipeline().fireUserEventTriggered(
                        new AuthEvent(layer, "granted", granted.reason(), client, false));
                next.take(ctx, new GrantedRequest(admitted.request(), granted));
            }
            case Denied(Reason reason, _, _) when reason == Reason.LOCKED ->
                throttling.tarpit().refuse(ctx, layer, reason, client,
                        throttling.throttle().lockedSeconds(layer, client));
            case Denied(Reason reason, _, _) when reason == Reason.SLOWED ->
                throttling.tarpit().refuse(ctx, layer, reason, client,
                        throttling.throttle().slowedSeconds(layer, client));
            case Denied denied -> deny(ctx, layer, denied, admitted.request());
        }
    }

    private void deny(ChannelHandlerContext ctx, Layer layer, Denied denied, RoutedRequest request) {
        AuthEvent event = event(layer, denied, request.request().client());
        Exchange.of(ctx.channel()).decided(layer.label(), event.reason());
        ctx.pipeline().fireUserEventTriggered(event);
        ctx.channel().writeAndFlush(layer.rejection(denied.reason(), request.head().path()));
    }

    private AuthEvent event(Layer layer, Denied denied, InetAddress client) {
        Counting counting = denied.counting() == Counting.NOT_YET && denied.reason().isGuess()
                ? throttling.throttle().guessed(layer, client, denied.fingerprint())
                : denied.counting();
        Reason reason = counting == Counting.REPEATED ? Reason.REPEATED : denied.reason();
        return new AuthEvent(layer, "denied", reason.label(), client, counting == Counting.LOCKED_OUT);
    }
}
