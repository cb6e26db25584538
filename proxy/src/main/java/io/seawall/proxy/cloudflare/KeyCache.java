package io.seawall.proxy.cloudflare;

import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The issuer's keys: read anew each hour, and when a token names one that is not among them, but at most once a minute.
/// When that fails the last ones stay. Asked from event loops; reads elsewhere.
public final class KeyCache {
    private static final System.Logger LOG = System.getLogger(KeyCache.class.getName());
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();
    private static final long AGE = Duration.ofHours(1).toNanos();

    private final KeySource source;
    private final Executor executor;
    private final LongSupplier nanos;
    private final AtomicLong triedAt;
    private volatile @Nullable SigningKeys keys;
    private volatile long readAt;

    /// @param executor where it may block
    /// @param nanos the time, as `System.nanoTime`
    public KeyCache(KeySource source, Executor executor, LongSupplier nanos) {
        this.source = source;
        this.executor = executor;
        this.nanos = nanos;
        triedAt = new AtomicLong(nanos.getAsLong() - PAUSE);
    }

    /// Reads them where they are missing or an hour old. To be called about once a minute.
    public void refresh() {
        if (keys == null || nanos.getAsLong() - readAt >= AGE) {
            read();
        }
    }

    /// How many there are.
    public int size() {
        SigningKeys now = keys;
        return now == null ? 0 : now.size();
    }

    /// Whether there ever were some. Where there are none, asks for them.
    boolean isFilled() {
        if (keys == null) {
            read();
        }
        return keys != null;
    }

    Optional<PublicKey> find(String name) {
        SigningKeys now = keys;
        Optional<PublicKey> key = now == null ? Optional.empty() : now.find(name);
        if (key.isEmpty()) {
            read();
        }
        return key;
    }

    private void read() {
        long now = nanos.getAsLong();
        long last = triedAt.get();
        if (now - last < PAUSE || !triedAt.compareAndSet(last, now)) {
            return;
        }
        executor.execute(() -> source.read().whenComplete((bytes, failure) -> {
            try {
                if (failure != null) {
                    throw new IllegalArgumentException(reason(failure), failure);
                }
                keys = SigningKeys.parse(bytes);
                readAt = now;
            } catch (IllegalArgumentException e) {
                LOG.log(System.Logger.Level.WARNING, "the keys of Cloudflare Access cannot be fetched from " + source
                        + ": "
                        + e.getMessage()
                        + (keys == null
                                ? "; until then people get 503. Fix: let Seawall reach that, or set SEAWALL_ACCESS_KEYS to a file of them"
                                : "; those of before are kept"));
            }
        }));
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }
}
