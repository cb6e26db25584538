package io.seawall.proxy.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;

/// When sessions were last used, to the minute: what a session opened may be older than the cookie that it was opened
/// with. Bounded; a session that is not in here counts as last used when its cookie was made.
public final class SessionUse {
    private static final int MOST = 10_000;
    private static final long PRECISION_SECONDS = 60;

    private final Cache<String, Long> seconds;

    public SessionUse() {
        this(Ticker.systemTicker());
    }

    public SessionUse(Ticker ticker) {
        seconds = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(Duration.ofDays(31)).ticker(ticker)
                .executor(Runnable::run).build();
    }

    void used(Session session, long now) {
        Long before = seconds.getIfPresent(session.id());
        // the cookie's own time is exact enough until it is a minute old
        if (now - (before == null ? session.seenSeconds() : before) >= PRECISION_SECONDS) {
            seconds.put(session.id(), now);
        }
    }

    /// Epoch seconds; never later than the truth, and at most a minute before it.
    long lastSeconds(Session session) {
        Long known = seconds.getIfPresent(session.id());
        return known == null ? session.seenSeconds() : Math.max(known, session.seenSeconds());
    }
}
