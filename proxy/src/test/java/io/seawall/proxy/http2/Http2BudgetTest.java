package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Http2BudgetTest {
    private final Http2Budget budget = new Http2Budget(false, 0);

    private void chargedAtMost(int times, int type, int flags, int length, String flood) {
        for (int i = 0; i < times; i++) {
            assertNull(budget.charge(type, flags, length, 0), () -> flood);
        }
        assertEquals(flood, budget.charge(type, flags, length, 0));
    }

    @ParameterizedTest
    @CsvSource({"3, 0, 100, reset_flood", "6, 0, 100, ping_flood", "4, 0, 20, settings_flood",
        "4, 1, 20, settings_flood",
        "2, 0, 500, priority_flood", "0, 0, 100, empty_data_flood", "8, 0, 1000, window_update_flood",
        "9, 0, 16, continuation_flood", "5, 0, 100, unknown_frame_flood", "99, 0, 100, unknown_frame_flood"})
    void callsItAFloodBeyond(int type, int flags, int most, String flood) {
        chargedAtMost(most, type, flags, 0, flood);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 1", "0, 1, 0", "1, 4, 10", "6, 1, 8", "7, 0, 8"})
    void neverCountsWhatIsUseful(int type, int flags, int length) {
        for (int i = 0; i < 5_000; i++) {
            assertNull(budget.charge(type, flags, length, 0));
        }
    }

    /// Each client behind the proxy ends its requests as it likes.
    @Test
    void allowsAConnectionThatManyShareTheResetsOfMany() {
        Http2Budget shared = new Http2Budget(true, 0);
        for (int i = 0; i < 10_000; i++) {
            assertNull(shared.charge(Http2Frames.RST_STREAM, 0, 4, 0));
        }
        assertEquals("reset_flood", shared.charge(Http2Frames.RST_STREAM, 0, 4, 0));
    }

    @Test
    void beginsAnewWithEachWindow() {
        long later = TimeUnit.SECONDS.toNanos(11);
        for (int i = 0; i < 100; i++) {
            assertNull(budget.charge(Http2Frames.PING, 0, 8, 0));
        }
        for (int i = 0; i < 100; i++) {
            assertNull(budget.charge(Http2Frames.PING, 0, 8, later));
        }
        assertEquals("ping_flood", budget.charge(Http2Frames.PING, 0, 8, later));
    }

    @Test
    void grantsAWindowUpdateForEachKilobyteThatWentOut() {
        budget.sent(1_024 * 500);
        chargedAtMost(1_500, Http2Frames.WINDOW_UPDATE, 0, 4, "window_update_flood");
    }

    @Test
    void countsContinuationsOfOneHead() {
        for (int i = 0; i < 100; i++) {
            assertNull(budget.charge(Http2Frames.HEADERS, 0, 1, 0));
            for (int j = 0; j < 16; j++) {
                assertNull(budget.charge(Http2Frames.CONTINUATION, 0, 1, 0));
            }
        }
    }
}
