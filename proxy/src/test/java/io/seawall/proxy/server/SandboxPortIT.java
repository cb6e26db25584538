package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The port of Seawall's own for the gateway's sandbox. Here it is the one that pages ask by themselves, at another
/// address than the gateway's: 127.0.0.2.
@Timeout(60)
final class SandboxPortIT {
    private static final InetAddress BIND = InetAddress.ofLiteral("127.0.0.2");
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    @TempDir
    private static Path state;

    private final ScriptedUpstream.Pair openclaw = ScriptedUpstream.Pair.start();
    private final ScriptedUpstream sandbox = openclaw.sandbox()
            .answering(request -> ScriptedUpstream.ok(request.target()));
    private final int port = sandbox.port();
    private final RunningServer seawall;

    SandboxPortIT() throws IOException {
        openclaw.gateway().answering(request -> ScriptedUpstream.ok("the gateway"));
        seawall = start();
    }

    private RunningServer start(String... more) {
        String[] lines = new String[more.length + 4];
        lines[0] = "SEAWALL_BIND=127.0.0.2";
        lines[1] = "SEAWALL_SANDBOX_PORT=" + port;
        lines[2] = "SEAWALL_HOSTS=claw.lan";
        lines[3] = "SEAWALL_PORTALS=preview.example.net";
        System.arraycopy(more, 0, lines, 4, more.length);
        return RunningServer.start(state, openclaw.gateway().port(), lines);
    }

    @AfterEach
    void stop() {
        seawall.close();
        openclaw.close();
    }

    private RawClient connect(int to) {
        return new RawClient(seawall, new InetSocketAddress(BIND, to), 0);
    }

    private Message ask(int to, String host, String line, String... fields) throws IOException {
        try (RawClient client = connect(to)) {
            client.send(line + " HTTP/1.1\r\nHost: " + host + "\r\n"
                    + String.join("", List.of(fields).stream().map(field -> field + "\r\n").toList()) + "\r\n");
            return client.answer();
        }
    }

    @Test
    void servesTheSandboxUnderEveryNameAndWithoutAnyCredential() throws IOException {
        String target = "/mcp-app-sandbox?csp=eyJ9&v=1";
        for (String host : List.of("claw.lan:" + port, "CLAW.lan.", "127.0.0.2:" + port, "localhost",
                "x.preview.example.net")) {
            Message answer = ask(port, host, "GET " + target, "Authorization: " + BASIC, "Cookie: a=b");
            assertEquals(200, answer.status(), host);
            assertEquals(target, answer.body(), host);
            assertFalse(answer.has("Set-Cookie"), host);
        }
        for (Message request : sandbox.requests()) {
            assertEquals(List.of(), request.all("Authorization"));
            assertEquals(List.of(), request.all("Cookie"));
        }
        assertEquals(List.of(), openclaw.gateway().requests());
    }

    @Test
    void servesItOverHttp2() throws IOException {
        try (Http2Client client = Http2Client.connect(seawall, new InetSocketAddress(BIND, port))) {
            int stream = client.get("/mcp-app-sandbox");
            assertEquals(200, client.answer(stream).status());
        }
        assertEquals(List.of("/mcp-app-sandbox"), sandbox.targets());
    }

    @Test
    void hasNoOtherRoute() throws IOException {
        String cookie = "Cookie: " + session();
        for (String path : List.of("/v1/models", "/tools/invoke", "/hooks/wake", "/assets/a.js", "/chat")) {
            assertEquals(path, ask(port, "claw.lan", "GET " + path, "Authorization: " + BEARER, cookie).body());
            assertEquals(405, ask(port, "claw.lan", "POST " + path, "Authorization: " + BASIC, "Content-Length: 0")
                    .status());
        }
        assertEquals(400, ask(port, "claw.lan", "GET /", UPGRADE, "Authorization: " + BASIC, cookie).status());
        for (String path : List.of("/a/../b", "/.seawall/login", "/.seawall/logout")) {
            assertEquals(400, ask(port, "claw.lan", "GET " + path, "Authorization: " + BASIC).status(), path);
        }
        assertEquals(413, ask(port, "claw.lan", "GET /", "Content-Length: 1").status());
        assertEquals(421, ask(port, "evil.example", "GET /mcp-app-sandbox").status());
        for (Message request : sandbox.requests()) {
            assertEquals(List.of(), request.all("Authorization"));
            assertEquals(List.of(), request.all("Cookie"));
        }
    }

