package io.seawall.proxy;

import static io.seawall.proxy.RunningGateway.GATEWAY_TOKEN;
import static io.seawall.proxy.RunningGateway.HOOKS_TOKEN;
import static io.seawall.proxy.RunningGateway.PASSWORD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.proxy.ScriptedUpstream.Connection;
import io.seawall.proxy.WireReader.Message;
import io.seawall.proxy.doctor.Doctor;
import io.seawall.proxy.doctor.Finding;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each check in a world where all is well, and in one where exactly that is wrong.
@Timeout(90)
final class DoctorIT {
    private static final String SESSIONS = "{\"ok\":true,\"result\":{\"details\":{\"sessions\":[{\"key\":\"agent:main:a b\"}]}}}";

    @TempDir
    private static Path state;

    private final OpenClaw openclaw = new OpenClaw();
    private Optional<RunningGateway> started = Optional.empty();

    DoctorIT() throws IOException {}

    @AfterEach
    void stop() {
        started.ifPresent(RunningGateway::close);
        openclaw.upstream.close();
    }

    /// A gateway that answers as OpenClaw 2026.9 does, as far as the doctor asks; tests spoil one thing of it.
    private static final class OpenClaw {
        final ScriptedUpstream upstream = ScriptedUpstream.withAFreePortBehind().script(this::serve);
        volatile boolean trusting = true;
        volatile boolean local;
        volatile Set<String> tooTrusted = Set.of();
        volatile String token = GATEWAY_TOKEN;
        volatile String hooksToken = HOOKS_TOKEN;
        volatile String hooksPath = "/hooks";
        volatile String alive = "200 OK";
        volatile String ready = "200 OK";
        volatile Set<String> origins = Set.of("https://claw.example.com");
        volatile String connect = "CONTROL_UI_DEVICE_IDENTITY_REQUIRED";
        volatile String sessions = SESSIONS;
        volatile Duration ahead = Duration.ZERO;
        volatile boolean holdsBack;
        volatile boolean endsStreams;
        volatile boolean mute;

        OpenClaw() throws IOException {
            upstream.health(this::readiness);
        }

        private String readiness(Message request) {
            List<String> forwarded = request.all("X-Forwarded-For");
            if (!forwarded.isEmpty() && (!trusting || tooTrusted.contains(forwarded.getFirst()))) {
                return unattributed();
            }
            return ScriptedUpstream.answer(ready,
                    forwarded.isEmpty() || local ? "{\"ready\":true,\"uptimeMs\":5}" : "{\"ready\":true}");
        }

        private static String unattributed() {
            return ScriptedUpstream.answer("403 Forbidden",
                    "{\"error\":{\"type\":\"proxy_attribution_required\"}}", "Content-Type: application/json");
        }

        private void serve(Connection connection) throws IOException {
            while (!connection.atEnd()) {
                Message request = connection.request();
                if (request.target().equals("/healthz")) {
                    connection.send(ScriptedUpstream.answer(alive, "{\"ok\":true}", "Date: " + date()));
                } else if (request.target().equals("/readyz")) {
                    connection.send(readiness(request));
                } else if (request.has("X-Forwarded-For") && !trusting) {
                    connection.send(unattributed());
                } else if (request.has("Upgrade")) {
                    converse(connection, request);
                    return;
                } else if (request.target().startsWith("/sessions/agent:main:a%20b/history")) {
                    stream(connection, request);
                    return;
                } else {
                    connection.send(answer(request));
                }
            }
        }

        private String date() {
            return DateTimeFormatter.RFC_1123_DATE_TIME.format(Instant.now().plus(ahead).atOffset(ZoneOffset.UTC));
        }

        private String answer(Message request) {
            if (request.target().startsWith(hooksPath + "/")) {
                return request.all("Authorization").contains("Bearer " + hooksToken)
                        ? ScriptedUpstream.answer("400 Bad Request", "{\"ok\":false}")
                        : ScriptedUpstream.answer("401 Unauthorized", "Unauthorized");
            }
            if (request.target().startsWith("/hooks/")) {
                return ScriptedUpstream.answer("404 Not Found", "Not Found");
            }
            if (request.target().startsWith("/sessions/") || request.target().equals("/tools/invoke")) {
                return !authorized(request)
                        ? ScriptedUpstream.answer("401 Unauthorized", "{\"error\":{\"type\":\"unauthorized\"}}")
                        : request.target().startsWith("/tools")
                                ? ScriptedUpstream.ok(sessions)
                                : ScriptedUpstream.answer("404 Not Found", "{\"ok\":false}");
            }
            return ScriptedUpstream.ok("<html>");
        }

