package io.seawall.proxy.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusStageTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /healthz|true|200|{\"ok\":true}", "GET /healthz|false|200|{\"ok\":true}",
        "GET /readyz|true|200|{\"ready\":true}", "GET /readyz|false|503|{\"ready\":false}", "HEAD /healthz|true|200|",
        "HEAD /readyz|false|503|"})
    void tellsNoMoreThanThat(String line, boolean ready, int status, String body) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of())) {
            seawall.ready(ready);
            Answer answer = seawall.ask("203.0.113.7", line + " HTTP/1.1\nHost: localhost");
            assertEquals(status, answer.status());
            assertEquals(String.valueOf(body).replace("null", ""), answer.body().strip());
            assertEquals("no-store", answer.header("Cache-Control"));
        }
    }

    /// HAProxy asks in HTTP/1.0 without a Host, Kubernetes by the pod's address, Railway and Compose by names of their own.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /healthz HTTP/1.0", "GET /readyz HTTP/1.0",
        "GET /healthz HTTP/1.1@Host: healthcheck.railway.app", "HEAD /readyz HTTP/1.1@Host: seawall_1:8080",
        "GET /health HTTP/1.1@Host: x", "GET /ready HTTP/1.1@Host: x", "GET /startupz HTTP/1.1@Host: x",
        "GET /startup HTTP/1.1@Host: x", "GET /healthz?probe HTTP/1.1@Host: x"})
    void answersWhoeverAsksAndByWhateverName(String head) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of())) {
            seawall.ready(true);
            assertEquals(200, seawall.ask("203.0.113.7", head.replace('@', '\n')).status());
            assertTrue(seawall.permitted.isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET / HTTP/1.0|421", "GET /healthz/ HTTP/1.1@Host: x|421",
        "GET /%68ealthz HTTP/1.1@Host: x|421", "GET /healthz/ HTTP/1.1@Host: localhost|401",
        "POST /healthz HTTP/1.1@Host: localhost|405",
        "GET /healthz HTTP/1.1@Host: localhost@Content-Length: 1@@x|413",
        "GET /healthz HTTP/1.1@Host: localhost@Connection: Upgrade@Upgrade: websocket@Sec-WebSocket-Version: 13"
                + "@Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|400"})
    void answersNothingElse(String head, int status) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of())) {
            assertEquals(status, seawall.ask("203.0.113.7", head.replace('@', '\n')).status());
            assertTrue(seawall.permitted.isEmpty());
        }
    }
}
