package io.seawall.proxy.observe;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http2.Http2ErrorEvent;
import io.seawall.proxy.tls.HandshakeFailure;
import io.seawall.proxy.upstream.UpstreamEvent;

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
            case AuthEvent auth -> authenticated(auth);
            case Http2ErrorEvent(boolean connection, String reason) ->
                metrics.http2Trouble(connection ? "connection" : "stream", reason);
            case UpstreamEvent(String kind) -> metrics.upstreamError(kind);
            case SslHandshakeCompletionEvent handshake -> count(ctx, handshake);
            default -> {
                // nothing to count
            }
        }
        ctx.fireUserEventTriggered(event);
    }

    /// Counts what a layer said; of a client that has left, too.
    public void authenticated(AuthEvent event) {
        metrics.authenticated(event);
    }

    /// Counts what was refused without being a request.
    public void rejected(String rule) {
        metrics.rejected(rule);
    }

    private void count(ChannelHandlerContext ctx, SslHandshakeCompletionEvent handshake) {
        if (!handshake.isSuccess()) {
            metrics.handshake("failed", HandshakeFailure.of(handshake.cause(), ctx.pipeline()).label());
            return;
        }
        metrics.handshake("ok", "none");
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls != null) {
            // what was agreed on, never what was offered: two lists of ours
            String protocol = tls.applicationProtocol();
            metrics.tlsConnection(tls.engine().getSession().getProtocol(), protocol == null ? "none" : protocol);
        }
    }
}
