package io.seawall.proxy.http;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/// Adds the security headers that an answer lacks; what the gateway set itself is never doubled or changed.
@Sharable
public final class SecurityHeadersHandler extends ChannelOutboundHandlerAdapter {
    /// One year (RFC 6797, 6.1.1). Only over TLS: browsers ignore it elsewhere, and must (7.2).
    private static final String HSTS = "max-age=31536000";

    /// How many fields we add at most.
    private static final int OURS = 4;

    private static final String LOCALHOST = "localhost";

    private final boolean tls;

    public SecurityHeadersHandler(boolean tls) {
        this.tls = tls;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof ResponseHead head && head.status() >= 200) {
            Headers.Builder headers = head.headers().toBuilder(OURS);
            if (tls && !isLocalhost(ctx)) {
                headers.addIfAbsent("Strict-Transport-Security", HSTS);
            }
            headers.addIfAbsent("X-Content-Type-Options", "nosniff").addIfAbsent("Referrer-Policy", "no-referrer");
            if (!head.headers().contains("X-Frame-Options")) {
                headers.addIfAbsent("Content-Security-Policy", "frame-ancestors 'self'");
            }
            ctx.write(new ResponseHead(head.status(), head.reason(), headers.build(), head.body(), head.close()),
                    promise);
            return;
        }
        ctx.write(msg, promise);
    }

    /// There it would bind every other service of the person's machine, on every port.
    private static boolean isLocalhost(ChannelHandlerContext ctx) {
        Exchange exchange = Exchange.current(ctx.channel());
        RequestHead head = exchange == null ? null : exchange.head();
        return head != null && head.authority().regionMatches(true, 0, LOCALHOST, 0, LOCALHOST.length())
                && (head.authority().length() == LOCALHOST.length()
                        || head.authority().charAt(LOCALHOST.length()) == ':');
    }
}
