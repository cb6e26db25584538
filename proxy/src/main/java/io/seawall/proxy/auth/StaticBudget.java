package io.seawall.proxy.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.seawall.proxy.client.ClientNetwork;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;

/// How many static files a client network without a session gets: [#FILES] at once, and as many in each minute; all
/// networks together [#FILES_OF_ALL], so that the gateway is not kept busy from many. A network that gave a right credential
/// lately takes nothing of that. Bounded: the networks least seen are forgotten and start afresh. Thread-safe.
public final class StaticBudget {
    /// Some ten times what the Control UI with a page full of diagrams loads.
    public static final int FILES = 600;
    static final int FILES_OF_ALL = 6_000;
    static final int MOST_NETWORKS = 10_000;
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private final Ticker ticker;
    private final Cache<ClientNetwork, Budget> networks;
    private final Budget all;

    public StaticBudget(Ticker ticker) {
        this.ticker = ticker;
        // by then every budget is full again
        networks = Caffeine.newBuilder().maximumSize(MOST_NETWORKS).expireAfterAccess(WINDOW.plusSeconds(1))
                .ticker(ticker).executor(Runnable::run).build();
        all = new Budget(FILES_OF_ALL, WINDOW.toNanos(), ticker.read());
    }

    /// Seconds until the network may have one more; 0 where it has it now.
    ///
    /// @param isKnown whether somebody gave a right credential from there lately
    long take(InetAddress client, boolean isKnown) {
        long now = ticker.read();
        Budget budget = Objects.requireNonNull(networks.get(ClientNetwork.of(client),
                _ -> new Budget(FILES, WINDOW.toNanos(), now)));
        if (!budget.tryTake(now)) {
            return Math.max(1, budget.secondsUntilOne(now));
        }
        return isKnown || all.tryTake(now) ? 0 : Math.max(1, all.secondsUntilOne(now));
    }

    /// Networks that are remembered.
    long remembered() {
        networks.cleanUp();
        return networks.estimatedSize();
    }
}
