package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.proxy.Answer;
import io.seawall.proxy.MemorySeawall;
import io.seawall.proxy.TestConfig;
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
}
