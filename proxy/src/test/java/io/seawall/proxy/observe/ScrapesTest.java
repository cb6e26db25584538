package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScrapesTest {
    private final Metrics metrics = new Metrics("test");
    private long now = -5;
    private final Scrapes scrapes = new Scrapes(metrics, () -> now);

    @AfterEach
    void close() {
        metrics.close();
    }

    private boolean sees(String reason) {
        metrics.websocketClosed(reason);
        return scrapes.scrape("").contains("seawall_websockets_closed_total{reason=\"" + reason + "\"} 1.0");
    }

    @Test
    void showsWhatIsTrueNow() {
        for (int i = 0; i < 200; i++) {
            assertTrue(sees("reason" + i));
            now += Scrapes.NANOS_EACH;
        }
    }

    @Test
    void areNotComputedForAFlood() {
        for (int i = 0; i < Scrapes.AT_ONCE; i++) {
            assertTrue(sees("reason" + i));
        }
        assertFalse(sees("a"));
        now += Scrapes.NANOS_EACH - 1;
        assertFalse(sees("b"));
        now++;
        assertTrue(sees("c"));
        assertFalse(sees("d"));
    }

    @Test
    void keepTheFormatsApart() {
        for (int i = 0; i < Scrapes.AT_ONCE + 5; i++) {
            assertFalse(scrapes.scrape("").endsWith("# EOF\n"));
        }
        assertTrue(scrapes.scrape("application/openmetrics-text").endsWith("# EOF\n"));
    }
}
