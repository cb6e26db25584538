package io.seawall.proxy.auth;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.config.Origin;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.RoutedRequest;
import java.util.Set;

/// Refuses WebSockets and state-changing requests that another site's page makes in a logged-in browser. Who sends no
/// Origin is no browser page. The last stage: what passes is permitted.
@Sharable
public final class OriginHandler extends SimpleChannelInboundHandler<GrantedRequest> {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final Set<Origin> allowed;

    /// @param allowed empty: the origin that was asked
    public OriginHandler(Set<Origin> allowed) {
        super(GrantedRequest.class);
        this.allowed = Set.copyOf(allowed);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, GrantedRequest granted) {
        RoutedRequest request = granted.request();
        if (needsOrigin(request) && !isOurs(request)) {
            Exchange.of(ctx.channel()).decided("origin", Decision.Reason.BAD_ORIGIN.label());
            ctx.pipeline().fireUserEventTriggered(new AuthEvent(Layer.BASIC, "denied",
                    Decision.Reason.BAD_ORIGIN.label(), request.request().client(), false));
            ctx.channel().writeAndFlush(Rejection.client(403, "bad_origin",
                    "A page of another origin asked for this. If the origin is yours, add it to SEAWALL_ALLOWED_ORIGINS."));
            return;
        }
        ctx.fireChannelRead(new PermittedRequest(request, granted.decision()));
    }

    private static boolean needsOrigin(RoutedRequest request) {
        if (!request.head().headers().contains("Origin")) {
            return false;
        }
        return switch (request.route()) {
            case UI, OWN -> request.head().isUpgrade() || !SAFE.contains(request.head().method());
            case PUBLIC -> request.head().isUpgrade();
            case STATUS, HOOKS, API -> false;
        };
    }

    private boolean isOurs(RoutedRequest request) {
        RequestHead head = request.head();
        try {
            Origin origin = Origin.parse(head.headers().get("Origin", ""));
            if (!allowed.isEmpty()) {
                return allowed.contains(origin);
            }
            String own = (request.request().secure() ? "https://" : "http://") + head.authority();
            return origin.equals(Origin.parse(own));
        } catch (IllegalArgumentException e) {
            return false; // also `null`, the origin of sandboxed and local pages
        }
    }
}
