package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.HOOKS_BEARER;
import static io.seawall.proxy.server.RunningServer.basic;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.LocalCa;
import io.seawall.proxy.server.ScriptedUpstream.Connection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Another configuration is put in force while Seawall runs.
@Timeout(60)
final class ReloadIT {
    private static final String NEW_PASSWORD = "nine loud walruses";
    private static final String NEW_BASIC = basic("admin", NEW_PASSWORD);
    private static final String NEW_TOKEN = "5e0a7c9342d81f6b90b3e6f4a1278dc5";
    private static final String NEW_HOOKS_TOKEN = "q7Yt2bK9xD4mV1sN8cR5fG";
    private static final String OLD_PASSWORD = RunningServer.PASSWORD;
    private static final String OLD_TOKEN = RunningServer.GATEWAY_TOKEN;

    @TempDir
    private Path state = Path.of("");

    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .answering(request -> ScriptedUpstream.ok(request.target()));

    ReloadIT() throws IOException {}

    @AfterEach
    void stop() {
        upstream.close();
    }

    private RunningServer start(String... lines) {
        return RunningServer.start(state, upstream.port(), lines);
    }

    private static int status(RunningServer server, String path, String... fields) {
        return server.get(path, fields).statusCode();
    }

    @Test
    void everyLayerTakesItsNewCredentialAndNoLongerTheOld() {
        try (RunningServer server = start()) {
            server.reload("AUTH_PASSWORD=" + NEW_PASSWORD, "OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN,
                    "HOOKS_TOKEN=" + NEW_HOOKS_TOKEN);
            assertEquals(401, status(server, "/", "Authorization", BASIC));
            assertEquals(200, status(server, "/", "Authorization", NEW_BASIC));
            assertEquals(401, status(server, "/v1/models", "Authorization", BEARER));
            assertEquals(200, status(server, "/v1/models", "Authorization", "Bearer " + NEW_TOKEN));
            assertEquals(401, server.post("/hooks/wake", "{}", "Authorization", HOOKS_BEARER).statusCode());
            assertEquals(200,
                    server.post("/hooks/wake", "{}", "Authorization", "Bearer " + NEW_HOOKS_TOKEN).statusCode());
        }
    }

