package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemoryChannel;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Canaries: whatever is asked, and wherever a secret is put in the question, none comes out in log, metrics or answers.
class SecretsStaySecretTest {
    private static final String PASSWORD = "7seven-calm-otters";
    private static final String GATEWAY = "0d1f4b7e02c95a63f0e8b21d7c6a9435";
    private static final String HOOKS = "k2v9QzR4mT7xW1bN6cY3hJ";
    private static final String ADMIN = "p8Lf3sD0gZ5uE7aV2iB9oK";
    private static final String PAIR = Base64.getEncoder()
            .encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    private static final String WEBSOCKET = "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";

    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of("AUTH_PASSWORD=" + PASSWORD,
            "OPENCLAW_GATEWAY_TOKEN=" + GATEWAY, "HOOKS_TOKEN=" + HOOKS, "SEAWALL_ADMIN_TOKEN=" + ADMIN,
            "SEAWALL_PUBLIC_PATHS=/j/*, ws:/w"));
    private final List<String> answers = new ArrayList<>();
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private String session = "";

    @BeforeEach
    void logIn() {
        JournalLoggerFinder.use(seawall.journal);
        Answer answer = seawall.ask("198.51.100.1",
                "GET /.seawall/login HTTP/1.1\nHost: localhost\nAuthorization: Basic " + PAIR);
        session = answer.header("Set-Cookie").replaceFirst("__Host-seawall-[0-9a-f]{8}=([^;]*);.*", "$1");
        assertTrue(session.matches("1\\.[^.]+\\.[^.]+\\.[^.]+\\.[^.]+"), session);
    }

    @AfterEach
    void nothingCameOut() {
        JournalLoggerFinder.use(null);
        String metrics = seawall.metrics.scrape("");
        String log = String.join("\n", seawall.log());
        assertTrue(log.contains("\"message\":\"request\""), "there is a log");
        for (String secret : List.of(PASSWORD, GATEWAY, HOOKS, ADMIN, PAIR, session,
                session.substring(session.lastIndexOf('.') + 1))) {
            assertFalse(log.contains(secret), () -> secret + " in the log: " + log);
            assertFalse(metrics.contains(secret), () -> secret + " in the metrics: " + metrics);
            for (String answer : answers) {
                assertFalse(answer.contains(secret), () -> secret + " in an answer: " + answer);
            }
        }
    }

    private void ask(String client, String request) {
        MemoryChannel channel = seawall.connect(client);
        answered(channel.ask(request));
    }

    private void answered(String wire) {
        Answer answer = Answer.of(wire);
        statuses.merge(answer.status(), 1, Integer::sum);
        // the one place where a session may go out
        answers.add(wire.replaceAll("(?m)^Set-Cookie: __Host-seawall-[0-9a-f]{8}=[^;]*;", "Set-Cookie: ***;"));
    }

    @Test
    void notWhereTheyOpenWhatTheyAreFor() {
        for (String accept : List.of("*/*", "text/html", "application/json")) {
            for (String request : List.of("GET / HTTP/1.1\nAuthorization: Basic " + PAIR,
                    "GET / HTTP/1.1\nX-Seawall-Authorization: Basic " + PAIR,
                    "GET / HTTP/1.1\nCookie: __Host-seawall=" + session,
                    "GET / HTTP/1.1\nCookie: __Host-seawall=" + session + "\nAuthorization: Bearer " + GATEWAY,
                    "GET / HTTP/1.1\n" + WEBSOCKET + "Cookie: __Host-seawall=" + session,
                    "GET /.seawall/login HTTP/1.1\nAuthorization: Basic " + PAIR,
                    "GET /.seawall/logout HTTP/1.1\nCookie: __Host-seawall=" + session,
                    "GET /v1/models HTTP/1.1\nAuthorization: Bearer " + GATEWAY,
                    "POST /hooks/wake HTTP/1.1\nAuthorization: Bearer " + HOOKS,
                    "POST /hooks/wake HTTP/1.1\nX-Openclaw-Token: " + HOOKS)) {
                ask("203.0.113.7", request + "\nHost: localhost\nAccept: " + accept);
            }
        }
        assertEquals(Map.of(200, 27, 303, 3), statuses);
    }

    @Test
    void notWhereTheyOpenNothing() {
        int client = 0;
        for (String accept : List.of("*/*", "text/html", "application/json")) {
            for (String credential : List.of("Authorization: Basic " + PAIR, "Authorization: Basic " + PASSWORD,
                    "Authorization: Bearer " + GATEWAY, "Authorization: Bearer " + HOOKS,
                    "Authorization: Bearer " + PASSWORD, "Authorization: " + GATEWAY, "Authorization: Digest " + PAIR,
                    "X-Openclaw-Token: " + GATEWAY, "X-Openclaw-Token: " + PASSWORD,
                    "X-Openclaw-Token: " + HOOKS + "\nAuthorization: Bearer " + HOOKS,
                    "X-Seawall-Authorization: Bearer " + GATEWAY, "Cookie: __Host-seawall=" + session + "x",
                    "Cookie: __Host-seawall=" + GATEWAY, "Proxy-Authorization: Basic " + PAIR)) {
                for (String line : List.of("GET /v1/models", "POST /hooks/wake", "GET /", "POST /tools/invoke",
                        "DELETE /v1/models", "GET /hooks/wake", "GET /hooks/../v1/models")) {
                    ask("10.0.0." + client++ % 250,
                            line + " HTTP/1.1\nHost: localhost\nAccept: " + accept + "\n" + credential);
                }
            }
        }
        assertTrue(statuses.keySet().containsAll(List.of(400, 401, 405)), statuses.toString());
    }

    @Test
    void notWhileTheClientIsLockedOut() {
        for (int i = 0; i < 12; i++) {
            ask("203.0.113.7", "GET / HTTP/1.1\nHost: localhost\nAuthorization: Basic " + Base64.getEncoder()
                    .encodeToString(("root" + i + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)));
            ask("203.0.113.7", "GET /v1/models HTTP/1.1\nHost: localhost\nAuthorization: Bearer " + HOOKS + i);
        }
        assertEquals(Map.of(401, 20, 429, 4), statuses);
    }

    @ParameterizedTest
    @ValueSource(strings = {PASSWORD, GATEWAY, HOOKS, ADMIN, "pair", "session"})
    void notFromAPathOrAQuery(String word) {
        String secret = switch (word) {
            case "pair" -> PAIR;
            case "session" -> session;
            default -> word;
        };
        for (String target : List.of("/@", "/x/@/y", "/x-@", "/@.json", "/x;t=@", "/v1/@", "/hooks/@", "/j/@",
                "/sessions/@/history", "/healthz/@", "/hooks@", "/HOOKS/@", "/%00@", "/%@", "//@/v1", "/@/..", "/?@",
                "/?a=@", "/?@=1", "/?a=1&@=2&b=@", "/?a%3D@", "/v1/models?key=@", "/hooks/wake?token=@",
                "/hooks/wake?t=@", "/healthz?@", "/?token=@", "/?password=@&gatewayUrl=@", "/chat?TOKEN=@",
                "/.well-known/openclaw/browser-bootstrap?@")) {
            for (String accept : List.of("*/*", "text/html", "application/json")) {
                ask("203.0.113.7",
                        "GET " + target.replace("@", secret) + " HTTP/1.1\nHost: localhost\nAccept: " + accept);
                ask("203.0.113.7", "POST " + target.replace("@", secret)
                        + " HTTP/1.1\nHost: localhost\nAuthorization: Basic " + PAIR + "\nAccept: " + accept);
            }
        }
        assertTrue(statuses.size() > 4, statuses.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {PASSWORD, GATEWAY, HOOKS, ADMIN})
    void notFromAHeader(String secret) {
        for (String header : List.of("@: 1", "X: @", "X-Forwarded-For: @", "User-Agent: @", "Referer: http://x/@",
                "Origin: http://@", "Origin: http://@\n" + WEBSOCKET, "Accept: @/json", "Content-Type: @",
                "X-Request-Id: @", "traceparent: @", "Cookie: @=@", "Sec-Fetch-Mode: @", "Connection: @",
                "Expect: @", "Transfer-Encoding: @", "Content-Length: @", "Upgrade: @\nConnection: Upgrade",
                "@ : 1", "X: a\n @", "@", "X@é: 1", "Host: @", "Authorization: @\nAuthorization: @")) {
            ask("203.0.113.7", "POST / HTTP/1.1\nHost: localhost\n" + header.replace("@", secret));
            ask("203.0.113.7", "POST / HTTP/1.1\nHost: localhost\nAuthorization: Basic " + PAIR + "\n"
                    + header.replace("@", secret));
        }
        assertTrue(statuses.keySet().containsAll(List.of(200, 400, 401, 403, 417)), statuses.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {PASSWORD, GATEWAY, HOOKS, ADMIN})
    void notFromAMalformedHead(String secret) {
        for (String wire : List.of("@ / HTTP/1.1\r\nHost: x\r\n\r\n", "GET / @\r\nHost: x\r\n\r\n",
                "GET  /@ HTTP/1.1\r\nHost: x\r\n\r\n", "GET @ HTTP/1.1\r\nHost: x\r\n\r\n", "GET /@\r\n\r\n",
                "@\r\n\r\n", "GET /@ HTTP/1.1\nHost: x\n\n", "GET /@\0 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /@ HTTP/1.1\r\nHost: x\rY: @\r\n\r\n", "GET /@ HTTP/1.1\r\n\r\n",
                "GET /@ HTTP/1.1\r\nHost: @\r\nHost: @\r\n\r\n", "GET http://@/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /@ HTTP/3.0\r\nHost: x\r\n\r\n", "GET /" + "@".repeat(500) + " HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n" + "X: @\r\n".repeat(101) + "\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nX: " + "@".repeat(3000) + "\r\n\r\n")) {
            answered(seawall.connect("203.0.113.7").send(wire.replace("@", secret)));
        }
        assertTrue(statuses.keySet().containsAll(List.of(400, 405, 414, 431, 505)), statuses.toString());
    }

    /// A foreign name is shown only to the client that asked for it.
    @Test
    void notInTheLogOfAForeignHost() {
        for (String secret : List.of(PASSWORD, GATEWAY, HOOKS)) {
            assertEquals(421,
                    seawall.ask("203.0.113.7", "GET / HTTP/1.1\nHost: " + secret + "\nAccept: text/html").status());
        }
    }

    @Test
    void notFromAFailureThatQuotesThem() {
        MemoryChannel channel = seawall.connect("203.0.113.7");
        channel.ask("GET /healthz HTTP/1.1\nHost: localhost");
        channel.pipeline().context("http").fireExceptionCaught(new IllegalStateException(PASSWORD + GATEWAY + session));
        assertEquals("", channel.written()); // there is no client to answer; the log is checked below
        assertFalse(channel.isOpen());
    }
}
