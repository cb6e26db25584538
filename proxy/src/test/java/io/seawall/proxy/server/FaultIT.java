package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Cuts valid exchanges at random bytes, on either side: none may hang, none may be logged twice or not at all, and
/// nothing may stay open. The seed is fixed; a failure names the case.
@Timeout(120)
final class FaultIT {
    private static final int CASES = 240;
    private static final long SEED = 20_260;

    @TempDir
    private static Path state;

    private enum Kind {
        LENGTH, CHUNKED, STREAM, TUNNEL
    }

    /// One exchange with one cut.
    ///
    /// @param byClient whose bytes end early
    /// @param at how many of them there are
    /// @param reset whether they end with a reset
    record Fault(int number, Kind kind, boolean byClient, int at, boolean reset) {
        String path() {
            return (kind == Kind.TUNNEL ? "/t/" : "/v1/") + number;
        }
    }

    @Test
    void noCutHangsAnExchangeOrLosesItsLine() throws Exception {
        Map<String, Fault> faults = new ConcurrentHashMap<>();
        Set<String> arrived = ConcurrentHashMap.newKeySet();
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                RunningServer server = RunningServer.start(state, upstream.port(), "SEAWALL_CONNECT_TIMEOUT=30");
                ExecutorService clients = Executors.newFixedThreadPool(8)) {
            upstream.script(connection -> {
                while (!connection.atEnd()) {
                    WireReader.Message request = connection.in.head();
                    Fault fault = faults.get(request.target());
                    if (fault == null) {
                        connection.in.body(request);
                        connection.send(ScriptedUpstream.ok("no fault"));
                        continue;
                    }
                    arrived.add(fault.path());
                    byte[] answer = answer(fault.kind(), request);
                    if (fault.byClient()) {
                        // a client that is cut in its body never ends it
                        if (fault.kind() == Kind.LENGTH || fault.kind() == Kind.CHUNKED) {
                            connection.in.body(request);
                        }
                        connection.send(answer);
                        if (fault.kind() == Kind.TUNNEL || fault.kind() == Kind.STREAM) {
                            connection.in.untilEnd();
                            return;
                        }
                        continue;
                    }
                    connection.send(Arrays.copyOf(answer, fault.at()));
                    if (fault.reset()) {
                        connection.reset();
                    }
                    return;
                }
            });
            Random random = new Random(SEED);
            List<Future<Boolean>> running = new ArrayList<>();
            for (int i = 0; i < CASES; i++) {
                Fault fault = fault(server, i, random);
                faults.put(fault.path(), fault);
                running.add(clients.submit(() -> play(server, fault, arrived)));
            }
            int begun = 0;
            for (int i = 0; i < CASES; i++) {
                begun += running.get(i).get(60, TimeUnit.SECONDS) ? 1 : 0;
            }
            assertTrue(begun > CASES / 2, "exchanges: " + begun);

            int expected = begun;
            eventually("a line for each", () -> server.accessLines().size() >= expected);
            eventually("no connection left", () -> server.metric("seawall_connections_open") == 0);
            eventually("no tunnel left", () -> server.metric("seawall_websockets_open") == 0);
            List<String> ids = server.accessLines().stream().map(line -> line.path("id").asText()).toList();
            assertEquals(ids.size(), ids.stream().distinct().count());
            List<String> paths = server.accessLines().stream().map(line -> line.path("path").asText()).toList();
            assertEquals(paths.size(), paths.stream().distinct().count(), paths.toString());
            assertEquals(expected, paths.size());
            assertEquals((double) expected, server.admin("/metrics").body().lines()
                    .filter(line -> line.startsWith("seawall_requests_total{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1))).sum());
            assertEquals(List.of(), server.accessLines().stream().map(JsonNode::toString)
                    .filter(line -> line.contains("\"internal\"")).toList());
            assertTrue(!server.log().contains("\"ERROR\""), server.log());

            // and after all that it works as on its first day
            for (int i = 0; i < 8; i++) {
                assertEquals("no fault",
                        server.post("/v1/fine", "{}", "Authorization", BEARER, "Accept", "*/*").body());
            }
        }
    }

    private static Fault fault(RunningServer server, int number, Random random) {
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        boolean byClient = random.nextBoolean();
        Fault whole = new Fault(number, kind, byClient, 0, random.nextBoolean());
        byte[] text = byClient
                ? request(server, whole)
                : answer(kind, new WireReader.Message("", List.of("Sec-WebSocket-Key: x"), ""));
        return new Fault(number, kind, byClient, random.nextInt(text.length), whole.reset());
    }

    /// Plays the client; whether a whole head was sent, so that there is an exchange.
    private static boolean play(RunningServer server, Fault fault, Set<String> arrived) throws IOException {
        byte[] request = request(server, fault);
        int head = new String(request, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        try (RawClient client = server.raw()) {
            if (fault.byClient()) {
                client.send(Arrays.copyOf(request, fault.at()));
                if (fault.at() >= head) {
                    // a reset could overtake it, and then there was no exchange
                    arrives(server, fault, arrived);
                }
                if (fault.reset()) {
                    client.reset();
                }
                return fault.at() >= head;
            }
            client.send(request);
            // an end must come: a whole answer, ours or the upstream's, or a cut
            try {
                if (client.answer().status() == 101) {
                    client.in.untilEnd();
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("it hangs: " + fault + " after " + client.in.seen(), e);
            } catch (IOException e) {
                // a cut
            }
            return true;
        }
    }

    private static void arrives(RunningServer server, Fault fault, Set<String> arrived) {
        try {
            eventually(fault + " has arrived", () -> arrived.contains(fault.path()));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; its lines: "
                    + server.log().lines().filter(line -> line.contains(fault.path() + "\"")).toList(), e);
        }
    }

    private static byte[] request(RunningServer server, Fault fault) {
        String start = " " + fault.path() + " HTTP/1.1\r\nHost: " + server.host() + "\r\n";
        String bearer = "Authorization: " + BEARER + "\r\n";
        String text = switch (fault.kind()) {
            case LENGTH -> "POST" + start + bearer + "Content-Length: 600\r\n\r\n" + "x".repeat(600);
            case CHUNKED -> "POST" + start + bearer + "Transfer-Encoding: chunked\r\n\r\n"
                    + "64\r\n" + "y".repeat(100) + "\r\n" + "c8\r\n" + "z".repeat(200) + "\r\n0\r\n\r\n";
            case STREAM -> "GET" + start + bearer + "\r\n";
            case TUNNEL -> "GET" + start + "Authorization: " + BASIC
                    + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                    + new String(Frames.masked(Frames.TEXT, "q".repeat(300)), StandardCharsets.ISO_8859_1);
        };
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] answer(Kind kind, WireReader.Message request) {
        String text = switch (kind) {
            case LENGTH -> ScriptedUpstream.ok("a".repeat(700));
            case CHUNKED -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + "64\r\n" + "b".repeat(100)
                    + "\r\n" + "12c\r\n" + "c".repeat(300) + "\r\n0\r\n\r\n";
            case STREAM -> "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + "data: 1\n\n".repeat(50);
            case TUNNEL -> Frames.switching(request)
                    + new String(Frames.unmasked(Frames.TEXT, "r".repeat(500)), StandardCharsets.ISO_8859_1);
        };
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
