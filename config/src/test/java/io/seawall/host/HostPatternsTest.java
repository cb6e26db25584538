package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPatternsTest {
    @ParameterizedTest
    @CsvSource({"claw.example.com, true", "example.com, false", "a.example.net, true", "b.a.example.net, false",
        "example.net, false", ".example.net, false", "*.example.net, true", "xexample.net, false", "net, false",
        "::1, false"})
    void coverWholeNamesAndOneLabel(String host, boolean covered) {
        assertEquals(covered, HostPatterns.of(List.of("claw.example.com", "*.example.net")).cover(host));
    }

    /// An asterisk anywhere else is no pattern (RFC 6125, 6.4.3).
    @ParameterizedTest
    @CsvSource({"a.example.com", "w.example.com", "ww.example.com", "example.com"})
    void takeNoOtherAsterisk(String host) {
        assertEquals(false, HostPatterns.of(List.of("w*.example.com", "*example.com", "a.*.com", "*")).cover(host));
    }
}
