package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.GATEWAY_TOKEN;
import static io.seawall.proxy.server.RunningServer.HOOKS_BEARER;
import static io.seawall.proxy.server.RunningServer.HOOKS_TOKEN;
import static io.seawall.proxy.server.RunningServer.PASSWORD;
import static io.seawall.proxy.server.RunningServer.basic;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.seawall.proxy.credential.HashCheck;
import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who gets in where, and that nothing of what is refused reaches the upstream.
@Timeout(60)
final class GateIT {
    private static final String UI = "/chat";
    private static final String API = "/v1/models";
    private static final String HOOK = "/hooks/wake";
    private static final String DEVICE = "Bearer device-0123456789";

    @TempDir
    private static Path state;

    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .answering(request -> ScriptedUpstream.ok(request.target()));
    private final RunningServer server = RunningServer.start(state, upstream.port());

    GateIT() throws IOException {}

    @AfterEach
    void stop() {
        server.close();
        upstream.close();
    }

    // ---- layers and credentials

    /// Header fields, and the paths that they open.
    record Credential(String name, Set<String> opens, List<String> fields) {
        Credential(String name, Set<String> opens, String... fields) {
            this(name, opens, List.of(fields));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static List<Credential> credentials() {
        return List.of(new Credential("nothing", Set.of()),
                new Credential("the password", Set.of(UI), "Authorization", BASIC),
                new Credential("the password in our own header", Set.of(UI), "X-Seawall-Authorization", BASIC),
                new Credential("a wrong password", Set.of(), "Authorization", basic("admin", PASSWORD + "x")),
                new Credential("an unknown user", Set.of(), "Authorization", basic("root", PASSWORD)),
                new Credential("an empty password", Set.of(), "Authorization", basic("admin", "")),
                new Credential("no Base64", Set.of(), "Authorization", "Basic ***"),
                new Credential("the gateway token", Set.of(API), "Authorization", BEARER),
                new Credential("the hooks token", Set.of(HOOK), "Authorization", HOOKS_BEARER),
                new Credential("the hooks token in its own header", Set.of(HOOK), "x-openclaw-token", HOOKS_TOKEN),
                new Credential("the gateway token in the hooks' header", Set.of(), "x-openclaw-token", GATEWAY_TOKEN),
                new Credential("the gateway token as password", Set.of(), "Authorization",
                        basic("admin", GATEWAY_TOKEN)),
                new Credential("the hooks token as password", Set.of(), "Authorization", basic("admin", HOOKS_TOKEN)),
                new Credential("the password as token", Set.of(), "Authorization", "Bearer " + PASSWORD),
                new Credential("an empty token", Set.of(), "Authorization", "Bearer "),
                new Credential("half the gateway token", Set.of(), "Authorization",
                        "Bearer " + GATEWAY_TOKEN.substring(16)),
                new Credential("a session", Set.of(UI), "Cookie", "SESSION"),
                new Credential("a session and the gateway token", Set.of(UI, API), "Cookie", "SESSION",
                        "Authorization", BEARER),
                new Credential("a session and a device's token", Set.of(UI), "Cookie", "SESSION", "Authorization",
                        DEVICE),
                new Credential("a session twice", Set.of(), "Cookie", "SESSION; SESSION"),
                new Credential("a session whose beginning was moved", Set.of(), "Cookie", "FORGED"),
                new Credential("a session without its seal", Set.of(), "Cookie",
                        "__Host-seawall=1.00112233445566778899aabbccddeeff.1.9999999999."));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void opensItsOwnLayerAndNoOther(Credential credential) {
        String session = server.logIn();
        String forged = session.replaceFirst("\\.\\d+\\.", ".9999999999.");
        String[] fields = credential.fields().stream()
                .map(field -> field.replace("SESSION", session).replace("FORGED", forged)).toArray(String[]::new);

        for (String path : List.of(UI, API, HOOK)) {
            int status = path.equals(HOOK)
                    ? server.post(path, "{}", fields).statusCode()
                    : server.get(path, fields).statusCode();
            assertEquals(credential.opens().contains(path) ? 200 : 401, status, path);
        }

        assertEquals(credential.opens(), Set.copyOf(upstream.targets()));
        assertEquals(credential.opens().size(), upstream.requests().size());
        List<String> authorization = credential.fields().stream().filter(f -> f.startsWith("Bearer ")).toList();
        for (Message request : upstream.requests()) {
            assertEquals("192.0.2.1", request.one("X-Forwarded-For"));
            assertEquals("https", request.one("X-Forwarded-Proto"));
            assertEquals(server.host(), request.one("Host"));
            assertEquals(authorization, request.all("Authorization"));
            assertFalse(request.has("Cookie") || request.has("X-Seawall-Authorization"), request.toString());
            assertEquals(request.target().equals(HOOK) && authorization.isEmpty() ? List.of(HOOKS_TOKEN) : List.of(),
                    request.all("x-openclaw-token"));
        }
    }

    @Test
    void asksOnceAndThenKnowsTheSessionUntilItIsLoggedOut() {
        HttpResponse<String> first = server.get("/");
        assertEquals(401, first.statusCode());
        assertEquals(List.of("Basic realm=\"Seawall\", charset=\"UTF-8\""),
                first.headers().allValues("WWW-Authenticate"));

        HttpResponse<String> login = server.get("/", "Authorization", BASIC);
        assertEquals(200, login.statusCode());
        String setCookie = login.headers().firstValue("Set-Cookie").orElseThrow();
        assertTrue(setCookie.matches("__Host-seawall-[0-9a-f]{8}=[^;]+; Path=/; Max-Age=43200; "
                + "HttpOnly; Secure; SameSite=Lax"), setCookie);
        String session = setCookie.substring(0, setCookie.indexOf(';'));

        HttpResponse<String> script = server.get("/avatar", "Cookie", "a=1; " + session + "; b=2", "Authorization",
                DEVICE);
        assertEquals(200, script.statusCode());
        assertFalse(script.headers().map().containsKey("set-cookie"));
        Message passed = upstream.requests().getLast();
        assertEquals("a=1; b=2", passed.one("Cookie"));
        assertEquals(DEVICE, passed.one("Authorization"));

        assertEquals(200, server.get("/.seawall/logout", "Cookie", session).statusCode());
        assertEquals(200, server.get("/still", "Cookie", session).statusCode());
        HttpResponse<String> logout = server.post("/.seawall/logout", "", "Cookie", session);
        assertEquals(200, logout.statusCode());
        assertEquals(List.of(session.replaceFirst("=.*", "=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax")),
                logout.headers().allValues("Set-Cookie"));
        assertEquals(401, server.get("/gone", "Cookie", session).statusCode());
        assertEquals(List.of("/", "/avatar", "/still"), upstream.targets());
    }

    @Test
    void restartBringsNoSessionBackThatWasLoggedOut() {
        String kept = server.logIn();
        String over = server.logIn();
        assertEquals(200, server.post("/.seawall/logout", "", "Cookie", over).statusCode());
        server.close();
        try (RunningServer next = RunningServer.start(state, upstream.port())) {
            assertEquals(401, next.get("/chat", "Cookie", over).statusCode());
            assertEquals(200, next.get("/chat", "Cookie", kept).statusCode());
        }
    }

    @Test
    void bearerAloneOnTheUiDoesNotMakeABrowserAskForThePassword() {
        HttpResponse<String> answer = server.get("/avatar", "Authorization", DEVICE);
        assertEquals(401, answer.statusCode());
        assertEquals(List.of("Bearer realm=\"Seawall\""), answer.headers().allValues("WWW-Authenticate"));
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void forwardsNothingThatOnlyAProxyMaySay() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("GET " + API, "Authorization: " + BEARER, "X-Forwarded-For: 127.0.0.1",
                    "x_forwarded_for: 127.0.0.1", "X-FORWARDED-HOST: evil", "Forwarded: for=127.0.0.1",
                    "X-Real-IP: 127.0.0.1", "X_Real_IP: 127.0.0.1", "CF-Connecting-IP: 127.0.0.1",
                    "True-Client-IP: 127.0.0.1", "Tailscale-User-Login: owner", "X-Openclaw-Scopes: admin",
                    "X-Remote-User: owner", "x_auth_request_email: owner", "X-Openclaw-Password: x",
                    "Proxy-Authorization: Basic eA==", "X-Request-Id: mine", "X-Seawall-Anything: 1", "TE: trailers",
                    "Connection: keep-alive, TE", "Keep-Alive: 5", "X-Openclaw-Model: kept", "Idempotency-Key: kept");
            assertEquals(200, client.answer().status());
        }
        Message request = upstream.requests().getFirst();
        List<String> names = request.fields().stream().map(f -> f.substring(0, f.indexOf(':'))).toList();
        assertEquals(List.of("Host", "Authorization", "X-Openclaw-Model", "Idempotency-Key", "X-Forwarded-For",
                "X-Forwarded-Proto", "X-Request-Id", "traceparent"), names);
        assertEquals("192.0.2.1", request.one("X-Forwarded-For"));
        assertTrue(request.one("X-Request-Id").matches("[0-9a-f]{32}"));
    }

    @Test
    void namesTheClientThatATrustedProxyNames() throws IOException {
        try (RunningServer behind = RunningServer.start(state, upstream.port(), "SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP"); RawClient client = behind.raw()) {
            client.head("GET " + API, "Authorization: " + BEARER, "CF-Connecting-IP: 203.0.113.9",
                    "X-Forwarded-For: 127.0.0.1");
            assertEquals(200, client.answer().status());
            assertEquals("203.0.113.9", upstream.requests().getFirst().one("X-Forwarded-For"));
            assertEquals("203.0.113.9", behind.accessLine(API).path("client").asText());

            client.head("GET " + API, "Authorization: " + BEARER, "CF-Connecting-IP: 127.0.0.1");
            assertEquals(200, client.answer().status());
            assertEquals("192.0.2.1", upstream.requests().getLast().one("X-Forwarded-For"));
        }
    }

    @Test
    void webhooksThatAreOffAreNobodys() {
        try (RunningServer without = RunningServer.start(state, upstream.port(), "HOOKS_ENABLED=false")) {
            for (String credential : List.of(HOOKS_BEARER, BEARER, BASIC)) {
                assertEquals(404, without.post(HOOK, "{}", "Authorization", credential).statusCode());
            }
        }
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void whatIsBehindACapabilityNeedsTheLoginUnlessItIsListed() {
        String canvas = "/__openclaw__/cap/x/__openclaw__/canvas/documents/a/b";
        for (String credential : List.of("Basic " + "x".repeat(8), BEARER, HOOKS_BEARER)) {
            assertEquals(401, server.get(canvas, "Authorization", credential).statusCode());
        }
        assertEquals(List.of(), upstream.traffic());
        assertEquals(200, server.get(canvas, "Authorization", BASIC).statusCode());
        try (RunningServer listed = RunningServer.start(state, upstream.port(),
                "SEAWALL_PUBLIC_PATHS=/__openclaw__/cap/*,ws:/__openclaw__/cap/*")) {
            assertEquals(200, listed.get(canvas).statusCode());
            for (String path : List.of(API, "/tools/invoke", HOOK, UI, "/")) {
                assertEquals(400, listed.get("/__openclaw__/cap/x" + path).statusCode(), path);
            }
            assertEquals(401, listed.get("/__openclaw__/cap/x/plugins/a").statusCode());
        }
        assertEquals(List.of(canvas, canvas), upstream.targets());
    }

    @Test
    void aStaticFileIsReadWithoutALoginAndWithoutWhatIsOurs() {
        String file = "/assets/frame-BoCsE8xn.js";
        assertEquals(200,
                server.get(file + "?v=1", "Origin", "null", "Authorization", basic("admin", "wrong"), "Cookie",
                        "__Host-seawall=1.0.0.0.x; mine=1").statusCode());
        Message request = upstream.requests().getFirst();
        assertEquals(List.of("mine=1"), request.all("Cookie"));
        assertEquals(List.of(), request.all("Authorization"));
        assertEquals("192.0.2.1", request.one("X-Forwarded-For"));
        for (String path : List.of("/assets/", "/assets/index.html", "/index.html", "/asset-manifest.json", UI)) {
            assertEquals(401, server.get(path).statusCode(), path);
        }
        assertEquals(400, server.get("/Assets/a.js").statusCode());
        assertEquals(List.of(file + "?v=1"), upstream.targets());
        assertEquals("static", server.accessLine(file + "?v=***").path("route").asText());
    }

    @Test
    void aPluginTabReadsItsPathByTheCookieThatTheGatewayGaveToASession() throws IOException {
        String cookie = "__openclaw_plugin_tab_auth_0123456789abcdef_" + "ab".repeat(32) + "=v1.eyJ9.c2ln";
        try (ScriptedUpstream plugin = new ScriptedUpstream().answering(request -> ScriptedUpstream.ok(request.target(),
                "Set-Cookie: " + cookie + "; Path=/plugins/board; HttpOnly; Secure; SameSite=None; Max-Age=300"));
                RunningServer behind = RunningServer.start(state, plugin.port())) {
            assertEquals(401, behind.get("/plugins/board/app.js", "Cookie", cookie).statusCode());
            String session = behind.get("/control-ui-config.json", "Authorization", BASIC).headers()
                    .allValues("Set-Cookie").stream().filter(set -> set.startsWith("__Host-seawall")).findFirst()
                    .orElseThrow().replaceFirst(";.*", "");
            assertEquals(200, behind.get("/plugins/board/app.js", "Cookie", cookie, "Origin", "null").statusCode());
            assertEquals(List.of(cookie), plugin.requests().getLast().all("Cookie"));
            assertEquals(401, behind.get("/control-ui-config.json", "Cookie", cookie).statusCode());
            assertEquals(200, behind.post("/.seawall/logout", "", "Cookie", session).statusCode());
            assertEquals(401, behind.get("/plugins/board/app.js", "Cookie", cookie).statusCode());
        }
    }

    @Test
    void tokensInAQueryGoNowhere() {
        assertEquals(400, server.post(HOOK + "?token=" + HOOKS_TOKEN, "{}").statusCode());
        assertEquals(400, server.post(HOOK + "?token=x", "{}", "Authorization", HOOKS_BEARER).statusCode());
        HttpResponse<String> navigation = server.get("/chat?a=1&%74oken=" + GATEWAY_TOKEN + "&gatewayUrl=wss://evil",
                "Authorization", BASIC, "Accept", "text/html");
        assertEquals(303, navigation.statusCode());
        assertEquals("/chat?a=1", navigation.headers().firstValue("Location").orElseThrow());
        assertEquals(List.of(), upstream.traffic());
    }

    // ---- paths that read in two ways

    @TestFactory
    Stream<DynamicTest> refusesPathsThatReadInTwoWays() {
        List<String> starts = new ArrayList<>(Stream
                .of("//hooks/v1/models", "/hooks/../v1/models", "/hooks/%2e%2e/v1/models", "/hooks\\..\\v1\\models",
                        "/hooks/..%5cv1%5cmodels", "/hooks/%252e%252e/v1", "/hooksX", "/HOOKS/wake", "/Hooks",
                        "/hooks%2fwake", "/hooks;x/wake", "/%68ooks/wake", "/./hooks/wake", "/x/../hooks/wake",
                        "/x/..%2fhooks/wake", "/v1/../hooks/wake", "/V1/models", "//v1/models", "/%2fv1/models",
                        "/v1%2fmodels", "/%76%31/models", "/x/../v1/models", "/v1/..", "/\\v1/models",
                        "/tools//invoke", "/tools/%69nvoke", "/Tools/Invoke", "/sessions%2fx", "/v1/models/%00",
                        "/v1/%c0%ae%c0%ae/hooks", "/v1/%zz", "/v1/%e0%80%ae", "/v1/models%0d%0aX:%20y",
                        "/x%20HTTP/1.1%0d%0aHost:%20a%0d%0a%0d%0aPOST%20/tools/invoke", "/v1/models#x",
                        "/healthz/../v1/models", "/%68ealthz", "/HEALTHZ", "/readyz%2f..%2fv1",
                        "/.seawall/../v1/models",
                        "/__openclaw__/cap/x/v1/models", "/__openclaw__/cap/x/tools/invoke",
                        "/__openclaw__/cap/x/hooks/wake", "/__openclaw__/cap/x//e/hooks/wake", "/__openclaw__/cap/x/",
                        "/x/..//e/hooks/wake", "/v1/j/code", "/hooks/j/code",
                        "/.Seawall/login", "/v1/models\u0080", "http://evil.example/v1/models")
                .flatMap(path -> Stream.of("POST " + path, "GET " + path)).toList());
        Map<String, String> upgrades = new LinkedHashMap<>();
        for (String path : List.of("/hooks/x", "/healthz", "/readyz", API, "/tools/invoke", "/sessions/x",
                "/.seawall/login", "/__openclaw__/cap/x/", "/__openclaw__/cap/x/__openclaw__/canvas/a")) {
            upgrades.put("upgrade " + path, path);
        }
        starts.addAll(upgrades.keySet());
        String session = server.logIn();
        List<String> credentials = List.of("Accept: */*", "Authorization: " + BASIC, "Authorization: " + BEARER,
                "Authorization: " + HOOKS_BEARER, "x-openclaw-token: " + HOOKS_TOKEN, "Cookie: " + session);
        return Stream.concat(starts.stream().map(start -> dynamicTest(start, () -> {
            for (String credential : credentials) {
                try (RawClient client = server.raw()) {
                    if (upgrades.containsKey(start)) {
                        client.upgrade(upgrades.get(start), credential);
                    } else {
                        client.head(start, credential, "Content-Length: 0");
                    }
                    int status = client.in.head().status();
                    assertTrue(status >= 400 && status < 500, status + " with " + credential);
                }
            }
        })), Stream.of(dynamicTest("and nothing of it all arrived", this::onlyTheNextRequestArrives)));
    }

    private void onlyTheNextRequestArrives() {
        assertEquals(200, server.get("/the/next", "Authorization", BASIC).statusCode());
        assertEquals(List.of("/the/next"), upstream.targets());
        assertEquals(1, upstream.traffic().size());
    }

    @Test
    void encodedSlashInASessionsNameIsNoConfusion() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("GET /chat/agent%2Fmain?x=%2F..%2F", "Authorization: " + BASIC);
            assertEquals("/chat/agent%2Fmain?x=%2F..%2F", client.answer().body());
        }
    }

