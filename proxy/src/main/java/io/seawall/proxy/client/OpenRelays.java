package io.seawall.proxy.client;

import io.netty.channel.Channel;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntSupplier;

/// The requests of unauthenticated clients that are at the gateway. Each takes a file descriptor besides its client's,
/// and over HTTP/2 a client has many on one connection; so there are no more of them than such clients may have
/// connections. The oldest is ended for a new one: first those of networks without a login. Thread-safe.
public final class OpenRelays {
    private static final Rejection DISPLACED = Rejection.client(503, "descriptors",
            "More requests of unauthenticated clients are under way than Seawall has file descriptors for. Try again in a"
                    + " moment.")
            .with("Retry-After", "5").closing();

    private final IntSupplier most;
    private final Runnable displaced;
    private final Object lock = new Object();
    private final SequencedMap<Exchange, Channel> unauthenticated = new LinkedHashMap<>();
    // a client that has logged in may have a portal's WebSocket open for a day, which no flood may end
    private final SequencedMap<Exchange, Channel> known = new LinkedHashMap<>();

    /// @param most how many there may be, at this moment
    /// @param displaced is called for each that ends for another one
    OpenRelays(IntSupplier most, Runnable displaced) {
        this.most = most;
        this.displaced = displaced;
    }

    /// A request goes on to the gateway on a route without a layer. On its channel's event loop.
    ///
    /// @param isKnown whether a right credential came from its client's network
    public void begins(Channel channel, boolean isKnown) {
        Exchange exchange = Exchange.of(channel);
        exchange.whenEnded(() -> ended(exchange));
        Map.Entry<Exchange, Channel> oldest = null;
        synchronized (lock) {
            (isKnown ? known : unauthenticated).put(exchange, channel);
            if (unauthenticated.size() + known.size() > most.getAsInt()) {
                oldest = (unauthenticated.isEmpty() ? known : unauthenticated).pollFirstEntry();
            }
        }
        if (oldest != null) {
            displaced.run();
            end(oldest.getKey(), oldest.getValue());
        }
    }

    private void ended(Exchange exchange) {
        synchronized (lock) {
            unauthenticated.remove(exchange);
            known.remove(exchange);
        }
    }

    /// With an answer where none was begun. By then the channel may be in another exchange, which must not end.
    @SuppressWarnings("ReferenceEquality") // the same one, not one like it
    private static void end(Exchange exchange, Channel channel) {
        channel.eventLoop().execute(() -> {
            if (Exchange.current(channel) != exchange) {
                return;
            }
            if (exchange.isTunnel()) {
                channel.close();
            } else {
                channel.writeAndFlush(DISPLACED);
            }
        });
    }
}
