package io.seawall.proxy.server;

import static io.seawall.proxy.server.Frames.BINARY;
import static io.seawall.proxy.server.Frames.CLOSE;
import static io.seawall.proxy.server.Frames.PING;
import static io.seawall.proxy.server.Frames.PONG;
import static io.seawall.proxy.server.Frames.TEXT;
import static io.seawall.proxy.server.Frames.masked;
import static io.seawall.proxy.server.Frames.unmasked;
import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.proxy.server.Frames.Frame;
import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// WebSockets through the whole gateway, from handshake to the last close frame.
@Timeout(60)
final class TunnelIT {
    private static final String AUTHORIZED = "Authorization: " + BASIC;
    private static final int MIB = 1 << 20;

    @TempDir
    private static Path state;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final RunningServer server = RunningServer.start(state, upstream.port());

    TunnelIT() throws IOException {}

    @AfterEach
    void stop() {
        server.close();
        upstream.close();
    }

    // ---- the handshake

    @Test
    void echoesTextAndBinaryWithThePassword() {
        upstream.script(Frames::echo);
        Conversation client = new Conversation(server, "/", "Authorization", BASIC);
        client.text("ahoy ⚓");
        assertEquals("text ahoy ⚓", client.next());
        client.binary(new byte[]{0, 1, -1});
        assertEquals("binary 3", client.next());
        assertArrayEquals(new byte[]{0, 1, -1}, client.lastBinary());
        client.socket().abort();
    }

    @Test
    void echoesWithTheSessionWhichNeverArrives() {
        upstream.script(Frames::echo);
        Conversation client = new Conversation(server, "/", "Cookie", server.logIn() + "; theme=dark", "Origin",
                "https://" + server.host());
        client.text("ahoy");
        assertEquals("text ahoy", client.next());
        client.socket().abort();
        Message handshake = upstream.requests().getFirst();
        assertEquals("theme=dark", handshake.one("Cookie"));
        assertEquals("192.0.2.1", handshake.one("X-Forwarded-For"));
        assertEquals("Upgrade", handshake.one("Connection"));
        assertEquals("websocket", handshake.one("Upgrade"));
        assertEquals("https://" + server.host(), handshake.one("Origin"));
    }

    @Test
    void handshakeWithThePasswordBringsTheSession() throws IOException {
        upstream.script(Frames::echo);
        try (RawClient client = server.raw()) {
            client.upgrade("/", AUTHORIZED, "Sec-WebSocket-Protocol: v3");
            Message answer = client.answer();
            assertEquals(101, answer.status());
            assertEquals(Frames.accept("dGhlIHNhbXBsZSBub25jZQ=="), answer.one("Sec-WebSocket-Accept"));
            assertTrue(answer.one("Set-Cookie").startsWith("__Host-seawall-"));
        }
        Message handshake = upstream.requests().getFirst();
        assertFalse(handshake.has("Authorization"), handshake.toString());
        assertEquals("v3", handshake.one("Sec-WebSocket-Protocol"));
    }

