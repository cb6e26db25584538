package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.proxy.diagnose.Status;
import io.seawall.proxy.tls.Certificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each check in a world where all is well, and in one where exactly that is wrong.
@Timeout(90)
final class DoctorIT extends DoctorSetup {
    DoctorIT() throws IOException {}

    @Test
    void isSatisfiedWithAGoodPair() {
        Findings findings = examine(start().configuration());

        assertEquals(List.of("gateway.reachable", "gateway.attribution", "gateway.token", "gateway.origins",
                "gateway.clock", "seawall.listener", "seawall.login", "seawall.websocket", "seawall.api",
                "seawall.hooks", "seawall.streaming"), findings.ids());
        assertEquals(findings.all().size(), findings.ids(Status.PASS).size(), findings::toString);
    }

    private ScriptedUpstream sandbox() throws IOException {
        return new ScriptedUpstream(openclaw.upstream.port() + 1, "127.0.0.1")
                .answering(request -> ScriptedUpstream.ok("sandbox"));
    }

    @Test
    void saysThatWidgetsStayEmptyWhereNobodyReachesTheirSandbox() throws IOException {
        try (ScriptedUpstream sandbox = sandbox()) {
            Findings findings = examine(start().configuration());
            assertOnly(Status.WARN, "gateway.sandbox", findings);
            assertSays(findings, "gateway.sandbox", "SEAWALL_SANDBOX=mcp-apps.example.com");
            int free = openclaw.upstream.port() + 2;
            assertSays(findings, "gateway.sandbox", "SEAWALL_SANDBOX_PORT=" + free);
            assertSays(findings, "gateway.sandbox",
                    "mcp.apps.sandboxOrigin: \"https://claw.example.com:" + free + "\"");
            assertTrue(sandbox.requests().stream().noneMatch(request -> request.has("Authorization")));
        }
    }

    @Test
    void saysThatWidgetsStayEmptyWhereTheirSandboxDoesNotListen() {
        Findings findings = examine(start("SEAWALL_SANDBOX=apps.example.com").configuration());
        assertOnly(Status.WARN, "gateway.sandbox", findings);
        assertSays(findings, "gateway.sandbox", "mcp.apps.sandboxOrigin: \"https://apps.example.com\"");
    }

    @Test
    void saysWhereThePageFindsTheSandboxThatHasAPortOfItsOwn() throws IOException {
        try (ScriptedUpstream sandbox = sandbox()) {
            int port = RunningServer.freePort(sandbox.port());
            Findings findings = examine(start("SEAWALL_SANDBOX_PORT=" + port, "SEAWALL_HOSTS=claw.lan")
                    .configuration());
            assertEquals(Status.PASS, findings.get("gateway.sandbox").status());
            assertSays(findings, "gateway.sandbox", "mcp.apps.sandboxOrigin: \"https://claw.lan:" + port + "\"");
            Findings asItIs = examine(RunningServer.config(state, openclaw.upstream.port(),
                    "SEAWALL_BIND=127.0.0.2", "SEAWALL_SANDBOX_PORT=" + sandbox.port()));
            assertSays(asItIs, "gateway.sandbox", "no mcp.apps.sandboxOrigin in openclaw.json");
        }
    }

    @Test
    void findsTheSandboxOfWidgets(@TempDir Path own) throws IOException {
        try (ScriptedUpstream sandbox = sandbox()) {
            Findings findings = examine(startIn(own, "SEAWALL_SANDBOX=apps.example.com").configuration());
            assertEquals(Status.PASS, findings.get("gateway.sandbox").status());
            assertEquals(List.of("/mcp-app-sandbox"), sandbox.targets());
        }
    }

    @Test
    void saysWhereToPutPortalsThatDoNotListen() throws IOException {
        int port = RunningServer.freePort(openclaw.upstream.port(), openclaw.upstream.port() + 1);
        Findings findings = examine(
                start("SEAWALL_PORTALS=preview.example.net", "SEAWALL_PORTALS_PORT=" + port).configuration());
        assertOnly(Status.WARN, "gateway.portals", findings);
        assertSays(findings, "gateway.portals", "domain: \"preview.example.net\", port: " + port);
    }

