package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginStageTest {
    private static final String WEBSOCKET = "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n";
    private static final String CREDENTIALS = "Authorization: Basic " + Base64.getEncoder()
            .encodeToString(("admin:" + TestConfig.PASSWORD).getBytes(java.nio.charset.StandardCharsets.UTF_8)) + "\n";

    private static final String SEND_PROTO = "have it send X-Forwarded-Proto: https (nginx: proxy_set_header X-Forwarded-Proto $scheme;)";
    private static final String OWN_HOST = "Only if that page is yours: where a proxy in front changes Host, have it pass on the "
            + "Host that it gets (nginx: proxy_set_header Host $http_host;), or set ";

    /// The status of a logged-in person's request with that origin; `-` for none.
    private static int status(String config, String peer, String line, String host, String origin, String more) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of(config.split(";")))) {
            Answer answer = seawall.ask(peer, line + " HTTP/1.1\nHost: " + host + "\n" + CREDENTIALS + more
                    + (origin.equals("-") ? "" : "Origin: " + origin + "\n"));
            assertEquals(answer.status() == 200, !seawall.permitted.isEmpty());
            assertEquals(answer.status() == 403 ? "" : "session",
                    answer.header("Set-Cookie").isEmpty() ? "" : "session",
                    "a refused origin gets no session");
            return answer.status();
        }
    }

    @ParameterizedTest
    @CsvSource({"http://claw.example.com, 200", "HTTP://CLAW.example.com, 200", "http://claw.example.com:80, 200",
        "-, 200", "null, 403", "'', 403", "*, 403", "https://claw.example.com, 403",
        "http://claw.example.com:8080, 403", "http://evil.example, 403", "http://claw.example.com.evil.example, 403",
        "http://xclaw.example.com, 403", "http://claw.example.com/, 403", "http://u@claw.example.com, 403",
        "claw.example.com, 403", "file://, 403", "http://claw.example.com http://evil.example, 403"})
    void holdsAWebSocketToTheOriginThatWasAsked(String origin, int status) {
        assertEquals(status,
                status("PORT=8080", "203.0.113.7", "GET /", "claw.example.com", origin, WEBSOCKET));
    }

    @ParameterizedTest
    @CsvSource({"https://ui.example.com, 200", "https://UI.example.com:443, 200", "http://tools.example:8080, 200",
        "-, 200", "https://claw.example.com, 403", "http://claw.example.com, 403", "http://ui.example.com, 403",
        "https://ui.example.com:8443, 403", "https://ui.example.com.evil.example, 403", "null, 403"})
    void holdsAWebSocketToTheConfiguredOrigins(String origin, int status) {
        assertEquals(status,
                status("SEAWALL_ALLOWED_ORIGINS=https://ui.example.com, http://tools.example:8080", "203.0.113.7",
                        "GET /", "claw.example.com", origin, WEBSOCKET));
    }

    @ParameterizedTest
    @CsvSource({"https://claw.example.com, 200", "http://claw.example.com, 403"})
    void knowsTheSchemeThatATrustedProxyTells(String origin, int status) {
        assertEquals(status,
                status("SEAWALL_TRUSTED_PROXIES=127.0.0.1;SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For", "127.0.0.1",
                        "GET /", "claw.example.com", origin,
                        WEBSOCKET + "X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https\n"));
    }

    @ParameterizedTest
    @CsvSource({"POST /api/x, 403", "PUT /api/x, 403", "PATCH /api/x, 403", "DELETE /api/x, 403", "GET /, 200",
        "HEAD /, 200", "OPTIONS /, 200", "POST /.seawall/logout, 403", "POST /.seawall/login, 403"})
    void holdsStateChangingRequestsOfTheUiToIt(String line, int status) {
        assertEquals(status, status("PORT=8080", "203.0.113.7", line, "claw.example.com", "http://evil.example", ""));
    }

    @Test
    void logsNobodyOutForAForeignPage() {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of())) {
            String head = " /.seawall/logout HTTP/1.1\nHost: claw.example.com\n" + CREDENTIALS;
            assertEquals(403, seawall.ask("203.0.113.7", "POST" + head + "Origin: null").status());
            assertEquals(0, seawall.loggedOut.get());
            assertEquals(200, seawall.ask("203.0.113.7", "POST" + head).status());
        }
    }

    @ParameterizedTest
    @CsvSource({"GET /v1/models, Authorization: Bearer 8d1f4b7e02c95a63f0e8b21d7c6a9435",
        "POST /v1/responses, Authorization: Bearer 8d1f4b7e02c95a63f0e8b21d7c6a9435",
        "POST /hooks/wake, X-Openclaw-Token: k2v9QzR4mT7xW1bN6cY3hJ", "POST /slack/events, Accept: */*",
        "GET /healthz, Accept: */*"})
    void asksNoOriginWhereNoBrowserKeepsACredential(String line, String header) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of("SEAWALL_PUBLIC_PATHS=/slack/events"))) {
            assertEquals(200, seawall.ask("203.0.113.7",
                    line + " HTTP/1.1\nHost: claw.example.com\nOrigin: https://evil.example\n" + header).status());
        }
    }

    @ParameterizedTest
    @CsvSource({"http://evil.example, 403", "http://claw.example.com, 200", "-, 200"})
    void holdsAPublicWebSocketToIt(String origin, int status) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of("SEAWALL_PUBLIC_PATHS=ws:/w"))) {
            assertEquals(status, seawall.ask("203.0.113.7", "GET /w HTTP/1.1\nHost: claw.example.com\n" + WEBSOCKET
                    + (origin.equals("-") ? "" : "Origin: " + origin)).status());
        }
    }

    /// What nginx, Traefik and others change on the way, with the line that helps.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "PORT=8080|claw.example.com|https://ui.example.com|http://claw.example.com"
                + "|Only if that page is yours: set SEAWALL_ALLOWED_ORIGINS=http://claw.example.com,https://ui.example.com",
        "SEAWALL_ALLOWED_ORIGINS=https://a.example.com|claw.example.com|https://b.example.com|https://a.example.com"
                + "|Only if that page is yours: set SEAWALL_ALLOWED_ORIGINS=https://a.example.com,https://b.example.com",
        "PORT=8080|claw.example.com|https://claw.example.com|http://claw.example.com"
                + "|The proxy in front does not say that people use https: " + SEND_PROTO,
        "PORT=8080|127.0.0.1:8080|https://claw.example.com|http://127.0.0.1:8080|" + OWN_HOST
                + "SEAWALL_ALLOWED_ORIGINS=http://127.0.0.1:8080,https://claw.example.com",
        "PORT=8080|localhost|https://claw.example.com|http://localhost|" + OWN_HOST
                + "SEAWALL_ALLOWED_ORIGINS=http://localhost,https://claw.example.com",
        "PORT=8080|claw.example.com:8080|http://claw.example.com|http://claw.example.com:8080"
                + "|The proxy in front changes the port in Host: have it pass on the Host that it gets (nginx: "
                + "proxy_set_header Host $http_host;), or set "
                + "SEAWALL_ALLOWED_ORIGINS=http://claw.example.com,http://claw.example.com:8080"})
    void namesTheOriginAndTheExpectedOneAndWhatHelps(String config, String host, String origin, String expected,
            String help) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of(config))) {
            Answer answer = seawall.ask("203.0.113.7",
                    "GET / HTTP/1.1\nHost: " + host + "\n" + CREDENTIALS + WEBSOCKET + "Origin: " + origin);
            String message = "A page of another origin asked for this. Its origin is " + origin + " (expected: "
                    + expected + ").";
            assertEquals(List.of(message, help), answer.body().lines().limit(2).toList());
            String why = seawall.log().stream().filter(line -> line.contains("bad_origin")).findFirst().orElse("none");
            assertTrue(why.contains("\"why\":\"" + message + " " + help + "\""), why);
        }
    }

    /// The line makes the request count as https, which it does where no other scheme of that name is listed.
    @ParameterizedTest
    @CsvSource({"'', ''", "http://claw.example.com, ''",
        "'https://a.example,http://claw.example.com:81', 'https://a.example,'"})
    void namesTheLineForAProxyThatSpeaksTheProxyProtocol(String own, String others) {
        String[] config = {"SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1", "SEAWALL_TRUSTED_PROXIES=10.0.0.1",
            "SEAWALL_CLIENT_IP_HEADER=PROXY", "COOLIFY_FQDN=" + own};
        String request = "GET / HTTP/1.1\nHost: claw.example.com\n" + CREDENTIALS + WEBSOCKET
                + "Origin: https://claw.example.com";
        String line = "SEAWALL_ALLOWED_ORIGINS=" + others + "https://claw.example.com";
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of(config))) {
            assertEquals("The proxy in front cannot say that people use https, because its PROXY header does not: set "
                    + line, seawall.ask("127.0.0.1", request).body().lines().skip(1).findFirst().orElse(""));
        }
        config[4] = line;
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of(config))) {
            assertEquals(200, seawall.ask("127.0.0.1", request).status());
            assertTrue(seawall.permitted.getFirst().secure());
        }
    }

    /// Without TLS only proxies that are named and this host are served, so that is where one is that is not named.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "127.0.0.1||" + SEND_PROTO + ", and|, and set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For",
        "127.0.0.1|X-Forwarded-Proto: https||, and set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For",
        "::1|X-Forwarded-Proto: https||, and set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"})
    void namesTheKeysOfAProxyOnThisHostThatIsNotNamed(String peer, @Nullable String header, @Nullable String send,
            String key) {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1"))) {
            Answer answer = seawall.ask(peer, "GET / HTTP/1.1\nHost: claw.example.com\n" + CREDENTIALS + WEBSOCKET
                    + (header == null ? "" : header + "\n") + "Origin: https://claw.example.com");
            assertEquals(
                    peer + " is not in SEAWALL_TRUSTED_PROXIES, so its X-Forwarded-Proto is ignored. Only if it is "
                            + "your proxy: " + (send == null ? "" : send + " ") + "append " + peer
                            + " to SEAWALL_TRUSTED_PROXIES (where "
                            + "it is not set: SEAWALL_TRUSTED_PROXIES=" + peer + ")" + key,
                    answer.body().lines().skip(1).findFirst().orElse(""));
        }
    }

    /// What Coolify's proxy does not tell, its variable does: behind Traefik the scheme, on a port of its own the port.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"http://claw.example.com|http://claw.example.com|200",
        "http://claw.example.com|https://claw.example.com|403", "https://claw.example.com|https://claw.example.com|200",
        "https://claw.example.com:8443|https://claw.example.com:8443|200",
        "https://claw.example.com:8443|https://claw.example.com|403",
        "https://a.example.com/x,https://claw.example.com|https://a.example.com|200",
        "claw.example.com|https://claw.example.com|403", "https://claw.example.com|https://evil.example|403"})
    void countsCoolifysOriginsAsOwn(String fqdn, String origin, int status) {
        assertEquals(status, status("COOLIFY_FQDN=" + fqdn, "203.0.113.7", "GET /", "claw.example.com", origin,
                WEBSOCKET));
    }

    @Test
    void countsTheListedOriginsInPlaceOfCoolifys() {
        assertEquals(403, status("COOLIFY_FQDN=https://claw.example.com;SEAWALL_ALLOWED_ORIGINS=https://ui.example.com",
                "203.0.113.7", "GET /", "claw.example.com", "https://claw.example.com", WEBSOCKET));
    }

    /// A list of origins is not shown to every client.
    @ParameterizedTest
    @CsvSource({"SEAWALL_ALLOWED_ORIGINS, null", "SEAWALL_ALLOWED_ORIGINS, https://b.example.com",
        "COOLIFY_FQDN, http://claw.example.com:81", "COOLIFY_FQDN, https://claw.example.com"})
    void tellsNobodyOnAPublicPathWhatIsExpected(String key, String origin) {
        try (MemorySeawall seawall = new MemorySeawall(
                TestConfig.of(key + "=https://a.example.com", "SEAWALL_PUBLIC_PATHS=ws:/node"))) {
            Answer answer = seawall.ask("203.0.113.7",
                    "GET /node HTTP/1.1\nHost: claw.example.com\n" + WEBSOCKET + "Origin: " + origin);
            assertEquals(403, answer.status());
            assertFalse(answer.body().contains("a.example.com"), answer.body());
        }
    }
}
