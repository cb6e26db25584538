package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The hosts of the gateway's portals, which are on a port of their own.
@Timeout(60)
final class PortalIT {
    private static final String NAME = "0123456789abcdef0123456789abcdef.preview.example.net";

    @TempDir
    private static Path state;

    private final ScriptedUpstream one = new ScriptedUpstream();
    private final ScriptedUpstream other = new ScriptedUpstream();
    // never on the port behind the gateway's, which is the sandbox's
    private final ScriptedUpstream portals = one.port() < other.port() ? one : other;
    private final ScriptedUpstream upstream = portals == one ? other : one;
    private final RunningServer seawall;

    PortalIT() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("the gateway"));
        portals.answering(request -> ScriptedUpstream.ok("a portal", "Set-Cookie: oc_portal_x_theme=dark"));
        seawall = RunningServer.start(state, upstream.port(), "SEAWALL_PORTALS=preview.example.net",
                "SEAWALL_PORTALS_PORT=" + portals.port(), "SEAWALL_HOSTS=claw.example.com",
                "SEAWALL_MAX_BODY_PUBLIC=1KiB");
    }

    @AfterEach
    void stop() {
        seawall.close();
        one.close();
        other.close();
    }

    private Message ask(String host, String line, String... fields) throws IOException {
        try (RawClient client = seawall.raw()) {
            client.send(line + " HTTP/1.1\r\nHost: " + host + "\r\n"
                    + String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList()) + "\r\n");
            return client.answer();
        }
    }

    @Test
    void passWithoutALoginAndWithoutWhatIsOurs() throws IOException {
        String target = "/@fs/a%20b//c?openclaw_portal=x&token=y";
        Message answer = ask(NAME, "GET " + target, "Authorization: " + BASIC, "X-Seawall-Authorization: " + BASIC,
                "X-Openclaw-Token: t", "Cookie: openclaw_portal_18890=x; " + seawall.logIn(), "Accept: text/html",
                "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document");
        assertEquals(200, answer.status());
        assertEquals(List.of("oc_portal_x_theme=dark"), answer.all("Set-Cookie"));
        Message request = portals.requests().getFirst();
        assertEquals(target, request.target());
        assertEquals(NAME, request.one("Host"));
        assertEquals("openclaw_portal_18890=x", request.one("Cookie"));
        for (String ours : List.of("Authorization", "X-Seawall-Authorization", "X-Openclaw-Token")) {
            assertEquals(List.of(), request.all(ours), ours);
        }
        assertEquals(List.of(), upstream.requests());
    }

    @Test
    void keepSeawallsTokensAndPassAProgramsOwn() throws IOException {
        assertEquals(200, ask(NAME, "GET /api", "Authorization: " + BEARER).status());
        assertEquals(200, ask(NAME, "GET /api", "Authorization: Bearer of-the-program").status());
        assertEquals(List.of(List.of(), List.of("Bearer of-the-program")),
                portals.requests().stream().map(request -> request.all("Authorization")).toList());
    }

    @Test
    void takeEveryPathAndMethodOfAProgram() throws IOException {
        for (String line : List.of("PUT /v1/models", "DELETE /hooks/wake", "OPTIONS /x", "PATCH /tools/invoke",
                "POST /.seawall/logout", "GET /healthz", "GET /readyz", "GET /.vite/deps/a.js", "GET /%zz")) {
            assertEquals("a portal", ask(NAME, line, "Content-Length: 0").body(), line);
        }
        assertEquals(413, ask(NAME, "POST /x", "Content-Length: 1025").status());
    }

    @Test
    void carryWebSocketsOfEveryOrigin() throws IOException {
        portals.script(Frames::echo);
        try (RawClient client = seawall.raw()) {
            client.send("GET /hmr HTTP/1.1\r\nHost: " + NAME + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://"
                    + NAME + "\r\n\r\n");
            assertEquals(101, client.answer().status());
        }
        assertEquals("/hmr", portals.requests().getFirst().target());
    }

    /// Over HTTP/2, as browsers ask.
    @Test
    void passOverHttp2WithoutWhatIsOurs() throws IOException {
        String own = "authorization: " + BASIC;
        try (Http2Client client = Http2Client.connect(seawall)) {
            int page = client.head(true, fields(client.fields("GET", "/%zz?openclaw_portal=x", own,
                    "cookie: openclaw_portal_18890=x", "cookie: " + seawall.logIn())));
            Http2Client.Answer answer = client.answer(page);
            assertEquals("a portal", answer.body());
            assertEquals("oc_portal_x_theme=dark", answer.head().one("set-cookie"));
            assertEquals(List.of(), answer.head().all("content-security-policy"));
            int put = client.head(false, fields(client.fields("PUT", "/healthz")));
            client.data(put, true, "body");
            assertEquals("a portal", client.answer(put).body());
            int large = client.head(false, fields(client.fields("POST", "/x", "content-length: 1025")));
            assertEquals(413, client.awaitHead(large).status());
            assertEquals("the gateway", client.answer(client.get("/", own)).body());
        }
        Message first = portals.requests().getFirst();
        assertEquals(NAME, first.one("Host"));
        assertEquals("/%zz?openclaw_portal=x", first.target());
        assertEquals("openclaw_portal_18890=x", first.one("Cookie"));
        assertEquals(List.of(), first.all("Authorization"));
        assertEquals("PUT", portals.requests().get(1).start().substring(0, 3));
        assertEquals("/", upstream.requests().getFirst().target());
    }

    @Test
    void carryWebSocketsOverHttp2() throws IOException {
        portals.script(Frames::echo);
        try (Http2Client client = Http2Client.connect(seawall)) {
            List<String> fields = fields(client.fields("CONNECT", "/hmr?token=x", "sec-websocket-version: 13",
                    "origin: https://" + NAME, "cookie: openclaw_portal_18890=x"));
            fields.add(1, ":protocol: websocket");
            int stream = client.head(false, fields);
            assertEquals(200, client.awaitHead(stream).status());
            byte[] frame = Frames.masked(Frames.TEXT, "hello");
            client.data(stream, false, frame);
            assertTrue(client.awaitData(stream).text().contains("hello"));
        }
        Message request = portals.requests().getFirst();
        assertEquals("/hmr?token=x", request.target());
        assertEquals("openclaw_portal_18890=x", request.one("Cookie"));
        assertEquals(List.of(), upstream.requests());
    }

    private static List<String> fields(List<String> fields) {
        return new ArrayList<>(
                fields.stream().map(field -> field.startsWith(":authority: ") ? ":authority: " + NAME : field)
                        .toList());
    }

    @Test
    void areShownInFramesOfThePage() throws IOException {
        assertFalse(ask(NAME, "GET /").has("Content-Security-Policy"));
        assertTrue(ask("claw.example.com", "GET /", "Authorization: " + BASIC).has("Content-Security-Policy"));
    }

    @Test
    void areNotReachedByAnyOtherHost() throws IOException {
        for (String host : List.of("claw.example.com", "localhost")) {
            assertEquals(401, ask(host, "GET /?openclaw_portal=x", "Cookie: openclaw_portal_18890=x").status(), host);
            assertEquals("the gateway", ask(host, "GET /", "Authorization: " + BASIC).body(), host);
        }
        for (String host : List.of("preview.example.net", "x.y.preview.example.net", "xpreview.example.net",
                NAME + ".example.com")) {
            assertEquals(421, ask(host, "GET /").status(), host);
        }
        assertEquals(List.of(), portals.requests());
    }

    @Test
    void saysWhatToDoWhereTheyDoNotListen() throws IOException {
        portals.close();
        Message answer = ask(NAME, "GET /");
        assertEquals(503, answer.status());
        assertTrue(answer.body().contains("gateway.portals.ingress"), answer.body());
    }

    @Test
    void getNothingWhileTheirPortIsOpenToTheNetworkAndTheGatewayDoes() throws IOException {
        int port = portals.port();
        portals.close();
        try (ScriptedUpstream exposed = new ScriptedUpstream(port, "0.0.0.0")) {
            seawall.server().checkExposure();
            Message answer = ask(NAME, "GET /");
            assertEquals(503, answer.status());
            assertTrue(answer.body().contains("reachable from the network without Seawall"), answer.body());
            assertEquals(List.of(), exposed.traffic());
            assertEquals(1, seawall.metric("seawall_upstream_exposed"));
            assertEquals(200, ask("claw.example.com", "GET /", "Authorization: " + BASIC).status());
            seawall.reload("SEAWALL_PORTALS=");
            assertEquals(0, seawall.metric("seawall_upstream_exposed"));
        }
    }

    @Test
    void tellNoTokenToTheLog() throws IOException {
        ask(NAME, "GET /?openclaw_portal=5e0a7c9342d81f6b");
        RunningServer.eventually("a line of the log", () -> seawall.log().contains("openclaw_portal=***"));
        assertFalse(seawall.log().contains("5e0a7c9342d81f6b"));
    }
}