    // ---- hosts and origins

    @Test
    void servesNoForeignHost() throws IOException {
        for (String host : List.of("evil.example", "evil.example:443", "127.0.0.1.evil.example", "localhost.evil")) {
            try (RawClient client = server.raw()) {
                client.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nAuthorization: " + BASIC + "\r\n\r\n");
                Message answer = client.answer();
                assertEquals(421, answer.status());
                assertTrue(answer.body().contains("SEAWALL_HOSTS=" + host.replace(":443", "")), answer.body());
            }
        }
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void refusesOtherOriginsWhereTheyCouldDoHarm() throws IOException {
        String session = server.logIn();
        for (String origin : List.of("https://evil.example", "null", "http://" + server.host(),
                "https://127.0.0.1:1", "https://" + server.host() + ".evil.example")) {
            try (RawClient client = server.raw()) {
                client.upgrade("/", "Cookie: " + session, "Origin: " + origin);
                assertEquals(403, client.answer().status(), origin);
            }
            assertEquals(403, server.post("/settings", "{}", "Cookie", session, "Origin", origin).statusCode());
            assertEquals(403, server.post("/.seawall/logout", "", "Cookie", session, "Origin", origin).statusCode());
        }
        assertEquals(List.of(), upstream.traffic());
        assertEquals(200, server.post("/settings", "{}", "Cookie", session, "Origin", "https://" + server.host())
                .statusCode());
        assertEquals(200, server.get("/chat", "Cookie", session, "Origin", "https://evil.example").statusCode());
    }

    // ---- framing that two readers could read in two ways

    @TestFactory
    Stream<DynamicTest> refusesAmbiguousFramingAndTrustsNoFurtherByte() {
        String smuggled = "GET /v1/smuggled HTTP/1.1\r\nHost: HOST\r\nAuthorization: " + BEARER + "\r\n\r\n";
        String chunked = "0\r\n\r\n" + smuggled;
        Map<String, String> samples = new LinkedHashMap<>();
        samples.put("both lengths", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked);
        samples.put("both lengths, the other way round",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + chunked);
        samples.put("two lengths", "Content-Length: 0\r\nContent-Length: 99\r\n\r\n" + smuggled);
        samples.put("two equal lengths", "Content-Length: 0\r\nContent-Length: 0\r\n\r\n" + smuggled);
        for (String length : List.of("0, 0", "+0", "-1", "00", "0x0", "0 0", "", "1e1", "99999999999999999999")) {
            samples.put("length " + length, "Content-Length: " + length + "\r\n\r\n" + smuggled);
        }
        samples.put("length with an underscore", "Content_Length: 9\r\n\r\n" + smuggled);
        for (String encoding : List.of("gzip, chunked", "chunked, chunked", "chunked, identity", "xchunked",
                "identity", "\"chunked\"", "chunked;q=1", "", "chunked\u000b")) {
            samples.put("encoding " + encoding, "Transfer-Encoding: " + encoding + "\r\n\r\n" + chunked);
        }
        samples.put("two encodings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked);
        samples.put("encoding with an underscore", "Transfer_Encoding: chunked\r\n\r\n" + chunked);
        samples.put("a folded header", "X: a\r\n Transfer-Encoding: chunked\r\n\r\n" + chunked);
        samples.put("a folded encoding", "Transfer-Encoding:\r\n chunked\r\n\r\n" + chunked);
        samples.put("a bare LF", "X: a\nTransfer-Encoding: chunked\r\n\r\n" + chunked);
        samples.put("a bare LF at the end", "X: a\r\n\n" + smuggled);
        samples.put("a bare CR", "X: a\rTransfer-Encoding: chunked\r\n\r\n" + chunked);
        samples.put("a NUL", "X: a\u0000b\r\n\r\n" + smuggled);
        samples.put("a blank before the colon", "Transfer-Encoding : chunked\r\n\r\n" + chunked);
        samples.put("no colon", "Transfer-Encoding\r\n\r\n" + chunked);
        samples.put("a second host", "Host: HOST\r\n\r\n" + smuggled);
        samples.put("a second authorization", "Authorization: Bearer x\r\n\r\n" + smuggled);
        samples.put("a decision's header made hop-by-hop", "Connection: Authorization\r\n\r\n" + smuggled);
        samples.put("half an upgrade", "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + smuggled);
        samples.put("101 headers", "X: 1\r\n".repeat(101) + "\r\n" + smuggled);
        samples.put("40 KiB of headers", ("X: " + "x".repeat(4090) + "\r\n").repeat(10) + "\r\n" + smuggled);
        List<DynamicTest> tests = new ArrayList<>();
        String start = "POST /v1/x HTTP/1.1\r\nHost: HOST\r\nAuthorization: " + BEARER + "\r\n";
        samples.forEach((name, rest) -> tests.add(dynamicTest(name, () -> refusedAndClosed(start + rest))));
        String fields = "Host: HOST\r\nAuthorization: " + BEARER + "\r\n\r\n" + smuggled;
        for (String line : List.of("POST  /v1/x HTTP/1.1", "POST\t/v1/x\tHTTP/1.1", "POST /v1/x", "POST /v1/x HTTP/1.2",
                "POST /v1/x HTTP/2.0", "POST /v1/x http/1.1", "POST /v1/x HTTP/1.1 ", " POST /v1/x HTTP/1.1",
                "post /v1/x HTTP/1.1", "CONNECT 127.0.0.1:80 HTTP/1.1", "TRACE /v1/x HTTP/1.1", "GET v1/x HTTP/1.1",
                "POST http://evil.example/v1/x HTTP/1.1", "POST /v1/x\u0000 HTTP/1.1", "OPTIONS * HTTP/1.1",
                "GET /" + "x".repeat(9000) + " HTTP/1.1", "PRI * HTTP/2.0")) {
            tests.add(dynamicTest(line.length() > 99 ? "a long line" : line,
                    () -> refusedAndClosed(line + "\r\n" + fields)));
        }
        tests.add(dynamicTest("no host",
                () -> refusedAndClosed("GET /v1/x HTTP/1.1\r\nAuthorization: " + BEARER + "\r\n\r\n" + smuggled)));
        tests.add(dynamicTest("chunks in HTTP/1.0", () -> refusedAndClosed(
                start.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n" + chunked)));
        tests.add(dynamicTest("and nothing of it all arrived", this::onlyTheNextRequestArrives));
        return tests.stream();
    }

    private void refusedAndClosed(String bytes) throws IOException {
        try (RawClient client = server.raw()) {
            client.send(bytes.replace("HOST", server.host()));
            Message answer = client.answer();
            assertTrue(answer.status() >= 400 && answer.status() < 500 || answer.status() == 505,
                    "status " + answer.status());
            assertEquals("close", answer.one("Connection"));
            assertTrue(client.in.atEnd(), "it was answered again");
        }
    }

    @TestFactory
    Stream<DynamicTest> malformedChunkEndsBothConnections() {
        upstream.script(connection -> {
            Message head = connection.in.head();
            assertThrows(EOFException.class, () -> connection.in.body(head), "the body had an end");
        });
        String smuggled = "GET /v1/smuggled HTTP/1.1\r\nHost: HOST\r\nAuthorization: " + BEARER + "\r\n\r\n";
        return Stream.of("5 \r\nhello\r\n0\r\n\r\n", "0x5\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n",
                "5\nhello\r\n0\r\n\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "\r\nhello\r\n0\r\n\r\n",
                "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n", "5;" + "x".repeat(200) + "\r\nhello\r\n0\r\n\r\n",
                "fffffffff\r\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\r\nbad trailer\r\n\r\n",
                "5\r\nhello\r\n0\r\nX: " + "x".repeat(5000) + "\r\n\r\n", "5\r\nhello\r\n0\r\n\n")
                .map(body -> dynamicTest(body.length() > 60 ? body.substring(0, 60) : body, () -> {
                    refusedAndClosed(
                            "POST /v1/x HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nAuthorization: "
                                    + BEARER + "\r\n\r\n" + body + smuggled);
                    for (Connection connection : upstream.traffic()) {
                        assertFalse(connection.in.seen().contains("smuggled"), connection.in.seen());
                    }
                }));
    }

    // ---- guessing

    @ParameterizedTest
    @MethodSource("hashes")
    void hashedPasswordIsThePassword(String hash) {
        try (RunningServer hashed = RunningServer.start(state, upstream.port(), "AUTH_PASSWORD=",
                "AUTH_PASSWORD_HASH=" + hash)) {
            assertEquals(200, hashed.get(UI, "Authorization", BASIC).statusCode());
            assertEquals(200, hashed.get(UI, "Authorization", BASIC).statusCode());
            assertEquals(401, hashed.get(UI, "Authorization", basic("admin", PASSWORD + "x")).statusCode());
            assertEquals(401, hashed.get(UI, "Authorization", basic("root", PASSWORD)).statusCode());
            assertEquals(401, hashed.get(UI, "Authorization", basic("admin", hash)).statusCode());
            String session = hashed.logIn();
            assertEquals(200, hashed.get(UI, "Cookie", session).statusCode());
        }
        assertEquals(3, upstream.requests().size());
    }

    /// The head goes to the gateway when the hash is computed, whether or not its body has come by then.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBodyWaitsForThePasswordsHash(boolean atOnce) throws Exception {
        CompletableFuture<String> arrived = new CompletableFuture<>();
        upstream.script(connection -> {
            Message head = connection.in.head();
            arrived.complete(head.one("Content-Length"));
            connection.send(ScriptedUpstream.ok(connection.in.body(head)));
        });
        try (RunningServer hashed = RunningServer.start(state, upstream.port(), "AUTH_PASSWORD=",
                "AUTH_PASSWORD_HASH=" + hashes().getFirst()); RawClient client = hashed.raw()) {
            client.head("POST /", "Authorization: " + BASIC, "Content-Length: 5");
            if (!atOnce) {
                assertEquals("5", arrived.get(20, TimeUnit.SECONDS));
            }
            assertEquals("hello", client.send("hello").answer().body());
        }
    }

    private static List<String> hashes() {
        byte[] salt = "sixteen bytes ok".getBytes(StandardCharsets.US_ASCII);
        return List.of(HashCheck.argon2id(PASSWORD.getBytes(StandardCharsets.UTF_8)),
                OpenBSDBCrypt.generate("2b", PASSWORD.toCharArray(), salt, 10));
    }

    @Test
    void tenWrongPasswordsLockTheirNetworkOutAndNotTheSession() {
        String session = server.logIn();
        for (int i = 0; i < 10; i++) {
            assertEquals(401, server.get(UI, "Authorization", basic("admin", "wrong " + i)).statusCode());
        }
        for (String credential : List.of(BASIC, basic("admin", "wrong"))) {
            HttpResponse<String> locked = server.get(UI, "Authorization", credential);
            assertEquals(429, locked.statusCode());
            int seconds = Integer.parseInt(locked.headers().firstValue("Retry-After").orElseThrow());
            assertTrue(seconds > 290 && seconds <= 301, "Retry-After: " + seconds);
        }
        assertEquals(429, server.get(UI, "Cookie", "__Host-seawall=forged").statusCode());
        assertEquals(List.of(), upstream.traffic());

        assertEquals(200, server.get(UI, "Cookie", session).statusCode());
        assertEquals(200, server.get(API, "Authorization", BEARER).statusCode());
        assertEquals(1, server.metric("seawall_lockouts_total{layer=\"basic\"}"));
        assertEquals(1, server.metric("seawall_lockouts_active{layer=\"basic\"}"));
        eventually("a line for each failure", () -> server.log().lines().filter(line -> line.contains(
                "\"message\":\"auth_failure layer=basic reason=wrong_password client=127.0.0.1\"")).count() == 10);
    }

    @Test
    void wrongTokensLockOnlyTheirOwnLayer() {
        for (int i = 0; i < 10; i++) {
            assertEquals(401, server.get(API, "Authorization", "Bearer wrong" + i).statusCode());
        }
        assertEquals(429, server.get(API, "Authorization", BEARER).statusCode());
        assertEquals(200, server.post(HOOK, "{}", "Authorization", HOOKS_BEARER).statusCode());
        assertEquals(200, server.get(UI, "Authorization", BASIC).statusCode());
        assertEquals(List.of(HOOK, UI), upstream.targets());
    }

    @Test
    void askingWithoutACredentialIsNoGuess() {
        for (int i = 0; i < 15; i++) {
            assertEquals(401, server.get(UI).statusCode());
            assertEquals(401, server.get(API).statusCode());
        }
        assertEquals(200, server.get(UI, "Authorization", BASIC).statusCode());
        assertEquals(200, server.get(API, "Authorization", BEARER).statusCode());
        assertFalse(server.log().contains("auth_failure"), server.log());
    }

    // ---- what is not TLS, or not HTTP

    @Test
    void plaintextOnTheTlsPortIsSentToHttps() throws IOException {
        Message get = plaintext("GET /chat?a=1 HTTP/1.1\r\nHost: claw.example:80\r\n\r\n");
        assertEquals(308, get.status());
        assertEquals("https://claw.example:80/chat?a=1", get.one("Location"));
        assertEquals(400, plaintext("POST /v1/x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n").status());
        assertEquals(400, plaintext("GET //evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n").status());
        assertEquals(List.of(), upstream.traffic());
    }

    private Message plaintext(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            WireReader in = new WireReader(socket.getInputStream());
            Message answer = in.answer();
            assertTrue(in.atEnd());
            return answer;
        }
    }

    @Test
    void plaintextUploadGetsItsAnswerWhole() throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("POST /chat HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
                    + "x".repeat(100_000)).getBytes(StandardCharsets.ISO_8859_1));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertTrue(answer.startsWith("HTTP/1.1 400 ") && answer.endsWith("use https.\n"), answer);
        }
        assertEquals(List.of(), upstream.requests());
    }

    @Test
    void brokenHandshakeIsNoRequestAndNoFault() throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(new byte[]{22, 3, 1, 0, 4, 1, 2, 3, 4, 5, 6, 7});
            socket.getInputStream().readAllBytes();
        }
        eventually("the failed handshake in the metrics", () -> server
                .metric("seawall_tls_handshakes_total{outcome=\"failed\",reason=\"protocol\"}") == 1);
        assertEquals(200, server.get(UI, "Authorization", BASIC).statusCode());
        server.accessLine(UI);
        assertEquals(1, server.accessLines().size(), server.log());
        assertFalse(server.log().contains("\"level\":\"ERROR\""), server.log());
    }
}
