package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.diagnose.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the doctor finds at the gateway.
@Timeout(90)
final class DoctorGatewayIT extends DoctorSetup {
    DoctorGatewayIT() throws IOException {}

    @Test
    void findsNoGateway() {
        openclaw.upstream.close();
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", "Nothing listens on 127.0.0.1:" + openclaw.upstream.port());
        assertEquals(Status.PASS, findings.get("seawall.login").status());
    }

    @Test
    void findsAGatewayThatIsNoneOfHttp() {
        openclaw.upstream.script(connection -> {
            connection.request();
            connection.send("SSH-2.0-OpenSSH\r\n");
        });
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", "does not speak HTTP");
    }

    @Test
    void findsAGatewayThatIsSilent() {
        openclaw.upstream.script(connection -> {
            connection.request();
            connection.atEnd();
        });
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", "sends no answer");
    }

    @ParameterizedTest
    @CsvSource({"200 PASS, 503 Service Unavailable, 503 Service Unavailable, WARN, still starting",
        "200 PASS, 200 PASS, 503 Service Unavailable, WARN, 'is 503: slack, agent-database:main'",
        "404 Not Found, 200 PASS, 200 PASS, FAIL, answers 404"})
    void findsAGatewayThatIsNotReady(String alive, String startup, String ready, Status status, String part) {
        openclaw.alive = alive;
        openclaw.startup = startup;
        openclaw.ready = ready;
        Findings findings = examine(start().configuration());

        assertOnly(status, "gateway.reachable", findings);
        assertSays(findings, "gateway.reachable", part);
    }

    @Test
    void findsAGatewayThatDoesNotTrustItsProxy() {
        openclaw.trusting = false;
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "gateway.attribution", findings);
        assertEquals("openclaw.json: gateway.trustedProxies: [\"127.0.0.1\"]",
                findings.get("gateway.attribution").fix());
    }

    @Test
    void findsAGatewayThatTakesEverybodyForLocal() {
        openclaw.local = true;
        assertOnly(Status.FAIL, "gateway.attribution", examine(start().configuration()));
    }

    @Test
    void findsAGatewayThatTakesClientsForProxies() {
        openclaw.tooTrusted = Set.of("10.0.0.2");
        Findings findings = examine(start().configuration());

        assertOnly(Status.WARN, "gateway.attribution", findings);
        assertSays(findings, "gateway.attribution", "clients like 10.0.0.2 for proxies");
    }

    @Test
    void findsAnotherTokenAtTheGateway() {
        openclaw.token = "f".repeat(32);
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "gateway.token", findings);
        assertSays(findings, "gateway.token", "OPENCLAW_GATEWAY_TOKEN");
    }

    @Test
    void findsAnOriginThatTheGatewayRefuses() {
        openclaw.origins = Set.of("https://other.example.com");
        Findings findings = examine(start().configuration());

        assertOnly(Status.FAIL, "gateway.origins", findings);
        assertSays(findings, "gateway.origins", "allowedOrigins: [\"https://claw.example.com\"]");
    }

    @Test
    void findsAGatewayThatAllowsEveryOrigin() {
        openclaw.origins = Set.of("*");
        assertOnly(Status.WARN, "gateway.origins", examine(start().configuration()));
    }

    @Test
    void knowsAPublishedPortByItself() {
        RunningServer server = start();
        openclaw.origins = Set.of("https://claw.example.com:" + server.port());
        assertEquals(Status.PASS, examine(server.configuration()).get("gateway.origins").status());
    }

    @ParameterizedTest
    @CsvSource({"PAIRING_REQUIRED, PASS, paired", "AUTH_TOKEN_MISSING, PASS, paired",
        "AUTH_TOKEN_MISMATCH, FAIL, another token", "AUTH_RATE_LIMITED, UNKNOWN, locks clients out",
        "AUTH_IDENTITY_HEADER_REQUIRED, FAIL, gateway.auth.mode", "1008, FAIL, 1008 and no reason",
        "ok, FAIL, without a token", "SOMETHING_NEW, WARN, SOMETHING_NEW"})
    void tellsTheGatewaysRefusalsApart(String code, Status status, String part) {
        openclaw.connect = code;
        Findings findings = examine(start().configuration());

        assertEquals(status, findings.get("gateway.origins").status(), findings::toString);
        assertSays(findings, "gateway.origins", part);
    }

    @Test
    void findsAClockThatIsWrong() {
        openclaw.ahead = Duration.ofMinutes(-3);
        Findings findings = examine(start().configuration());

        assertOnly(Status.WARN, "gateway.clock", findings);
        assertTrue(findings.get("gateway.clock").found().matches(".* 1[78][0-9] s behind ours.*"),
                findings.get("gateway.clock").found());
    }
}
