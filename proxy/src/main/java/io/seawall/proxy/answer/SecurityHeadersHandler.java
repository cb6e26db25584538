package io.seawall.proxy.answer;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.seawall.config.Config;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import java.util.Optional;

/// Adds the security headers that an answer lacks; what the gateway set itself is never doubled or changed.
@Sharable
public final class SecurityHeadersHandler extends ChannelOutboundHandlerAdapter {
    /// How many fields we add at most.
    private static final int OURS = 5;

    private static final String LOCALHOST = "localhost";
    private static final String EVENTS = "text/event-stream";

    private static final String DEFAULT_PORT = ":443";

    private final Optional<String> hsts;
    private final boolean everyPort;

    /// @param tls whether clients speak TLS with us: elsewhere browsers ignore HSTS, and must (RFC 6797, 7.2)
    public SecurityHeadersHandler(boolean tls, Config.Hsts hsts) {
        this.hsts = tls ? hsts.seconds().map(seconds -> "max-age=" + seconds) : Optional.empty();
        everyPort = hsts.everyPort();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        if (msg instanceof ResponseHead head && head.status() >= 200) {
            Headers.Builder headers = head.headers().toBuilder(OURS);
            if (hsts.isPresent() && bindsNobodyElse(ctx)) {
                headers.addIfAbsent("Strict-Transport-Security", hsts.get());
            }
            if (isEventStream(head)) {
                // a proxy in front that buffers answers, as nginx does, would hold the events back
                headers.addIfAbsent("X-Accel-Buffering", "no");
            }
            headers.addIfAbsent("X-Content-Type-Options", "nosniff").addIfAbsent("Referrer-Policy", "no-referrer");
            if (!head.headers().contains("X-Frame-Options") && !isFramed(ctx)) {
                headers.addIfAbsent("Content-Security-Policy", "frame-ancestors 'self'");
            }
            ctx.write(new ResponseHead(head.status(), head.reason(), headers.build(), head.body(), head.close()),
                    promise);
            return;
        }
        ctx.write(msg, promise);
    }

    private static boolean isFramed(ChannelHandlerContext ctx) {
        Exchange exchange = Exchange.current(ctx.channel());
        return exchange != null && exchange.isFramed();
    }

    private static boolean isEventStream(ResponseHead head) {
        String type = head.headers().get("Content-Type");
        return type != null && type.regionMatches(true, 0, EVENTS, 0, EVENTS.length());
    }

    /// Browsers apply it to the host on every port: on another port than 443 it would break what else the host serves,
    /// and on localhost every other program of the machine.
    private boolean bindsNobodyElse(ChannelHandlerContext ctx) {
        Exchange exchange = Exchange.current(ctx.channel());
        RequestHead head = exchange == null ? null : exchange.head();
        if (head == null) {
            return false;
        }
        String authority = head.authority();
        int colon = authority.indexOf(':', authority.lastIndexOf(']') + 1);
        int end = colon < 0 ? authority.length() : colon;
        boolean localhost = end == LOCALHOST.length()
                && authority.regionMatches(true, 0, LOCALHOST, 0, LOCALHOST.length());
        return !localhost && end > 0
                && (everyPort || colon < 0 || authority.substring(colon).equals(DEFAULT_PORT));
    }
}
