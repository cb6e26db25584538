package io.seawall.proxy.credential;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.seawall.proxy.client.ClientNetwork;
import io.seawall.proxy.limit.TokenBucket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many static files a client network without a session gets: [#FILES] one after another, and as many in each
/// minute, of which [#AT_ONCE] may be under way; all networks together [#FILES_OF_ALL] and [#AT_ONCE_OF_ALL]. So
/// neither the gateway's time nor its memory is used up: it keeps a whole file, of up to 3.6 MB, until the last byte is
/// taken, and a client may be slow. A network that gave a right credential lately does not use the common budget.
/// Bounded: the networks least seen are forgotten and start afresh, but not what is under way. Thread-safe.
public final class StaticBudget {
    /// Some ten times what the Control UI with a page full of diagrams loads.
    public static final int FILES = 600;
    public static final int FILES_OF_ALL = 6_000;
    /// Twice what a browser asks for on a connection of HTTP/2 that no layer let in.
    public static final int AT_ONCE = 32;
    static final int AT_ONCE_OF_ALL = 128;
    static final int MOST_NETWORKS = 10_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Ticker ticker;
    private final Cache<ClientNetwork, TokenBucket> networks;
    private final TokenBucket all;
    private final Map<ClientNetwork, Integer> underWay = new ConcurrentHashMap<>();
    private final AtomicInteger allUnderWay = new AtomicInteger();

    public StaticBudget(Ticker ticker) {
        this.ticker = ticker;
        // by then every budget is full again
        networks = Caffeine.newBuilder().maximumSize(MOST_NETWORKS).expireAfterAccess(WINDOW.plusSeconds(1))
                .ticker(ticker).executor(Runnable::run).build();
        all = new TokenBucket(FILES_OF_ALL, WINDOW.toNanos(), ticker.read());
    }

    /// Seconds until the network may have one more; 0 where it has it now.
    ///
    /// @param isKnown whether a right credential came from there lately
    public long take(InetAddress client, boolean isKnown) {
        long now = ticker.read();
        TokenBucket budget = Objects.requireNonNull(networks.get(ClientNetwork.of(client),
                _ -> new TokenBucket(FILES, WINDOW.toNanos(), now)));
        if (!budget.tryTake(now)) {
            return Math.max(1, budget.secondsUntilOne(now));
        }
        return isKnown || all.tryTake(now) ? 0 : Math.max(1, all.secondsUntilOne(now));
    }

    /// A file begins to be under way; empty where too many are.
    ///
    /// @return what must run, once, when it is over
    public Optional<Runnable> begin(InetAddress client, boolean isKnown) {
        if (!isKnown && allUnderWay.incrementAndGet() > AT_ONCE_OF_ALL) {
            allUnderWay.decrementAndGet();
            return Optional.empty();
        }
        ClientNetwork network = ClientNetwork.of(client);
        boolean[] begun = new boolean[1];
        underWay.compute(network, (_, before) -> {
            int others = before == null ? 0 : before;
            begun[0] = others < AT_ONCE;
            return begun[0] ? (Integer) (others + 1) : before;
        });
        if (!begun[0]) {
            if (!isKnown) {
                allUnderWay.decrementAndGet();
            }
            return Optional.empty();
        }
        return Optional.of(() -> {
            underWay.computeIfPresent(network, (_, count) -> count == 1 ? null : count - 1);
            if (!isKnown) {
                allUnderWay.decrementAndGet();
            }
        });
    }

    /// Networks that are remembered.
    long remembered() {
        networks.cleanUp();
        return networks.estimatedSize();
    }
}
