package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemoryChannel;
import io.seawall.proxy.server.TestConfig;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdminHandlerTest {
    private static final String TOKEN = "p8Lf3sD0gZ5uE7aV2iB9oK";

    private final Metrics metrics = new Metrics("test");
    private AdminHandler.Readiness readiness = new AdminHandler.Readiness(true, "gateway up\n");

    @AfterEach
    void close() {
        metrics.close();
    }

    private MemoryChannel connect(Config config) {
        return new MemoryChannel("127.0.0.1", new Http1Handler(new Deadlines(), TestConfig.HTTP),
                new RejectionHandler(),
                new AdminHandler(() -> config.admin().orElseThrow().token(), metrics, () -> readiness),
                new LastResortHandler());
    }

    private Answer ask(String request) {
        return ask(TestConfig.of(), request);
    }

    private Answer ask(Config config, String request) {
        MemoryChannel channel = connect(config);
        try {
            return Answer.of(channel.ask(request));
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:9464, 200", "localhost:9464, 200", "LOCALHOST, 200", "[::1]:9464, 200", "192.0.2.7, 200",
        "evil.example, 421", "claw.example.com, 421", "localhost.evil.example, 421", "'', 400", "[, 400", "[::1, 400",
        "[], 400", "a], 400"})
    void answersByAddressAndAsLocalhostOnly(String host, int status) {
        assertEquals(status, ask("GET /livez HTTP/1.1\nHost: " + host).status());
    }

    @Test
    void refusesARequestWithoutAHost() {
        assertEquals(421, ask("GET /metrics HTTP/1.0").status());
        assertEquals(400, ask("GET /metrics HTTP/1.1").status());
    }

    @Test
    void refusesWhatIsNoHttp() {
        assertEquals(400, ask("GET /metrics HTTP/1.1\nHost localhost").status());
    }

    @ParameterizedTest
    @CsvSource({"'Bearer p8Lf3sD0gZ5uE7aV2iB9oK', 200", "'bearer  p8Lf3sD0gZ5uE7aV2iB9oK', 200", "'Bearer wrong', 401",
        "'Bearer ', 401", "Bearer, 401", "p8Lf3sD0gZ5uE7aV2iB9oK, 401", "'Basic p8Lf3sD0gZ5uE7aV2iB9oK', 401",
        "'', 401"})
    void asksForItsTokenWhereItHasOne(String authorization, int status) {
        Config config = TestConfig.of("SEAWALL_ADMIN_TOKEN=" + TOKEN);
        for (String path : new String[]{"/metrics", "/livez", "/readyz"}) {
            Answer answer = ask(config,
                    "GET " + path + " HTTP/1.1\nHost: metrics.example.com\nAuthorization: " + authorization);
            assertEquals(status, answer.status());
            assertEquals(status == 401 ? "Bearer realm=\"Seawall admin\"" : "", answer.header("WWW-Authenticate"));
            assertFalse(answer.body().contains(TOKEN));
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, 405", "PUT, 405", "DELETE, 405", "OPTIONS, 405", "TRACE, 405", "GET, 200"})
    void isReadOnly(String method, int status) {
        assertEquals(status, ask(method + " /metrics HTTP/1.1\nHost: localhost").status());
    }

    @Test
    void answersHeadWithoutABody() {
        Answer answer = ask("HEAD /livez HTTP/1.1\nHost: localhost");
        assertEquals(200, answer.status());
        assertEquals("3", answer.header("Content-Length"));
        assertEquals("", answer.body());
    }

    @ParameterizedTest
    @CsvSource({"/", "/metrics/", "/metricsx", "/admin", "/healthz", "//metrics", "/METRICS"})
    void knowsNoOtherPath(String path) {
        Answer answer = ask("GET " + path + " HTTP/1.1\nHost: localhost");
        assertEquals(404, answer.status());
        assertEquals("/metrics /livez /readyz\n", answer.body());
    }

    @Test
    void showsTheMetricsUncached() {
        Answer answer = ask("GET /metrics?x=y HTTP/1.1\nHost: localhost");
        assertEquals("text/plain; version=0.0.4; charset=utf-8", answer.header("Content-Type"));
        assertEquals("no-store", answer.header("Cache-Control"));
        assertEquals("nosniff", answer.header("X-Content-Type-Options"));
        assertTrue(answer.body().contains("seawall_build_info"), answer.body());
        assertTrue(ask("GET /metrics HTTP/1.1\nHost: localhost\nAccept: application/openmetrics-text").body()
                .endsWith("# EOF\n"));
    }

    @Test
    void tellsWhatIsNotReady() {
        assertEquals("gateway up\n", ask("GET /readyz HTTP/1.1\nHost: localhost").body());
        readiness = new AdminHandler.Readiness(false, "gateway down\ngateway exposed\n");
        Answer answer = ask("GET /readyz HTTP/1.1\nHost: localhost");
        assertEquals(503, answer.status());
        assertEquals("gateway down\ngateway exposed\n", answer.body());
        assertEquals(200, ask("GET /livez HTTP/1.1\nHost: localhost").status());
    }

    @Test
    void keepsTheConnectionAfterAnAnswerAndEndsItAfterARefusal() {
        MemoryChannel channel = connect(TestConfig.of());
        channel.ask("GET /livez HTTP/1.1\nHost: localhost");
        assertTrue(channel.isOpen());
        channel.ask("GET /livez HTTP/1.1\nHost: evil.example");
        assertFalse(channel.isOpen());
        channel.finishAndReleaseAll();
    }

    @Test
    void saysLateThatATokenIsWrong() {
        MemoryChannel channel = connect(TestConfig.of("SEAWALL_ADMIN_TOKEN=" + TOKEN));
        channel.freezeTime();
        assertEquals("", channel.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\n\r\n"));
        channel.advanceTimeBy(99, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertEquals("", channel.written());
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertEquals(401, Answer.of(channel.written()).status());
        assertFalse(channel.isOpen());
        channel.finishAndReleaseAll();
    }

    @Test
    void asksAtOnceForATokenThatIsMissing() {
        MemoryChannel channel = connect(TestConfig.of("SEAWALL_ADMIN_TOKEN=" + TOKEN));
        assertEquals(401, Answer.of(channel.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")).status());
        channel.finishAndReleaseAll();
    }
}
