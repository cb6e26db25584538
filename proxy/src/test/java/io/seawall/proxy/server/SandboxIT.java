package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The host of the gateway's sandbox, which is on the port behind the gateway's.
@Timeout(60)
final class SandboxIT {
    private static final String NAME = "apps.example.com";

    @TempDir
    private static Path state;

    private final ScriptedUpstream.Pair openclaw = ScriptedUpstream.Pair.start();
    private final ScriptedUpstream sandbox = openclaw.sandbox()
            .answering(request -> ScriptedUpstream.ok(request.target()));
    private final RunningServer seawall;

    SandboxIT() throws IOException {
        openclaw.gateway().answering(request -> ScriptedUpstream.ok("the gateway"));
        seawall = RunningServer.start(state, openclaw.gateway().port(), "SEAWALL_SANDBOX=" + NAME,
                "SEAWALL_HOSTS=claw.example.com");
    }

    @AfterEach
    void stop() {
        seawall.close();
        openclaw.close();
    }

    private int ask(String host, String line, String... fields) throws IOException {
        try (RawClient client = seawall.raw()) {
            client.send(line + " HTTP/1.1\r\nHost: " + host + "\r\n"
                    + String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList()) + "\r\n");
            return client.answer().status();
        }
    }

    @Test
    void readsTheSandboxWithoutALoginAndWithoutAnyCredential() throws IOException {
        String target = "/mcp-app-sandbox?csp=eyJ9&v=1&token=x";
        assertEquals(200, ask("APPS.example.com.:443", "GET " + target, "Authorization: " + BEARER, "Cookie: a=b",
                "Accept: text/html"));
        Message request = sandbox.requests().getFirst();
        assertEquals(target, request.target());
        assertEquals(List.of(), request.all("Authorization"));
        assertEquals(List.of(), request.all("Cookie"));
        assertEquals(200, ask(NAME, "GET /renderer/a.js"));
    }

    @Test
    void hasNothingElseOnItsHost() throws IOException {
        for (String line : List.of("POST /mcp-app-sandbox", "OPTIONS /x", "POST /v1/chat/completions",
                "POST /hooks/wake", "DELETE /")) {
            assertEquals(405, ask(NAME, line, "Authorization: " + BEARER, "Content-Length: 0"), line);
        }
        for (String path : List.of("/%2e%2e/x", "//x", "/a/../b", "/a\\b", "/a%20b")) {
            assertEquals(400, ask(NAME, "GET " + path), path);
        }
        assertEquals(400, ask(NAME, "GET /", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Authorization: " + BASIC));
        assertEquals(413, ask(NAME, "GET /mcp-app-sandbox", "Content-Length: 1"));
        assertEquals(List.of(), sandbox.requests());
    }

    @Test
    void isNotReachedByAnyOtherHost() throws IOException {
        for (String host : List.of("claw.example.com", "127.0.0.1", "localhost")) {
            assertEquals(401, ask(host, "GET /mcp-app-sandbox"), host);
            assertEquals(200, ask(host, "GET /mcp-app-sandbox", "Authorization: " + BASIC), host);
        }
        assertEquals(421, ask("x.apps.example.com", "GET /mcp-app-sandbox"));
        assertEquals(List.of(), sandbox.requests());
        assertEquals(3, openclaw.gateway().requests().size());
    }

    @Test
    void saysWhatToDoWhereItDoesNotListen() throws IOException {
        sandbox.close();
        try (RawClient client = seawall.raw()) {
            client.send("GET /mcp-app-sandbox HTTP/1.1\r\nHost: " + NAME + "\r\n\r\n");
            Message answer = client.answer();
            assertEquals(503, answer.status());
            assertTrue(answer.body().contains("mcp.apps.enabled"));
        }
    }
}
