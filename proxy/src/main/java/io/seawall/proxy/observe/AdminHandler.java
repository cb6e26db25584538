package io.seawall.proxy.observe;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.seawall.config.Token;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.route.PublicHosts;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// The admin listener: `/metrics`, `/livez`, `/readyz`. Read-only, plain HTTP, loopback unless it has a token. A `Host`
/// that is a name is refused, so that no web page can read it through a name that resolves to loopback.
///
/// A wrong token is answered a tenth of a second late, and its connection is closed: with the cap of connections that
/// bounds the guesses, although a token of 128 bits withstands any number.
@Sharable
public final class AdminHandler extends SimpleChannelInboundHandler<RequestHead> {
    private static final int WRONG_TOKEN_MILLIS = 100;
    private static final String TEXT = "text/plain";

    /// Whether all is well, and if not, what is not, a line each.
    public record Readiness(boolean ready, String detail) {}

    private enum Credential {
        RIGHT, WRONG, MISSING
    }

    private static final PublicHosts HOSTS = new PublicHosts(Set.of());

    private final Supplier<Optional<Token>> token;
    private final Scrapes scrapes;
    private final Supplier<Readiness> readiness;

    /// @param token what must be shown at this moment; empty: nothing
    public AdminHandler(Supplier<Optional<Token>> token, Metrics metrics, Supplier<Readiness> readiness) {
        super(RequestHead.class);
        this.token = token;
        scrapes = new Scrapes(metrics, System::nanoTime);
        this.readiness = readiness;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, RequestHead request) {
        if (token.get().isEmpty() && !HOSTS.accepts(request.authority())) {
            answer(ctx, 421, TEXT, "ask by address or as localhost\n");
            return;
        }
        switch (credential(request)) {
            case MISSING -> unauthorized(ctx);
            case WRONG -> {
                Exchange exchange = Exchange.of(ctx.channel());
                ctx.executor().schedule(() -> {
                    if (Exchange.current(ctx.channel()) == exchange) {
                        unauthorized(ctx);
                    }
                }, WRONG_TOKEN_MILLIS, TimeUnit.MILLISECONDS);
            }
            case RIGHT -> {
                if (request.method().equals("GET") || request.isHead()) {
                    get(ctx, request);
                } else {
                    answer(ctx, 405, TEXT, "read-only\n");
                }
            }
        }
    }

    private void get(ChannelHandlerContext ctx, RequestHead request) {
        switch (request.path()) {
            case "/metrics" -> {
                String accept = request.headers().get("Accept", "");
                answer(ctx, 200, Metrics.contentType(accept), scrapes.scrape(accept));
            }
            case "/livez" -> answer(ctx, 200, TEXT, "ok\n");
            case "/readyz" -> {
                Readiness now = readiness.get();
                answer(ctx, now.ready() ? 200 : 503, TEXT, now.detail());
            }
            default -> answer(ctx, 404, TEXT, "/metrics /livez /readyz\n");
        }
    }

    private Credential credential(RequestHead request) {
        Optional<Token> expected = token.get();
        if (expected.isEmpty()) {
            return Credential.RIGHT;
        }
        String header = request.headers().get("Authorization");
        if (header == null) {
            return Credential.MISSING;
        }
        boolean right = header.regionMatches(true, 0, "Bearer ", 0, 7) && expected.get()
                .matching(header.substring(7).strip().getBytes(StandardCharsets.ISO_8859_1)).isPresent();
        return right ? Credential.RIGHT : Credential.WRONG;
    }

    private static void unauthorized(ChannelHandlerContext ctx) {
        answer(ctx, 401, Headers.builder().add("WWW-Authenticate", "Bearer realm=\"Seawall admin\""), TEXT,
                "needs Authorization: Bearer <SEAWALL_ADMIN_TOKEN>\n");
    }

    private static void answer(ChannelHandlerContext ctx, int status, String type, String text) {
        answer(ctx, status, Headers.builder(), type, text);
    }

    private static void answer(ChannelHandlerContext ctx, int status, Headers.Builder more, String type, String text) {
        OwnAnswer.write(ctx, status, more.add("X-Content-Type-Options", "nosniff").build(), type, text, status >= 400);
    }
}
