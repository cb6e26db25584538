package io.seawall.proxy;

import static io.seawall.proxy.Frames.CLOSE;
import static io.seawall.proxy.Frames.PING;
import static io.seawall.proxy.Frames.TEXT;
import static io.seawall.proxy.Frames.masked;
import static io.seawall.proxy.Frames.unmasked;
import static io.seawall.proxy.Http2Client.ACK;
import static io.seawall.proxy.Http2Client.END_HEADERS;
import static io.seawall.proxy.Http2Client.END_STREAM;
import static io.seawall.proxy.Http2Client.number;
import static io.seawall.proxy.RunningGateway.BASIC;
import static io.seawall.proxy.RunningGateway.BEARER;
import static io.seawall.proxy.RunningGateway.HOOKS_BEARER;
import static io.seawall.proxy.RunningGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.Http2Error;
import io.seawall.proxy.Frames.Frame;
import io.seawall.proxy.Http2Client.Answer;
import io.seawall.proxy.ScriptedUpstream.Connection;
import io.seawall.proxy.WireReader.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/2 through the whole gateway: the same gate as HTTP/1.1, and what HTTP/2 alone makes possible.
@Timeout(60)
final class Http2IT {
    private static final String AUTHORIZED = "authorization: " + BASIC;

    @TempDir
    private static Path state;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final List<AutoCloseable> open = new ArrayList<>();

