package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.internal.PlatformDependent;
import io.seawall.proxy.server.WireReader.Message;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.http.HttpResponse;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What the operator sees: metrics, readiness, an exposed gateway, and the reasons not to start.
@Timeout(60)
final class AdminIT {
    @TempDir
    private static Path state;

    private final ScriptedUpstream upstream = new ScriptedUpstream()
            .answering(request -> ScriptedUpstream.ok(request.target()));
    private final RunningServer server = RunningServer.start(state, upstream.port());

    AdminIT() throws IOException {}

    @AfterEach
    void stop() {
        server.close();
        upstream.close();
    }

    // ---- the admin listener

    @Test
    void servesMetricsToWhoAsksByAddress() throws IOException {
        assertEquals(200, server.get("/v1/models", "Authorization", BEARER).statusCode());
        eventually("the request in the metrics", () -> server
                .metric("seawall_requests_total{method=\"GET\",route=\"api\",status=\"200\"}") == 1);
        HttpResponse<String> text = server.admin("/metrics");
        assertEquals("text/plain; version=0.0.4; charset=utf-8",
                text.headers().firstValue("Content-Type").orElseThrow());
        for (String series : List.of("seawall_auth_attempts_total{", "seawall_lockouts_total{",
                "seawall_lockouts_active{", "seawall_requests_total{", "seawall_request_duration_seconds_bucket{",
                "seawall_connections_open ", "seawall_connections_refused_total{", "seawall_strangers_slowed{",
                "seawall_direct_memory_used_bytes ", "seawall_direct_memory_max_bytes ", "seawall_websockets_open ",
                "seawall_websockets_closed_total{", "seawall_bytes_total{", "seawall_upstream_up ",
                "seawall_upstream_exposed 0", "seawall_upstream_errors_total{", "seawall_tls_handshakes_total{",
                "seawall_certificate_expiry_timestamp_seconds ",
                "seawall_certificate_reloads_total{outcome=\"ok\"} 0",
                "seawall_certificate_reloads_total{outcome=\"refused\"} 0", "seawall_certificate_renewals_total{",
                "seawall_build_info{", "jvm_memory_used_bytes{",
                "process_uptime_seconds ")) {
            assertTrue(text.body().contains("\n" + series), series + " is missing in\n" + text.body());
        }
        HttpResponse<String> open = server.admin("/metrics", "Accept", "application/openmetrics-text");
        assertTrue(open.body().endsWith("# EOF\n"), open.body());
        assertEquals(421, admin("GET /metrics HTTP/1.1\r\nHost: rebound.example\r\n\r\n").status());
        assertEquals(400, admin("GET /metrics HTTP/1.1\r\n\r\n").status());
        assertEquals(405, admin("POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n").status());
        assertEquals(404, server.admin("/").statusCode());
    }

    @Test
    void keepsMetricsBehindTheirTokenWhereThereIsOne() {
        String token = "p8Lf3sD0gZ5uE7aV2iB9oK";
        try (RunningServer guarded = RunningServer.start(state, upstream.port(), "SEAWALL_ADMIN_TOKEN=" + token)) {
            assertEquals(401, guarded.admin("/metrics").statusCode());
            assertEquals(401, guarded.admin("/metrics", "Authorization", BEARER).statusCode());
            assertEquals(200, guarded.admin("/metrics", "Authorization", "Bearer " + token).statusCode());
            assertEquals(401, guarded.get("/v1/models", "Authorization", "Bearer " + token).statusCode());
        }
    }

