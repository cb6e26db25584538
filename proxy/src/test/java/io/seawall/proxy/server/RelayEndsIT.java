package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.EOFException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What ends, on either side, in the middle or before it began; and a gateway that cannot be used.
@Timeout(60)
final class RelayEndsIT extends Relaying {
    RelayEndsIT() throws IOException {}

    @Test
    void clientThatLeavesASilentStreamEndsItAtTheGateway() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("GET /v1/events", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            up.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n: hello\n\n");
            client.in.head();
            client.leave();
            assertTrue(up.atEnd());
        }
        assertEquals(200, server.accessLine("/v1/events").path("status").asInt());
    }

    @Test
    void clientThatLeavesBeforeTheAnswerEndsTheRunAtTheGateway() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("POST /v1/chat/completions", AUTHORIZED, "Content-Length: 2");
            client.send("{}");
            Connection up = upstream.next();
            up.request();
            client.reset();
            assertTrue(up.atEnd());
        }
        assertEquals(0, server.accessLine("/v1/chat/completions").path("status").asInt());
    }

    @Test
    void clientThatLeavesInTheMiddleOfAnUploadEndsItAtTheGateway() throws IOException {
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        assertEquals(2, server.metric("seawall_upstream_errors_total{kind=\"closed\"}"));
    }

    @Test
    void answersAfterTheGatewayClosedAnIdleConnection() throws IOException {
        upstream.script(connection -> {
            connection.request();
            connection.send(ScriptedUpstream.ok("once"));
        });
        try (RawClient client = server.raw()) {
            for (int i = 0; i < 10; i++) {
                client.head("POST /v1/" + i, AUTHORIZED, "Content-Length: 0");
                int status = client.answer().status();
                // the end may be on its way while the request is: a POST is not repeated then
                assertTrue(status == 200 || status == 502, "status " + status);
                RunningServer.pause();
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
        try (RawClient client = server.raw()) {
            client.head("GET /v1/cut", AUTHORIZED);
            assertThrows(EOFException.class, client::answer);
        }
        assertEquals(1, upstream.targets().size());
    }

    @Test
    void answerWithoutALengthIsCutByAReset() throws IOException {
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        try (RawClient client = server.raw()) {
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
        assertEquals(502, server.get("/v1/bad", "Authorization", BEARER).statusCode());
    }

    @Test
    void gatewayThatIsDownGetsAPageThatTriesAgainAndIsSoonServed() throws IOException {
        int port = RunningServer.freePort();
        try (RunningServer early = RunningServer.start(state, port)) {
            HttpResponse<String> page = early.get("/", "Authorization", BASIC, "Accept", "text/html");
            assertEquals(503, page.statusCode());
            assertEquals("3", page.headers().firstValue("Retry-After").orElseThrow());
            assertEquals("3", page.headers().firstValue("Refresh").orElseThrow());
            assertEquals("no-store", page.headers().firstValue("Cache-Control").orElseThrow());
            assertTrue(page.body().startsWith("<!doctype html>") && page.body().contains("OpenClaw is starting"));

            HttpResponse<String> api = early.get("/v1/models", "Authorization", BEARER, "Accept", "application/json");
            assertEquals(503, api.statusCode());
            assertFalse(api.headers().map().containsKey("refresh"));
            // OpenAI's SDKs ask twice more: after 6 s they would give up before a gateway is there again
            assertEquals("8", api.headers().firstValue("Retry-After").orElseThrow());
            assertTrue(api.body().startsWith("{\"error\":{\"message\":\"OpenClaw is starting"), api.body());

            assertEquals("application/json", early.get("/v1/models", "Authorization", BEARER).headers()
                    .firstValue("Content-Type").orElseThrow());

            HttpResponse<String> plain = early.get("/any", "Authorization", BASIC);
            assertEquals(503, plain.statusCode());
            assertFalse(plain.headers().map().containsKey("refresh"));
            assertEquals("3", plain.headers().firstValue("Retry-After").orElseThrow());
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
        try (RunningServer impatient = RunningServer.start(state, upstream.port(), "SEAWALL_READ_TIMEOUT=1");
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
        try (RunningServer impatient = RunningServer.start(state, upstream.port(), "SEAWALL_READ_TIMEOUT=2");
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

    @Test
    void explainsToAPersonThatTheGatewayDoesNotTrustUs() throws IOException {
        String refusal = "{\"error\":{\"type\":\"proxy_attribution_required\"}}";
        upstream.answering(request -> ScriptedUpstream.answer("403 Forbidden", refusal,
                "Content-Type: application/json"));
        HttpResponse<String> page = server.get("/", "Authorization", BASIC, "Accept", "text/html");
        assertEquals(403, page.statusCode());
        assertTrue(page.body().contains("trustedProxies"), page.body());

        HttpResponse<String> api = server.get("/v1/models", "Authorization", BEARER);
        assertEquals(403, api.statusCode());
        assertEquals(refusal, api.body());

        assertEquals(2, server.metric("seawall_upstream_errors_total{kind=\"attribution\"}"));
        eventually("a line in the log", () -> server.log().contains("add gateway.trustedProxies"));
    }

    @Test
    void explainsNothingToUnauthenticatedClientsOnAPublicPath() throws IOException {
        String refusal = "{\"error\":{\"type\":\"proxy_attribution_required\"}}";
        upstream.answering(request -> ScriptedUpstream.answer("403 Forbidden", refusal,
                "Content-Type: application/json"));
        try (RunningServer open = RunningServer.start(state, upstream.port(), "SEAWALL_PUBLIC_PATHS=/share/*")) {
            assertEquals(refusal, open.get("/share/x", "Accept", "text/html").body());
        }
    }

    @Test
    void otherRefusalsOfTheGatewayPassUntouched() throws IOException {
        upstream.answering(request -> ScriptedUpstream.answer("403 Forbidden", "{\"error\":\"not yours\"}",
                "Content-Type: application/json"));
        HttpResponse<String> answer = server.get("/", "Authorization", BASIC, "Accept", "text/html");
        assertEquals(403, answer.statusCode());
        assertEquals("{\"error\":\"not yours\"}", answer.body());
        assertEquals(0, server.metric("seawall_upstream_errors_total{kind=\"attribution\"}"));
    }
}
