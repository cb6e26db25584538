package io.seawall.proxy.observe;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.seawall.proxy.auth.AuthEvent;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.upstream.UpstreamEvent;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;

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
            default -> isClientCertificate(cause) ? "client_certificate" : "protocol";
        };
    }

    /// One that was refused, or none where one is required: the words are BoringSSL's and the JDK's.
    private static boolean isClientCertificate(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof CertificateException || message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
                    || message.contains("Empty client certificate chain")) {
                return true;
            }
        }
        return false;
    }
}
