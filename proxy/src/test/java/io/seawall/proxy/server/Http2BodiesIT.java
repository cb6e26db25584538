package io.seawall.proxy.server;

import static io.seawall.proxy.server.Http2Client.END_HEADERS;
import static io.seawall.proxy.server.Http2Client.END_STREAM;
import static io.seawall.proxy.server.Http2Client.number;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.Http2Error;
import io.seawall.proxy.server.Http2Client.Answer;
import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests' and answers' bodies over HTTP/2, at the pace of their reader.
@Timeout(60)
final class Http2BodiesIT extends Http2Setup {
    Http2BodiesIT() throws IOException {}

    @Test
    void passesABodyOfKnownAndOfUnknownLength() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok(request.body()));
        Http2Client client = connect(start());
        int known = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER, "content-length: 6"));
        client.data(known, false, "abc");
        client.data(known, true, "def");
        assertEquals("abcdef", client.answer(known).body());
        int unknown = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER));
        client.data(unknown, false, "gh");
        client.data(unknown, true, "");
        assertEquals("gh", client.answer(unknown).body());

        assertEquals("6", upstream.requests().getFirst().one("Content-Length"));
        assertTrue(upstream.requests().get(1).isChunked());
    }

    /// By another implementation's client, which grants and uses windows in its own way.
    @Test
    void movesMegabytesBothWaysForAnotherClient() throws Exception {
        byte[] body = new byte[12 << 20];
        new Random(5).nextBytes(body);
        upstream.script(connection -> {
            Message head = connection.in.head();
            byte[] received = connection.in.exactly(Integer.parseInt(head.one("Content-Length")));
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + received.length + "\r\n\r\n");
            connection.send(received);
        });
        RunningServer server = start();
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2)
                .sslContext(server.trust()).build()) {
            HttpResponse<byte[]> response = client.send(
                    server.request("/v1/files", "Authorization", BEARER)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertEquals(HttpClient.Version.HTTP_2, response.version());
            assertArrayEquals(body, response.body());
        }
    }

    @Test
    void forwardsNothingThatOnlyAProxyMaySay() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("ok"));
        Http2Client client = connect(start());

        assertEquals(200, client.answer(client.get("/a", AUTHORIZED, "x-remote-user: owner", "x_webauth_user: owner",
                "tailscale-user-login: owner", "x-openclaw-scopes: admin", "x-openclaw-model: kept", "x-user: owner"))
                .status());

        List<String> fields = upstream.requests().getFirst().fields();
        assertTrue(fields.stream().noneMatch(field -> field.contains("owner") || field.contains("admin")),
                fields.toString());
        assertTrue(fields.contains("x-openclaw-model: kept"), fields.toString());
    }

    @Test
    void dropsTrailersOfARequest() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok(request.body()));
        Http2Client client = connect(start());
        int stream = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER));
        client.data(stream, false, "body");
        client.frame(Http2Client.HEADERS, END_HEADERS | END_STREAM, stream,
                Http2Client.block(List.of("x-openclaw-scopes: operator.admin")));

        assertEquals("body", client.answer(stream).body());
        assertFalse(upstream.requests().getFirst().has("x-openclaw-scopes"));
    }

    @ParameterizedTest
    @CsvSource({"abcd, true", "ab, true"})
    void neverCompletesABodyThatIsNotAsLongAsItSaid(String body, boolean end) throws IOException {
        upstream.script(connection -> {
            connection.in.head();
            connection.in.untilEnd();
        });
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.head(false,
                client.fields("POST", "/v1/x", "authorization: " + BEARER, "content-length: 3"));
        client.data(stream, end, body);

        assertEquals(Http2Error.PROTOCOL_ERROR, client.awaitReset(stream).error());
        server.accessLine("/v1/x");
        eventually("the gateway's connection ends", () -> upstream.traffic().stream().allMatch(Connection::atEnd));
        assertTrue(upstream.traffic().stream().noneMatch(c -> c.in.seen().endsWith("abc")), "no whole body");
    }

    @Test
    void answersARequestWhoseBodyIsTooLargeBeforeItCame() throws IOException {
        Http2Client client = connect(start("SEAWALL_MAX_BODY_API=1KiB"));
        int stream = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER,
                "content-length: 2000"));

        assertEquals(413, client.answer(stream).status());
        assertEquals(Http2Error.NO_ERROR, client.awaitReset(stream).error());
        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void grantsNoMoreWindowThanTheGatewayTakes() throws Exception {
        CompletableFuture<Connection> reached = new CompletableFuture<>();
        CompletableFuture<Void> go = new CompletableFuture<>();
        upstream.script(connection -> {
            connection.in.head();
            reached.complete(connection);
            go.join();
            connection.in.untilEnd();
        });
        Http2Client client = connect(start());
        int stream = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER));
        reached.get();
        byte[] piece = new byte[16_000];
        long window = 65_535;
        long sent = 0;
        // ends when five looks in a row found no more window: what the kernel takes for the gateway, and one window
        for (int quiet = 0; quiet < 5 && sent < 64L << 20; quiet++) {
            while (window - sent >= piece.length) {
                client.data(stream, false, piece);
                sent += piece.length;
                quiet = 0;
            }
            Thread.sleep(100);
            client.frame(Http2Client.PING, 0, 0, new byte[8]);
            window += granted(client, stream);
        }

        assertTrue(sent < 16 << 20, "sent " + sent);
        // other streams are not held up by it
        assertEquals(200, client.answer(client.get("/healthz")).status());
        go.complete(null);
    }

    @Test
    void noticesThatTheClientIsGoneWhoseBodyNobodyTakes() throws Exception {
        CompletableFuture<Connection> reached = new CompletableFuture<>();
        CompletableFuture<Void> go = new CompletableFuture<>();
        upstream.script(connection -> {
            connection.in.head();
            reached.complete(connection);
            go.join();
        });
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER));
        reached.get();
        byte[] piece = new byte[16_000];
        long window = 65_535;
        // until nothing more is taken, and something waits in Seawall
        for (int quiet = 0; quiet < 5; quiet++) {
            while (window >= piece.length) {
                client.data(stream, false, piece);
                window -= piece.length;
                quiet = 0;
            }
            Thread.sleep(100);
            client.frame(Http2Client.PING, 0, 0, new byte[8]);
            window += granted(client, stream);
        }

        client.close();

        assertEquals(0, server.accessLine("/v1/x").path("status").asInt());
        go.complete(null);
    }

    /// What the client may send more on the stream, by the acknowledgement of its ping.
    private static long granted(Http2Client client, int stream) throws IOException {
        long granted = 0;
        Http2Client.Frame frame;
        do {
            frame = Objects.requireNonNull(client.next());
            if (frame.type() == Http2Client.WINDOW_UPDATE && frame.stream() == stream) {
                granted += ByteBuffer.wrap(frame.payload()).getInt();
            }
        } while (frame.type() != Http2Client.PING);
        return granted;
    }

    @Test
    void readsNoMoreOfAnAnswerThanTheClientTakes() throws Exception {
        AtomicLong written = new AtomicLong();
        upstream.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n");
            byte[] piece = new byte[65_536];
            try {
                for (int i = 0; i < 1024; i++) {
                    connection.send(piece);
                    written.addAndGet(piece.length);
                }
            } catch (IOException e) {
                // the client is gone
            }
        });
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.get("/big", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());
        int taken = 0;
        while (taken < 65_535) {
            taken += client.awaitData(stream).payload().length;
        }
        long before = -1;
        while (written.get() != before) {
            before = written.get();
            for (int i = 0; i < 40; i++) {
                RunningServer.pause();
            }
        }
        assertTrue(written.get() < 16 << 20, "written " + written.get());

        client.frame(Http2Client.RST_STREAM, 0, stream, number(8));
        eventually("the gateway is told", () -> server.accessLine("/big").path("sent").asLong() < 16 << 20);
    }

    @Test
    void endsAStreamWhoseAnswerIsNotTaken() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("x".repeat(500_000)));
        RunningServer server = start("SEAWALL_STALL_TIMEOUT=1", "SEAWALL_MIN_RATE=1000000");
        Http2Client client = connect(server);
        int stream = client.get("/big", AUTHORIZED);

        assertEquals(Http2Error.CANCEL, client.awaitReset(stream).error());
        assertEquals("answer_timeout", server.accessLine("/big").path("rejected").asText());
        client.frame(Http2Client.WINDOW_UPDATE, 0, 0, number(65_535));
        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void endsAnUploadThatStandsStill() throws IOException {
        RunningServer server = start("SEAWALL_STALL_TIMEOUT=1");
        Http2Client client = connect(server);
        int stream = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER));
        client.data(stream, false, "a");

        assertEquals(408, client.answer(stream).status());
        assertEquals("body_timeout", server.accessLine("/v1/x").path("rejected").asText());
    }

    @Test
    void tellsTheGatewayWhenTheClientCancels() throws IOException {
        RunningServer server = start();
        Http2Client client = connect(server);
        int stream = client.get("/slow", AUTHORIZED);
        Connection connection = upstream.next();
        connection.request();

        client.frame(Http2Client.RST_STREAM, 0, stream, number(8));

        eventually("the gateway's connection ends", connection::atEnd);
        server.accessLine("/slow");
    }

    @Test
    void cutsAnAnswerThatTheGatewayCut() throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
        });
        Http2Client client = connect(start());
        int stream = client.get("/cut", AUTHORIZED);

        Answer answer = client.answer(stream);

        assertEquals(Http2Client.RST_STREAM, answer.last().type());
    }

    @Test
    void passesEventsAsTheyCome() throws IOException {
        Http2Client client = connect(start());
        int stream = client.get("/v1/events", "authorization: " + BEARER);
        Connection connection = upstream.next();
        connection.request();
        connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertEquals(200, client.awaitHead(stream).status());
        for (String event : List.of("data: 1\n\n", "data: 2\n\n", "data: 3\n\n")) {
            connection.chunk(event);
            assertEquals(event, client.awaitData(stream).text());
        }
        connection.chunk("");
        assertTrue(client.awaitData(stream).isEnd());
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200 OK, 5", "GET, 204 No Content, ", "GET, 304 Not Modified, "})
    void endsAnAnswerWithoutABodyAtItsHead(String method, String status, String length) throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 " + status + "\r\n" + (length == null ? "" : "Content-Length: 5\r\n") + "\r\n");
            connection.in.untilEnd();
        });
        Http2Client client = connect(start());

        Http2Client.Frame head = client.awaitHead(client.head(true, client.fields(method, "/", AUTHORIZED)));

        assertTrue(head.isEnd());
        assertEquals(length == null ? List.of() : List.of(length), head.all("content-length"));
    }

    @Test
    void passesAnInterimAnswer() throws IOException {
        Http2Client client = connect(start());
        int stream = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER,
                "expect: 100-continue", "content-length: 2"));
        Connection connection = upstream.next();
        connection.in.head();
        connection.send("HTTP/1.1 100 Continue\r\n\r\n");
        Http2Client.Frame interim = client.awaitHead(stream);
        assertEquals(100, interim.status());
        assertFalse(interim.isEnd());
        client.data(stream, true, "ok");
        assertEquals("ok", new String(connection.in.exactly(2), StandardCharsets.US_ASCII));
        connection.send(ScriptedUpstream.ok("done"));
        assertEquals("done", client.answer(stream).body());
    }

    /// What an unauthenticated client's byte costs in bytes, where HPACK makes its requests smallest; HTTP/1.1 has
    /// AmplificationTest.
    @Test
    void answersAnUnauthenticatedClientsSmallestRequestWithinBounds() throws IOException {
        RunningServer server = start();
        Http2Client client = connect(server);
        byte[] host = server.host().getBytes(StandardCharsets.US_ASCII);
        byte[] accept = "text/html".getBytes(StandardCharsets.US_ASCII);
        // :method GET, :scheme https, :path / of the static table; :authority and accept go into the dynamic one
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        first.writeBytes(new byte[]{(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x41, (byte) host.length});
        first.writeBytes(host);
        first.writeBytes(new byte[]{0x53, (byte) accept.length});
        first.writeBytes(accept);
        client.frame(Http2Client.HEADERS, END_HEADERS | END_STREAM, 1, first.toByteArray());
        assertEquals(401, client.answer(1).status());
        byte[] again = {(byte) 0x82, (byte) 0x87, (byte) 0x84, (byte) 0xbf, (byte) 0xbe};

        client.frame(Http2Client.HEADERS, END_HEADERS | END_STREAM, 3, again);
        int answered = 0;
        Http2Client.Frame frame;
        do {
            frame = client.await(f -> f.stream() == 3);
            answered += 9 + frame.payload().length;
        } while (!frame.isEnd());

        assertTrue(answered <= 3_072, answered + " bytes");
        assertTrue(answered <= 200 * (9 + again.length), answered + " bytes for " + (9 + again.length));
    }
}
