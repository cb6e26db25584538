package io.seawall.proxy;

import static io.seawall.proxy.RunningGateway.BASIC;
import static io.seawall.proxy.RunningGateway.BEARER;
import static io.seawall.proxy.RunningGateway.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.ScriptedUpstream.Connection;
import io.seawall.proxy.WireReader.Message;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests and answers through the whole gateway: streaming, backpressure, keep-alive, and every way to fail.
@Timeout(60)
final class RelayIT {
    private static final String AUTHORIZED = "Authorization: " + BEARER;
    private static final int MIB = 1 << 20;

    @TempDir
    private static Path state;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final RunningGateway gateway = RunningGateway.start(state, upstream.port());

    RelayIT() throws IOException {}

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    // ---- streaming

    @Test
    void passesEachEventOnBeforeTheNextOneExists() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/events", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            up.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertEquals("text/event-stream", client.in.head().one("Content-Type"));
            for (int i = 1; i <= 3; i++) {
                up.chunk("data: " + i + "\n\n");
                assertEquals("data: " + i + "\n\n", client.in.chunk());
            }
            up.send("0\r\n\r\n");
            assertEquals("", client.in.chunk());
        }
    }

    @Test
    void passesEachPieceOfAnUploadOnBeforeItsEnd() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/audio", AUTHORIZED, "Transfer-Encoding: chunked");
            Connection up = upstream.next();
            assertTrue(up.in.head().isChunked());
            for (String piece : List.of("one", "two", "three")) {
                client.chunk(piece);
                assertEquals(piece, up.in.chunk());
            }
            client.send("0\r\n\r\n");
            assertEquals("", up.in.chunk());
            up.send(ScriptedUpstream.ok("heard"));
            assertEquals("heard", client.answer().body());
        }
    }

    @Test
    void slowReaderSlowsTheGatewayDownAndGetsEveryByteOf100Megabytes() throws Exception {
        byte[] block = block();
        int blocks = 100 * MIB / block.length;
        AtomicLong written = new AtomicLong();
        try (RawClient client = new RawClient(gateway, 64 * 1024)) {
            client.head("GET /v1/big", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            CompletableFuture<Void> writer = inBackground(() -> {
                up.send("HTTP/1.1 200 OK\r\nContent-Length: " + 100 * MIB + "\r\n\r\n");
                for (int i = 0; i < blocks; i++) {
                    up.send(block);
                    written.addAndGet(block.length);
                }
            });
            long stalledAt = whereItStalls(written);
            assertTrue(stalledAt < 40 * MIB, "written while nobody reads: " + stalledAt);

            assertEquals(100 * MIB, Integer.parseInt(client.in.head().one("Content-Length")));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] into = new byte[64 * 1024];
            for (long left = 100 * MIB; left > 0;) {
                int length = client.in.some(into);
                digest.update(into, 0, length);
                left -= length;
            }
            writer.join();
            assertEquals(digest(block, blocks), HexFormat.of().formatHex(digest.digest()));

            // the connection that backpressure had stopped must be as good as new for its next user
            client.head("GET /v1/next", AUTHORIZED);
            assertEquals("/v1/next", up.request().target());
            up.send(ScriptedUpstream.ok("fresh"));
            assertEquals("fresh", client.answer().body());
        }
    }

    @Test
    void slowGatewaySlowsAnUploadDownAndGetsEveryByte() throws Exception {
        byte[] block = block();
        int blocks = 25 * MIB / block.length;
        AtomicLong written = new AtomicLong();
        try (RawClient client = gateway.raw()) {
            client.head("POST /upload", "Authorization: " + BASIC, "Content-Length: " + 25 * MIB);
            Connection up = upstream.next();
            assertEquals(Integer.toString(25 * MIB), up.in.head().one("Content-Length"));
            CompletableFuture<Void> writer = inBackground(() -> {
                for (int i = 0; i < blocks; i++) {
                    client.send(block);
                    written.addAndGet(block.length);
                }
            });
            long stalledAt = whereItStalls(written);
            assertTrue(stalledAt < 25 * MIB, "uploaded while nobody reads: " + stalledAt);

            byte[] body = up.in.exactly(25 * MIB);
            writer.join();
            assertEquals(digest(block, blocks),
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)));
            up.send(ScriptedUpstream.ok("stored"));
            assertEquals("stored", client.answer().body());
        }
    }

    // ---- messages

    @Test
    void asksTheGatewayWhetherABodyIsWelcome() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/audio", AUTHORIZED, "Content-Length: 5", "Expect: 100-continue");
            Connection up = upstream.next();
            assertEquals("100-continue", up.in.head().one("Expect"));
            up.send("HTTP/1.1 100 Continue\r\n\r\n");
            assertEquals("HTTP/1.1 100 Continue", client.in.head().start());
            client.send("hello");
            assertEquals("hello", new String(up.in.exactly(5), java.nio.charset.StandardCharsets.ISO_8859_1));
            up.send(ScriptedUpstream.ok("thanks"));
            assertEquals("thanks", client.answer().body());
        }
    }

    @Test
    void passesTheGatewaysRefusalOfABodyOnAndReusesNeitherConnection() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/audio", AUTHORIZED, "Content-Length: 5", "Expect: 100-continue");
            Connection up = upstream.next();
            up.in.head();
            up.send(ScriptedUpstream.answer("422 Unprocessable Content", "no"));
            Message answer = client.in.head();
            assertEquals(422, answer.status());
            assertEquals("close", answer.one("Connection"));
            assertEquals("no", client.in.body(answer));
            assertTrue(client.in.atEnd());
            assertTrue(up.atEnd());
        }
    }

    @Test
    void refusesABodyItselfBeforeItIsSent() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/audio", "Content-Length: 5", "Expect: 100-continue");
            assertEquals(401, client.in.head().status());
        }
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void answersWithoutABodyEndWithTheirHead() throws IOException {
        upstream.answering(request -> switch (request.target()) {
            case "/v1/head" -> "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n";
            case "/v1/head-chunked" -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            case "/v1/204" -> "HTTP/1.1 204 No Content\r\n\r\n";
            case "/v1/304" -> "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n";
            default -> ScriptedUpstream.ok("end");
        });
        try (RawClient client = gateway.raw()) {
            client.head("HEAD /v1/head", AUTHORIZED);
            assertEquals("1234", client.in.head().one("Content-Length"));
            client.head("HEAD /v1/head-chunked", AUTHORIZED);
            assertEquals(200, client.in.head().status());
            client.head("GET /v1/204", AUTHORIZED);
            assertFalse(client.in.head().has("Content-Length"));
            client.head("GET /v1/304", AUTHORIZED);
            assertEquals("\"a\"", client.in.head().one("ETag"));
            // had a body been left anywhere, this would not be the next answer
            client.head("GET /v1/end", AUTHORIZED);
            assertEquals("end", client.answer().body());
        }
        assertEquals(1, upstream.traffic().size());
    }

    @Test
    void dropsTrailersInBothDirections() throws IOException {
        upstream.answering(
                request -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Late\r\n\r\n2\r\nok\r\n0\r\nX-Late: answer\r\n\r\n");
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/x", AUTHORIZED, "Transfer-Encoding: chunked", "Trailer: X-Forwarded-For");
            client.send("2\r\nhi\r\n0\r\nX-Forwarded-For: 127.0.0.1\r\nX-Late: request\r\n\r\n");
            Message answer = client.answer();
            assertEquals("ok", answer.body());
            assertFalse(client.in.seen().contains("X-Late"), client.in.seen());
        }
        Message request = upstream.requests().getFirst();
        assertEquals("hi", request.body());
        assertEquals("192.0.2.1", request.one("X-Forwarded-For"));
        String seen = upstream.traffic().getFirst().in.seen();
        assertFalse(seen.contains("X-Late") || seen.contains("127.0.0.1\r\nX-Late"), seen);
    }

    @Test
    void answersPipelinedRequestsInOrder() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok(request.target()));
        try (RawClient client = gateway.raw()) {
            String fields = " HTTP/1.1\r\nHost: " + gateway.host() + "\r\n" + AUTHORIZED + "\r\n\r\n";
            client.send("GET /v1/1" + fields + "GET /v1/2" + fields + "GET /v1/3" + fields);
            assertEquals("/v1/1", client.answer().body());
            assertEquals("/v1/2", client.answer().body());
            assertEquals("/v1/3", client.answer().body());
        }
        assertEquals(List.of("/v1/1", "/v1/2", "/v1/3"), upstream.targets());
    }

    @Test
    void reusesItsConnectionToTheGateway() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok(request.target()));
        try (RawClient client = gateway.raw()) {
            for (int i = 0; i < 20; i++) {
                client.head("GET /v1/" + i, AUTHORIZED);
                assertEquals("/v1/" + i, client.answer().body());
            }
        }
        assertEquals(1, upstream.traffic().size());
    }

    @Test
    void addsSecurityHeadersAndKeepsHopByHopOnesBack() throws IOException {
        upstream.answering(request -> request.target().equals("/v1/own")
                ? ScriptedUpstream.ok("own", "Content-Security-Policy: default-src 'self'",
                        "Strict-Transport-Security: max-age=1", "X-Content-Type-Options: nosniff")
                : ScriptedUpstream.ok("bare", "Connection: keep-alive, X-Hop", "Keep-Alive: timeout=6", "X-Hop: 1",
                        "Upgrade: h2c", "Proxy-Authenticate: Basic", "X-End: 1"));
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/bare", AUTHORIZED);
            Message bare = client.answer();
            assertEquals("1", bare.one("X-End"));
            for (String name : List.of("Connection", "Keep-Alive", "X-Hop", "Upgrade", "Proxy-Authenticate")) {
                assertFalse(bare.has(name), bare.toString());
            }
            // the test's port is not the default one
            assertFalse(bare.has("Strict-Transport-Security"), bare.toString());
            assertEquals("nosniff", bare.one("X-Content-Type-Options"));
            assertEquals("no-referrer", bare.one("Referrer-Policy"));
            assertEquals("frame-ancestors 'self'", bare.one("Content-Security-Policy"));

            client.head("GET /v1/own", AUTHORIZED);
            Message own = client.answer();
            assertEquals("default-src 'self'", own.one("Content-Security-Policy"));
            assertEquals("max-age=1", own.one("Strict-Transport-Security"));
            assertEquals("nosniff", own.one("X-Content-Type-Options"));
        }
    }

    // ---- limits

    @Test
    void refusesABodyThatAnnouncesTooMuchWithoutReadingIt() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /hooks/wake", "Authorization: " + RunningGateway.HOOKS_BEARER,
                    "Content-Length: " + (256 * 1024 + 1));
            assertEquals(413, client.answer().status());
            assertTrue(client.in.atEnd());
        }
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void cutsAChunkedBodyThatTurnsOutTooLarge() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /hooks/wake", "Authorization: " + RunningGateway.HOOKS_BEARER,
                    "Transfer-Encoding: chunked");
            Connection up = upstream.next();
            up.in.head();
            String piece = "x".repeat(64 * 1024);
            for (int i = 0; i < 4; i++) {
                client.chunk(piece);
            }
            client.chunk("y");
            assertEquals(413, client.answer().status());
            assertTrue(client.in.atEnd());
            assertThrows(EOFException.class, () -> up.in.body(new Message("", List.of("Transfer-Encoding: chunked"),
                    "")));
        }
    }

    @Test
    void showsTheAnswerOfAGatewayThatReadsNoFurther() throws Exception {
        int bytes = 16 << 20;
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/upload", AUTHORIZED, "Content-Length: " + bytes);
            Connection up = upstream.next();
            up.in.head();
            Thread writer = Thread.ofVirtual().start(() -> {
                byte[] piece = new byte[64 * 1024];
                try {
                    for (int i = 0; i < bytes / piece.length; i++) {
                        client.send(piece);
                    }
                } catch (IOException e) {
                    // it has its answer
                }
            });
            Thread.sleep(500); // until the body lies unread in every buffer on the way
            up.send(ScriptedUpstream.answer("422 Unprocessable Content", "no more", "Connection: close"));
            up.leave();
            Message answer = client.answer();
            assertEquals(422, answer.status());
            assertEquals("no more", answer.body());
            client.leave();
            writer.join();
        }
        assertEquals(0, gateway.metric("seawall_upstream_errors_total{kind=\"closed\"}"));
    }

    // ---- ends

    @Test
    void clientThatLeavesASilentStreamEndsItAtTheGateway() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/events", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            up.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n");
            client.in.head();
            client.leave();
            assertTrue(up.atEnd());
        }
        assertEquals(200, gateway.accessLine("/v1/events").path("status").asInt());
    }

    @Test
    void clientThatLeavesBeforeTheAnswerEndsTheRunAtTheGateway() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/chat/completions", AUTHORIZED, "Content-Length: 2");
            client.send("{}");
            Connection up = upstream.next();
            up.request();
            client.reset();
            assertTrue(up.atEnd());
        }
        assertEquals(0, gateway.accessLine("/v1/chat/completions").path("status").asInt());
    }

    @Test
    void clientThatLeavesInTheMiddleOfAnUploadEndsItAtTheGateway() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("POST /v1/audio", AUTHORIZED, "Content-Length: 1000");
            client.send("half");
            Connection up = upstream.next();
            up.in.head();
            up.in.exactly(4);
            client.leave();
            assertTrue(up.atEnd());
        }
    }

    @Test
    void repeatsAGetThatMetTheEndOfAnIdleConnection() throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send(ScriptedUpstream.ok("first"));
            connection.request(); // and ends without a word
        });
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/1", AUTHORIZED);
            assertEquals("first", client.answer().body());
            client.head("GET /v1/2", AUTHORIZED);
            assertEquals("first", client.answer().body());
        }
        assertEquals(List.of("/v1/1", "/v1/2", "/v1/2"), upstream.targets());
    }

    @Test
    void neverSendsAPostTwice() throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send(ScriptedUpstream.ok("first"));
            connection.request();
        });
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/1", AUTHORIZED);
            assertEquals("first", client.answer().body());
            client.head("POST /v1/2", AUTHORIZED, "Content-Length: 2");
            client.send("{}");
            assertEquals(502, client.answer().status());
            // without a body it is still a POST
            client.head("GET /v1/3", AUTHORIZED);
            assertEquals("first", client.answer().body());
            client.head("POST /v1/4", AUTHORIZED);
            assertEquals(502, client.answer().status());
        }
        assertEquals(List.of("/v1/1", "/v1/2", "/v1/3", "/v1/4"), upstream.targets());
        assertEquals(2, gateway.metric("seawall_upstream_errors_total{kind=\"closed\"}"));
    }

    @Test
    void answersAfterTheGatewayClosedAnIdleConnection() throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send(ScriptedUpstream.ok("once"));
        });
        try (RawClient client = gateway.raw()) {
            for (int i = 0; i < 10; i++) {
                client.head("POST /v1/" + i, AUTHORIZED, "Content-Length: 0");
                int status = client.answer().status();
                // the end may be on its way while the request is: a POST is not repeated then
                assertTrue(status == 200 || status == 502, "status " + status);
                RunningGateway.pause();
            }
        }
        assertEquals(upstream.targets().stream().distinct().toList(), upstream.targets());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n"})
    void cutAnswerIsCutForTheClient(String rest) throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\n" + rest);
        });
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/cut", AUTHORIZED);
            assertThrows(EOFException.class, client::answer);
        }
        assertEquals(1, upstream.targets().size());
    }

    @Test
    void answerWithoutALengthIsCutByAReset() throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/cut", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            up.send("HTTP/1.1 200 OK\r\n\r\nhalf");
            assertEquals(200, client.in.head().status());
            assertEquals("half", client.in.chunk());
            up.reset();
            assertThrows(EOFException.class, client.in::chunk);
        }
    }

    @Test
    void answerThatEndsWithItsConnectionArrivesWhole() throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it");
        });
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/old", AUTHORIZED);
            Message answer = client.answer();
            assertTrue(answer.isChunked(), "an end by close could be a cut: " + answer);
            assertEquals("all of it", answer.body());
            client.head("GET /v1/again", AUTHORIZED);
            assertEquals("all of it", client.answer().body());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"})
    void turnsWhatIsNoAnswerInto502(String answer) throws IOException {
        try (RawClient client = gateway.raw()) {
            client.head("GET /v1/bad", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            up.send(answer);
            if (answer.isEmpty()) {
                up.leave();
            }
            assertEquals(502, client.answer().status());
            assertTrue(up.atEnd());
        }
        assertEquals(1, upstream.targets().size());
    }

    @Test
    void answerWithTooManyHeadersBecomes502() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("x", "X-Long: " + "x".repeat(70_000)));
        assertEquals(502, gateway.get("/v1/bad", "Authorization", BEARER).statusCode());
    }

    @Test
    void gatewayThatIsDownGetsAPageThatTriesAgainAndIsSoonServed() throws IOException {
        int port = RunningGateway.freePort();
        try (RunningGateway early = RunningGateway.start(state, port)) {
            HttpResponse<String> page = early.get("/", "Authorization", BASIC, "Accept", "text/html");
            assertEquals(503, page.statusCode());
            assertEquals("3", page.headers().firstValue("Retry-After").orElseThrow());
            assertEquals("3", page.headers().firstValue("Refresh").orElseThrow());
            assertEquals("no-store", page.headers().firstValue("Cache-Control").orElseThrow());
            assertTrue(page.body().startsWith("<!doctype html>") && page.body().contains("OpenClaw is starting"));

            HttpResponse<String> api = early.get("/v1/models", "Authorization", BEARER, "Accept", "application/json");
            assertEquals(503, api.statusCode());
            assertFalse(api.headers().map().containsKey("refresh"));
            assertTrue(api.body().startsWith("{\"error\":{\"message\":\"OpenClaw is starting"), api.body());

            assertEquals("application/json", early.get("/v1/models", "Authorization", BEARER).headers()
                    .firstValue("Content-Type").orElseThrow());

            HttpResponse<String> plain = early.get("/any", "Authorization", BASIC);
            assertEquals(503, plain.statusCode());
            assertFalse(plain.headers().map().containsKey("refresh"));
            assertTrue(plain.headers().firstValue("Content-Type").orElseThrow().startsWith("text/plain"));
            assertEquals(4, early.metric("seawall_upstream_errors_total{kind=\"refused\"}"));

            try (ScriptedUpstream late = new ScriptedUpstream(port, "127.0.0.1")) {
                late.answering(request -> ScriptedUpstream.ok("here now"));
                assertEquals("here now", early.get("/", "Authorization", BASIC, "Accept", "text/html").body());
            }
        }
    }

    @Test
    void gatewayThatIsSilentForTooLongIsNotWaitedFor() throws IOException {
        try (RunningGateway impatient = RunningGateway.start(state, upstream.port(), "SEAWALL_READ_TIMEOUT=1");
                RawClient client = impatient.raw()) {
            client.head("GET /v1/silent", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            assertEquals(504, client.answer().status());
            assertTrue(up.atEnd());
            assertEquals(1, impatient.metric("seawall_upstream_errors_total{kind=\"silent\"}"));
        }
    }

    @Test
    void streamThatSpeaksNowAndThenOutlivesTheReadTimeout() throws Exception {
        try (RunningGateway impatient = RunningGateway.start(state, upstream.port(), "SEAWALL_READ_TIMEOUT=2");
                RawClient client = impatient.raw()) {
            client.head("GET /v1/events", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            up.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.in.head();
            for (int i = 0; i < 3; i++) {
                Thread.sleep(1700); // the silence is what is tested
                up.chunk(": still here\n\n");
                assertEquals(": still here\n\n", client.in.chunk());
            }
        }
    }

    // ---- a gateway that does not trust us

    @Test
    void explainsToAPersonThatTheGatewayDoesNotTrustUs() throws IOException {
        String refusal = "{\"error\":{\"type\":\"proxy_attribution_required\"}}";
        upstream.answering(request -> ScriptedUpstream.answer("403 Forbidden", refusal,
                "Content-Type: application/json"));
        HttpResponse<String> page = gateway.get("/", "Authorization", BASIC, "Accept", "text/html");
        assertEquals(403, page.statusCode());
        assertTrue(page.body().contains("trustedProxies"), page.body());

        HttpResponse<String> api = gateway.get("/v1/models", "Authorization", BEARER);
        assertEquals(403, api.statusCode());
        assertEquals(refusal, api.body());

        assertEquals(2, gateway.metric("seawall_upstream_errors_total{kind=\"attribution\"}"));
        eventually("a line in the log", () -> gateway.log().contains("add gateway.trustedProxies"));
    }

    @Test
    void explainsNothingToStrangersOnAPublicPath() throws IOException {
        String refusal = "{\"error\":{\"type\":\"proxy_attribution_required\"}}";
        upstream.answering(request -> ScriptedUpstream.answer("403 Forbidden", refusal,
                "Content-Type: application/json"));
        try (RunningGateway open = RunningGateway.start(state, upstream.port(), "SEAWALL_PUBLIC_PATHS=/share/*")) {
            assertEquals(refusal, open.get("/share/x", "Accept", "text/html").body());
        }
    }

    @Test
    void otherRefusalsOfTheGatewayPassUntouched() throws IOException {
        upstream.answering(request -> ScriptedUpstream.answer("403 Forbidden", "{\"error\":\"not yours\"}",
                "Content-Type: application/json"));
        HttpResponse<String> answer = gateway.get("/", "Authorization", BASIC, "Accept", "text/html");
        assertEquals(403, answer.statusCode());
        assertEquals("{\"error\":\"not yours\"}", answer.body());
        assertEquals(0, gateway.metric("seawall_upstream_errors_total{kind=\"attribution\"}"));
    }

    // ---- many at once

    @Test
    void concurrentExchangesKeepTheirAnswersApart() {
        upstream.answering(request -> ScriptedUpstream.ok(request.target() + request.body()));
        List<CompletableFuture<Void>> clients = IntStream.range(0, 16).mapToObj(n -> inBackground(() -> {
            try (RawClient client = gateway.raw()) {
                for (int i = 0; i < 25; i++) {
                    String body = "b".repeat(i * 100);
                    client.head("POST /v1/" + n + "-" + i, AUTHORIZED, "Content-Length: " + body.length());
                    client.send(body);
                    assertEquals("/v1/" + n + "-" + i + body, client.answer().body());
                }
            }
        })).toList();
        clients.forEach(CompletableFuture::join);
        eventually("a line for each", () -> gateway.accessLines().size() == 16 * 25);
    }

    /// What may fail as sockets do.
    interface Work {
        void run() throws IOException;
    }

    private static CompletableFuture<Void> inBackground(Work work) {
        return CompletableFuture.runAsync(() -> {
            try {
                work.run();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }, task -> Thread.ofVirtual().start(task));
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

    private static byte[] block() {
        byte[] block = new byte[64 * 1024];
        new Random(7).nextBytes(block);
        return block;
    }

    private static String digest(byte[] block, int times) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < times; i++) {
            digest.update(block);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
