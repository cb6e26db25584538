package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteStageTest {
    private static final String WEBSOCKET = "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";

    private final MemorySeawall seawall = new MemorySeawall(
            TestConfig.of("SEAWALL_PUBLIC_PATHS=/slack/events, /j/*, /share/*, ws:/__openclaw__/worker"));

    @AfterEach
    void close() {
        seawall.close();
    }

    private Answer ask(String line, String headers) {
        return seawall.ask("203.0.113.7",
                line + " HTTP/1.1\nHost: claw.example.com\nAccept: application/json\n" + headers);
    }

    private static String code(Answer answer) {
        return answer.body().replaceFirst("(?s).*\"code\":\"([^\"]*)\".*", "$1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"//hooks/v1/models", "/hooks/../v1/models", "/hooks/%2e%2e/v1/models",
        "/hooks\\..\\v1\\models", "/hooks/..%5cv1%5cmodels", "/hooks/%252e%252e/v1", "/hooksX", "/HOOKS/wake",
        "/x%20HTTP/1.1%0d%0aHost:%20claw.example.com", "/%00", "/%c0%ae"})
    void refusesAnAmbiguousPath(String path) {
        for (String method : List.of("GET", "POST")) {
            Answer answer = ask(method + " " + path, "");
            assertEquals(400, answer.status());
            assertEquals("ambiguous_path", code(answer));
        }
        assertEquals(400, ask("GET " + path, WEBSOCKET).status());
        assertEquals(0, seawall.permitted.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hooks/x", "/hooks/wake", "/hooks", "/healthz", "/readyz", "/v1/models", "/tools/invoke",
        "/sessions/a/history", "/.seawall/login", "/.seawall/logout", "/.seawall/client",
        "/.well-known/openclaw/browser-bootstrap"})
    void refusesAWebSocketWhereThereIsNone(String path) {
        Answer answer = ask("GET " + path, WEBSOCKET);
        assertEquals(400, answer.status());
        assertEquals("upgrade_not_here", code(answer));
    }

    @ParameterizedTest
    @CsvSource({"/, 401", "/desktop/observe, 401", "/slack/events, 401", "/__openclaw__/worker, 200"})
    void asksTheLayerOfAWebSocketFirst(String path, int status) {
        assertEquals(status, ask("GET " + path, WEBSOCKET).status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"POST /healthz|GET, HEAD", "DELETE /readyz|GET, HEAD", "GET /hooks/wake|POST",
        "HEAD /hooks/wake|POST", "PUT /hooks/x|POST", "OPTIONS /v1/models|GET, HEAD, POST",
        "DELETE /v1/models|GET, HEAD, POST", "PUT /tools/invoke|GET, HEAD, POST",
        "PATCH /.seawall/logout|GET, HEAD, POST", "DELETE /slack/events|GET, HEAD, POST"})
    void namesTheMethodsWhereAnotherIsUsed(String line, String allowed) {
        Answer answer = ask(line, "");
        assertEquals(405, answer.status());
        assertEquals(allowed, answer.header("Allow"));
    }

    @ParameterizedTest
    @CsvSource({"POST /hooks/wake, 262144, SEAWALL_MAX_BODY_HOOKS",
        "POST /v1/responses, 20971520, SEAWALL_MAX_BODY_API",
        "POST /tools/invoke, 2097152, SEAWALL_MAX_BODY_TOOLS", "POST /slack/events, 1048576, SEAWALL_MAX_BODY_PUBLIC",
        "POST /api/x, 26214400, SEAWALL_MAX_BODY_UI", "GET /healthz, 0, ''", "POST /.seawall/logout, 0, ''"})
    void refusesABodyThatIsAnnouncedTooLarge(String line, long limit, String key) {
        Answer over = ask(line, "Content-Length: " + (limit + 1));
        assertEquals(413, over.status());
        assertEquals("close", over.header("Connection"));
        assertTrue(over.body().contains(limit == 0
                ? "takes no request body."
                : "takes up to " + limit + " bytes (" + key + ")."),
                over.body());
        assertTrue(ask(line, "Content-Length: " + limit).status() != 413);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hooks/wake?token=x", "/hooks/wake?a=1&TOKEN=x", "/hooks/wake?%74oken=x",
        "/hooks?token"})
    void refusesAHooksTokenInTheQueryEvenBesideAValidOne(String target) {
        Answer answer = ask("POST " + target, "Authorization: Bearer " + TestConfig.HOOKS_TOKEN);
        assertEquals(400, answer.status());
        assertEquals("query_token", code(answer));
    }

    @ParameterizedTest
    @CsvSource({"/?token=x, /", "/chat?a=1&token=x&b=2, /chat?a=1&b=2", "/?password=x&q=1, /?q=1",
        "/?gatewayUrl=wss://evil.example, /", "/chat?%54oken=x, /chat", "/slack/events?token=x&a=1, /slack/events?a=1",
        "/slack/events?gateway%55rl=wss://evil.example, /slack/events", "/j/code?password=x, /j/code",
        "/share/x?token=x, /share/x", "/v1/models?password=x, /v1/models", "/share/session/?token=x, /share/session/",
        "/share/sess%69on?%74oken=x, /share/sess%69on", "/share/./session?token=x, /share/./session",
        "/share/session?token=x&gatewayUrl=wss://evil.example&%70assword=y, /share/session?token=x",
        "/__openclaw__/cap/x/__openclaw__/canvas/d/e?token=x, /__openclaw__/cap/x/__openclaw__/canvas/d/e",
        "//evil.example?token=x, /",
        "/\\evil.example?token=x, /"})
    void sendsANavigationOnWithoutTheCredentialInItsQuery(String target, String location) {
        for (String navigation : List.of("Sec-Fetch-Mode: navigate", "Accept: text/html")) {
            Answer answer = seawall.ask("203.0.113.7",
                    "GET " + target + " HTTP/1.1\nHost: claw.example.com\n" + navigation);
            assertEquals(303, answer.status());
            assertEquals(location, answer.header("Location"));
            assertEquals("no-store", answer.header("Cache-Control"));
            assertEquals("", answer.body());
        }
    }

    @Test
    void leavesTheQueryOfAFetchAlone() {
        assertEquals(401, ask("GET /?token=x", "Sec-Fetch-Mode: cors").status());
        assertEquals(401, ask("GET /v1/models?token=x", "").status());
        assertEquals(200, ask("GET /healthz?token=x", "Sec-Fetch-Mode: navigate").status());
    }

    /// OpenClaw's link to a public transcript, whether or not the path is public here.
    @Test
    void leavesASharedSessionItsToken() {
        assertEquals(200, ask("GET /share/session?token=x&offset=20", "Sec-Fetch-Mode: navigate").status());
        try (MemorySeawall unlisted = new MemorySeawall(TestConfig.of())) {
            assertEquals(401, unlisted.ask("203.0.113.7",
                    "GET /share/session?token=x HTTP/1.1\nHost: claw.example.com\nSec-Fetch-Mode: navigate\n")
                    .status());
        }
    }

    @Test
    void passesNoWebhookWhileTheyAreOffAndSaysSo() {
        try (MemorySeawall off = new MemorySeawall(TestConfig.of("HOOKS_ENABLED=false"))) {
            for (String path : List.of("/hooks", "/hooks/wake")) {
                String head = " HTTP/1.1\nHost: claw.example.com\nAuthorization: Bearer " + TestConfig.HOOKS_TOKEN;
                Answer post = off.ask("203.0.113.7", "POST " + path + head);
                assertEquals(404, post.status());
                assertTrue(post.body().contains("Webhooks are off; HOOKS_ENABLED=true"), post.body());
                assertEquals(404, off.ask("203.0.113.7", "GET " + path + head).status());
            }
        }
    }
}
