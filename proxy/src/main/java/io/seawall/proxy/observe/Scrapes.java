package io.seawall.proxy.observe;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The metrics as text. Each scrape is made anew, as long as there are not more than so many a second; those beyond share
/// the last one, which is then no older than a twentieth of a second. Used on one event loop.
final class Scrapes {
    static final int AT_ONCE = 50;
    static final long NANOS_EACH = TimeUnit.MILLISECONDS.toNanos(50);

    private final Metrics metrics;
    private final Ticker ticker;
    private final Map<String, String> last = new HashMap<>();
    private long left = AT_ONCE;
    private long countedAt;

    Scrapes(Metrics metrics, Ticker ticker) {
        this.metrics = metrics;
        this.ticker = ticker;
        countedAt = ticker.read();
    }

    /// @param accept chooses the format
    String scrape(String accept) {
        long more = (ticker.read() - countedAt) / NANOS_EACH;
        if (more > 0) {
            left = Math.min(AT_ONCE, left + more);
            countedAt += more * NANOS_EACH;
        }
        String format = Metrics.contentType(accept);
        String shared = last.get(format);
        if (left == 0 && shared != null) {
            return shared;
        }
        left = Math.max(0, left - 1);
        String text = metrics.scrape(accept);
        last.put(format, text);
        return text;
    }
}
