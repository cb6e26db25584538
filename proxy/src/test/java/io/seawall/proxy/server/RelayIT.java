package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests and answers through the whole gateway: streaming, backpressure, keep-alive, and every way to fail.
@Timeout(60)
final class RelayIT extends Relaying {
    RelayIT() throws IOException {}

    @Test
    void asksTheGatewayWhetherABodyIsWelcome() throws IOException {
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
            String fields = " HTTP/1.1\r\nHost: " + server.host() + "\r\n" + AUTHORIZED + "\r\n\r\n";
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
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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

    @Test
    void refusesABodyThatAnnouncesTooMuchWithoutReadingIt() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("POST /hooks/wake", "Authorization: " + RunningServer.HOOKS_BEARER,
                    "Content-Length: " + (256 * 1024 + 1));
            assertEquals(413, client.answer().status());
            assertTrue(client.in.atEnd());
        }
        assertEquals(List.of(), upstream.traffic());
    }

    @Test
    void cutsAChunkedBodyThatTurnsOutTooLarge() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("POST /hooks/wake", "Authorization: " + RunningServer.HOOKS_BEARER,
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
        try (RawClient client = server.raw()) {
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
        assertEquals(0, server.metric("seawall_upstream_errors_total{kind=\"closed\"}"));
    }

    @Test
    void concurrentExchangesKeepTheirAnswersApart() {
        upstream.answering(request -> ScriptedUpstream.ok(request.target() + request.body()));
        List<CompletableFuture<Void>> clients = IntStream.range(0, 16).mapToObj(n -> inBackground(() -> {
            try (RawClient client = server.raw()) {
                for (int i = 0; i < 25; i++) {
                    String body = "b".repeat(i * 100);
                    client.head("POST /v1/" + n + "-" + i, AUTHORIZED, "Content-Length: " + body.length());
                    client.send(body);
                    assertEquals("/v1/" + n + "-" + i + body, client.answer().body());
                }
            }
        })).toList();
        clients.forEach(CompletableFuture::join);
        eventually("a line for each", () -> server.accessLines().size() == 16 * 25);
    }
}
