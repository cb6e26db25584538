package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.Tarpit;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.credential.Throttling;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.route.RoutedRequest;
import io.seawall.proxy.session.Sessions;
import java.net.InetAddress;
import java.util.Optional;

/// Refuses clients that are locked out of the layer that the request needs. On `ui` a valid session still passes,
/// because other clients behind the same address must not lock the owner out; so does a plugin tab that it opened.
/// While the layer's budget is spent, unauthenticated clients pass with that mark.
public final class ThrottleStage extends Stage<RoutedRequest, AdmittedRequest> {
    private final Throttle throttle;
    private final Tarpit tarpit;
    private final Sessions sessions;
    private final PluginTabs tabs;

    public ThrottleStage(Throttling throttling, BrowserSessions browsers) {
        throttle = throttling.throttle();
        tarpit = throttling.tarpit();
        sessions = browsers.sessions();
        tabs = browsers.tabs();
    }

    @Override
    protected void take(ChannelHandlerContext ctx, RoutedRequest request, Next<AdmittedRequest> next) {
        Optional<Layer> layer = Layer.of(request.route());
        InetAddress client = request.request().client();
        long seconds = layer.isEmpty() ? 0 : throttle.lockedSeconds(layer.get(), client);
        if (seconds == 0) {
            boolean slowed = layer.isPresent() && throttle.slowedSeconds(layer.get(), client) > 0;
            next.take(ctx, new AdmittedRequest(request, slowed ? Admission.SLOWED : Admission.FREE));
        } else if (layer.isPresent() && layer.get() == Layer.BASIC && mayPass(request)) {
            next.take(ctx, new AdmittedRequest(request, Admission.LOCKED));
        } else {
            tarpit.refuse(ctx, layer.orElseThrow(), Decision.Reason.LOCKED, client, seconds);
        }
    }

    private boolean mayPass(RoutedRequest request) {
        return sessions.isOffered(request.head().headers()) || tabs.session(request, sessions).isPresent();
    }
}
