package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemoryChannel;
import io.seawall.proxy.server.MemoryGateway;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Static files as a client meets them.
class StaticStageTest {
    private static final String FILE = "GET /assets/mermaid.min-BZuf2r7K.js";

    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of());
    private final Visitor visitor = new Visitor(seawall);

    @AfterEach
    void close() {
        seawall.close();
    }

    private void spend() {
        for (int i = 0; i < StaticBudget.FILES; i++) {
            assertEquals(200, visitor.ask(FILE).status());
        }
        assertEquals(429, visitor.ask(FILE).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "Cookie: __Host-seawall=1.0.0.0.x", "Authorization: Bearer x",
        "Authorization: Basic YWRtaW46d3Jvbmc=", "Authorization: Digest x", "Origin: null"})
    void needNoCredentialAndJudgeNone(String header) {
        for (int i = 0; i < 20; i++) {
            Answer answer = visitor.ask(FILE, header);
            assertEquals(200, answer.status());
            assertEquals("", answer.header("Set-Cookie"));
        }
        assertEquals(Route.STATIC, seawall.permitted.getFirst().route());
        assertTrue(seawall.permitted.getFirst().session().isEmpty());
        assertEquals(401, visitor.ask("GET /").status(), "a wrong one on a static file counts towards no lockout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
    void areReadAndNothingElse(String method) {
        Answer answer = visitor.ask(method + " /assets/a.js", "Content-Length: 0");
        assertEquals(405, answer.status());
        assertEquals("GET, HEAD", answer.header("Allow"));
        assertTrue(seawall.permitted.isEmpty());
    }

    @Test
    void takeNoBodyAndNoWebSocket() {
        assertEquals(413, visitor.ask(FILE, "Content-Length: 1").status());
        assertEquals(400, visitor.ask(FILE, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==").status());
        assertTrue(seawall.permitted.isEmpty());
    }

    @Test
    void areBoundedForANetworkWithoutASessionAndComeAgain() {
        spend();
        Answer answer = visitor.ask(FILE);
        assertEquals("1", answer.header("Retry-After"));
        assertEquals(200, visitor.askFrom("203.0.113.8", FILE).status());
        seawall.pass(Duration.ofSeconds(1));
        assertEquals(200, visitor.ask(FILE).status());
    }

    @Test
    void leaveTheLayersAsTheyAreWhenTooManyWereAskedFor() {
        spend();
        assertEquals(401, visitor.ask("GET /").status());
        assertEquals(200, visitor.ask("GET /", Visitor.RIGHT).status());
        assertEquals(200, visitor.ask("GET /v1/models", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN).status());
    }

    @Test
    void areNotBoundedByALockoutOfTheirNetwork() {
        for (int i = 0; i < 11; i++) {
            visitor.ask("GET /", Visitor.basic("wrong" + i));
        }
        assertTrue(seawall.throttle.lockedSeconds(Layer.BASIC, InetAddress.ofLiteral(Visitor.ADDRESS)) > 0);
        assertEquals(200, visitor.ask(FILE).status());
    }

    @Test
    void comeToANetworkThatLoggedInWhateverOthersDo() {
        visitor.login();
        for (int i = 0; i < StaticBudget.FILES_OF_ALL; i++) {
            visitor.askFrom("198.51.100." + i % 100, FILE);
        }
        assertEquals(429, visitor.askFrom("192.0.2.7", FILE).status());
        assertEquals(200, visitor.ask(FILE).status());
    }

    /// The gateway keeps a whole file until its last byte is taken.
    @Test
    void areNoMoreAtOnceThanTheGatewayCanKeepAndEachEndMakesRoom() {
        try (MemorySeawall waiting = MemorySeawall.relaying(TestConfig.of())) {
            String request = FILE + " HTTP/1.1\r\nHost: claw.example.com\r\n\r\n";
            List<MemoryChannel> under = new ArrayList<>();
            for (int i = 0; i < StaticBudget.AT_ONCE; i++) {
                under.add(waiting.connect(Visitor.ADDRESS));
                assertEquals("", under.getLast().send(request), "the gateway has not answered");
            }
            Answer refused = Answer.of(waiting.connect(Visitor.ADDRESS).send(request));
            assertEquals(429, refused.status());
            assertEquals("1", refused.header("Retry-After"));
            assertEquals("", waiting.connect("203.0.113.8").send(request));
            under.getFirst().close();
            under.getFirst().runPendingTasks();
            assertEquals("", waiting.connect(Visitor.ADDRESS).send(request));
            assertEquals(429, Answer.of(waiting.connect(Visitor.ADDRESS).send(request)).status());
        } finally {
            MemoryGateway.take().forEach(MemoryGateway::finishAndReleaseAll);
        }
    }

    @Test
    void areNotBoundedForASession() {
        String cookie = visitor.login();
        spend();
        for (int i = 0; i < StaticBudget.FILES + 10; i++) {
            assertEquals(200, visitor.ask(FILE, cookie).status());
        }
        assertEquals(429, visitor.ask(FILE, cookie + "x").status());
    }

    @Test
    void countAsAuthenticatedWithASessionOnly() {
        String cookie = visitor.login();
        visitor.ask(FILE);
        visitor.ask(FILE, cookie);
        visitor.ask(FILE, Visitor.RIGHT);
        assertEquals(List.of("none", "granted", "none"),
                seawall.log().stream().filter(line -> line.contains("/assets/"))
                        .map(line -> line.replaceFirst(".*\"outcome\":\"", "").replaceFirst("\".*", "")).toList());
    }
}