    /// A certificate for one name below their domain is none for the names that OpenClaw makes up.
    @Test
    void saysThatFramesStayEmptyWhereTheCertificateDoesNotNameThem(@TempDir Path other)
            throws IOException, UnusableCertificateException {
        try (ScriptedUpstream portals = new ScriptedUpstream(); ScriptedUpstream sandbox = sandbox()) {
            portals.answering(request -> ScriptedUpstream.answer("404 Not Found", "Unknown portal"));
            Certificates.load(TestConfig.of("SEAWALL_STATE_DIR=" + other,
                    "SEAWALL_HOSTS=claw.example.com,one.preview.example.net"), Clock.systemUTC());
            Config config = start("SEAWALL_PORTALS=preview.example.net", "SEAWALL_PORTALS_PORT=" + portals.port(),
                    "SEAWALL_SANDBOX=apps.example.com").configuration("SEAWALL_TLS=files",
                            "SEAWALL_TLS_CERT=" + other.resolve("server.pem"),
                            "SEAWALL_TLS_KEY=" + other.resolve("server.key"));
            Findings findings = examine(config);
            assertEquals(Status.WARN, findings.get("gateway.portals").status());
            assertSays(findings, "gateway.portals", "does not name *.preview.example.net: portals stay empty");
            assertEquals(Status.WARN, findings.get("gateway.sandbox").status());
            assertSays(findings, "gateway.sandbox", "does not name apps.example.com: widgets stay empty");
            assertTrue(sandbox.requests().stream().noneMatch(request -> request.has("Cookie")));
        }
    }

    @Test
    void findsPortalsByTheirAnswerForOneThatDoesNotExist(@TempDir Path own) throws IOException {
        try (ScriptedUpstream portals = new ScriptedUpstream()) {
            portals.answering(request -> ScriptedUpstream.answer("404 Not Found", "Unknown portal"));
            Config config = startIn(own, "SEAWALL_PORTALS=preview.example.net",
                    "SEAWALL_PORTALS_PORT=" + portals.port())
                    .configuration();
            assertEquals(Status.PASS, examine(config).get("gateway.portals").status());
            assertTrue(portals.requests().stream().noneMatch(request -> request.has("Authorization")));
            portals.answering(request -> ScriptedUpstream.ok("another program"));
            assertEquals(Status.FAIL, examine(config).get("gateway.portals").status());
        }
    }

    @Test
    void leavesNothingBehind() {
        RunningServer server = start();
        examine(server.configuration());

        assertFalse(server.log().contains("auth_failure"), server.log());
        assertTrue(openclaw.upstream.requests().stream()
                .noneMatch(request -> request.start().startsWith("POST") && !request.target().contains("seawall-doctor")
                        && !request.target().equals("/tools/invoke")));
        assertTrue(openclaw.upstream.requests().stream()
                .noneMatch(request -> request.has("Cookie") && request.one("Cookie").contains("__Host-seawall")));
        assertEquals(200, server.accessLine("/.seawall/logout").path("status").asInt());
    }

    @Test
    void findsNoSeawall() {
        RunningServer server = start();
        server.close();
        Findings findings = examine(server.configuration());

        assertOnly(Status.FAIL, "seawall.listener", findings);
        assertSays(findings, "seawall.listener", "Nothing listens on port " + server.port());
    }

