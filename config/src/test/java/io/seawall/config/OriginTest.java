package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {

    @ParameterizedTest
    @CsvSource({"https://claw.example.com, https, claw.example.com, 443, https://claw.example.com",
        "http://claw.example.com, http, claw.example.com, 80, http://claw.example.com",
        "https://claw.example.com:443, https, claw.example.com, 443, https://claw.example.com",
        "http://claw.example.com:443, http, claw.example.com, 443, http://claw.example.com:443",
        "https://claw.example.com:65535, https, claw.example.com, 65535, https://claw.example.com:65535",
        "HTTPS://Claw.Example.COM:8443, https, claw.example.com, 8443, https://claw.example.com:8443",
        "' https://claw.example.com ', https, claw.example.com, 443, https://claw.example.com",
        "https://192.0.2.7:8443, https, 192.0.2.7, 8443, https://192.0.2.7:8443",
        "https://[2001:DB8::7]:8443, https, [2001:db8::7], 8443, https://[2001:db8::7]:8443",
        "https://xn--bcher-kva.example, https, xn--bcher-kva.example, 443, https://xn--bcher-kva.example",
        "https://bücher.example:8443, https, xn--bcher-kva.example, 8443, https://xn--bcher-kva.example:8443",
        "https://claw.example.com.:8443, https, claw.example.com, 8443, https://claw.example.com:8443",
        "http://my_app:8080, http, my_app, 8080, http://my_app:8080",
        "https://[2001:db8:0:0::7], https, [2001:db8::7], 443, https://[2001:db8::7]"})
    void hasOneForm(String text, String scheme, String host, int port, String printed) {
        Origin origin = Origin.parse(text);
        assertEquals(new Origin(scheme, host, port), origin);
        assertEquals(printed, origin.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "null", "https://", "https:claw.example.com", "//claw.example.com",
        "claw.example.com", "claw.example.com:443", "ws://claw.example.com", "ftp://claw.example.com",
        "https://claw.example.com/", "https://claw.example.com/ui", "https://claw.example.com?x",
        "https://claw.example.com#x", "https://me@claw.example.com", "https://*.example.com", "https://a b",
        "https://claw..example.com", "https://claw.example.com:0", "https://claw.example.com:65536",
        "https://claw.example.com:x", "https://claw.example.com:", "https://straße.example", "https://[::1",
        "https://::1",
        "https://[a]", "https://a[::1]", "https://1.2.3", "https://a\u2100.example", "https:///a", "https://[::1%1]"})
    void refusesAnythingElse(String text) {
        assertThrows(IllegalArgumentException.class, () -> Origin.parse(text));
    }

    @Test
    void saysWhichPortsThereAre() {
        assertEquals("origin port: 0 (expected: 1 to 65535)",
                assertThrows(IllegalArgumentException.class, () -> new Origin("https", "a.example", 0)).getMessage());
    }
}
