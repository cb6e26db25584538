package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.GATEWAY_TOKEN;
import static io.seawall.proxy.server.RunningServer.HOOKS_TOKEN;
import static io.seawall.proxy.server.RunningServer.PASSWORD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Status;
import io.seawall.proxy.diagnose.doctor.Doctor;
import io.seawall.proxy.diagnose.doctor.probe.Evidence;
import io.seawall.proxy.diagnose.facts.StoredCertificates;
import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
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
import org.junit.jupiter.api.io.TempDir;

/// An OpenClaw of the test's own, a Seawall in front of it, and what the doctor says of the two.
abstract class DoctorSetup {
    static final String SESSIONS = "{\"ok\":true,\"result\":{\"details\":{\"sessions\":[{\"key\":\"agent:main:a b\"}]}}}";

    @TempDir
    static Path state;

    final OpenClaw openclaw = new OpenClaw();
    Optional<RunningServer> started = Optional.empty();

    DoctorSetup() throws IOException {}

    @AfterEach
    void stop() {
        started.ifPresent(RunningServer::close);
        openclaw.upstream.close();
    }

    /// A gateway that answers as OpenClaw 2026.9 does, as far as the doctor asks; tests spoil one thing of it.
    static final class OpenClaw {
        final ScriptedUpstream upstream = ScriptedUpstream.withAFreePortBehind().script(this::serve);
        volatile boolean trusting = true;
        volatile boolean local;
        volatile Set<String> tooTrusted = Set.of();
        volatile String token = GATEWAY_TOKEN;
        volatile String hooksToken = HOOKS_TOKEN;
        volatile String hooksPath = "/hooks";
        volatile String alive = "200 OK";
        volatile String startup = "200 OK";
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
            if (request.target().equals("/startupz")) {
                return ScriptedUpstream.answer(startup, "{\"ok\":true}");
            }
            boolean isReady = ready.startsWith("200");
            return ScriptedUpstream.answer(ready, "{\"ready\":" + isReady
                    + (forwarded.isEmpty() || local
                            ? ",\"failing\":[" + (isReady ? "" : "\"slack\",\"agent-database:main\"")
                                    + "],\"uptimeMs\":5"
                            : "")
                    + "}");
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
                RunningServer.eventually("its client loses patience", connection::atEnd);
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

    RunningServer start(String... lines) {
        return startIn(state, lines);
    }

    /// @param folder a new one has a local CA that may vouch for these names
    RunningServer startIn(Path folder, String... lines) {
        String[] all = new String[lines.length + 1];
        all[0] = "SEAWALL_HOSTS=claw.example.com";
        System.arraycopy(lines, 0, all, 1, lines.length);
        RunningServer server = RunningServer.start(folder, openclaw.upstream.port(), all);
        started = Optional.of(server);
        return server;
    }

    /// What was found, by id.
    record Findings(List<Finding> all) {

        Finding get(String id) {
            List<Finding> found = all.stream().filter(finding -> finding.id().equals(id)).toList();
            assertEquals(1, found.size(), () -> id + " in " + all);
            return found.getFirst();
        }

        List<String> ids() {
            return all.stream().map(Finding::id).toList();
        }

        /// The ids of those that came out so.
        Set<String> ids(Status... statuses) {
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

    static Evidence host(Config config) {
        return new Evidence(Path.of("/proc"), OptionalLong.of(Preflight.Facts.read(Path.of("/proc")).uid()),
                StoredCertificates.of(config), List.of());
    }

    static Findings examine(Config config, String... url) {
        Optional<Origin> origin = url.length == 0 ? Optional.empty() : Optional.of(Origin.parse(url[0]));
        Findings findings = new Findings(
                new Doctor(config, host(config), origin, InstantSource.system()).examine().findings());
        for (String secret : List.of(PASSWORD, GATEWAY_TOKEN, HOOKS_TOKEN)) {
            assertFalse(findings.toString().contains(secret), findings::toString);
        }
        for (Finding finding : findings.all()) {
            boolean wrong = finding.status() == Status.FAIL || finding.status() == Status.WARN;
            assertTrue(!wrong || !finding.fix().isEmpty(), finding::toString);
        }
        return findings;
    }

    static void assertOnly(Status status, String id, Findings findings) {
        assertEquals(Set.of(id), findings.ids(Status.FAIL, Status.WARN, Status.UNKNOWN),
                findings::toString);
        assertEquals(status, findings.get(id).status(), findings::toString);
    }

    static void assertSays(Findings findings, String id, String part) {
        assertTrue(findings.get(id).toString().contains(part), () -> part + " in " + findings.get(id));
    }
}
