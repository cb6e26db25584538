package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A whole gateway whose CA is down; what happens when it is not is in `proxy/src/acme/run`.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AcmeIT {
    private final RunningServer server;

    AcmeIT(@TempDir Path state) {
        server = RunningServer.start(state.resolve("state"), RunningServer.freePort(), "SEAWALL_TLS=acme",
                "SEAWALL_HOSTS=claw.example.com,www.example.com",
                "SEAWALL_ALLOWED_ORIGINS=https://www.example.com:8443",
                "SEAWALL_ACME_DIRECTORY=https://127.0.0.1:1/directory",
                "SEAWALL_HTTP_PORT=" + RunningServer.freePort());
    }

    @AfterAll
    void ends() {
        server.close();
    }

    private String plainly(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"),
                server.server().httpPort().orElseThrow())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((request + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void servesFromTheFirstMomentAndSaysWhatIsMissing() {
        assertEquals(200, server.get("/healthz").statusCode());
        RunningServer.eventually("a line about it", () -> server.log().contains(
                "SEAWALL_TLS=acme: no certificate from https://127.0.0.1:1/directory for claw.example.com, "
                        + "www.example.com: the CA cannot be reached"));
        RunningServer.eventually("counted", () -> server
                .metric("seawall_certificate_renewals_total{outcome=\"unreachable\",source=\"acme\"}") == 1);
        assertEquals(200, server.get("/healthz").statusCode());
    }

    @Test
    void redirectsToTheOriginOfTheName() throws IOException {
        assertTrue(plainly("GET /a?b HTTP/1.1\r\nHost: claw.example.com")
                .contains("\r\nLocation: https://claw.example.com/a?b\r\n"));
        assertTrue(plainly("GET / HTTP/1.1\r\nHost: WWW.example.com:80")
                .contains("\r\nLocation: https://www.example.com:8443/\r\n"));
    }

    @Test
    void opensNothingElseInPlain() throws IOException {
        assertTrue(plainly("GET / HTTP/1.1\r\nHost: 127.0.0.1").startsWith("HTTP/1.1 421 "));
        assertTrue(plainly("GET /.well-known/acme-challenge/x HTTP/1.1\r\nHost: claw.example.com")
                .startsWith("HTTP/1.1 404 "));
        assertTrue(plainly("POST /hooks/wake HTTP/1.1\r\nHost: claw.example.com\r\nAuthorization: "
                + RunningServer.HOOKS_BEARER).startsWith("HTTP/1.1 400 "));
        assertEquals(0, server.accessLines().stream().filter(line -> !line.path("path").asText().equals("/healthz"))
                .count());
    }
}
