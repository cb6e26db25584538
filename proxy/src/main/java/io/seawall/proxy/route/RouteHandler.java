package io.seawall.proxy.route;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.client.ClientRequest;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.OwnAnswer;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import java.util.Set;

/// Finds the route and holds the request to its rule: method, upgrade, body limit, and no credential in the query.
@Sharable
public final class RouteHandler extends SimpleChannelInboundHandler<HostedRequest> {
    private final Router router;

    public RouteHandler(Router router) {
        super(HostedRequest.class);
        this.router = router;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HostedRequest hosted) {
        ClientRequest request = hosted.request();
        RequestHead head = request.head();
        switch (router.route(head.path(), head.isUpgrade())) {
            case Router.Verdict.Ambiguous _ -> ctx.channel().writeAndFlush(Rejection.client(400, "ambiguous_path",
                    "This path can be read in more than one way. It is refused, because OpenClaw might read it differently."));
            case Router.Verdict.Nowhere _ -> ctx.channel().writeAndFlush(
                    Rejection.client(404, "not_found", "There is nothing at this path."));
            case Router.Verdict.Routed(RouteRule rule) -> {
                Exchange.of(ctx.channel()).route(rule.route().label());
                check(ctx, request, rule);
            }
        }
    }

    private static void check(ChannelHandlerContext ctx, ClientRequest request, RouteRule rule) {
        RequestHead head = request.head();
        if (head.isUpgrade() && !rule.upgrade()) {
            ctx.channel().writeAndFlush(
                    Rejection.client(400, "upgrade_not_here", "There is no WebSocket at this path."));
        } else if (!rule.methods().contains(head.method())) {
            ctx.channel().writeAndFlush(Rejection.client(405, "method_not_here", "This path does not take that method.")
                    .with("Allow", String.join(", ", rule.methods().stream().sorted().toList())));
        } else if (head.body() instanceof Body.Length length && length.bytes() > rule.bodyLimit()) {
            ctx.channel().writeAndFlush(tooLarge(rule));
        } else if (!refusesQuery(ctx, head, rule)) {
            ctx.fireChannelRead(new RoutedRequest(request, rule));
        }
    }

    /// The answer to a body beyond its route's limit; also used when a chunked one turns out so.
    public static Rejection tooLarge(RouteRule rule) {
        return Rejection.client(413, "body_too_large",
                rule.bodyLimit() == 0
                        ? "This path takes no request body."
                        : "The request body is too large. This path takes up to " + rule.bodyLimit() + " bytes.")
                .closing();
    }

    private static boolean refusesQuery(ChannelHandlerContext ctx, RequestHead head, RouteRule rule) {
        String query = head.query();
        if (query == null) {
            return false;
        }
        if (rule.route() == Route.HOOKS && Query.names(query, Query.HOOKS)) {
            ctx.channel().writeAndFlush(Rejection.client(400, "query_token",
                    "A token in the query ends up in logs: send it as Authorization: Bearer or x-openclaw-token."));
            return true;
        }
        Set<String> names = Query.NAVIGATION;
        if (rule.route() == Route.UI && head.isNavigation() && Query.names(query, names)) {
            String rest = Query.without(query, names);
            Exchange.of(ctx.channel()).rejection("query_credential");
            OwnAnswer.write(ctx, 303, Headers.builder()
                    .add("Location", location(head.path()) + (rest.isEmpty() ? "" : "?" + rest)).build(),
                    OwnAnswer.TEXT,
                    "", false);
            return true;
        }
        return false;
    }

    /// A path is on this host only while it does not begin like `//other.host`.
    private static String location(String path) {
        return path.startsWith("//") || path.startsWith("/\\") ? "/" : path;
    }
}
