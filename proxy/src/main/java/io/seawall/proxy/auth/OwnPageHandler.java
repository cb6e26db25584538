package io.seawall.proxy.auth;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.OwnAnswer;
import io.seawall.proxy.http.Page;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.Router;

/// Answers login and logout itself, and says what it takes the client for.
@Sharable
public final class OwnPageHandler extends SimpleChannelInboundHandler<PermittedRequest> {

    /// Fired through the client's pipeline when somebody logged out: their tunnels must end.
    public record LoggedOut(Session session) {}

    private static final Page CONFIRMATION = Page.of("Log out?",
            "This ends your session and closes its open connections.", "",
            new Page.Action.Post(Router.LOGOUT, "Log out"));
    private static final Page LOGGED_OUT = Page.of("You are logged out",
            "Your session has ended. The browser may still remember the password until you close all of its windows.",
            "", new Page.Action.Link("/", "Log in again"));

    private final Sessions sessions;

    public OwnPageHandler(Sessions sessions) {
        super(PermittedRequest.class);
        this.sessions = sessions;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, PermittedRequest request) {
        if (request.route() != Route.OWN) {
            ctx.fireChannelRead(request);
            return;
        }
        switch (request.head().path()) {
            case Router.LOGIN -> {
                // here because the layer granted it; the cookie is the point of the visit
                Headers headers = Headers.builder().add("Location", "/")
                        .add("Set-Cookie", sessions.setCookie(request.session().orElseThrow())).build();
                OwnAnswer.write(ctx, 303, headers, OwnAnswer.TEXT, "", false);
            }
            case Router.LOGOUT -> logout(ctx, request);
            case Router.CLIENT -> OwnAnswer.write(ctx, 200, Headers.EMPTY, OwnAnswer.JSON, client(ctx, request), false);
            // the gateway's page answers HTML here; a plain 404 is what its UI expects of a proxy without a hand-off
            default -> ctx.channel().writeAndFlush(
                    Rejection.client(404, "not_found", "No automatic browser hand-off is set up."));
        }
    }

    /// What only this client learns of itself: whether a proxy in front passes its address on is seen from outside only.
    private static String client(ChannelHandlerContext ctx, PermittedRequest request) {
        boolean isHttp2 = !Exchange.connection(ctx.channel()).equals(ctx.channel());
        return JsonNodeFactory.instance.objectNode().put("client", ClientAddress.text(request.client()))
                .put("secure", request.secure()).put("protocol", isHttp2 ? "h2" : "http/1.1")
                .put("host", request.head().authority()) + "\n";
    }

    private void logout(ChannelHandlerContext ctx, PermittedRequest request) {
        if (!request.head().method().equals("POST")) {
            OwnAnswer.write(ctx, 200, Headers.EMPTY, CONFIRMATION, "logout", false);
            return;
        }
        Session session = request.session().orElseThrow();
        sessions.revoke(session);
        ctx.pipeline().fireUserEventTriggered(new LoggedOut(session));
        Headers headers = Headers.builder().add("Set-Cookie", Sessions.clearCookie()).build();
        OwnAnswer.write(ctx, 200, headers, LOGGED_OUT, "logout", false);
    }
}