        private boolean authorized(Message request) {
            return request.all("Authorization").contains("Bearer " + token);
        }

        private void stream(Connection connection, Message request) throws IOException {
            assertTrue(authorized(request));
            if (holdsBack) {
                RunningGateway.eventually("its client loses patience", connection::atEnd);
                return;
            }
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            connection.chunk("retry: 1000\n\n");
            if (endsStreams) {
                connection.chunk("");
            }
            connection.atEnd();
        }

        private void converse(Connection connection, Message request) throws IOException {
            connection.send(String.join("\r\n", "HTTP/1.1 101 Switching Protocols", "Upgrade: websocket",
                    "Connection: Upgrade", "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "", ""));
            if (mute) {
                connection.atEnd();
                return;
            }
            frame(connection, 1, "{\"type\":\"event\",\"event\":\"connect.challenge\",\"payload\":{\"nonce\":\"x\"}}");
            byte[] head = connection.in.exactly(2);
            if ((head[0] & 15) == 8) {
                return;
            }
            byte[] extended = connection.in.exactly(2);
            byte[] rest = connection.in.exactly(4 + ((extended[0] & 255) << 8 | extended[1] & 255));
            String said = new String(rest, 4, rest.length - 4, StandardCharsets.UTF_8);
            assertTrue(said.contains("\"method\":\"connect\""), said);
            assertFalse(said.contains("\"device\"") || said.contains("\"auth\""), said);
            boolean allowed = origins.contains(request.one("Origin")) || origins.contains("*");
            String code = allowed ? connect : "CONTROL_UI_ORIGIN_NOT_ALLOWED";
            if (code.equals("1008")) {
                frame(connection, 8, "\u0003\u00f0");
            } else {
                frame(connection, 1, code.equals("ok")
                        ? "{\"type\":\"res\",\"id\":\"1\",\"ok\":true}"
                        : "{\"type\":\"res\",\"id\":\"1\",\"ok\":false,\"error\":{\"code\":\"INVALID_REQUEST\","
                                + "\"details\":{\"code\":\"" + code + "\"}}}");
            }
        }

        private static void frame(Connection connection, int opcode, String text) throws IOException {
            byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
            connection.send(payload.length < 126
                    ? new byte[]{(byte) (128 | opcode), (byte) payload.length}
                    : new byte[]{(byte) (128 | opcode), 126, (byte) (payload.length >> 8), (byte) payload.length});
            connection.send(payload);
        }
    }

    private RunningGateway start(String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "SEAWALL_HOSTS=claw.example.com";
        System.arraycopy(lines, 0, all, 1, lines.length);
        RunningGateway gateway = RunningGateway.start(state, openclaw.upstream.port(), all);
        started = Optional.of(gateway);
        return gateway;
    }

    /// What was found, by id.
    private record Findings(List<Finding> all) {

        Finding get(String id) {
            List<Finding> found = all.stream().filter(finding -> finding.id().equals(id)).toList();
            assertEquals(1, found.size(), () -> id + " in " + all);
            return found.getFirst();
        }

        List<String> ids() {
            return all.stream().map(Finding::id).toList();
        }

        /// The ids of those that came out so.
        Set<String> ids(Finding.Status... statuses) {
            Set<String> ids = new TreeSet<>();
            all.stream().filter(finding -> List.of(statuses).contains(finding.status())).map(Finding::id)
                    .forEach(ids::add);
            return ids;
        }

        @Override
        public String toString() {
            return String.join("\n", all.stream().map(Finding::toString).toList());
        }
    }

    private static Doctor.Host host(Config config) {
        return new Doctor.Host(Path.of("/proc"), OptionalLong.of(Preflight.Facts.read(Path.of("/proc")).uid()),
                Certificates.stored(config), List.of());
    }

    private static Findings examine(Config config, String... url) {
        Optional<Origin> origin = url.length == 0 ? Optional.empty() : Optional.of(Origin.parse(url[0]));
        Findings findings = new Findings(new Doctor(config, host(config), origin, InstantSource.system()).examine());
        for (String secret : List.of(PASSWORD, GATEWAY_TOKEN, HOOKS_TOKEN)) {
            assertFalse(findings.toString().contains(secret), findings::toString);
        }
        for (Finding finding : findings.all()) {
            boolean wrong = finding.status() == Finding.Status.FAIL || finding.status() == Finding.Status.WARN;
            assertTrue(!wrong || !finding.fix().isEmpty(), finding::toString);
        }
        return findings;
    }

    private static void assertOnly(Finding.Status status, String id, Findings findings) {
        assertEquals(Set.of(id), findings.ids(Finding.Status.FAIL, Finding.Status.WARN, Finding.Status.UNKNOWN),
                findings::toString);
        assertEquals(status, findings.get(id).status(), findings::toString);
    }

    private static void assertSays(Findings findings, String id, String part) {
        assertTrue(findings.get(id).toString().contains(part), () -> part + " in " + findings.get(id));
    }

    @Test
    void isSatisfiedWithAGoodPair() {
        Findings findings = examine(start().configuration());

        assertEquals(List.of("gateway.reachable", "gateway.attribution", "gateway.token", "gateway.origins",
                "gateway.clock", "seawall.listener", "seawall.login", "seawall.websocket", "seawall.api",
                "seawall.hooks", "seawall.streaming"), findings.ids());
        assertEquals(findings.all().size(), findings.ids(Finding.Status.OK).size(), findings::toString);
    }

    private ScriptedUpstream sandbox() throws IOException {
        return new ScriptedUpstream(openclaw.upstream.port() + 1, "127.0.0.1")
                .answering(request -> ScriptedUpstream.ok("sandbox"));
    }

    @Test
    void saysThatWidgetsStayEmptyWhereNobodyReachesTheirSandbox() throws IOException {
        try (ScriptedUpstream sandbox = sandbox()) {
            Findings findings = examine(start().configuration());
            assertOnly(Finding.Status.WARN, "gateway.sandbox", findings);
            assertSays(findings, "gateway.sandbox", "SEAWALL_SANDBOX=mcp-apps.example.com");
            int free = openclaw.upstream.port() + 2;
            assertSays(findings, "gateway.sandbox", "SEAWALL_SANDBOX_PORT=" + free);
            assertSays(findings, "gateway.sandbox", "mcp.apps.sandboxOrigin: \"https://claw.example.com:" + free + "\"");
            assertTrue(sandbox.requests().stream().noneMatch(request -> request.has("Authorization")));
        }
    }

    @Test
    void saysThatWidgetsStayEmptyWhereTheirSandboxDoesNotListen() {
        Findings findings = examine(start("SEAWALL_SANDBOX=apps.example.com").configuration());
        assertOnly(Finding.Status.WARN, "gateway.sandbox", findings);
        assertSays(findings, "gateway.sandbox", "mcp.apps.sandboxOrigin: \"https://apps.example.com\"");
    }

    @Test
    void saysWhereThePageFindsTheSandboxThatHasAPortOfItsOwn() throws IOException {
        try (ScriptedUpstream sandbox = sandbox()) {
            int port = RunningGateway.freePort(sandbox.port());
            Findings findings = examine(start("SEAWALL_SANDBOX_PORT=" + port, "SEAWALL_HOSTS=claw.lan")
                    .configuration());
            assertEquals(Finding.Status.OK, findings.get("gateway.sandbox").status());
            assertSays(findings, "gateway.sandbox", "mcp.apps.sandboxOrigin: \"https://claw.lan:" + port + "\"");
            Findings asItIs = examine(RunningGateway.config(state, openclaw.upstream.port(),
                    "SEAWALL_BIND=127.0.0.2", "SEAWALL_SANDBOX_PORT=" + sandbox.port()));
            assertSays(asItIs, "gateway.sandbox", "no mcp.apps.sandboxOrigin in openclaw.json");
        }
    }

    @Test
    void findsTheSandboxOfWidgets() throws IOException {
        try (ScriptedUpstream sandbox = sandbox()) {
            Findings findings = examine(start("SEAWALL_SANDBOX=apps.example.com").configuration());
            assertEquals(Finding.Status.OK, findings.get("gateway.sandbox").status());
            assertEquals(List.of("/mcp-app-sandbox"), sandbox.targets());
        }
    }

    @Test
    void saysWhereToPutPortalsThatDoNotListen() throws IOException {
        int port = RunningGateway.freePort(openclaw.upstream.port(), openclaw.upstream.port() + 1);
        Findings findings = examine(
                start("SEAWALL_PORTALS=preview.example.net", "SEAWALL_PORTALS_PORT=" + port).configuration());
        assertOnly(Finding.Status.WARN, "gateway.portals", findings);
        assertSays(findings, "gateway.portals", "domain: \"preview.example.net\", port: " + port);
    }

    @Test
    void findsPortalsByTheirAnswerForOneThatDoesNotExist() throws IOException {
        try (ScriptedUpstream portals = new ScriptedUpstream()) {
            portals.answering(request -> ScriptedUpstream.answer("404 Not Found", "Unknown portal"));
            Config config = start("SEAWALL_PORTALS=preview.example.net", "SEAWALL_PORTALS_PORT=" + portals.port())
                    .configuration();
            assertEquals(Finding.Status.OK, examine(config).get("gateway.portals").status());
            assertTrue(portals.requests().stream().noneMatch(request -> request.has("Authorization")));
            portals.answering(request -> ScriptedUpstream.ok("another program"));
            assertEquals(Finding.Status.FAIL, examine(config).get("gateway.portals").status());
        }
    }

    @Test
    void leavesNothingBehind() {
        RunningGateway gateway = start();
        examine(gateway.configuration());

        assertFalse(gateway.log().contains("auth_failure"), gateway.log());
        assertTrue(openclaw.upstream.requests().stream()
                .noneMatch(request -> request.start().startsWith("POST") && !request.target().contains("seawall-doctor")
                        && !request.target().equals("/tools/invoke")));
        assertTrue(openclaw.upstream.requests().stream()
                .noneMatch(request -> request.has("Cookie") && request.one("Cookie").contains("__Host-seawall")));
        assertEquals(200, gateway.accessLine("/.seawall/logout").path("status").asInt());
    }

    // ---- the gateway

    @Test
    void findsNoGateway() {
        openclaw.upstream.close();
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", "Nothing listens on 127.0.0.1:" + openclaw.upstream.port());
        assertEquals(Finding.Status.OK, findings.get("seawall.login").status());
    }

    @Test
    void findsAGatewayThatIsNoneOfHttp() {
        openclaw.upstream.script(connection -> {
            connection.request();
            connection.send("SSH-2.0-OpenSSH\r\n");
        });
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", "does not speak HTTP");
    }

    @Test
    void findsAGatewayThatIsSilent() {
        openclaw.upstream.script(connection -> {
            connection.request();
            connection.atEnd();
        });
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", "is silent");
    }

    @ParameterizedTest
    @CsvSource({"200 OK, 503 Service Unavailable, WARN, still starting", "404 Not Found, 200 OK, FAIL, answers 404"})
    void findsAGatewayThatIsNotReady(String alive, String ready, Finding.Status status, String part) {
        openclaw.alive = alive;
        openclaw.ready = ready;
        Findings findings = examine(start().configuration());

        assertOnly(status, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", part);
    }

    @Test
    void findsAGatewayThatDoesNotTrustItsProxy() {
        openclaw.trusting = false;
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "gateway.attribution", findings);
        assertEquals("openclaw.json: gateway.trustedProxies: [\"127.0.0.1\"]",
                findings.get("gateway.attribution").fix());
    }

    @Test
    void findsAGatewayThatTakesEverybodyForLocal() {
        openclaw.local = true;
        assertOnly(Finding.Status.FAIL, "gateway.attribution", examine(start().configuration()));
    }

    @Test
    void findsAGatewayThatTakesClientsForProxies() {
        openclaw.tooTrusted = Set.of("10.0.0.2");
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.WARN, "gateway.attribution", findings);
        assertSays(findings, "gateway.attribution", "clients like 10.0.0.2 for proxies");
    }

