package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the doctor finds on the way to the public address.
@Timeout(90)
final class DoctorUrlIT extends DoctorSetup {
    DoctorUrlIT() throws IOException {}

    @Test
    void isSatisfiedWithAGoodAddress() {
        RunningServer server = start();
        String url = "https://localhost:" + server.port();
        openclaw.origins = Set.of("https://claw.example.com", url);
        Findings findings = examine(server.configuration(), url);

        assertEquals(Set.of("url.redirect"), findings.ids(Status.SKIPPED), findings::toString);
        assertEquals(findings.all().size() - 1, findings.ids(Status.PASS).size(), findings::toString);
        assertSays(findings, "url.tls", "Seawall's own CA");
        assertTrue(findings.ids().containsAll(
                Set.of("url.resolves", "url.tls", "url.redirect", "url.h2", "url.clock", "url.login", "url.websocket",
                        "url.stream", "url.spoofing", "url.client")));
    }

    @Test
    void findsANameWithoutAnAddress() {
        Findings findings = examine(start().configuration(), "https://claw.invalid");

        assertEquals(Status.FAIL, findings.get("url.resolves").status());
        assertEquals(9, findings.ids(Status.SKIPPED).size(), findings::toString);
    }

    @Test
    void presentsNothingToACertificateThatNobodyKnows(@TempDir Path elsewhere) {
        RunningServer server = start();
        Findings findings = examine(server.configuration("SEAWALL_STATE_DIR=" + elsewhere),
                "https://localhost:" + server.port());

        assertEquals(Status.FAIL, findings.get("url.tls").status());
        assertSays(findings, "url.tls", "No device trusts");
        assertEquals(Status.SKIPPED, findings.get("url.login").status());
        assertTrue(server.accessLines().isEmpty(), server.log());
    }

    @Test
    void findsACertificateForOtherNames() {
        RunningServer server = start();
        Findings findings = examine(server.configuration(), "https://127.0.0.2:" + server.port());

        assertEquals(Status.FAIL, findings.get("url.tls").status());
    }

    @Test
    void findsNoRedirectAndOne() throws IOException {
        int plain = RunningServer.freePort();
        RunningServer server = start("SEAWALL_HTTP_PORT=" + plain,
                "SEAWALL_HOSTS=localhost,claw.example.com");
        String url = "https://localhost:" + server.port();
        Finding redirect = examine(server.configuration(), url).get("url.redirect");
        assertTrue(redirect.status() == Status.PASS || redirect.found().contains("answers 3"),
                redirect.toString());

        Finding refused = examine(server.configuration("SEAWALL_HTTP_PORT=" + RunningServer.freePort(plain)), url)
                .get("url.redirect");
        assertEquals(Status.WARN, refused.status(), refused.toString());
        try (ScriptedUpstream clear = new ScriptedUpstream()) {
            clear.answering(request -> ScriptedUpstream.ok("a page"));
            assertEquals(Status.FAIL, examine(server.configuration("SEAWALL_HTTP_PORT=" + clear.port()), url)
                    .get("url.redirect").status());
        }
    }

    @Test
    void findsAnAddressThatSpeaksNoHttp2() {
        RunningServer server = start("SEAWALL_HTTP2=false");
        String url = "https://localhost:" + server.port();

        assertEquals(Status.SKIPPED, examine(server.configuration(), url).get("url.h2").status());
        assertEquals(Status.WARN,
                examine(server.configuration("SEAWALL_HTTP2=true"), url).get("url.h2").status());
    }

    @Test
    void findsAProxyThatHidesItsClients() {
        RunningServer server = start("SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP");
        Findings findings = examine(server.configuration(), "https://localhost:" + server.port());

        assertEquals(Status.FAIL, findings.get("url.client").status(), findings::toString);
        assertSays(findings, "url.client", "in place of the client (127.0.0.1)");
        assertEquals(Status.WARN, findings.get("url.spoofing").status());
        assertSays(findings, "url.spoofing", "CF-Connecting-IP");
    }

    /// Every proxy is trusted here; the doctor has to report that.
    @Test
    void findsThatAnybodyCanClaimAnyAddress() {
        RunningServer server = start("SEAWALL_TRUSTED_PROXIES=127.0.0.0/8",
                "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For");
        Findings findings = examine(
                server.configuration("SEAWALL_TRUSTED_PROXIES=10.9.9.9"), "https://localhost:" + server.port());

        assertEquals(Status.FAIL, findings.get("url.spoofing").status(), findings::toString);
        assertSays(findings, "url.spoofing", "X-Forwarded-For");
    }
}
