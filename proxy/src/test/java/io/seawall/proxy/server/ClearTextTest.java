package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `SEAWALL_TLS=off` through the whole pipeline: the proxy in front ends TLS, and no other client is served.
class ClearTextTest {
    private static final String PROXY = "10.0.0.1";
    private static final String OTHER_CLIENT = "198.51.100.7";
    private static final String BASIC = "Authorization: Basic " + Base64.getEncoder()
            .encodeToString(("admin:" + TestConfig.PASSWORD).getBytes(StandardCharsets.UTF_8)) + "\r\n";
    private static final String BEARER = "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN + "\r\n";
    private static final String HOOKS = "Authorization: Bearer " + TestConfig.HOOKS_TOKEN + "\r\nContent-Length: 0\r\n";
    private static final String UPGRADE = """
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
            """;

    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of("SEAWALL_TLS=off",
            "SEAWALL_TRUSTED_PROXIES=10.0.0.0/8", "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For",
            "SEAWALL_PUBLIC_PATHS=/slack/events"));

    @AfterEach
    void close() {
        seawall.close();
    }

    private int ask(String peer, String request) {
        return Integer.parseInt(seawall.connect(peer).send(request).split(" ", 3)[1]);
    }

    private static String request(String line, String headers) {
        return line + " HTTP/1.1\r\nHost: claw.example.com\r\n" + headers + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", BEARER, UPGRADE, "X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"})
    void asksADirectPeerForNothing(String headers) {
        for (String with : new String[]{headers,
            headers + BASIC.replace(headers.startsWith("Auth") ? BASIC : "", "")}) {
            MemoryChannel channel = seawall.connect(OTHER_CLIENT);
            String answer = channel.send(request("GET /", with));
            assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
            assertFalse(answer.toLowerCase(java.util.Locale.ROOT).contains("www-authenticate"), answer);
            assertFalse(answer.contains("Set-Cookie"), answer);
            assertTrue(answer
                    .contains("\n198.51.100.7 is not in SEAWALL_TRUSTED_PROXIES. Only if it is your proxy, which ends "
                            + "TLS: append 198.51.100.7 to SEAWALL_TRUSTED_PROXIES (where it is not set: "
                            + "SEAWALL_TRUSTED_PROXIES=198.51.100.7)\n"),
                    answer);
            assertFalse(channel.isOpen());
        }
        assertEquals(0, seawall.permitted.size());
    }

    /// Wrong ones are not counted either: they were not read.
    @Test
    void readsNoCredentialOfADirectPeer() {
        for (int i = 0; i < 12; i++) {
            assertEquals(403, ask(OTHER_CLIENT, request("GET /v1/models", "Authorization: Bearer wrong\r\n")));
        }
        assertEquals(403, ask(OTHER_CLIENT, request("GET /v1/models", BEARER)));
        assertFalse(seawall.metrics.scrape("text/plain").contains("reason=\"wrong_token\"} 1"), "never asked");
    }

    @ParameterizedTest
    @CsvSource({"GET /v1/models", "POST /hooks/wake", "POST /slack/events", "GET /.seawall/login",
        "POST /.seawall/logout",
        "GET /chat"})
    void servesADirectPeerOnNoRoute(String line) {
        assertEquals(403, ask(OTHER_CLIENT, request(line, line.startsWith("POST") ? HOOKS : BEARER)));
        assertEquals(0, seawall.permitted.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz"})
    void tellsADirectPeerThatItLives(String path) {
        assertEquals(200, ask(OTHER_CLIENT, request("GET " + path, "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {PROXY, "127.0.0.1", "0:0:0:0:0:0:0:1"})
    void servesItsProxyAndThisHost(String peer) {
        assertEquals(200, ask(peer, request("GET /v1/models", BEARER)));
        assertEquals(401, ask(peer, request("GET /", "")));
    }

    /// By the PROXY protocol as well, where the client's address is in front of the request.
    @Test
    void servesWhomItsProxyAnnounces() {
        try (MemorySeawall announced = new MemorySeawall(TestConfig.of("SEAWALL_TLS=off",
                "SEAWALL_TRUSTED_PROXIES=10.0.0.0/8", "SEAWALL_CLIENT_IP_HEADER=PROXY"))) {
            String answer = announced.connect(PROXY)
                    .send("PROXY TCP4 203.0.113.9 10.0.0.2 4711 443\r\n" + request("GET /v1/models", BEARER));
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
        }
    }

    @Test
    void servesEverybodyWhereTlsIsItsOwn() {
        try (MemorySeawall own = new MemorySeawall(TestConfig.of())) {
            assertEquals(200,
                    Integer.parseInt(
                            own.connect(OTHER_CLIENT).send(request("GET /v1/models", BEARER)).split(" ", 3)[1]));
        }
    }
}