    /// `name=value` of the session that a login at the other port gives.
    private String session() throws IOException {
        String cookie = ask(seawall.port(), "claw.lan", "GET /.seawall/login", "Authorization: " + BASIC)
                .one("Set-Cookie");
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @Test
    void leavesTheOtherPortAsItIs() throws IOException {
        assertEquals(401, ask(seawall.port(), "claw.lan", "GET /mcp-app-sandbox").status());
        assertEquals("the gateway", ask(seawall.port(), "claw.lan:" + port, "GET /", "Authorization: " + BASIC).body());
        assertEquals(List.of(), sandbox.requests());
    }

    /// It has the port of the gateway's sandbox, at another address.
    @Test
    void isNoExposureOfTheGateway() throws IOException {
        seawall.server().checkExposure();
        assertEquals(0, seawall.metric("seawall_upstream_exposed"));
        assertEquals(200, ask(port, "claw.lan", "GET /mcp-app-sandbox").status());
    }

    @Test
    void getsNothingWhileTheGatewaysSandboxIsOpenToTheNetwork() throws IOException {
        Optional<InetAddress> other = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()).findFirst();
        assumeTrue(other.isPresent(), "a host that has an address");
        openclaw.sandbox().close();
        try (ScriptedUpstream open = new ScriptedUpstream(port, other.get().getHostAddress())) {
            seawall.server().checkExposure();
            assertEquals(1, seawall.metric("seawall_upstream_exposed"));
            assertTrue(ask(port, "claw.lan", "GET /").body().contains("reachable from the network without Seawall"));
            assertEquals(List.of(), open.traffic());
            assertEquals(200, ask(seawall.port(), "claw.lan", "GET /", "Authorization: " + BASIC).status());
        }
    }

    @Test
    void takesWhatIsNewAndEndsAsTheOtherPortDoes() throws IOException {
        try (RawClient client = connect(port)) {
            String request = "GET / HTTP/1.1\r\nHost: other.lan\r\n\r\n";
            assertEquals(421, client.send(request).answer().status());
            seawall.reload("SEAWALL_HOSTS=other.lan");
            assertEquals(200, client.send(request).answer().status());
            assertEquals(1, seawall.metric("seawall_connections_open"));
            seawall.close();
            assertTrue(client.in.atEnd());
        }
        assertThrows(ConnectException.class, () -> new Socket(BIND, port).close());
    }

    /// Running exchanges go on, and no new ones are accepted.
    @Test
    void drainsAsTheOtherPortDoes() throws IOException, InterruptedException {
        seawall.close();
        CountDownLatch held = new CountDownLatch(1);
        sandbox.script(connection -> {
            connection.request();
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            connection.send(ScriptedUpstream.ok("late"));
        });
        RunningServer slow = start("SEAWALL_DRAIN_TIMEOUT=60");
        try (RawClient client = new RawClient(slow, new InetSocketAddress(BIND, port), 0)) {
            client.send("GET / HTTP/1.1\r\nHost: claw.lan\r\n\r\n");
            RunningServer.eventually("a request", () -> !sandbox.requests().isEmpty());
            Thread closing = Thread.ofVirtual().start(slow::close);
            RunningServer.eventually("no listener", () -> {
                try (Socket socket = new Socket(BIND, port)) {
                    return !socket.isConnected();
                } catch (IOException e) {
                    return true;
                }
            });
            assertTrue(closing.isAlive());
            held.countDown();
            assertEquals("late", client.answer().body());
            closing.join();
        }
    }

    @Test
    void asksForWhatStandsBeforeTlsAndForTls() throws IOException {
        seawall.close();
        try (RunningServer proxied = start("SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=PROXY");
                Socket socket = new Socket()) {
            socket.setSoTimeout(10_000);
            socket.connect(new InetSocketAddress(BIND, port));
            socket.getOutputStream().write(("PROXY TCP4 203.0.113.9 127.0.0.2 4711 443\r\nGET / HTTP/1.1\r\n"
                    + "Host: claw.lan:" + port + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 308 "), answer);
            assertTrue(answer.contains("https://claw.lan:" + port + "/"), answer);
            try (Socket without = new Socket(BIND, port)) {
                without.setSoTimeout(10_000);
                without.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertEquals(0, without.getInputStream().readAllBytes().length);
            }
            assertEquals(1, proxied.metric("seawall_connections_refused_total{reason=\"proxy_header\"}"));
        }
    }

    /// 127.0.0.1 is in the way of 0.0.0.0: so would OpenClaw's own sandbox be.
    @Test
    void saysThatItIsTaken() throws IOException {
        seawall.close();
        try (ScriptedUpstream other = new ScriptedUpstream()) {
            int free = RunningServer.freePort(other.port());
            BindFailedException trouble = assertThrows(BindFailedException.class,
                    () -> RunningServer.startThere(state, openclaw.gateway().port(), "SEAWALL_BIND=0.0.0.0",
                            "SEAWALL_SANDBOX_PORT=" + other.port(), "PORT=" + free).close());
            assertTrue(String.valueOf(trouble.getMessage())
                    .startsWith("SEAWALL_SANDBOX_PORT: cannot listen on 0.0.0.0:" + other.port()), trouble::getMessage);
            assertThrows(ConnectException.class, () -> new Socket(BIND, free).close());
        }
    }
}