    @Test
    void handshakeWithoutTheUisCredentialGoesNowhere() throws IOException {
        for (String credential : List.of("X: 1", "Authorization: " + BEARER,
                "Authorization: " + RunningServer.HOOKS_BEARER)) {
            try (RawClient client = server.raw()) {
                client.upgrade("/", credential);
                assertEquals(401, client.answer().status());
            }
        }
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void answerOtherThan101IsRelayed() throws IOException {
        upstream.answering(request -> request.has("Upgrade")
                ? ScriptedUpstream.answer("429 Too Many Requests", "later", "Retry-After: 7")
                : ScriptedUpstream.ok("page"));
        try (RawClient client = server.raw()) {
            client.upgrade("/", AUTHORIZED);
            Message answer = client.answer();
            assertEquals(429, answer.status());
            assertEquals("7", answer.one("Retry-After"));
            assertEquals("later", answer.body());
            client.head("GET /", AUTHORIZED);
            assertEquals("page", client.answer().body());
        }
        assertEquals(0, server.metric("seawall_websockets_open"));
    }

    @Test
    void wrongAcceptBecomes502() throws IOException {
        upstream.script(connection -> {
            Message handshake = connection.request();
            connection.send(Frames.switching(handshake).replaceFirst("Accept: .", "Accept: "));
            assertTrue(connection.atEnd());
        });
        try (RawClient client = server.raw()) {
            client.upgrade("/", AUTHORIZED);
            assertEquals(502, client.answer().status());
        }
        assertEquals(1, server.metric("seawall_upstream_errors_total{kind=\"bad_answer\"}"));
    }

    @Test
    void bytesInThePacketOfThe101Arrive() throws IOException {
        try (RawClient client = server.raw()) {
            client.upgrade("/", AUTHORIZED);
            Connection up = upstream.next();
            byte[] challenge = unmasked(TEXT, "challenge");
            byte[] head = Frames.switching(up.request()).getBytes(StandardCharsets.ISO_8859_1);
            byte[] packet = Arrays.copyOf(head, head.length + challenge.length);
            System.arraycopy(challenge, 0, packet, head.length, challenge.length);
            up.send(packet);
            assertEquals(101, client.answer().status());
            assertEquals("challenge", Frames.read(client.in).text());
        }
    }

    @Test
    void bytesBehindTheClientsHandshakeArrive() throws IOException {
        try (RawClient client = server.raw()) {
            String handshake = "GET / HTTP/1.1\r\nHost: " + server.host() + "\r\n" + AUTHORIZED
                    + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            client.send(handshake + new String(masked(TEXT, "early"), StandardCharsets.ISO_8859_1));
            Connection up = upstream.next();
            Message request = up.request();
            client.send(masked(TEXT, "later"));
            up.send(Frames.switching(request));
            assertEquals("early", Frames.read(up.in).text());
            assertEquals("later", Frames.read(up.in).text());
            assertEquals(101, client.answer().status());
        }
    }

    // ---- what passes

    @Test
    void pingAndPongPassEndToEnd() throws IOException {
        try (Pair pair = open()) {
            pair.client.send(masked(PING, "are you there"));
            Frame ping = Frames.read(pair.up.in);
            assertEquals(PING, ping.opcode());
            assertEquals("are you there", ping.text());
            pair.up.send(unmasked(PONG, ping.payload()));
            assertEquals(PONG, Frames.read(pair.client.in).opcode());
            pair.up.send(unmasked(PING, "and you"));
            assertEquals("and you", Frames.read(pair.client.in).text());
        }
    }

    @Test
    void messageOf25MebibytesPassesBothWays() {
        upstream.script(Frames::echo);
        byte[] message = new byte[25 * MIB];
        new Random(3).nextBytes(message);
        Conversation client = new Conversation(server, "/", "Authorization", BASIC);
        client.binary(message);
        assertEquals("binary " + message.length, client.next());
        assertArrayEquals(message, client.lastBinary());
        client.socket().abort();
    }

    @Test
    void closeCodesPass() throws IOException {
        upstream.script(Frames::echo);
        Conversation client = new Conversation(server, "/", "Authorization", BASIC);
        client.socket().sendClose(4001, "bye").join();
        assertEquals("close 4001 bye", client.next());
        upstream.script(connection -> {
            connection.send(Frames.switching(connection.request()));
            connection.send(unmasked(CLOSE, Frames.closing(4002, "pairing required")));
            connection.atEnd();
        });
        assertEquals("close 4002 pairing required",
                new Conversation(server, "/", "Authorization", BASIC).next());
    }

    @Test
    void clientThatDoesNotReadStopsTheGatewaysWrites() throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] frame = unmasked(BINARY, new byte[64 * 1024]);
        int frames = 100 * MIB / frame.length;
        try (Pair pair = open(new RawClient(server, 64 * 1024))) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < frames; i++) {
                    sendUnchecked(pair.up, frame);
                    written.addAndGet(frame.length);
                }
            }, task -> Thread.ofVirtual().start(task));
            long stalledAt = whereItStalls(written);
            assertTrue(stalledAt < 40 * MIB, "written while nobody reads: " + stalledAt);
            for (int i = 0; i < frames; i++) {
                assertEquals(64 * 1024, Frames.read(pair.client.in).payload().length);
            }
            writer.join();
        }
    }

    @Test
    void gatewayThatDoesNotReadStopsTheClientsWrites() throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] frame = masked(BINARY, new byte[64 * 1024]);
        int frames = 100 * MIB / frame.length;
        try (Pair pair = open()) {
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < frames; i++) {
                    sendUnchecked(pair.client, frame);
                    written.addAndGet(frame.length);
                }
            }, task -> Thread.ofVirtual().start(task));
            long stalledAt = whereItStalls(written);
            assertTrue(stalledAt < 60 * MIB, "written while nobody reads: " + stalledAt);
            for (int i = 0; i < frames; i++) {
                assertEquals(64 * 1024, Frames.read(pair.up.in).payload().length);
            }
            writer.join();
        }
    }

    // ---- ends

    @Test
    void deathOfTheGatewayEndsTheClientAfterItsLastWords() throws IOException {
        try (Pair pair = open()) {
            pair.up.send(unmasked(TEXT, "last words"));
            pair.up.leave();
            assertEquals("last words", Frames.read(pair.client.in).text());
            assertTrue(pair.client.in.atEnd());
        }
        try (Pair pair = open()) {
            pair.up.reset();
            assertTrue(pair.client.in.atEnd());
        }
        eventually("both counted",
                () -> server.metric("seawall_websockets_closed_total{reason=\"gateway\"}") == 2);
    }

    @Test
    void lastWordsReachAClientThatIsStillSending() throws Exception {
        AtomicLong written = new AtomicLong();
        byte[] frame = masked(BINARY, new byte[64 * 1024]);
        try (Pair pair = open()) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    while (written.addAndGet(frame.length) < 100 * MIB) {
                        pair.client.send(frame);
                    }
                } catch (IOException e) {
                    // by then it has heard why
                }
            });
            whereItStalls(written); // what it sends now lies unread between us, and at the gateway
            pair.up.send(unmasked(CLOSE, Frames.closing(4008, "enough")));
            pair.up.leave();
            Frame close = Frames.read(pair.client.in);
            assertEquals(CLOSE, close.opcode());
            assertArrayEquals(Frames.closing(4008, "enough"), close.payload());
            pair.client.in.untilEnd(); // and no reset
            pair.client.leave();
            writer.join();
        }
    }

    @Test
    void deathOfTheClientEndsItsConnectionToTheGateway() throws IOException {
        try (Pair pair = open()) {
            pair.client.reset();
            assertTrue(pair.up.atEnd());
        }
        try (Pair pair = open()) {
            pair.client.send(masked(TEXT, "last words"));
            pair.client.leave();
            assertEquals("last words", Frames.read(pair.up.in).text());
            assertTrue(pair.up.atEnd());
        }
        eventually("both counted", () -> server.metric("seawall_websockets_closed_total{reason=\"client\"}") == 2);
    }

    @Test
    void silentTunnelEndsAndATalkingOneDoesNot() throws Exception {
        try (RunningServer impatient = RunningServer.start(state, upstream.port(), "SEAWALL_READ_TIMEOUT=2");
                Pair silent = open(impatient.raw());
                Pair talking = open(impatient.raw())) {
            for (int i = 0; i < 3; i++) {
                Thread.sleep(1500); // the silence is what is tested
                talking.up.send(unmasked(PING, "tick"));
                assertEquals("tick", Frames.read(talking.client.in).text());
            }
            assertTrue(silent.client.in.atEnd());
            assertTrue(silent.up.atEnd());
            assertEquals(1, impatient.metric("seawall_websockets_closed_total{reason=\"silent\"}"));
            assertEquals(1, impatient.metric("seawall_websockets_open"));
        }
    }

    @Test
    void logoutClosesTheTunnelsOfItsSessionOnly() {
        upstream.script(Frames::echo);
        String leaving = server.logIn();
        Conversation first = new Conversation(server, "/", "Cookie", leaving);
        Conversation second = new Conversation(server, "/", "Cookie", leaving);
        Conversation other = new Conversation(server, "/", "Cookie", server.logIn());
        first.text("a");
        assertEquals("text a", first.next());

        assertEquals(200, server.post("/.seawall/logout", "", "Cookie", leaving).statusCode());
        assertEquals("close 1008 ", first.next());
        assertEquals("close 1008 ", second.next());
        other.text("still here");
        assertEquals("text still here", other.next());
        eventually("one left", () -> server.metric("seawall_websockets_open") == 1);
        assertEquals(2, server.metric("seawall_websockets_closed_total{reason=\"session_ended\"}"));
        other.socket().abort();
    }

    @Test
    void logoutEndsAlsoTheTunnelWhoseHandshakeIsUnderWay() throws IOException {
        String leaving = server.logIn();
        try (RawClient client = server.raw()) {
            client.upgrade("/", "Cookie: " + leaving);
            Connection up = upstream.next();
            Message handshake = up.request();
            assertEquals(200, server.post("/.seawall/logout", "", "Cookie", leaving).statusCode());
            up.send(Frames.switching(handshake));
            assertEquals(101, client.answer().status());
            assertEquals(1008, Frames.read(client.in).closeCode());
        }
    }

    @Test
    void drainSendsItsCloseFrameBetweenTwoFrames() throws Exception {
        try (RunningServer draining = RunningServer.start(state, upstream.port(), "SEAWALL_DRAIN_TIMEOUT=10");
                Pair idle = open(draining.raw());
                Pair busy = open(draining.raw())) {
            byte[] payload = new byte[3 * MIB];
            new Random(5).nextBytes(payload);
            byte[] frame = unmasked(BINARY, payload);
            int half = frame.length / 2;
            busy.up.send(Arrays.copyOf(frame, half));
            byte[] begun = busy.client.in.exactly(half);

            CompletableFuture<Void> closed = CompletableFuture.runAsync(draining.server()::close);
            Frame close = Frames.read(idle.client.in);
            assertEquals(CLOSE, close.opcode());
            assertEquals(1012, close.closeCode());

            busy.up.send(Arrays.copyOfRange(frame, half, frame.length));
            busy.up.send(unmasked(TEXT, "too late"));
            byte[] rest = busy.client.in.exactly(frame.length - half);
            assertEquals(0, Arrays.compare(frame, 0, half, begun, 0, half));
            assertEquals(0, Arrays.compare(frame, half, frame.length, rest, 0, rest.length));
            assertEquals(1012, Frames.read(busy.client.in).closeCode());

            // the client's answer to it still gets to the gateway
            busy.client.send(masked(CLOSE, Frames.closing(1012, "")));
            assertEquals(1012, Frames.read(busy.up.in).closeCode());
            idle.client.leave();
            busy.client.leave();
            closed.join();
        }
    }

    // ---- many

    @Test
    void fiveHundredIdleTunnelsAllStillEcho() throws IOException {
        upstream.script(Frames::echo);
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                RawClient client = server.raw().upgrade("/" + i, AUTHORIZED);
                clients.add(client);
                assertEquals(101, client.answer().status());
            }
            assertEquals(500, server.metric("seawall_websockets_open"));
            for (int i = 0; i < 500; i++) {
                clients.get(i).send(masked(TEXT, "I am " + i));
            }
            for (int i = 0; i < 500; i++) {
                assertEquals("I am " + i, Frames.read(clients.get(i).in).text());
            }
        } finally {
            clients.forEach(RawClient::close);
        }
        eventually("all gone", () -> server.metric("seawall_websockets_open") == 0
                && server.metric("seawall_connections_open") == 0);
        assertEquals(500, server.metric("seawall_websockets_closed_total{reason=\"client\"}"));
        eventually("a line for each", () -> server.accessLines().size() == 500);
    }

    @Test
    void tunnelIsOneLineInTheLogAtItsEnd() throws IOException {
        try (Pair pair = open()) {
            pair.client.send(masked(TEXT, "12345678"));
            Frames.read(pair.up.in);
            pair.up.send(unmasked(TEXT, "1234"));
            Frames.read(pair.client.in);
            assertEquals(1, server.metric("seawall_websockets_open"));
            assertEquals(List.of(), server.accessLines());
        }
        JsonNode line = server.accessLine("/chat");
        assertEquals(101, line.path("status").asInt());
        assertTrue(line.path("websocket").asBoolean());
        assertEquals(2 + 4 + 8, line.path("received").asInt());
        assertEquals(2 + 4, line.path("sent").asInt());
        assertEquals(0, server.metric("seawall_websockets_open"));
        assertEquals(1,
                server.metric("seawall_requests_total{method=\"GET\",route=\"ui\",status=\"101\"}"));
    }

    // ---- both ends of a tunnel in the test's hands

    private record Pair(RawClient client, Connection up) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            up.close();
        }
    }

    private Pair open() throws IOException {
        return open(server.raw());
    }

    private Pair open(RawClient client) throws IOException {
        client.upgrade("/chat", AUTHORIZED);
        Connection up = upstream.next();
        up.send(Frames.switching(up.request()));
        assertEquals(101, client.answer().status());
        return new Pair(client, up);
    }

    private static void sendUnchecked(Connection up, byte[] bytes) {
        try {
            up.send(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void sendUnchecked(RawClient client, byte[] bytes) {
        try {
            client.send(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Where a counter stops to grow.
    private static long whereItStalls(AtomicLong counter) throws InterruptedException {
        long last = -1;
        for (int still = 0; still < 25; still++) {
            Thread.sleep(20);
            long now = counter.get();
            if (now != last) {
                still = 0;
                last = now;
            }
        }
        return last;
    }
}
