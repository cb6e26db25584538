package io.seawall.proxy.observe;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.seawall.proxy.auth.AuthEvent;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Http2Trouble;
import io.seawall.proxy.upstream.UpstreamEvent;
import java.nio.channels.ClosedChannelException;

/// Counts what passes through a client's pipeline.
@Sharable
public final class MetricsHandler extends ChannelInboundHandlerAdapter {
    private final Metrics metrics;

    public MetricsHandler(Metrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        switch (event) {
            case Exchange.Ended(Exchange exchange) -> metrics.ended(exchange);
            case AuthEvent auth -> metrics.authenticated(auth);
            case Http2Trouble(boolean connection, String reason) ->
                metrics.http2Trouble(connection ? "connection" : "stream", reason);
            case UpstreamEvent(String kind) -> metrics.upstreamError(kind);
            case SslHandshakeCompletionEvent handshake -> metrics.handshake(handshake.isSuccess() ? "ok" : "failed",
                    handshake.isSuccess() ? "none" : reason(handshake.cause()));
            default -> {
                // nothing to count
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case SslHandshakeTimeoutException _ -> "timeout";
            case ClosedChannelException _ -> "closed";
            default -> "protocol";
        };
    }
}
