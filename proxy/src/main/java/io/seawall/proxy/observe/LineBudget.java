package io.seawall.proxy.observe;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.seawall.proxy.limit.TokenBucket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// How many lines of each kind may be written, so that a flood of failures is no flood of lines: so many for each client,
/// and so many for all of them together, because they may be a million. What is beyond is counted and told in a summary.
/// Bounded: the clients least seen are forgotten and start afresh, within what all have together. Thread-safe.
final class LineBudget {
    static final int MOST_CLIENTS = 10_000;
    private static final long SUMMARY_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// Each with the lines of one client at once and in a minute, and of all clients at once and in a second. A lockout
    /// takes ten failures in a minute, a ban of fail2ban or CrowdSec fewer than thirty.
    enum Kind {
        // a wrong credential
        AUTH_FAILURE(30, 30, 1000, 50),
        // one that was malformed, or not looked at because its client is locked out
        NO_GUESS(5, 1, 200, 5),
        // the access line of a request that Seawall refused
        REFUSAL(200, 60, 1000, 20),
        // the access line of a request that no layer guards: a health check, a static file, one to a portal, and on a
        // public path what the gateway refuses
        OPEN(200, 120, 1000, 20),
        // lines of our code and of libraries; its client is the logger
        EVENT(50, 60, 200, 10);

        private final int ownAtOnce;
        private final int ownPerMinute;
        private final int atOnce;
        private final int perSecond;

        Kind(int ownAtOnce, int ownPerMinute, int atOnce, int perSecond) {
            this.ownAtOnce = ownAtOnce;
            this.ownPerMinute = ownPerMinute;
            this.atOnce = atOnce;
            this.perSecond = perSecond;
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Lines of a kind that were not written.
    ///
    /// @param seconds since the first of them
    record Summary(Kind kind, long count, long seconds) {}

    private record Owner(Kind kind, Object client) {}

    private final LongSupplier nanos;
    private final Cache<Owner, TokenBucket> clients;
    private final Map<Kind, TokenBucket> all = new EnumMap<>(Kind.class);
    private final Map<Kind, Tally> suppressed = new EnumMap<>(Kind.class);

    /// @param nanos a clock like [System#nanoTime()]
    LineBudget(LongSupplier nanos) {
        this.nanos = nanos;
        // after ten minutes every bucket is full again
        clients = Caffeine.newBuilder().maximumSize(MOST_CLIENTS).expireAfterAccess(Duration.ofMinutes(10))
                .ticker(nanos::getAsLong).executor(Runnable::run).build();
        for (Kind kind : Kind.values()) {
            all.put(kind, TokenBucket.perSecond(kind.atOnce, kind.perSecond, nanos.getAsLong()));
            suppressed.put(kind, new Tally());
        }
    }

    /// Whether one more line of the client's may be written; counts it if not.
    boolean take(Kind kind, Object client) {
        long now = nanos.getAsLong();
        TokenBucket own = clients.get(new Owner(kind, client),
                owner -> TokenBucket.perSecond(kind.ownAtOnce, kind.ownPerMinute / 60.0, now));
        boolean may = own.tryTake(now) && of(all, kind).tryTake(now);
        if (!may) {
            of(suppressed, kind).add(now);
        }
        return may;
    }

    /// What was suppressed and not told yet, of each kind of which the first is ten seconds old.
    List<Summary> due() {
        return summaries(SUMMARY_NANOS);
    }

    /// What was suppressed and not told yet.
    List<Summary> rest() {
        return summaries(0);
    }

    private List<Summary> summaries(long age) {
        long now = nanos.getAsLong();
        List<Summary> due = new ArrayList<>();
        suppressed.forEach((kind, tally) -> tally.tell(kind, now, age, due));
        return due;
    }

    /// Lines of the kind that were not written since the start.
    long suppressed(Kind kind) {
        return of(suppressed, kind).total();
    }

    /// Clients that are remembered.
    long remembered() {
        clients.cleanUp();
        return clients.estimatedSize();
    }

    private static <V> V of(Map<Kind, V> map, Kind kind) {
        return Objects.requireNonNull(map.get(kind));
    }

    private static final class Tally {
        private long total;
        private long told;
        private long since;

        synchronized void add(long now) {
            if (total == told) {
                since = now;
            }
            total++;
        }

        synchronized void tell(Kind kind, long now, long age, List<Summary> due) {
            if (total > told && now - since >= age) {
                due.add(new Summary(kind, total - told, TimeUnit.NANOSECONDS.toSeconds(now - since)));
                told = total;
            }
        }

        synchronized long total() {
            return total;
        }
    }
}
