package io.seawall.proxy.auth;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Lets those wait for their 429 who guessed too often: a connection gets ten of them a second, however fast it asks,
/// and what they cost is not taken from those who may come in. Nothing else of the connection waits, neither another
/// stream of HTTP/2 nor what is asked next.
///
/// Bounded: when too many wait the next ones are answered at once, so that whoever brings more streams than we have
/// memory for cannot leave them with us.
public final class Tarpit {
    public static final int MILLIS = 100;
    static final int MOST_WAITING = 2_000;

    private final AtomicInteger waiting = new AtomicInteger();

    void refuse(ChannelHandlerContext ctx, Layer layer, Decision.Reason reason, InetAddress client, long seconds) {
        Channel channel = ctx.channel();
        Exchange exchange = Exchange.of(channel);
        exchange.decided(layer.label(), reason.label());
        ctx.pipeline().fireUserEventTriggered(new AuthEvent(layer, reason.label(), reason.label(), client, false));
        Rejection rejection = rejection(reason, seconds);
        exchange.rejection(rejection.label()); // log and metrics know it even where the client does not wait for it
        if (waiting.incrementAndGet() > MOST_WAITING) {
            waiting.decrementAndGet();
            channel.writeAndFlush(rejection);
            return;
        }
        ctx.executor().schedule(() -> {
            waiting.decrementAndGet();
            if (Exchange.current(channel) == exchange) { // the client is still there
                channel.writeAndFlush(rejection);
            }
        }, MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Rejection rejection(Decision.Reason reason, long seconds) {
        String message = reason == Decision.Reason.LOCKED
                ? "Too many wrong credentials came from this network. Try again in " + time(seconds) + "."
                : "Too many wrong credentials are arriving from everywhere. Try again in a moment.";
        return Rejection.client(429, reason.label(), message)
                .with("Retry-After", Long.toString(Math.max(1, seconds)))
                // OpenAI's SDKs would sleep as long without a word; with it they say at once what is wrong
                .with("x-should-retry", "false");
    }

    private static String time(long seconds) {
        return seconds > 60 ? Math.ceilDiv(seconds, 60L) + " minutes" : "a minute";
    }
}