    @Test
    void theNextRequestOfAKeptConnectionMeetsTheNewRules() throws IOException {
        try (RunningServer server = start(); RawClient client = server.raw()) {
            assertEquals(200, client.head("GET /v1/models", "Authorization: " + BEARER).answer().status());
            assertEquals(401, client.head("GET /slack/events").answer().status());
            server.reload("OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN, "SEAWALL_PUBLIC_PATHS=/slack/events");
            assertEquals(401, client.head("GET /v1/models", "Authorization: " + BEARER).answer().status());
            assertEquals(200,
                    client.head("GET /v1/models", "Authorization: Bearer " + NEW_TOKEN).answer().status());
            assertEquals(200, client.head("GET /slack/events").answer().status());
        }
    }

    @Test
    void theNextStreamOfAnOpenHttp2ConnectionMeetsTheNewRules() throws Exception {
        try (RunningServer server = start();
                HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2)
                        .sslContext(server.trust()).build()) {
            assertEquals(200, models(server, client, OLD_TOKEN));
            server.reload("OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN);
            assertEquals(401, models(server, client, OLD_TOKEN));
            assertEquals(200, models(server, client, NEW_TOKEN));
            assertEquals(1, server.metric("seawall_connections_open"), "all on one connection");
        }
    }

    private static int models(RunningServer server, HttpClient client, String token) throws Exception {
        HttpResponse<String> answer = client.send(
                server.request("/v1/models", "Authorization", "Bearer " + token).build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(HttpClient.Version.HTTP_2, answer.version());
        return answer.statusCode();
    }

    @Test
    void aSecretAndTheOneBeforeItBothCountWhileBothAreSet() {
        try (RunningServer server = start()) {
            server.reload("AUTH_PASSWORD=" + NEW_PASSWORD, "AUTH_PASSWORD_PREVIOUS=" + OLD_PASSWORD,
                    "OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN, "OPENCLAW_GATEWAY_TOKEN_PREVIOUS=" + OLD_TOKEN);
            for (String password : List.of(BASIC, NEW_BASIC)) {
                assertEquals(200, status(server, "/", "Authorization", password));
            }
            for (String token : List.of(OLD_TOKEN, NEW_TOKEN)) {
                assertEquals(200, status(server, "/v1/models", "Authorization", "Bearer " + token));
            }
            assertEquals(401, status(server, "/", "Authorization", basic("admin", "neither of the two")));
            assertEquals(401, status(server, "/", "Authorization", basic("root", OLD_PASSWORD)));
            for (String layer : List.of("basic", "gateway")) {
                assertEquals(1, server.metric("seawall_auth_attempts_total{layer=\"" + layer
                        + "\",outcome=\"granted\",reason=\"previous\"}"), layer);
            }
        }
    }

    @Test
    void theSessionsOfAPasswordEndWithIt() throws IOException {
        upstream.script(Frames::echo);
        try (RunningServer server = start()) {
            String old = server.logIn();
            server.reload("AUTH_PASSWORD=" + NEW_PASSWORD, "AUTH_PASSWORD_PREVIOUS=" + OLD_PASSWORD);
            String fresh = session(server, NEW_BASIC);
            String late = session(server, BASIC);
            try (RawClient first = tunnel(server, old);
                    RawClient second = tunnel(server, fresh);
                    RawClient third = tunnel(server, late)) {
                server.reload("AUTH_PASSWORD=" + NEW_PASSWORD);
                for (RawClient gone : List.of(first, third)) {
                    Frames.Frame last = Frames.read(gone.in);
                    assertEquals(Frames.CLOSE, last.opcode());
                    assertEquals(1008, last.closeCode());
                    gone.close();
                }
                assertEquals("ahoy", echoed(second));
                assertEquals(401, loginStatus(server, old));
                assertEquals(401, loginStatus(server, late));
                assertEquals(303, loginStatus(server, fresh));
                eventually("both are counted",
                        () -> server.metric("seawall_websockets_closed_total{reason=\"session_ended\"}") == 2);
            }
        }
    }

    private static String session(RunningServer server, String authorization) {
        String cookie = server.get("/.seawall/login", "Authorization", authorization).headers()
                .firstValue("Set-Cookie").orElseThrow();
        return cookie.substring(0, cookie.indexOf(';'));
    }

    /// Asks Seawall itself, with the session only.
    private static int loginStatus(RunningServer server, String cookie) {
        return server.get("/.seawall/login", "Cookie", cookie).statusCode();
    }

    private static RawClient tunnel(RunningServer server, String cookie) throws IOException {
        RawClient client = server.raw();
        client.upgrade("/", "Cookie: " + cookie);
        assertEquals(101, client.answer().status());
        return client;
    }

    private static String echoed(RawClient client) throws IOException {
        client.send(Frames.masked(Frames.TEXT, "ahoy"));
        return Frames.read(client.in).text();
    }

    @Test
    void aWebSocketSurvivesReloadsThatDoNotTouchItsSession() throws IOException {
        upstream.script(Frames::echo);
        try (RunningServer server = start(); RawClient client = tunnel(server, server.logIn())) {
            for (int i = 1; i <= 5; i++) {
                server.reload("SEAWALL_PUBLIC_PATHS=/slack/events" + i, "SEAWALL_READ_TIMEOUT=" + 1000 * i,
                        "OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN, "SEAWALL_HOSTS=claw" + i + ".example.com");
                assertEquals("ahoy", echoed(client));
            }
        }
    }

    @Test
    void anEventStreamEndsWithItsTokenAndAnotherGoesOn() throws IOException {
        Semaphore more = new Semaphore(0);
        upstream.script(connection -> stream(connection, more));
        try (RunningServer server = start()) {
            server.reload("OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN, "OPENCLAW_GATEWAY_TOKEN_PREVIOUS=" + OLD_TOKEN);
            try (RawClient old = server.raw(); RawClient fresh = server.raw()) {
                assertEquals(200, old.head("GET /v1/events", "Authorization: " + BEARER).in.head().status());
                assertEquals(200,
                        fresh.head("GET /v1/events", "Authorization: Bearer " + NEW_TOKEN).in.head().status());
                server.reload("OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN);
                assertFalse(assertThrows(IOException.class, old.in::chunk) instanceof SocketTimeoutException,
                        "the stream of the old token is cut");
                more.release(2);
                assertEquals("data", fresh.in.chunk());
            }
        }
    }

    @Test
    void anEventStreamOverHttp2EndsWithItsTokenToo() throws Exception {
        Semaphore more = new Semaphore(0);
        upstream.script(connection -> stream(connection, more));
        try (RunningServer server = start();
                HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2)
                        .sslContext(server.trust()).build()) {
            HttpRequest request = server.request("/v1/events", "Authorization", BEARER).build();
            CompletableFuture<Void> body = new CompletableFuture<>();
            HttpResponse<Stream<String>> answer = client.send(request,
                    HttpResponse.BodyHandlers.ofLines());
            assertEquals(200, answer.statusCode());
            Thread.ofVirtual().start(() -> {
                try {
                    answer.body().forEach(line -> {});
                    body.complete(null);
                } catch (RuntimeException e) {
                    body.completeExceptionally(e);
                }
            });
            server.reload("OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN);
            assertThrows(ExecutionException.class, () -> body.get(20, TimeUnit.SECONDS));
        }
        more.release(1);
    }

    private static void stream(Connection connection, Semaphore more) throws IOException {
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        more.acquireUninterruptibly();
        connection.send("4\r\ndata\r\n");
        connection.atEnd();
    }

    @Test
    void aDownloadUnderWayIsNotTouchedByAnythingElse() throws IOException {
        Semaphore more = new Semaphore(0);
        upstream.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
            connection.send("1234");
            more.acquireUninterruptibly();
            connection.send("5678");
        });
        try (RunningServer server = start(); RawClient client = server.raw()) {
            client.head("GET /v1/files", "Authorization: " + BEARER);
            assertEquals(200, client.in.head().status());
            server.reload("AUTH_PASSWORD=" + NEW_PASSWORD, "HOOKS_ENABLED=false", "SEAWALL_MAX_CONNECTIONS=50");
            more.release();
            assertEquals("12345678", new String(client.in.exactly(8), java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    @Test
    void aNewHostIsAnsweredAndCertified() throws Exception {
        try (RunningServer server = start("SEAWALL_HOSTS=claw.example.com")) {
            assertEquals(421, host(server, "other.claw.example.com"));
            server.reload("SEAWALL_HOSTS=claw.example.com,other.claw.example.com");
            assertEquals(200, host(server, "other.claw.example.com"));
            assertEquals(200, host(server, "claw.example.com"));
            assertTrue(server.served().getSubjectAlternativeNames().stream()
                    .anyMatch(name -> name.contains("other.claw.example.com")));
            server.reload("SEAWALL_HOSTS=other.claw.example.com");
            assertEquals(421, host(server, "claw.example.com"));
        }
    }

    private static int host(RunningServer server, String name) throws IOException {
        try (RawClient client = server.raw()) {
            client.send("GET /v1/models HTTP/1.1\r\nHost: " + name + "\r\nAuthorization: " + BEARER + "\r\n\r\n");
            return client.answer().status();
        }
    }

    @Test
    void aCertificateThatCannotBeUsedChangesNothing() throws Exception {
        LocalCa.open(state, new LinkedHashSet<>(List.of("localhost", "127.0.0.1")), Clock.systemUTC())
                .renew(new LinkedHashSet<>(List.of("localhost", "127.0.0.1")));
        String certificate = "SEAWALL_TLS_CERT=" + state.resolve("server.pem");
        try (RunningServer server = start("SEAWALL_TLS=files", certificate,
                "SEAWALL_TLS_KEY=" + state.resolve("server.key"))) {
            AssertionError refusal = assertThrows(AssertionError.class,
                    () -> server.reload("OPENCLAW_GATEWAY_TOKEN=" + NEW_TOKEN,
                            "SEAWALL_TLS_CERT=" + state.resolve("nowhere.pem")));
            assertTrue(String.valueOf(refusal.getMessage()).contains("nowhere.pem"), refusal.getMessage());
            assertEquals(200, status(server, "/v1/models", "Authorization", BEARER));
            assertEquals(401, status(server, "/v1/models", "Authorization", "Bearer " + NEW_TOKEN));
        }
    }

    @Test
    void aTicketOfBeforeIsNoClientCertificate() throws Exception {
        Path authority = Files.writeString(state.resolve("origin-pull.pem"),
                ClientPki.pem(ClientPki.authority("CN=Origin Pull")));
        try (RunningServer server = start()) {
            // twice, so that it is known to come back with a ticket
            assertTrue(isServed(server));
            assertTrue(isServed(server));
            assertTrue(server.metric("seawall_tls_resumptions_total") > 0);
            server.reload("SEAWALL_CLIENT_CA=" + authority);
            assertFalse(isServed(server));
            server.reload();
            assertTrue(isServed(server));
        }
    }

    private static boolean isServed(RunningServer server) {
        try (RawClient client = server.raw()) {
            return client.head("GET /healthz").answer().status() == 200;
        } catch (IOException | AssertionError e) {
            return false; // TLS 1.3 tells a client late that its certificate is missed
        }
    }

    @Test
    void newWebSocketsAndConnectionsGetTheNewLimits() throws IOException {
        upstream.script(Frames::echo);
        try (RunningServer server = start()) {
            String session = server.logIn(); // on a connection that is kept
            server.reload("SEAWALL_READ_TIMEOUT=1");
            try (RawClient silent = tunnel(server, session)) {
                assertTrue(silent.in.atEnd());
                eventually("it is counted",
                        () -> server.metric("seawall_websockets_closed_total{reason=\"silent\"}") == 1);
            }
            server.reload("SEAWALL_MAX_CONNECTIONS_PER_CLIENT=1");
            assertThrows(AssertionError.class, server::raw);
            assertEquals(1, server.metric("seawall_connections_refused_total{reason=\"client\"}"));
        }
    }

    @Test
    void aLockoutLastsThroughAReload() {
        try (RunningServer server = start("SEAWALL_LOCKOUT_GUESSES=3")) {
            for (int i = 0; i < 3; i++) {
                assertEquals(401, status(server, "/v1/models", "Authorization", "Bearer wrong" + i));
            }
            server.reload("SEAWALL_LOCKOUT_GUESSES=3", "SEAWALL_PUBLIC_PATHS=/slack/events");
            assertEquals(429, status(server, "/v1/models", "Authorization", BEARER));
            assertEquals(1, server.metric("seawall_lockouts_active{layer=\"gateway\"}"));
        }
    }

    @Test
    void noSecretOfEitherConfigurationGetsIntoTheLog() {
        try (RunningServer server = start()) {
            server.reload("AUTH_PASSWORD=" + NEW_PASSWORD);
            // words, which nothing else takes for a secret
            List<String> paths = Stream.of(OLD_PASSWORD, NEW_PASSWORD).map(p -> "/said/" + p.replace(" ", "%20"))
                    .toList();
            paths.forEach(path -> assertEquals(401, status(server, path)));
            server.get("/the-end");
            server.accessLine("/the-end");
            paths.forEach(path -> assertFalse(server.log().contains(path), server.log()));
        }
    }

    @Test
    void theAdminListenerAsksForTheNewToken() {
        String old = "p8Lf3sD0gZ5uE7aV2iB9oK";
        String fresh = "z3Hn6wL0pJ7uA4eT1iQ8oB";
        try (RunningServer server = start("SEAWALL_ADMIN_TOKEN=" + old)) {
            server.reload("SEAWALL_ADMIN_TOKEN=" + fresh, "SEAWALL_ADMIN_TOKEN_PREVIOUS=" + old);
            assertEquals(200, server.admin("/metrics", "Authorization", "Bearer " + old).statusCode());
            server.reload("SEAWALL_ADMIN_TOKEN=" + fresh);
            assertEquals(401, server.admin("/metrics", "Authorization", "Bearer " + old).statusCode());
            assertEquals(200, server.admin("/metrics", "Authorization", "Bearer " + fresh).statusCode());
        }
    }

    @Test
    void aRequestThatWaitsForItsPasswordHashGetsItsAnswer() {
        // a hash takes long enough for the reload to come in between, most times
        String hash = "AUTH_PASSWORD_HASH=" + HASH;
        try (RunningServer server = start("AUTH_PASSWORD=", hash)) {
            List<CompletableFuture<HttpResponse<String>>> waiting = IntStream.range(0, 8)
                    .mapToObj(i -> server.http().sendAsync(
                            server.request("/", "Authorization", basic("admin", "wrong number " + i)).build(),
                            HttpResponse.BodyHandlers.ofString()))
                    .toList();
            server.reload("AUTH_PASSWORD_HASH=", "AUTH_PASSWORD=" + NEW_PASSWORD);
            for (CompletableFuture<HttpResponse<String>> answer : waiting) {
                assertEquals(401, answer.join().statusCode());
            }
            assertEquals(200, status(server, "/", "Authorization", NEW_BASIC));
        }
    }

    /// Of a password that is not needed.
    private static final String HASH = "$2b$12$" + "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
}
