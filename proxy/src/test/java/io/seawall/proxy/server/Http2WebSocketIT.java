package io.seawall.proxy.server;

import static io.seawall.proxy.server.Frames.CLOSE;
import static io.seawall.proxy.server.Frames.PING;
import static io.seawall.proxy.server.Frames.TEXT;
import static io.seawall.proxy.server.Frames.masked;
import static io.seawall.proxy.server.Frames.unmasked;
import static io.seawall.proxy.server.Http2Client.number;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WebSockets over HTTP/2 (RFC 8441).
@Timeout(60)
final class Http2WebSocketIT extends Http2Setup {
    Http2WebSocketIT() throws IOException {}

    @Test
    void carriesAWebSocket() throws IOException {
        upstream.script(Frames::echo);
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.connectWebSocket("/", AUTHORIZED, "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
                "origin: https://" + server.host(),
                "sec-websocket-protocol: v3");

        Http2Client.Frame head = client.awaitHead(stream);
        assertEquals(200, head.status());
        assertFalse(head.isEnd());
        // undici 8 waits for the answer to the key that HTTP/2 has no use for
        assertEquals(List.of("ICX+Yqv66kxgM0FcWaLWlFLwTAI="), head.all("sec-websocket-accept"));
        assertEquals(List.of(), head.all("upgrade"));
        client.data(stream, false, masked(TEXT, "ahoy ⚓"));
        assertEquals(new String(unmasked(TEXT, "ahoy ⚓"), StandardCharsets.ISO_8859_1),
                client.awaitData(stream).text());
        client.data(stream, false, masked(PING, "p"));
        assertEquals("p", client.awaitData(stream).text().substring(2));
        // other requests go on beside it
        assertEquals(200, client.answer(client.get("/healthz")).status());
        assertEquals(1, server.metric("seawall_websockets_open"));
        client.data(stream, false, masked(CLOSE, Frames.closing(1000, "bye")));
        assertEquals("bye", client.awaitData(stream).text().substring(4));
        assertTrue(client.awaitData(stream).isEnd());
        eventually("no tunnel", () -> server.metric("seawall_websockets_open") == 0);

        Message handshake = upstream.requests().getFirst();
        assertEquals("GET / HTTP/1.1", handshake.start());
        assertEquals("websocket", handshake.one("Upgrade"));
        assertEquals("13", handshake.one("Sec-WebSocket-Version"));
        assertEquals("v3", handshake.one("Sec-WebSocket-Protocol"));
        assertEquals("192.0.2.1", handshake.one("X-Forwarded-For"));
        assertFalse(handshake.has("Authorization"));
        assertTrue(server.accessLine("/").path("websocket").asBoolean());
    }

    @Test
    void refusesAWebSocketWithoutTheUisCredentialOrFromAForeignPage() throws IOException {
        Http2Client client = connect(start());

        assertEquals(401, client.answer(client.connectWebSocket("/")).status());
        assertEquals(401, client.answer(client.connectWebSocket("/", "authorization: " + BEARER)).status());
        assertEquals(403, client.answer(client.connectWebSocket("/", AUTHORIZED, "origin: https://evil.example"))
                .status());
        assertEquals(400, client.answer(client.connectWebSocket("/v1/models", "authorization: " + BEARER)).status());
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void refusesAWebSocketThatIsNone() throws IOException {
        Http2Client client = connect(start());
        List<String> fields = client.fields("CONNECT", "/", AUTHORIZED, "sec-websocket-version: 13");
        fields.add(1, ":protocol: connect-udp");

        assertEquals(400, client.answer(client.head(false, fields)).status());
        assertEquals(List.of(), upstream.traffic());
    }

    /// Chromium ends its direction with the close frame.
    @ParameterizedTest
    @ValueSource(ints = {1000, 4001})
    void endOfTheClientsDirectionLetsTheGatewayAnswer(int code) throws IOException {
        byte[] last = new byte[200_000];
        upstream.script(connection -> {
            connection.send(Frames.switching(connection.request()));
            Frames.Frame frame = Frames.read(connection.in);
            assertTrue(connection.atEnd(), "the end is passed on");
            connection.send(unmasked(Frames.BINARY, last)); // was under way
            connection.send(unmasked(CLOSE, frame.payload()));
        });
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());
        client.frame(Http2Client.WINDOW_UPDATE, 0, 0, number(1 << 20));
        client.frame(Http2Client.WINDOW_UPDATE, 0, stream, number(1 << 20));
        client.data(stream, true, masked(CLOSE, Frames.closing(code, "bye")));

        byte[] received = untilEnd(client, stream);

        byte[] close = unmasked(CLOSE, Frames.closing(code, "bye"));
        assertEquals(last.length + 10 + close.length, received.length);
        assertArrayEquals(close, Arrays.copyOfRange(received, received.length - close.length, received.length));
        eventually("clean", () -> server.metric("seawall_websockets_closed_total{reason=\"closed\"}") == 1);
        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void endOfTheGatewaysDirectionLetsTheClientAnswer() throws IOException {
        BlockingQueue<Integer> answered = new LinkedBlockingQueue<>();
        upstream.script(connection -> {
            connection.send(Frames.switching(connection.request()));
            Frames.read(connection.in);
            connection.send(unmasked(CLOSE, Frames.closing(4001, "moved")));
            connection.end();
            answered.add(Frames.read(connection.in).closeCode());
        });
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());
        client.data(stream, false, masked(TEXT, "x"));
        untilEnd(client, stream);

        client.data(stream, true, masked(CLOSE, Frames.closing(4001, "moved")));

        eventually("the answer", () -> answered.contains(4001));
        eventually("clean", () -> server.metric("seawall_websockets_closed_total{reason=\"closed\"}") == 1);
        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void aGatewayThatDoesNotAnswerTheEndOfTheClientsDirectionIsCut() throws IOException {
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        upstream.script(connection -> {
            connection.send(Frames.switching(connection.request()));
            Frames.read(connection.in);
            assertTrue(connection.atEnd());
            over.completeOnTimeout(true, 30, TimeUnit.SECONDS).join(); // says nothing, and does not end
        });
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());

        client.data(stream, true, masked(CLOSE, Frames.closing(1000, "bye")));

        untilEnd(client, stream);
        eventually("cut", () -> server.metric("seawall_websockets_closed_total{reason=\"client\"}") == 1);
        over.complete(true);
    }

    @Test
    void endsTheGatewaysSideWithTheStream() throws IOException {
        upstream.script(Frames::echo);
        RunningServer server = start();
        Http2Client client = connect(server);
        int first = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(first).status());
        int second = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(second).status());

        client.frame(Http2Client.RST_STREAM, 0, first, number(8));
        client.data(second, true, "");

        eventually("no tunnel", () -> server.metric("seawall_websockets_open") == 0);
        eventually("both ends", () -> upstream.traffic().stream().allMatch(Connection::atEnd));
    }

    @Test
    void movesMegabytesThroughAWebSocketBothWays() throws IOException {
        upstream.script(Frames::echo);
        Http2Client client = connect(start());
        int stream = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());
        client.frame(Http2Client.WINDOW_UPDATE, 0, 0, number(1 << 29));
        client.frame(Http2Client.WINDOW_UPDATE, 0, stream, number(1 << 29));
        byte[] message = new byte[10_000];
        long echoed = 0;
        for (int i = 0; i < 300; i++) {
            client.data(stream, false, masked(Frames.BINARY, message));
            while (echoed < (i + 1L) * (message.length + 4)) {
                echoed += client.awaitData(stream).payload().length;
            }
        }
        assertEquals(300L * (message.length + 4), echoed);
    }
}
