package io.seawall.proxy.own;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.answer.Page;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Stage;
import io.seawall.proxy.limit.ConnectionChannel;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.session.Sessions;

/// Answers login and logout, and shows the client its own address, scheme, protocol and host.
public final class OwnPageStage extends Stage<PermittedRequest, PermittedRequest> {

    private static final Page CONFIRMATION = Page.of("Log out?",
            "This ends your session and closes its open connections.", "",
            new Page.Action.Post(Router.LOGOUT, "Log out"));
    private static final Page LOGGED_OUT = Page.of("You are logged out",
            "Your session has ended. The browser may still remember the password until you close all of its windows.",
            "", new Page.Action.Link("/", "Log in again"));

    private final Sessions sessions;

    public OwnPageStage(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    protected void take(ChannelHandlerContext ctx, PermittedRequest request, Next<PermittedRequest> next) {
        if (request.route() != Route.OWN) {
            next.take(ctx, request);
            return;
        }
        OwnPage page = OwnPage.of(request.head());
        switch (page) {
            case LOGIN -> {
                // here because the layer granted it; the cookie is the point of the visit
                Headers.Builder headers = Headers.builder().add("Location", "/");
                sessions.setCookies(request.session().orElseThrow(), request.head().headers())
                        .forEach(cookie -> headers.add("Set-Cookie", cookie));
                OwnAnswer.write(ctx, page.status(), headers.build(), OwnAnswer.TEXT, "", false);
            }
            case CONFIRMATION -> OwnAnswer.write(ctx, page.status(), Headers.EMPTY, CONFIRMATION, "logout", false);
            case CLIENT -> OwnAnswer.write(ctx, page.status(), Headers.EMPTY, OwnAnswer.JSON, client(ctx, request),
                    false);
            case LOGOUT -> logout(ctx, request, page.status());
            case NO_HAND_OFF -> ctx.channel().writeAndFlush(OwnPage.NOTHING);
        }
    }

    /// What only this client learns of itself: whether a proxy in front passes its address on is seen from outside only.
    private static String client(ChannelHandlerContext ctx, PermittedRequest request) {
        boolean isHttp2 = !ConnectionChannel.of(ctx.channel()).equals(ctx.channel());
        return JsonNodeFactory.instance.objectNode().put("client", ClientAddress.text(request.client()))
                .put("secure", request.secure()).put("protocol", isHttp2 ? "h2" : "http/1.1")
                .put("host", request.head().authority()) + "\n";
    }

    private void logout(ChannelHandlerContext ctx, PermittedRequest request, int status) {
        Headers.Builder headers = Headers.builder();
        sessions.logout(request.session().orElseThrow(), request.head().headers())
                .forEach(cookie -> headers.add("Set-Cookie", cookie));
        OwnAnswer.write(ctx, status, headers.build(), LOGGED_OUT, "logout", false);
    }
}
