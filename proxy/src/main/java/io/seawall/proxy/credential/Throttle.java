package io.seawall.proxy.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.seawall.config.Authentication;
import io.seawall.proxy.client.ClientNetwork;
import io.seawall.proxy.credential.Decision.Counting;
import io.seawall.proxy.limit.TokenBucket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Counts different wrong credentials, per layer. A client network that guesses is locked out of the layer, twice as
/// long each further time. All networks together have a budget, so that guesses from ten thousand addresses get no
/// further than those from a few: when it is spent, clients of networks that gave no right credential lately have to
/// wait.
///
/// Bounded: under rotating addresses the counts and locks least used are forgotten, never grown.
public final class Throttle implements PendingGuess.Places {
    static final int MOST_NETWORKS = 100_000;
    private static final Duration REMEMBERED = Duration.ofDays(7);

    /// Compares by hand, as [ClientNetwork] does.
    private record Guesser(Layer layer, ClientNetwork network) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Guesser guesser && guesser.layer == layer && guesser.network.equals(network);
        }

        @Override
        public int hashCode() {
            return 31 * network.hashCode() + layer.hashCode();
        }
    }

    /// @param until a nanoTime; the lock may be over, and then only its number matters
    private record Lock(int number, long until) {}

    private final Authentication.Lockout limits;
    private final Ticker ticker;
    // two caches: an attacker with many addresses must not evict his lockouts with cheap first guesses
    private final Cache<Guesser, Guesses> guesses;
    private final Cache<Guesser, Lock> locks;
    private final Cache<Guesser, Boolean> welcome;
    // bounded by what the password's worker takes
    private final Map<Guesser, Integer> underWay = new ConcurrentHashMap<>();
    private final Map<Layer, TokenBucket> budgets = new EnumMap<>(Layer.class);

    public Throttle(Authentication.Lockout limits, Ticker ticker) {
        this.limits = limits;
        this.ticker = ticker;
        guesses = cache(limits.window().plus(limits.window()));
        // what was idle for twice the longest lock starts afresh
        locks = cache(limits.longest().plus(limits.longest()));
        welcome = Caffeine.newBuilder().maximumSize(10_000).expireAfterAccess(REMEMBERED).ticker(ticker)
                .executor(Runnable::run).build();
        for (Layer layer : Layer.values()) {
            budgets.put(layer, new TokenBucket(limits.budget(), limits.window().toNanos(), ticker.read()));
        }
    }

    private <V> Cache<Guesser, V> cache(Duration idle) {
        return Caffeine.newBuilder().maximumSize(MOST_NETWORKS).expireAfterWrite(idle).ticker(ticker)
                .executor(Runnable::run).build();
    }

    /// Seconds until the network may try again; 0 where it may now.
    public long lockedSeconds(Layer layer, InetAddress client) {
        Lock lock = locks.getIfPresent(new Guesser(layer, ClientNetwork.of(client)));
        long left = lock == null ? 0 : lock.until() - ticker.read();
        return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toSeconds(left) + 1;
    }

    /// Whether the right credential came from the client's network lately.
    public boolean isKnown(Layer layer, InetAddress client) {
        return welcome.getIfPresent(new Guesser(layer, ClientNetwork.of(client))) != null;
    }

    /// Seconds until an unauthenticated client may try a credential; 0 where it may now.
    public long slowedSeconds(Layer layer, InetAddress client) {
        long seconds = budget(layer).secondsUntilOne(ticker.read());
        return seconds == 0 || isKnown(layer, client) ? 0 : seconds;
    }

    /// A place for one more guess: what was wrong lately and what is still being compared are together no more than
    /// would lock the network out, and for unknown networks no more than the layer's budget. Comparisons that are over
    /// at once need none: an event loop has one of them at a time.
    @Override
    public Optional<PendingGuess> take(Layer layer, InetAddress client, long fingerprint) {
        Guesser guesser = new Guesser(layer, ClientNetwork.of(client));
        if (!enter(guesser)) {
            return Optional.empty();
        }
        TokenBucket budget = budget(layer);
        if (!budget.tryTake(ticker.read())) {
            if (welcome.getIfPresent(guesser) == null) {
                leave(guesser);
                return Optional.empty();
            }
            budget.take(ticker.read());
        }
        return Optional.of(new PendingGuess(() -> {
            Counting counting = count(guesser, fingerprint);
            leave(guesser); // after it was counted, so that it counts all the time
            if (counting == Counting.REPEATED) {
                budget.giveBack(ticker.read());
            }
            return counting;
        }, () -> {
            leave(guesser);
            budget.giveBack(ticker.read());
        }));
    }

    private boolean enter(Guesser guesser) {
        boolean[] entered = new boolean[1];
        underWay.compute(guesser, (key, before) -> {
            int others = before == null ? 0 : before;
            // in this order: the lock is there before the count is forgotten
            entered[0] = counted(key) + others < limits.guesses() && !isLocked(key);
            return entered[0] ? (Integer) (others + 1) : before;
        });
        return entered[0];
    }

    private void leave(Guesser guesser) {
        underWay.computeIfPresent(guesser, (key, count) -> count == 1 ? null : count - 1);
    }

    private int counted(Guesser guesser) {
        Guesses before = guesses.getIfPresent(guesser);
        return before == null ? 0 : before.count(ticker.read(), limits.window().toNanos());
    }

    private boolean isLocked(Guesser guesser) {
        Lock lock = locks.getIfPresent(guesser);
        return lock != null && lock.until() - ticker.read() > 0;
    }

    /// Counts a wrong credential, unless it is one of the last few from there.
    public Counting guessed(Layer layer, InetAddress client, long fingerprint) {
        Counting counting = count(new Guesser(layer, ClientNetwork.of(client)), fingerprint);
        if (counting != Counting.REPEATED) {
            budget(layer).take(ticker.read());
        }
        return counting;
    }

    @Override
    public boolean knows(Layer layer, InetAddress client, long fingerprint) {
        Guesser guesser = new Guesser(layer, ClientNetwork.of(client));
        Guesses before = guesses.getIfPresent(guesser);
        if (before == null || !before.knows(fingerprint)) {
            return false;
        }
        if (before.again(fingerprint) != before) {
            guesses.asMap().computeIfPresent(guesser,
                    (_, now) -> now.knows(fingerprint) ? now.again(fingerprint) : now);
        }
        return true;
    }

    private Counting count(Guesser guesser, long fingerprint) {
        if (isLocked(guesser)) {
            return Counting.COUNTED; // what was under way when the lock fell makes it no longer
        }
        long now = ticker.read();
        long window = limits.window().toNanos();
        boolean[] repeated = new boolean[1];
        Guesses after = guesses.asMap().compute(guesser, (_, before) -> {
            repeated[0] = before != null && before.knows(fingerprint);
            if (before == null) {
                return Guesses.first(fingerprint, now);
            }
            return repeated[0] ? before.again(fingerprint) : before.and(fingerprint, now, window);
        });
        if (repeated[0]) {
            return Counting.REPEATED;
        }
        if (after.count(now, window) != limits.guesses()) {
            return Counting.COUNTED; // or another event loop counted the last one at the same time, and locks
        }
        locks.asMap().compute(guesser, (key, before) -> {
            int number = before == null ? 0 : before.number() + 1;
            long seconds = Math.min(limits.first().toSeconds() << Math.min(number, 20), limits.longest().toSeconds());
            return new Lock(number, now + TimeUnit.SECONDS.toNanos(seconds));
        });
        guesses.invalidate(guesser); // after the lock, so that there is no moment without either
        return Counting.LOCKED_OUT;
    }

    /// The right credential came from there.
    public void granted(Layer layer, InetAddress client) {
        Guesser known = new Guesser(layer, ClientNetwork.of(client));
        if (welcome.getIfPresent(known) == null) { // which renews it, at a tenth of what a write costs
            welcome.put(known, true);
        }
    }

    /// Networks that are locked out of the layer now.
    public long locked(Layer layer) {
        long now = ticker.read();
        return locks.asMap().entrySet().stream()
                .filter(e -> e.getKey().layer() == layer && e.getValue().until() - now > 0).count();
    }

    /// Whether the layer's budget is spent, so that unauthenticated clients have to wait.
    public boolean isSlowing(Layer layer) {
        return budget(layer).secondsUntilOne(ticker.read()) > 0;
    }

    /// Networks that are remembered, for whatever reason.
    long remembered() {
        guesses.cleanUp();
        locks.cleanUp();
        welcome.cleanUp();
        return guesses.estimatedSize() + locks.estimatedSize() + welcome.estimatedSize();
    }

    private TokenBucket budget(Layer layer) {
        return Objects.requireNonNull(budgets.get(layer));
    }
}
