package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers and sizes that are refused, and the words for it.
class NumberRefusalTest extends RefusalRows {
    @ParameterizedTest
    @CsvSource({"PORT, 1, 65535, PORT=8080", "OPENCLAW_GATEWAY_PORT, 1, 65535, correct or unset it",
        "SEAWALL_READ_TIMEOUT, 1, 604800, SEAWALL_READ_TIMEOUT=86400",
        "SEAWALL_DRAIN_TIMEOUT, 0, 3600, SEAWALL_DRAIN_TIMEOUT=30",
        "SEAWALL_MAX_CONNECTIONS, 10, 1000000, SEAWALL_MAX_CONNECTIONS=9000",
        "SEAWALL_MAX_CONNECTIONS_PER_CLIENT, 1, 1000000, SEAWALL_MAX_CONNECTIONS_PER_CLIENT=512",
        "SEAWALL_CONNECTION_RESERVE, 0, 50, SEAWALL_CONNECTION_RESERVE=10",
        "SEAWALL_MEMORY_WATERMARK, 10, 100, SEAWALL_MEMORY_WATERMARK=75",
        "SEAWALL_HANDSHAKE_TIMEOUT, 1, 300, SEAWALL_HANDSHAKE_TIMEOUT=10",
        "SEAWALL_HEADER_TIMEOUT, 1, 300, SEAWALL_HEADER_TIMEOUT=10",
        "SEAWALL_IDLE_TIMEOUT, 1, 3600, SEAWALL_IDLE_TIMEOUT=120",
        "SEAWALL_STALL_TIMEOUT, 1, 3600, SEAWALL_STALL_TIMEOUT=60",
        "SEAWALL_CONNECT_TIMEOUT, 1, 60, SEAWALL_CONNECT_TIMEOUT=2",
        "SEAWALL_UPSTREAM_IDLE_TIMEOUT, 1, 4, SEAWALL_UPSTREAM_IDLE_TIMEOUT=3",
        "SEAWALL_MIN_RATE, 1, 1000000, SEAWALL_MIN_RATE=500",
        "SEAWALL_MAX_HEADERS, 20, 1000, SEAWALL_MAX_HEADERS=100",
        "SEAWALL_LOCKOUT_WINDOW, 10, 3600, SEAWALL_LOCKOUT_WINDOW=60"})
    void refusesANumberOutOfItsRangeAndTakesItsEnds(String key, int least, int most, String fix)
            throws ConfigException {
        for (String text : List.of(String.valueOf(least - 1), String.valueOf(most + 1), "1.5", "many", "99999999999")) {
            assertEquals(List.of(
                    key + ": " + text + " (expected: a whole number, " + least + " to " + most + "). Fix: " + fix),
                    Given.problems(key + "=" + text));
        }
        for (int end : List.of(least, most)) {
            assertEquals(String.valueOf(end),
                    Places.text(Given.config(key + "=" + end), keyOf(key), String.valueOf(end)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1023", "2GiB", "1025MiB", "-1", "25 MiB", "1.5m", "k", "99999999999"})
    void refusesASizeThatIsNoneOrOutOfRange(String text) {
        assertEquals(
                List.of("SEAWALL_MAX_BODY_UI: " + text + " (expected: a size such as 256KiB or 25MiB, 1KiB to 1024MiB)."
                        + " Fix: SEAWALL_MAX_BODY_UI=25MiB"),
                Given.problems("SEAWALL_MAX_BODY_UI=" + text));
    }

    @Test
    void refusesLimitsThatContradictEachOther() {
        assertEquals(List.of(
                "SEAWALL_MAX_REQUEST_LINE: 16384 (expected: at most SEAWALL_MAX_HEADER_BYTES, 8192). Fix: lower it, or raise the other",
                "SEAWALL_LOCKOUT_TIME: 600 (expected: at most SEAWALL_LOCKOUT_MAX_TIME, 60). Fix: lower it, or raise the other",
                "SEAWALL_LOCKOUT_GUESSES: 20 (expected: at most SEAWALL_LOCKOUT_BUDGET, 10). Fix: lower it, or raise the other",
                "SEAWALL_SESSION_IDLE: 7200 (expected: at most SEAWALL_SESSION_MAX, 3600). Fix: lower it, or raise the other"),
                Given.problems("SEAWALL_MAX_REQUEST_LINE=16k", "SEAWALL_MAX_HEADER_BYTES=8k",
                        "SEAWALL_LOCKOUT_TIME=600", "SEAWALL_LOCKOUT_MAX_TIME=60", "SEAWALL_LOCKOUT_GUESSES=20",
                        "SEAWALL_LOCKOUT_BUDGET=10", "SEAWALL_SESSION_IDLE=7200", "SEAWALL_SESSION_MAX=3600"));
    }

    private static Key keyOf(String variable) {
        return Stream.of(Key.values()).filter(key -> key.variable().equals(variable)).findAny().orElseThrow();
    }
}