    @Test
    void sendsNothingToAnotherServerOnItsPort(@TempDir Path elsewhere) {
        RunningServer server = start();
        Findings findings = examine(server.configuration("SEAWALL_STATE_DIR=" + elsewhere));

        assertOnly(Status.FAIL, "seawall.listener", findings);
        assertSays(findings, "seawall.listener", "another certificate");
        assertTrue(server.accessLines().isEmpty(), server.log());
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
            RunningServer server = start();
            Findings findings = examine(server.configuration("PORT=" + other.getLocalPort()));

            assertOnly(Status.FAIL, "seawall.listener", findings);
            assertSays(findings, "seawall.listener", "is not the Seawall of this configuration");
        }
    }

    @Test
    void findsANameThatTheRunningSeawallDoesNotKnow() {
        Findings findings = examine(start().configuration("SEAWALL_HOSTS=other.example.com"));

        assertEquals(Status.FAIL, findings.get("seawall.login").status(), findings::toString);
        assertSays(findings, "seawall.login", "SEAWALL_HOSTS=other.example.com");
    }

    @Test
    void findsASeawallThatRunsWithAnotherPassword() {
        Findings findings = examine(start().configuration("AUTH_PASSWORD=eight calm otters"));

        assertOnly(Status.FAIL, "seawall.login", findings);
        assertSays(findings, "seawall.login", "SIGHUP");
        assertEquals(Status.SKIPPED, findings.get("seawall.websocket").status());
    }

    @Test
    void doesNotLogInWithAHash() {
        String hash = "AUTH_PASSWORD_HASH=$2b$10$abcdefghijklmnopqrstuuMFbd3U3cSewFBMpFoetaCf4rS2cIXVO";
        Findings findings = examine(start("AUTH_PASSWORD=", hash).configuration());

        assertEquals(Set.of("seawall.login", "seawall.websocket"), findings.ids(Status.SKIPPED));
        assertSays(findings, "seawall.login", "AUTH_PASSWORD_HASH");
    }

    @Test
    void findsAWebSocketWithoutTheGatewaysFirstMessage() {
        RunningServer server = start();
        openclaw.mute = true;
        Findings findings = examine(server.configuration());

        assertEquals(Set.of("gateway.origins", "seawall.websocket"), findings.ids(Status.FAIL));
    }

    @Test
    void findsAnOriginThatTheRunningSeawallRefuses() {
        RunningServer server = start("SEAWALL_ALLOWED_ORIGINS=https://claw.example.com:9443");
        Findings findings = examine(
                server.configuration("SEAWALL_ALLOWED_ORIGINS=https://claw.example.com"));

        assertOnly(Status.FAIL, "seawall.websocket", findings);
        assertSays(findings, "seawall.websocket", "restart Seawall");
    }

    @Test
    void findsASeawallThatRunsWithAnotherGatewayToken() {
        openclaw.token = "c3d05e9b71f4286a9d8e1b7350f2c6a4";
        Findings findings = examine(
                start().configuration("OPENCLAW_GATEWAY_TOKEN=" + openclaw.token));

        assertOnly(Status.FAIL, "seawall.api", findings);
        assertSays(findings, "seawall.api", "SIGHUP");
    }

    @Test
    void leavesWebhooksThatAreOffAlone() {
        Findings findings = examine(start("HOOKS_ENABLED=false").configuration());

        assertEquals(Set.of("seawall.hooks"), findings.ids(Status.SKIPPED), findings::toString);
    }

    @Test
    void findsAnotherHooksTokenAtTheGateway() {
        openclaw.hooksToken = "another one";
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "seawall.hooks", findings);
        assertSays(findings, "seawall.hooks", "hooks.token");
    }

    @Test
    void findsAnotherHooksPathAtTheGateway() {
        openclaw.hooksPath = "/webhooks";
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "seawall.hooks", findings);
        assertSays(findings, "seawall.hooks", "hooks.path: \"/hooks\"");
    }

    @Test
    void findsASeawallThatRunsWithAnotherHooksToken() {
        openclaw.hooksToken = "q7Lm2ZtR9vX4cN6bY1wK3s";
        Findings findings = examine(start().configuration("HOOKS_TOKEN=" + openclaw.hooksToken));

        assertOnly(Status.FAIL, "seawall.hooks", findings);
        assertSays(findings, "seawall.hooks", "another configuration");
    }

    @Test
    void followsNoConversationWhereThereIsNone() {
        openclaw.sessions = SESSIONS.replaceFirst("\\{\"key.*?}", "");
        Findings findings = examine(start().configuration());

        assertEquals(Set.of("seawall.streaming"), findings.ids(Status.SKIPPED), findings::toString);
    }

    @Test
    void findsAStreamThatIsHeldBack() {
        openclaw.holdsBack = true;
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "seawall.streaming", findings);
        assertSays(findings, "seawall.streaming", "held back");
    }

    @Test
    void findsAStreamThatEnds() {
        openclaw.endsStreams = true;
        assertOnly(Status.FAIL, "seawall.streaming", examine(start().configuration()));
    }

    @Test
    void asksNobodyWhoWantsAClientCertificate() throws Exception {
        RunningServer server = start();
        Path authority = state.resolve("ca.pem");
        Findings findings = examine(server.configuration("SEAWALL_CLIENT_CA=" + authority));

        assertSays(findings, "seawall.listener", "SEAWALL_CLIENT_CA");
        assertEquals(6, findings.ids(Status.SKIPPED).size(), findings::toString);
    }

    @ParameterizedTest
    @CsvSource({"SEAWALL_TLS=off, SEAWALL_ADMIN=off",
        "SEAWALL_TRUSTED_PROXIES=127.0.0.1, SEAWALL_CLIENT_IP_HEADER=PROXY"})
    void findsItsWayInWhateverComesBeforeHttp(String line, String other) {
        openclaw.origins = Set.of("https://claw.example.com");
        Findings findings = examine(start(line, other).configuration());

        assertEquals(findings.all().size(), findings.ids(Status.PASS).size(), findings::toString);
    }
}