    /// New connections replace the oldest ones, whatever these do.
    @Test
    void answersProbesWhileOthersFlood() throws IOException {
        String scrapes = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(500);
        long before = PlatformDependent.usedDirectMemory();
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i < 2 * AdminPipeline.MOST_CONNECTIONS; i++) {
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"),
                        server.server().adminPort().orElseThrow());
                flood.add(socket);
                socket.setReceiveBufferSize(4_096);
                if (i % 2 == 0) {
                    socket.getOutputStream().write(scrapes.getBytes(StandardCharsets.ISO_8859_1));
                }
                if (i % 10 == 0) {
                    assertEquals(200, admin("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").status());
                    admin("GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n");
                }
            }
            long taken = PlatformDependent.usedDirectMemory() - before;
            assertTrue(taken < 16 << 20, "bytes of answers that nobody takes: " + taken);
            assertEquals(200, admin("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").status());
            flood.getFirst().setSoTimeout(10_000);
            assertThrows(IOException.class, () -> drain(flood.getFirst()), "it was there longest");
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    @Test
    void itsConnectionsShareTheUnauthenticatedClientsPartOfTheHeap() throws IOException {
        double before = server.metric("seawall_unauthenticated_heap_bytes");
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 10; i++) {
                silent.add(new Socket(InetAddress.ofLiteral("127.0.0.1"),
                        server.server().adminPort().orElseThrow()));
            }
            eventually("booked", () -> server.metric("seawall_unauthenticated_heap_bytes") >= before + 10 * 6_144);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
        eventually("free", () -> server.metric("seawall_unauthenticated_heap_bytes") <= before);
    }

    /// Reads until a reset or a timeout.
    private static void drain(Socket socket) throws IOException {
        byte[] bytes = new byte[65_536];
        while (socket.getInputStream().read(bytes) >= 0) {
            // what was sent before
        }
        throw new EOFException();
    }

    private Message admin(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"),
                server.server().adminPort().orElseThrow())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new WireReader(socket.getInputStream()).answer();
        }
    }

    @Test
    void isReadyOnlyWhileTheGatewayWouldAnswer() throws IOException {
        assertEquals(200, server.admin("/livez").statusCode());
        eventually("ready", () -> server.admin("/readyz").statusCode() == 200);
        assertEquals("{\"ready\":true}\n", server.get("/readyz").body());
        assertEquals(1, server.metric("seawall_upstream_up"));

        int port = upstream.port();
        upstream.close();
        eventually("not ready", () -> server.admin("/readyz").statusCode() == 503);
        assertEquals("gateway down\n", server.admin("/readyz").body());
        HttpResponse<String> told = server.get("/readyz");
        assertEquals(503, told.statusCode());
        assertEquals("{\"ready\":false}\n", told.body());
        assertEquals(200, server.get("/healthz").statusCode());
        assertEquals(200, server.admin("/livez").statusCode());
        assertEquals(0, server.metric("seawall_upstream_up"));

        try (ScriptedUpstream again = new ScriptedUpstream(port, "127.0.0.1")) {
            eventually("ready again", () -> server.admin("/readyz").statusCode() == 200);
            again.health(
                    ScriptedUpstream.answer("403 Forbidden", "{\"error\":{\"type\":\"proxy_attribution_required\"}}"));
            eventually("not trusted", () -> server.admin("/readyz").body().equals("gateway unattributed\n"));
            again.health(ScriptedUpstream.answer("503 Service Unavailable", "booting"));
            eventually("starting", () -> server.admin("/readyz").body().equals("gateway starting\n"));
        }
    }

    // ---- an exposed gateway

    @Test
    void exposedGatewayGetsNothingUntilItIsBackOnLoopback() throws IOException {
        int port = upstream.port();
        upstream.close();
        try (ScriptedUpstream exposed = new ScriptedUpstream(port, "0.0.0.0")) {
            exposed.answering(request -> ScriptedUpstream.ok("exposed"));
            server.server().checkExposure();
            assertEquals(1, server.metric("seawall_upstream_exposed"));
            for (HttpResponse<String> answer : List.of(server.get("/chat", "Authorization", BASIC),
                    server.get("/v1/models", "Authorization", BEARER))) {
                assertEquals(503, answer.statusCode());
                assertTrue(answer.body().contains("OpenClaw is reachable from the network without Seawall"),
                        answer.body());
            }
            try (RawClient client = server.raw()) {
                assertEquals(503, client.upgrade("/", "Authorization: " + BASIC).answer().status());
            }
            assertEquals(List.of(), exposed.traffic());
            assertEquals(3, server.metric("seawall_upstream_errors_total{kind=\"exposed\"}"));
            assertTrue(server.admin("/readyz").body().contains("gateway exposed"));
            assertEquals(503, server.admin("/readyz").statusCode());
            eventually("the danger in the log", () -> server.log().lines().anyMatch(line -> line.contains("\"ERROR\"")
                    && line.contains("DANGEROUS: ") && line.contains(":" + port)));
        }
        try (ScriptedUpstream back = new ScriptedUpstream(port, "127.0.0.1")) {
            back.answering(request -> ScriptedUpstream.ok("back"));
            server.server().checkExposure();
            assertEquals(0, server.metric("seawall_upstream_exposed"));
            assertEquals("back", server.get("/chat", "Authorization", BASIC).body());
            eventually("the end of it in the log", () -> server.log().contains("the gateway is on loopback again"));
        }
    }

    @Test
    void exposedGatewayIsServedWhereTheOperatorSaidWarn() throws IOException {
        try (ScriptedUpstream exposed = new ScriptedUpstream(0, "0.0.0.0");
                RunningServer warned = RunningServer.start(state, exposed.port(), "SEAWALL_ON_EXPOSURE=warn")) {
            exposed.answering(request -> ScriptedUpstream.ok("served"));
            assertEquals("served", warned.get("/chat", "Authorization", BASIC).body());
            eventually("the first look", () -> warned.metric("seawall_upstream_exposed") == 1);
        }
    }

    @Test
    void portOfAnotherUserGetsNothingUntilTheOperatorSaysWhoseItIs(@TempDir Path folder) throws IOException {
        int uid = (Integer) Files.getAttribute(Files.createFile(folder.resolve("ours")), "unix:uid");
        try (RunningServer robbed = RunningServer.start(state, upstream.port(), "SEAWALL_GATEWAY_UID=" + (uid + 1))) {
            robbed.server().checkExposure();
            HttpResponse<String> answer = robbed.get("/chat", "Authorization", BASIC);
            assertEquals(503, answer.statusCode());
            assertTrue(answer.body().contains("Another user than OpenClaw's listens on its port"), answer.body());
            try (RawClient client = robbed.raw()) {
                assertEquals(503, client.upgrade("/", "Authorization: " + BASIC).answer().status());
            }
            assertEquals(1, robbed.metric("seawall_upstream_exposed"));
            assertEquals(2, robbed.metric("seawall_upstream_errors_total{kind=\"foreign\"}"));
            assertTrue(robbed.admin("/readyz").body().contains("gateway port of another user"));

            robbed.reload("SEAWALL_GATEWAY_UID=" + uid);
            robbed.server().checkExposure();
            assertEquals("/chat", robbed.get("/chat", "Authorization", BASIC).body());
            assertEquals(0, robbed.metric("seawall_watch_failures_total{watch=\"exposure\"}"));
        }
    }

    // ---- reasons not to start

    @Test
    void takenPortIsNamedAndNothingIsLeftBehind() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();
            String message = String.valueOf(assertThrows(BindFailedException.class,
                    () -> RunningServer.startThere(state, upstream.port(), "PORT=" + port)).getMessage());
            assertTrue(message.matches("PORT: cannot listen on 127\\.0\\.0\\.1:" + port
                    + " \\(.*Address already in use\\)\\. Fix: end what listens there \\(ss -tlnp\\),"
                    + " or set PORT to another port"),
                    message);

            int free = RunningServer.freePort();
            String admin = String.valueOf(assertThrows(BindFailedException.class, () -> RunningServer
                    .startThere(state, upstream.port(), "PORT=" + free, "SEAWALL_ADMIN=127.0.0.1:" + port))
                    .getMessage());
            assertTrue(admin.startsWith("SEAWALL_ADMIN: cannot listen on 127.0.0.1:" + port + " ("), admin);
            assertTrue(admin.endsWith("or set SEAWALL_ADMIN to another address"), admin);
            eventually("the first port is free again", () -> isFree(free));
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return probe.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void processRefusesToStartBeforeAnExposedGateway(@TempDir Path folder) throws Exception {
        try (ServerSocketChannel exposed = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            exposed.bind(new InetSocketAddress("0.0.0.0", 0));
            int port = ((InetSocketAddress) exposed.getLocalAddress()).getPort();
            String where = "0.0.0.0:" + port + " (java, pid " + ProcessHandle.current().pid() + ")";
            for (String command : List.of("run", "check")) {
                Exit exit = seawall(folder, RunningServer.environment(folder.resolve("state"), port), command);
                assertEquals(
                        """
                                seawall: refused, 1 problem

                                  SEAWALL_UPSTREAM: DANGEROUS: %s
                                    expected: the gateway listening on 127.0.0.1:%d only
                                    fix:      set gateway.bind: "loopback" in openclaw.json (OpenClaw itself ignores OPENCLAW_GATEWAY_BIND), restart the gateway, and check: ss -tlnp | grep %d
                                """
                                .formatted(where, port, port),
                        exit.errors());
                assertEquals(3, exit.code());
            }
        }
    }

    @Test
    void processWhosePortIsTakenSaysSo(@TempDir Path folder) throws Exception {
        Map<String, String> environment = RunningServer.environment(folder.resolve("state"), upstream.port(),
                "PORT=" + server.port());
        Exit exit = seawall(folder, environment, "run");
        assertEquals(5, exit.code(), exit.errors());
        assertTrue(exit.errors().startsWith("seawall: refused\n\n  PORT: cannot listen on 127.0.0.1:" + server.port()),
                exit.errors());
        assertFalse(exit.errors().contains("Exception"), exit.errors());
    }

    private record Exit(int code, String errors) {}

    private static Exit seawall(Path folder, Map<String, String> environment, String command) throws Exception {
        Path errors = folder.resolve("errors");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                System.getProperty("java.class.path"), "io.seawall.proxy.cli.Main", command)
                .directory(folder.toFile()).redirectError(errors.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it runs on");
            return new Exit(process.exitValue(), Files.readString(errors).replaceAll("(?m)^SLF4J.*\n", ""));
        } finally {
            process.destroyForcibly();
        }
    }
}