    Http2IT() throws IOException {}

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
        upstream.close();
    }

    private RunningGateway start(String... lines) {
        RunningGateway gateway = RunningGateway.start(state, upstream.port(), lines);
        open.add(gateway);
        return gateway;
    }

    private Http2Client connect(RunningGateway gateway) throws IOException {
        Http2Client client = Http2Client.connect(gateway);
        open.add(client);
        return client;
    }

    // ---- the same gate

    @Test
    void servesThePasswordAndTellsTheGatewayWhatHttp1WouldHave() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("hello", "X-Answer: Yes", "Keep-Alive: timeout=5"));
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);

        Answer answer = client.answer(client.get("/page?q=1", AUTHORIZED, "cookie: a=1", "cookie: b=2", "te: trailers",
                "x-forwarded-for: 10.1.2.3", "accept: */*"));

        assertEquals(200, answer.status());
        assertEquals("hello", answer.body());
        assertEquals("Yes", answer.head().one("x-answer"));
        assertEquals("5", answer.head().one("content-length"));
        // the test's port is not the default one
        assertEquals(List.of(), answer.head().all("strict-transport-security"));
        assertEquals(List.of(), answer.head().all("keep-alive"));
        assertEquals(List.of(), answer.head().all("connection"));
        assertTrue(answer.head().one("set-cookie").startsWith("__Host-seawall-"));
        eventually("an access line", () -> gateway.accessLines().size() == 1);
        Message request = upstream.requests().getFirst();
        assertEquals("GET /page?q=1 HTTP/1.1", request.start());
        assertEquals(gateway.host(), request.one("Host"));
        assertEquals("a=1; b=2", request.one("Cookie"));
        assertEquals("192.0.2.1", request.one("X-Forwarded-For"));
        assertEquals("https", request.one("X-Forwarded-Proto"));
        assertFalse(request.has("Authorization"));
        assertFalse(request.has("TE"));
        assertTrue(request.fields().stream().noneMatch(field -> field.startsWith(":")), request.toString());
        assertEquals("h2", gateway.accessLines().getFirst().path("protocol").asText());
    }

    @ParameterizedTest
    @CsvSource({"/, BASIC, 200", "/, BEARER, 401", "/, HOOKS, 401", "/, NONE, 401", "/v1/models, BASIC, 401",
        "/v1/models, BEARER, 200", "/v1/models, HOOKS, 401", "/v1/models, NONE, 401"})
    void keepsTheLayersApart(String path, String credential, int status) throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("ok"));
        Http2Client client = connect(start());
        String value = switch (credential) {
            case "BASIC" -> BASIC;
            case "BEARER" -> BEARER;
            case "HOOKS" -> HOOKS_BEARER;
            default -> "";
        };

        Answer answer = client.answer(client.get(path, "authorization: " + value));

        assertEquals(status, answer.status());
        assertEquals(status == 200 ? 1 : 0, upstream.traffic().size());
    }

    @Test
    void saysThatItIsHttp2ToWhoeverAsks() throws IOException {
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);

        Answer answer = client.answer(client.get("/.seawall/client", AUTHORIZED));

        assertEquals("{\"client\":\"127.0.0.1\",\"secure\":true,\"protocol\":\"h2\",\"host\":\"" + gateway.host()
                + "\"}\n", answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/%2e%2e/v1/models", "/x\\..\\v1", "//v1/models", "/V1/models", "/hooksx"})
    void refusesPathsThatCanBeReadInTwoWays(String path) throws IOException {
        Http2Client client = connect(start());

        assertEquals(400, client.answer(client.get(path, AUTHORIZED)).status());
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void answersAForeignHostWithMisdirected() throws IOException {
        Http2Client client = connect(start());
        List<String> fields = client.fields("GET", "/", AUTHORIZED);
        fields.set(3, ":authority: other.example");

        assertEquals(421, client.answer(client.head(true, fields)).status());
    }

    @Test
    void carriesManyRequestsAtOnce() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok(request.target()));
        Http2Client client = connect(start());
        List<Integer> streams = new ArrayList<>();
        for (int i = 0; i < 90; i++) {
            streams.add(client.get("/" + i, AUTHORIZED));
        }
        for (int i = 0; i < 90; i++) {
            assertEquals("/" + i, client.answer(streams.get(i)).body());
        }
    }

    @Test
    void refusesMoreStreamsAtOnceThanItSaid() throws IOException {
        Http2Client client = connect(start("SEAWALL_HTTP2_STREAMS=2"));
        client.get("/a", AUTHORIZED);
        client.get("/b", AUTHORIZED);

        int third = client.get("/c", AUTHORIZED);

        assertEquals(Http2Error.REFUSED_STREAM, client.awaitReset(third).error());
        eventually("two requests", () -> upstream.traffic().size() == 2);
    }

    @Test
    void saysWhatItTakes() throws IOException {
        try (Http2Client client = new Http2Client(start("SEAWALL_HTTP2_STREAMS=7"))) {
            client.preface();
            client.frame(Http2Client.SETTINGS, 0, 0);
            ByteBuffer settings = ByteBuffer.wrap(client.await(f -> f.type() == Http2Client.SETTINGS).payload());
            Map<Integer, Integer> said = new TreeMap<>();
            while (settings.hasRemaining()) {
                said.put((int) settings.getShort(), settings.getInt());
            }
            // RFC 9113, 6.5.2 and RFC 8441, 3
            assertEquals(7, said.get(3), "SETTINGS_MAX_CONCURRENT_STREAMS");
            assertEquals(32 * 1024 + 32 * 105, said.get(6), "SETTINGS_MAX_HEADER_LIST_SIZE");
            assertEquals(1, said.get(8), "SETTINGS_ENABLE_CONNECT_PROTOCOL");
        }
    }

    @Test
    void isNotOfferedWhereItIsOff() throws IOException {
        RunningGateway gateway = start("SEAWALL_HTTP2=false");
        try (Http2Client client = new Http2Client(gateway)) {
            assertEquals("", client.protocol());
        } catch (IOException e) {
            // or the library ends the handshake, because the client offered nothing else
        }
        assertEquals(401, gateway.get("/").statusCode());
    }

    // ---- bodies

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

    /// By somebody else's client, which grants and uses windows as it likes.
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
        RunningGateway gateway = start();
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2)
                .sslContext(gateway.trust()).build()) {
            HttpResponse<byte[]> response = client.send(
                    gateway.request("/v1/files", "Authorization", BEARER)
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
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        int stream = client.head(false,
                client.fields("POST", "/v1/x", "authorization: " + BEARER, "content-length: 3"));
        client.data(stream, end, body);

        assertEquals(Http2Error.PROTOCOL_ERROR, client.awaitReset(stream).error());
        gateway.accessLine("/v1/x");
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
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
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

        assertEquals(0, gateway.accessLine("/v1/x").path("status").asInt());
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
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
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
                RunningGateway.pause();
            }
        }
        assertTrue(written.get() < 16 << 20, "written " + written.get());

        client.frame(Http2Client.RST_STREAM, 0, stream, number(8));
        eventually("the gateway is told", () -> gateway.accessLine("/big").path("sent").asLong() < 16 << 20);
    }

    @Test
    void endsAStreamWhoseAnswerIsNotTaken() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("x".repeat(500_000)));
        RunningGateway gateway = start("SEAWALL_STALL_TIMEOUT=1", "SEAWALL_MIN_RATE=1000000");
        Http2Client client = connect(gateway);
        int stream = client.get("/big", AUTHORIZED);

        assertEquals(Http2Error.CANCEL, client.awaitReset(stream).error());
        assertEquals("answer_timeout", gateway.accessLine("/big").path("rejected").asText());
        client.frame(Http2Client.WINDOW_UPDATE, 0, 0, number(65_535));
        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void endsAnUploadThatStandsStill() throws IOException {
        RunningGateway gateway = start("SEAWALL_STALL_TIMEOUT=1");
        Http2Client client = connect(gateway);
        int stream = client.head(false, client.fields("POST", "/v1/x", "authorization: " + BEARER));
        client.data(stream, false, "a");

        assertEquals(408, client.answer(stream).status());
        assertEquals("body_timeout", gateway.accessLine("/v1/x").path("rejected").asText());
    }

    @Test
    void tellsTheGatewayWhenTheClientCancels() throws IOException {
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        int stream = client.get("/slow", AUTHORIZED);
        Connection connection = upstream.next();
        connection.request();

        client.frame(Http2Client.RST_STREAM, 0, stream, number(8));

        eventually("the gateway's connection ends", connection::atEnd);
        gateway.accessLine("/slow");
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

    /// What a stranger's byte costs us in bytes, where HPACK makes his requests smallest; HTTP/1.1 has AmplificationTest.
    @Test
    void answersAStrangersSmallestRequestWithinBounds() throws IOException {
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        byte[] host = gateway.host().getBytes(StandardCharsets.US_ASCII);
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

    // ---- malformed requests

    @ParameterizedTest
    @ValueSource(strings = {"connection: close", "transfer-encoding: chunked", "upgrade: websocket", "te: gzip",
        "keep-alive: 5", ":unknown: 1", "Accept: a", "x-a: b\r\nX-Smuggled: 1", "x-a: b\nX-Smuggled: 1", "x-a: b\0",
        "host: other.example", "content-length: 5", "x-a:  b", "x y: 1"})
    void endsTheStreamOfAMalformedRequestAndNothingPasses(String field) throws IOException {
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);

        int stream = client.get("/", AUTHORIZED, field);

        assertEquals(Http2Error.PROTOCOL_ERROR, client.awaitReset(stream).error());
        assertEquals(200, client.answer(client.get("/healthz")).status());
        assertEquals(List.of(), upstream.traffic());
        assertTrue(gateway.metric("seawall_http2_errors_total{reason=\"protocol_error\",scope=\"stream\"}") >= 1);
    }

    @ParameterizedTest
    @CsvSource({":method: TRACE, 405", ":method: CONNECT, 405", ":path: *, 400", ":path: https://x/, 400",
        ":path: /a#b, 400"})
    void answersWhatIsWellFormedAndStillRefused(String field, int status) throws IOException {
        Http2Client client = connect(start());
        List<String> fields = client.fields("GET", "/", AUTHORIZED);
        fields.replaceAll(f -> f.startsWith(field.substring(0, field.indexOf(": ", 1))) ? field : f);

        assertEquals(status, client.answer(client.head(true, fields)).status());
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void boundsTheHead() throws IOException {
        Http2Client client = connect(start("SEAWALL_MAX_HEADER_BYTES=8KiB", "SEAWALL_MAX_REQUEST_LINE=4KiB"));

        assertEquals(414, client.answer(client.get("/" + "a".repeat(5_000), AUTHORIZED)).status());
        assertEquals(431, client.answer(client.get("/", AUTHORIZED, "x-a: " + "a".repeat(9_000))).status());
        String[] many = new String[120];
        Arrays.setAll(many, i -> "x-" + i + ": 1");
        assertEquals(431, client.answer(client.get("/", many)).status());
        assertEquals(List.of(), upstream.traffic());
    }

    // ---- WebSockets

    @Test
    void carriesAWebSocket() throws IOException {
        upstream.script(Frames::echo);
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        int stream = client.connectWebSocket("/", AUTHORIZED, "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
                "origin: https://" + gateway.host(),
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
        assertEquals(1, gateway.metric("seawall_websockets_open"));
        client.data(stream, false, masked(CLOSE, Frames.closing(1000, "bye")));
        assertEquals("bye", client.awaitData(stream).text().substring(4));
        assertTrue(client.awaitData(stream).isEnd());
        eventually("no tunnel", () -> gateway.metric("seawall_websockets_open") == 0);

        Message handshake = upstream.requests().getFirst();
        assertEquals("GET / HTTP/1.1", handshake.start());
        assertEquals("websocket", handshake.one("Upgrade"));
        assertEquals("13", handshake.one("Sec-WebSocket-Version"));
        assertEquals("v3", handshake.one("Sec-WebSocket-Protocol"));
        assertEquals("192.0.2.1", handshake.one("X-Forwarded-For"));
        assertFalse(handshake.has("Authorization"));
        assertTrue(gateway.accessLine("/").path("websocket").asBoolean());
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
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        int stream = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());
        client.frame(Http2Client.WINDOW_UPDATE, 0, 0, number(1 << 20));
        client.frame(Http2Client.WINDOW_UPDATE, 0, stream, number(1 << 20));
        client.data(stream, true, masked(CLOSE, Frames.closing(code, "bye")));

        byte[] received = untilEnd(client, stream);

        byte[] close = unmasked(CLOSE, Frames.closing(code, "bye"));
        assertEquals(last.length + 10 + close.length, received.length);
        assertArrayEquals(close, Arrays.copyOfRange(received, received.length - close.length, received.length));
        eventually("clean", () -> gateway.metric("seawall_websockets_closed_total{reason=\"closed\"}") == 1);
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
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        int stream = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());
        client.data(stream, false, masked(TEXT, "x"));
        untilEnd(client, stream);

        client.data(stream, true, masked(CLOSE, Frames.closing(4001, "moved")));

        eventually("the answer", () -> answered.contains(4001));
        eventually("clean", () -> gateway.metric("seawall_websockets_closed_total{reason=\"closed\"}") == 1);
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
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        int stream = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(stream).status());

        client.data(stream, true, masked(CLOSE, Frames.closing(1000, "bye")));

        untilEnd(client, stream);
        eventually("cut", () -> gateway.metric("seawall_websockets_closed_total{reason=\"client\"}") == 1);
        over.complete(true);
    }

    /// All data of a stream that ends by END_STREAM, and not by a reset.
    private static byte[] untilEnd(Http2Client client, int stream) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            Http2Client.Frame frame = client.awaitData(stream);
            assertEquals(Http2Client.DATA, frame.type(), frame.toString());
            all.writeBytes(frame.payload());
            if (frame.isEnd()) {
                return all.toByteArray();
            }
        }
    }

    @Test
    void endsTheGatewaysSideWithTheStream() throws IOException {
        upstream.script(Frames::echo);
        RunningGateway gateway = start();
        Http2Client client = connect(gateway);
        int first = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(first).status());
        int second = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(second).status());

        client.frame(Http2Client.RST_STREAM, 0, first, number(8));
        client.data(second, true, "");

        eventually("no tunnel", () -> gateway.metric("seawall_websockets_open") == 0);
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

    // ---- ends

    @Test
    void saysGoodbyeWhenItDrains() throws Exception {
        upstream.script(Frames::echo);
        RunningGateway gateway = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(gateway);
        int tunnel = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(tunnel).status());
        upstream.script(connection -> {
            connection.request();
            connection.in.untilEnd();
        });
        Thread stopping = Thread.ofVirtual().start(gateway::close);

        assertEquals(Http2Error.NO_ERROR, client.awaitGoAway().error());
        Http2Client.Frame goodbye = client.awaitData(tunnel);
        assertEquals(1012, new Frame(true, CLOSE, Arrays.copyOfRange(goodbye.payload(), 2, 4)).closeCode());
        stopping.join();
    }

    /// Its client has asked before it could read that it should not.
    @Test
    void answersARequestThatCrossesTheGoodbyeOfAnIdleConnection() throws Exception {
        upstream.answering(request -> ScriptedUpstream.ok("crossed"));
        RunningGateway gateway = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(gateway);
        Thread stopping = Thread.ofVirtual().start(gateway::close);
        assertEquals(Integer.MAX_VALUE, lastStream(client.awaitGoAway()));
        Http2Client.Frame ping = client.await(frame -> frame.type() == Http2Client.PING);
        Thread.sleep(200); // more than Seawall looks whether something is under way

        int stream = client.get("/", AUTHORIZED);
        client.frame(Http2Client.PING, ACK, 0, ping.payload());

        assertEquals("crossed", client.answer(stream).body());
        assertEquals(stream, lastStream(client.awaitGoAway()));
        client.awaitEnd();
        stopping.join();
    }

    private static int lastStream(Http2Client.Frame goodbye) {
        return ByteBuffer.wrap(goodbye.payload()).getInt();
    }

    @Test
    void asksAWebSocketThatOpensWhileItDrainsToComeBack() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        upstream.script(connection -> {
            Message handshake = connection.request();
            go.join();
            connection.send(Frames.switching(handshake));
            connection.in.untilEnd();
        });
        RunningGateway gateway = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(gateway);
        int tunnel = client.connectWebSocket("/", AUTHORIZED);
        eventually("the handshake", () -> upstream.requests().size() == 1);
        Thread stopping = Thread.ofVirtual().start(gateway::close);
        client.awaitGoAway();

        go.complete(null);

        assertEquals(200, client.awaitHead(tunnel).status());
        Http2Client.Frame goodbye = client.awaitData(tunnel);
        assertEquals(1012, new Frame(true, CLOSE, Arrays.copyOfRange(goodbye.payload(), 2, 4)).closeCode());
        stopping.join();
    }

    @Test
    void letsARunningRequestFinishWhileItDrains() throws Exception {
        RunningGateway gateway = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(gateway);
        int stream = client.get("/slow", AUTHORIZED);
        Connection connection = upstream.next();
        connection.request();
        Thread stopping = Thread.ofVirtual().start(gateway::close);
        client.awaitGoAway();

        connection.send(ScriptedUpstream.ok("late"));

        assertEquals("late", client.answer(stream).body());
        stopping.join();
    }

    @Test
    void closesAConnectionOnWhichNothingIsAsked() throws IOException {
        Http2Client client = connect(start("SEAWALL_IDLE_TIMEOUT=1"));
        assertEquals(200, client.answer(client.get("/healthz")).status());

        assertEquals(Http2Error.NO_ERROR, client.awaitGoAway().error());
        client.awaitEnd();
    }

    @Test
    void closesAConnectionWhoseBeginningDoesNotCome() throws IOException {
        try (Http2Client client = new Http2Client(start("SEAWALL_HEADER_TIMEOUT=1"))) {
            client.send("PRI * HTTP".getBytes(StandardCharsets.US_ASCII));

            client.awaitGoAway();
            client.awaitEnd();
        }
    }

    @Test
    void closesAConnectionWhoseHeadDoesNotEnd() throws IOException {
        RunningGateway gateway = start("SEAWALL_HEADER_TIMEOUT=1");
        Http2Client client = connect(gateway);
        client.frame(Http2Client.HEADERS, END_STREAM, 1, Http2Client.block(client.fields("GET", "/")));

        client.awaitGoAway();
        client.awaitEnd();
        assertEquals(1, gateway.metric("seawall_http2_errors_total{reason=\"head_timeout\",scope=\"connection\"}"));
    }

    // ---- floods

    /// Ends with a GOAWAY that says so, is counted, and hurts nobody else.
    private void isCalledAFlood(String name, Flood flood) throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("ok"));
        RunningGateway gateway = start();
        Http2Client other = connect(gateway);
        Http2Client client = connect(gateway);
        Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 3_000; i++) {
                    flood.send(client, i);
                }
            } catch (IOException e) {
                // cut off, as it should be
            }
        });

        assertEquals(Http2Error.ENHANCE_YOUR_CALM, client.awaitGoAway().error());
        eventually("the end of the connection", () -> {
            try {
                return client.next() == null;
            } catch (IOException e) {
                return true;
            }
        });
        assertEquals(200, other.answer(other.get("/", AUTHORIZED)).status());
        eventually("counted", () -> gateway
                .metric("seawall_http2_errors_total{reason=\"" + name + "\",scope=\"connection\"}") == 1);
    }

    private interface Flood {
        void send(Http2Client client, int i) throws IOException;
    }

    @Test
    void endsAFloodOfPings() throws IOException {
        isCalledAFlood("ping_flood", (client, i) -> client.frame(Http2Client.PING, 0, 0, new byte[8]));
    }

    @Test
    void endsAFloodOfSettings() throws IOException {
        isCalledAFlood("settings_flood", (client, i) -> client.frame(Http2Client.SETTINGS, 0, 0));
    }

    @Test
    void endsAFloodOfSettingsAcknowledgements() throws IOException {
        isCalledAFlood("settings_flood", (client, i) -> client.frame(Http2Client.SETTINGS, ACK, 0));
    }

    @Test
    void endsAFloodOfPriorities() throws IOException {
        isCalledAFlood("priority_flood", (client, i) -> client.frame(Http2Client.PRIORITY, 0, 1, new byte[5]));
    }

    @Test
    void endsAFloodOfUnknownFrames() throws IOException {
        isCalledAFlood("unknown_frame_flood", (client, i) -> client.frame(0x40, 0, 0));
    }

    @Test
    void endsAFloodOfWindowUpdates() throws IOException {
        isCalledAFlood("window_update_flood",
                (client, i) -> client.frame(Http2Client.WINDOW_UPDATE, 0, 0, number(1)));
    }

    @Test
    void endsARapidReset() throws IOException {
        isCalledAFlood("reset_flood", (client, i) -> {
            int stream = client.get("/", AUTHORIZED);
            client.frame(Http2Client.RST_STREAM, 0, stream, number(8));
        });
    }

    /// A hundred clients of a proxy may end their requests without costing the others their connection.
    @Test
    void leavesAProxysConnectionOpenWhoseClientsEndTheirRequests() throws IOException {
        Http2Client client = connect(start("SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"));
        for (int i = 0; i < 300; i++) {
            int reset = client.get("/");
            client.frame(Http2Client.RST_STREAM, 0, reset, number(8));
            int provoked = client.get("/");
            client.frame(Http2Client.WINDOW_UPDATE, 0, provoked, number(0));
        }

        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void endsAFloodOfResetsThatItIsMadeToSend() throws IOException {
        isCalledAFlood("provoked_reset_flood", (client, i) -> {
            int stream = client.get("/", AUTHORIZED);
            client.frame(Http2Client.WINDOW_UPDATE, 0, stream, number(0));
        });
    }

    @Test
    void endsAFloodOfContinuations() throws IOException {
        isCalledAFlood("continuation_flood", (client, i) -> {
            if (i == 0) {
                client.frame(Http2Client.HEADERS, END_STREAM, 1, Http2Client.block(client.fields("GET", "/")));
            }
            client.frame(Http2Client.CONTINUATION, 0, 1);
        });
    }

    @Test
    void endsAFloodOfEmptyData() throws IOException {
        isCalledAFlood("empty_data_flood", (client, i) -> {
            int stream = i == 0 ? client.head(false, upload(client)) : 1;
            client.data(stream, false, "");
        });
    }

    @Test
    void endsAFloodOfDataThatIsPaddingAlone() throws IOException {
        isCalledAFlood("empty_data_flood", (client, i) -> {
            int stream = i == 0 ? client.head(false, upload(client)) : 1;
            client.frame(Http2Client.DATA, 8, stream, new byte[]{1, 0});
        });
    }

    private static List<String> upload(Http2Client client) {
        return client.fields("POST", "/v1/x", "authorization: " + BEARER);
    }

    /// Some clients flush so, or keep a tunnel awake.
    @Test
    void takesAHundredEmptyFramesOfData() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("ok"));
        Http2Client client = connect(start());
        int stream = client.head(false, upload(client));
        for (int i = 0; i < 100; i++) {
            client.data(stream, false, "");
        }
        client.data(stream, true, "body");

        assertEquals(200, client.answer(stream).status());
        assertEquals("body", upstream.requests().getFirst().body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 4|content-length: 4", "content-length: 4, 4",
        "content-length: 4|content-length: 5"})
    void refusesMoreThanOneLength(String fields) throws IOException {
        Http2Client client = connect(start());
        List<String> head = new ArrayList<>(upload(client));
        head.addAll(List.of(fields.split("\\|")));
        int stream = client.head(false, head);
        client.data(stream, true, "body");

        assertEquals(Http2Error.PROTOCOL_ERROR, client.awaitReset(stream).error());
        assertEquals(List.of(), upstream.requests());
    }

    @Test
    void endsAConnectionThatUsesAStreamAgain() throws IOException {
        Http2Client client = connect(start());
        int stream = client.get("/healthz");
        assertEquals(200, client.answer(stream).status());

        client.frame(Http2Client.HEADERS, END_HEADERS | END_STREAM, stream,
                Http2Client.block(client.fields("GET", "/")));

        assertEquals(Http2Error.STREAM_CLOSED, client.awaitGoAway().error());
    }
}