    @Test
    void findsAnotherTokenAtTheGateway() {
        openclaw.token = "f".repeat(32);
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "gateway.token", findings);
        assertSays(findings, "gateway.token", "OPENCLAW_GATEWAY_TOKEN");
    }

    @Test
    void findsAnOriginThatTheGatewayRefuses() {
        openclaw.origins = Set.of("https://other.example.com");
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "gateway.origins", findings);
        assertSays(findings, "gateway.origins", "allowedOrigins: [\"https://claw.example.com\"]");
    }

    @Test
    void findsAGatewayThatAllowsEveryOrigin() {
        openclaw.origins = Set.of("*");
        assertOnly(Finding.Status.WARN, "gateway.origins", examine(start().configuration()));
    }

    @Test
    void knowsAPublishedPortByItself() {
        RunningGateway gateway = start();
        openclaw.origins = Set.of("https://claw.example.com:" + gateway.port());
        assertEquals(Finding.Status.OK, examine(gateway.configuration()).get("gateway.origins").status());
    }

    @ParameterizedTest
    @CsvSource({"PAIRING_REQUIRED, OK, paired", "AUTH_TOKEN_MISSING, OK, paired",
        "AUTH_TOKEN_MISMATCH, FAIL, another token", "AUTH_RATE_LIMITED, UNKNOWN, locks clients out",
        "AUTH_IDENTITY_HEADER_REQUIRED, FAIL, gateway.auth.mode", "1008, FAIL, 1008 and no reason",
        "ok, FAIL, without a token", "SOMETHING_NEW, WARN, SOMETHING_NEW"})
    void tellsTheGatewaysRefusalsApart(String code, Finding.Status status, String part) {
        openclaw.connect = code;
        Findings findings = examine(start().configuration());

        assertEquals(status, findings.get("gateway.origins").status(), findings::toString);
        assertSays(findings, "gateway.origins", part);
    }

    @Test
    void findsAClockThatIsWrong() {
        openclaw.ahead = Duration.ofMinutes(-3);
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.WARN, "gateway.clock", findings);
        assertTrue(findings.get("gateway.clock").sentence().matches(".* 1[78][0-9] s behind ours.*"),
                findings.get("gateway.clock").sentence());
    }

    // ---- Seawall

    @Test
    void findsNoSeawall() {
        RunningGateway gateway = start();
        gateway.close();
        Findings findings = examine(gateway.configuration());

        assertOnly(Finding.Status.FAIL, "seawall.listener", findings);
        assertSays(findings, "seawall.listener", "Nothing listens on port " + gateway.port());
    }

    @Test
    void saysNothingToAStrangerOnItsPort(@TempDir Path elsewhere) {
        RunningGateway gateway = start();
        Findings findings = examine(gateway.configuration("SEAWALL_STATE_DIR=" + elsewhere));

        assertOnly(Finding.Status.FAIL, "seawall.listener", findings);
        assertSays(findings, "seawall.listener", "another certificate");
        assertTrue(gateway.accessLines().isEmpty(), gateway.log());
    }

    @Test
    void findsSomebodyElseOnItsPort() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                while (!other.isClosed()) {
                    try (Socket client = other.accept()) {
                        client.getOutputStream().write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));
                    } catch (IOException e) {
                        // it is closed
                    }
                }
            });
            RunningGateway gateway = start();
            Findings findings = examine(gateway.configuration("PORT=" + other.getLocalPort()));

            assertOnly(Finding.Status.FAIL, "seawall.listener", findings);
            assertSays(findings, "seawall.listener", "is not the Seawall of this configuration");
        }
    }

    @Test
    void findsANameThatTheRunningSeawallDoesNotKnow() {
        Findings findings = examine(start().configuration("SEAWALL_HOSTS=other.example.com"));

        assertEquals(Finding.Status.FAIL, findings.get("seawall.login").status(), findings::toString);
        assertSays(findings, "seawall.login", "SEAWALL_HOSTS=other.example.com");
    }

    @Test
    void findsASeawallThatRunsWithAnotherPassword() {
        Findings findings = examine(start().configuration("AUTH_PASSWORD=eight calm otters"));

        assertOnly(Finding.Status.FAIL, "seawall.login", findings);
        assertSays(findings, "seawall.login", "SIGHUP");
        assertEquals(Finding.Status.SKIPPED, findings.get("seawall.websocket").status());
    }

    @Test
    void doesNotLogInWithAHash() {
        String hash = "AUTH_PASSWORD_HASH=$2b$10$abcdefghijklmnopqrstuuMFbd3U3cSewFBMpFoetaCf4rS2cIXVO";
        Findings findings = examine(start("AUTH_PASSWORD=", hash).configuration());

        assertEquals(Set.of("seawall.login", "seawall.websocket"), findings.ids(Finding.Status.SKIPPED));
        assertSays(findings, "seawall.login", "AUTH_PASSWORD_HASH");
    }

    @Test
    void findsAWebSocketWithoutTheGatewaysFirstMessage() {
        RunningGateway gateway = start();
        openclaw.mute = true;
        Findings findings = examine(gateway.configuration());

        assertEquals(Set.of("gateway.origins", "seawall.websocket"), findings.ids(Finding.Status.FAIL));
    }

    @Test
    void findsAnOriginThatTheRunningSeawallRefuses() {
        RunningGateway gateway = start("SEAWALL_ALLOWED_ORIGINS=https://claw.example.com:9443");
        Findings findings = examine(
                gateway.configuration("SEAWALL_ALLOWED_ORIGINS=https://claw.example.com"));

        assertOnly(Finding.Status.FAIL, "seawall.websocket", findings);
        assertSays(findings, "seawall.websocket", "restart Seawall");
    }

    @Test
    void findsASeawallThatRunsWithAnotherGatewayToken() {
        openclaw.token = "c3d05e9b71f4286a9d8e1b7350f2c6a4";
        Findings findings = examine(
                start().configuration("OPENCLAW_GATEWAY_TOKEN=" + openclaw.token));

        assertOnly(Finding.Status.FAIL, "seawall.api", findings);
        assertSays(findings, "seawall.api", "SIGHUP");
    }

    @Test
    void leavesWebhooksThatAreOffAlone() {
        Findings findings = examine(start("HOOKS_ENABLED=false").configuration());

        assertEquals(Set.of("seawall.hooks"), findings.ids(Finding.Status.SKIPPED), findings::toString);
    }

    @Test
    void findsAnotherHooksTokenAtTheGateway() {
        openclaw.hooksToken = "another one";
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "seawall.hooks", findings);
        assertSays(findings, "seawall.hooks", "hooks.token");
    }

    @Test
    void findsAnotherHooksPathAtTheGateway() {
        openclaw.hooksPath = "/webhooks";
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "seawall.hooks", findings);
        assertSays(findings, "seawall.hooks", "hooks.path: \"/hooks\"");
    }

    @Test
    void findsASeawallThatRunsWithAnotherHooksToken() {
        openclaw.hooksToken = "q7Lm2ZtR9vX4cN6bY1wK3s";
        Findings findings = examine(start().configuration("HOOKS_TOKEN=" + openclaw.hooksToken));

        assertOnly(Finding.Status.FAIL, "seawall.hooks", findings);
        assertSays(findings, "seawall.hooks", "another configuration");
    }

    @Test
    void followsNoConversationWhereThereIsNone() {
        openclaw.sessions = SESSIONS.replaceFirst("\\{\"key.*?}", "");
        Findings findings = examine(start().configuration());

        assertEquals(Set.of("seawall.streaming"), findings.ids(Finding.Status.SKIPPED), findings::toString);
    }

    @Test
    void findsAStreamThatIsHeldBack() {
        openclaw.holdsBack = true;
        Findings findings = examine(start().configuration());

        assertOnly(Finding.Status.FAIL, "seawall.streaming", findings);
        assertSays(findings, "seawall.streaming", "held back");
    }

    @Test
    void findsAStreamThatEnds() {
        openclaw.endsStreams = true;
        assertOnly(Finding.Status.FAIL, "seawall.streaming", examine(start().configuration()));
    }

    @Test
    void asksNobodyWhoWantsAClientCertificate() throws Exception {
        RunningGateway gateway = start();
        Path authority = state.resolve("ca.pem");
        Findings findings = examine(gateway.configuration("SEAWALL_CLIENT_CA=" + authority));

        assertSays(findings, "seawall.listener", "SEAWALL_CLIENT_CA");
        assertEquals(6, findings.ids(Finding.Status.SKIPPED).size(), findings::toString);
    }

    @ParameterizedTest
    @CsvSource({"SEAWALL_TLS=off, SEAWALL_ADMIN=off",
        "SEAWALL_TRUSTED_PROXIES=127.0.0.1, SEAWALL_CLIENT_IP_HEADER=PROXY"})
    void findsItsWayInWhateverComesBeforeHttp(String line, String other) {
        openclaw.origins = Set.of("https://claw.example.com");
        Findings findings = examine(start(line, other).configuration());

        assertEquals(findings.all().size(), findings.ids(Finding.Status.OK).size(), findings::toString);
    }

    // ---- the public address

    @Test
    void isSatisfiedWithAGoodAddress() {
        RunningGateway gateway = start();
        String url = "https://localhost:" + gateway.port();
        openclaw.origins = Set.of("https://claw.example.com", url);
        Findings findings = examine(gateway.configuration(), url);

        assertEquals(Set.of("url.redirect"), findings.ids(Finding.Status.SKIPPED), findings::toString);
        assertEquals(findings.all().size() - 1, findings.ids(Finding.Status.OK).size(), findings::toString);
        assertSays(findings, "url.tls", "Seawall's own CA");
        assertTrue(findings.ids().containsAll(
                Set.of("url.resolves", "url.tls", "url.redirect", "url.h2", "url.clock", "url.login", "url.websocket",
                        "url.stream", "url.spoofing", "url.client")));
    }

    @Test
    void findsANameWithoutAnAddress() {
        Findings findings = examine(start().configuration(), "https://claw.invalid");

        assertEquals(Finding.Status.FAIL, findings.get("url.resolves").status());
        assertEquals(9, findings.ids(Finding.Status.SKIPPED).size(), findings::toString);
    }

    @Test
    void presentsNothingToACertificateThatNobodyKnows(@TempDir Path elsewhere) {
        RunningGateway gateway = start();
        Findings findings = examine(gateway.configuration("SEAWALL_STATE_DIR=" + elsewhere),
                "https://localhost:" + gateway.port());

        assertEquals(Finding.Status.FAIL, findings.get("url.tls").status());
        assertSays(findings, "url.tls", "No device trusts");
        assertEquals(Finding.Status.SKIPPED, findings.get("url.login").status());
        assertTrue(gateway.accessLines().isEmpty(), gateway.log());
    }

    @Test
    void findsACertificateForOtherNames() {
        RunningGateway gateway = start();
        Findings findings = examine(gateway.configuration(), "https://127.0.0.2:" + gateway.port());

        assertEquals(Finding.Status.FAIL, findings.get("url.tls").status());
    }

    @Test
    void findsNoRedirectAndOne() throws IOException {
        int plain = RunningGateway.freePort();
        RunningGateway gateway = start("SEAWALL_HTTP_PORT=" + plain,
                "SEAWALL_HOSTS=localhost,claw.example.com");
        String url = "https://localhost:" + gateway.port();
        Finding redirect = examine(gateway.configuration(), url).get("url.redirect");
        assertTrue(redirect.status() == Finding.Status.OK || redirect.sentence().contains("answers 3"),
                redirect.toString());

        Finding refused = examine(gateway.configuration("SEAWALL_HTTP_PORT=" + RunningGateway.freePort(plain)), url)
                .get("url.redirect");
        assertEquals(Finding.Status.WARN, refused.status(), refused.toString());
        try (ScriptedUpstream clear = new ScriptedUpstream()) {
            clear.answering(request -> ScriptedUpstream.ok("a page"));
            assertEquals(Finding.Status.FAIL, examine(gateway.configuration("SEAWALL_HTTP_PORT=" + clear.port()), url)
                    .get("url.redirect").status());
        }
    }

    @Test
    void findsAnAddressThatSpeaksNoHttp2() {
        RunningGateway gateway = start("SEAWALL_HTTP2=false");
        String url = "https://localhost:" + gateway.port();

        assertEquals(Finding.Status.SKIPPED, examine(gateway.configuration(), url).get("url.h2").status());
        assertEquals(Finding.Status.WARN,
                examine(gateway.configuration("SEAWALL_HTTP2=true"), url).get("url.h2").status());
    }

    @Test
    void findsAProxyThatHidesItsClients() {
        RunningGateway gateway = start("SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP");
        Findings findings = examine(gateway.configuration(), "https://localhost:" + gateway.port());

        assertEquals(Finding.Status.FAIL, findings.get("url.client").status(), findings::toString);
        assertSays(findings, "url.client", "in place of the client (127.0.0.1)");
        assertEquals(Finding.Status.WARN, findings.get("url.spoofing").status());
        assertSays(findings, "url.spoofing", "CF-Connecting-IP");
    }

    /// Everybody is trusted here; the configuration that is examined knows that this is not meant.
    @Test
    void findsThatAnybodyCanClaimAnyAddress() {
        RunningGateway gateway = start("SEAWALL_TRUSTED_PROXIES=127.0.0.0/8",
                "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For");
        Findings findings = examine(
                gateway.configuration("SEAWALL_TRUSTED_PROXIES=10.9.9.9"), "https://localhost:" + gateway.port());

        assertEquals(Finding.Status.FAIL, findings.get("url.spoofing").status(), findings::toString);
        assertSays(findings, "url.spoofing", "X-Forwarded-For");
    }
}
