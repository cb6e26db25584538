package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostStageTest {
    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of());

    @AfterEach
    void close() {
        seawall.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"claw.example.com", "Claw.Example.com:8080", "203.0.113.1", "[2001:db8::1]:8080",
        "localhost"})
    void letsOurHostsThrough(String host) {
        assertEquals(401, seawall.ask("203.0.113.7", "GET / HTTP/1.1\nHost: " + host).status());
    }

    @Test
    void tellsAPersonWhichLineToAdd() {
        Answer answer = seawall.ask("203.0.113.7",
                "GET / HTTP/1.1\nHost: New.Example.com:8443\nAccept: text/html,*/*");
        assertEquals(421, answer.status());
        assertEquals("text/html; charset=utf-8", answer.header("Content-Type"));
        assertTrue(answer.body().contains("<h1>This Seawall does not serve that host name</h1>"
                + "<p>If it is yours, add it to SEAWALL_HOSTS. Seawall reads a changed file within ten seconds; a changed environment variable needs a restart.</p>"
                + "<pre>append new.example.com to SEAWALL_HOSTS (where it is not set: SEAWALL_HOSTS=new.example.com)</pre>"),
                answer.body());
    }

    /// All of them are hosts by RFC 3986, and an operator may paste the line that the page shows.
    @ParameterizedTest
    @ValueSource(strings = {"a'onfocus=alert(1)", "a&lt;b", "$(id)", "a,evil.example", "*.example.com", "a;b",
        "%3Cb%3E",
        "-=!~", "[v1.x]", "a..b"})
    void showsNoHostThatIsNotADnsName(String host) {
        for (String accept : List.of("text/html", "application/json", "*/*")) {
            Answer answer = seawall.ask("203.0.113.7", "GET / HTTP/1.1\nHost: " + host + "\nAccept: " + accept);
            assertTrue(answer.status() == 421 || answer.status() == 400, answer.toString());
            assertFalse(answer.body().contains(host), answer.body());
            assertFalse(answer.body().contains("SEAWALL_HOSTS="), answer.body());
        }
    }

    @Test
    void tellsAScriptTheSame() {
        Answer answer = seawall.ask("203.0.113.7",
                "GET /v1/models HTTP/1.1\nHost: evil.example\nAccept: application/json");
        assertEquals(421, answer.status());
        assertTrue(answer.body().startsWith(
                "{\"error\":{\"message\":\"This Seawall does not serve that host name. If it is yours, add it to SEAWALL_HOSTS. Seawall reads a changed file within ten seconds; a changed environment variable needs a restart. append evil.example to SEAWALL_HOSTS (where it is not set: SEAWALL_HOSTS=evil.example)\",\"type\":\"client\",\"code\":\"host\""),
                answer.body());
    }

    @Test
    void asksNoLayerForAForeignHost() {
        Answer answer = seawall.ask("203.0.113.7", "GET / HTTP/1.1\nHost: evil.example\nAuthorization: Basic YTpi");
        assertEquals(421, answer.status());
        assertEquals("", answer.header("WWW-Authenticate"));
        assertTrue(seawall.metrics.scrape("").contains("outcome=\"denied\",reason=\"unknown_user\"} 0.0"));
    }
}
