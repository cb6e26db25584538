package io.seawall.proxy.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import io.seawall.proxy.client.ClientNetwork;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.limit.ConnectionChannel;
import io.seawall.proxy.limit.HeapCost;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Delays the 429 of a client that is locked out, or has to wait because the layer's budget is spent: a connection gets
/// ten of them a second, over HTTP/1.1 and over HTTP/2 with however many streams, and all connections of a network
/// together a hundred. Nothing else of the connection waits, neither another stream nor what is asked next.
///
/// Bounded: beyond so many that wait, of a connection, of a network and in all, a request is ended without an answer; nothing is answered
/// sooner because much waits.
public final class Tarpit {
    public static final int MILLIS = 100;
    static final int NETWORK_MILLIS = 10;
    static final int MOST_OF_CONNECTION = 20;
    static final int MOST_OF_NETWORK = 100;
    static final int MOST_WAITING = 2_000;
    private static final int MOST_NETWORKS = 10_000;
    private static final AttributeKey<Turns> CONNECTION = AttributeKey.valueOf(Tarpit.class, "turns");

    private final AtomicInteger waiting = new AtomicInteger();
    private final Cache<ClientNetwork, Turns> networks = Caffeine.newBuilder().maximumSize(MOST_NETWORKS)
            .expireAfterAccess(Duration.ofMinutes(1)).executor(Runnable::run).build();

    /// Gives out times that are so far apart, to as many as may wait.
    private static final class Turns {
        private final long apart;
        private final int most;
        private long last;
        private int waiting;

        Turns(int millis, int most, long now) {
            apart = TimeUnit.MILLISECONDS.toNanos(millis);
            this.most = most;
            last = now - apart;
        }

        /// The first time from `earliest` on, or -1 where too many wait.
        synchronized long take(long earliest, long now) {
            if (waiting >= most) {
                return -1;
            }
            waiting++;
            last = last + apart - earliest > 0 ? last + apart : earliest;
            return Math.max(0, last - now);
        }

        synchronized void over() {
            waiting--;
        }
    }

    public void refuse(ChannelHandlerContext ctx, Layer layer, Decision.Reason reason, InetAddress client,
            long seconds) {
        Channel channel = ctx.channel();
        Exchange exchange = Exchange.of(channel);
        exchange.decided(layer.label(), reason.label());
        ctx.pipeline().fireUserEventTriggered(new AuthEvent(layer, reason.label(), reason.label(), client, false));
        Rejection rejection = rejection(reason, seconds);
        exchange.keepsForAnswer();
        exchange.rejection(rejection.label()); // it is logged and counted even where the client does not wait for it
        if (!exchange.book(HeapCost.WAIT)) {
            channel.close();
            return;
        }
        long now = ctx.executor().ticker().nanoTime();
        Turns connection = connection(channel, now);
        Turns network = Objects.requireNonNull(networks.get(ClientNetwork.of(client),
                _ -> new Turns(NETWORK_MILLIS, MOST_OF_NETWORK, now)));
        long wait = wait(connection, network, now);
        if (wait < 0) {
            channel.close();
            return;
        }
        // a turn is over in its time only; a client who does not wait for it leaves nothing else behind meanwhile
        WeakReference<Channel> asking = new WeakReference<>(channel);
        String id = exchange.id();
        ctx.executor().schedule(() -> {
            waiting.decrementAndGet();
            connection.over();
            network.over();
            Channel there = asking.get();
            Exchange current = there == null ? null : Exchange.current(there);
            if (there != null && current != null && current.id().equals(id)) {
                there.writeAndFlush(rejection);
            }
        }, wait, TimeUnit.NANOSECONDS);
    }

    /// Nanoseconds until the answer's turn; negative where too many wait already.
    private long wait(Turns connection, Turns network, long now) {
        if (waiting.incrementAndGet() <= MOST_WAITING) {
            long own = connection.take(now + TimeUnit.MILLISECONDS.toNanos(MILLIS), now);
            if (own >= 0) {
                long all = network.take(now, now);
                if (all >= 0) {
                    return Math.max(own, all);
                }
                connection.over();
            }
        }
        waiting.decrementAndGet();
        return -1;
    }

    private static Turns connection(Channel channel, long now) {
        var attribute = ConnectionChannel.of(channel).attr(CONNECTION);
        Turns turns = attribute.get();
        if (turns == null) {
            turns = new Turns(MILLIS, MOST_OF_CONNECTION, now);
            attribute.set(turns);
        }
        return turns;
    }

    private static Rejection rejection(Decision.Reason reason, long seconds) {
        String message = reason == Decision.Reason.LOCKED
                ? "Too many wrong credentials came from this network. Try again in " + time(seconds) + "."
                : "Too many wrong credentials are arriving from everywhere. Try again in a moment.";
        return Rejection.tooMany(reason.label(), message, seconds)
                // OpenAI's SDKs would sleep that long without a message; with it they report the error at once
                .with("x-should-retry", "false");
    }

    private static String time(long seconds) {
        return seconds > 60 ? Math.ceilDiv(seconds, 60L) + " minutes" : "a minute";
    }
}
