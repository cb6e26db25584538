package io.seawall.proxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.seawall.proxy.client.ClientNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Counts wrong credentials per layer and client network, and locks a network out of the layer it guesses at: 10 in a
/// minute lock for 5 minutes, and twice as long each further time, up to an hour. Bounded: under rotating addresses the
/// oldest are forgotten.
public final class Throttle {
    static final int GUESSES = 10;
    static final long WINDOW = TimeUnit.SECONDS.toNanos(60);
    static final Duration FIRST_LOCK = Duration.ofMinutes(5);
    static final Duration LONGEST_LOCK = Duration.ofHours(1);

    private record Guesser(Layer layer, ClientNetwork network) {}

    /// @param until a nanoTime; in the past where the network is not locked
    private record Standing(int guesses, long windowStart, int locks, long until) {}

    private final Ticker ticker;
    private final Cache<Guesser, Standing> records;

    public Throttle(Ticker ticker) {
        this.ticker = ticker;
        // what is idle for two hours has served its longest lock and starts afresh
        records = Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(Duration.ofHours(2)).ticker(ticker)
                .executor(Runnable::run).build();
    }

    /// Seconds until the network may try again; 0 where it may now.
    public long lockedSeconds(Layer layer, InetAddress client) {
        Standing standing = records.getIfPresent(new Guesser(layer, ClientNetwork.of(client)));
        if (standing == null) {
            return 0;
        }
        long left = standing.until() - ticker.read();
        return standing.locks() == 0 || left <= 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(left) + 1;
    }

    /// Counts a wrong credential; true when this one locked the network out.
    boolean guessed(Layer layer, InetAddress client) {
        long now = ticker.read();
        Standing after = records.asMap().compute(new Guesser(layer, ClientNetwork.of(client)), (key, before) -> {
            if (before == null || now - before.windowStart() > WINDOW) {
                int locks = before == null ? 0 : before.locks();
                long until = before == null ? now : before.until();
                return new Standing(1, now, locks, until);
            }
            int guesses = before.guesses() + 1;
            if (guesses < GUESSES) {
                return new Standing(guesses, before.windowStart(), before.locks(), before.until());
            }
            long seconds = Math.min(FIRST_LOCK.toSeconds() << Math.min(before.locks(), 10), LONGEST_LOCK.toSeconds());
            return new Standing(0, now, before.locks() + 1, now + TimeUnit.SECONDS.toNanos(seconds));
        });
        return after.guesses() == 0;
    }

    /// Networks that are locked out of the layer now.
    public long locked(Layer layer) {
        long now = ticker.read();
        return records.asMap().entrySet().stream().filter(
                e -> e.getKey().layer() == layer && e.getValue().locks() > 0 && e.getValue().until() - now > 0).count();
    }
}
