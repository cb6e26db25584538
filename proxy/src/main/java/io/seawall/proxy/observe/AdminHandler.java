package io.seawall.proxy.observe;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.seawall.config.Token;
import io.seawall.proxy.route.PublicHosts;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// The admin listener: `/metrics`, `/livez`, `/readyz`. Read-only, plain HTTP, loopback unless it has a token. A `Host`
/// that is a name is refused, so that no web page can read it through a name that resolves to loopback.
@Sharable
public final class AdminHandler extends SimpleChannelInboundHandler<HttpRequest> {

    /// Whether all is well, and if not, what is not, a line each.
    public record Readiness(boolean ready, String detail) {}

    private static final PublicHosts HOSTS = new PublicHosts(Set.of());

    private final Supplier<Optional<Token>> token;
    private final Metrics metrics;
    private final Supplier<Readiness> readiness;

    /// @param token what must be shown at this moment; empty: nothing
    public AdminHandler(Supplier<Optional<Token>> token, Metrics metrics, Supplier<Readiness> readiness) {
        super(HttpRequest.class);
        this.token = token;
        this.metrics = metrics;
        this.readiness = readiness;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
        String path = request.uri().split("\\?", 2)[0];
        String host = request.headers().get(HttpHeaderNames.HOST, "");
        if (request.decoderResult().isFailure() || host.isEmpty() || host.contains("[") && !host.contains("]")) {
            answer(ctx, request, HttpResponseStatus.BAD_REQUEST, "text/plain", "bad request\n");
        } else if (token.get().isEmpty() && !HOSTS.accepts(host)) {
            answer(ctx, request, HttpResponseStatus.MISDIRECTED_REQUEST, "text/plain",
                    "ask by address or as localhost\n");
        } else if (!isAuthorized(request)) {
            answer(ctx, request, HttpResponseStatus.UNAUTHORIZED, "text/plain",
                    "needs Authorization: Bearer <SEAWALL_ADMIN_TOKEN>\n");
        } else if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            answer(ctx, request, HttpResponseStatus.METHOD_NOT_ALLOWED, "text/plain", "read-only\n");
        } else {
            get(ctx, request, path);
        }
    }

    private void get(ChannelHandlerContext ctx, HttpRequest request, String path) {
        switch (path) {
            case "/metrics" -> {
                String accept = request.headers().get(HttpHeaderNames.ACCEPT, "");
                answer(ctx, request, HttpResponseStatus.OK, Metrics.contentType(accept), metrics.scrape(accept));
            }
            case "/livez" -> answer(ctx, request, HttpResponseStatus.OK, "text/plain", "ok\n");
            case "/readyz" -> {
                Readiness now = readiness.get();
                answer(ctx, request, now.ready() ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE,
                        "text/plain", now.detail());
            }
            default -> answer(ctx, request, HttpResponseStatus.NOT_FOUND, "text/plain", "/metrics /livez /readyz\n");
        }
    }

    private boolean isAuthorized(HttpRequest request) {
        Optional<Token> expected = token.get();
        if (expected.isEmpty()) {
            return true;
        }
        String header = request.headers().get(HttpHeaderNames.AUTHORIZATION, "");
        return header.regionMatches(true, 0, "Bearer ", 0, 7) && expected.get()
                .matching(header.substring(7).strip().getBytes(StandardCharsets.ISO_8859_1)).isPresent();
    }

    private static void answer(ChannelHandlerContext ctx, HttpRequest request, HttpResponseStatus status, String type,
            String text) {
        ByteBuf content = ByteBufUtil.writeUtf8(ctx.alloc(), text);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, content);
        response.headers().set(HttpHeaderNames.CONTENT_TYPE, type).set(HttpHeaderNames.CONTENT_LENGTH,
                content.readableBytes()).set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("X-Content-Type-Options", "nosniff");
        if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
            response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"Seawall admin\"");
        }
        boolean keep = HttpUtil.isKeepAlive(request) && status.code() < 400;
        HttpUtil.setKeepAlive(response, keep);
        ctx.writeAndFlush(response).addListener(keep ? f -> {} : ChannelFutureListener.CLOSE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
