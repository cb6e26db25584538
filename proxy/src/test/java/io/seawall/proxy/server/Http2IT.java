package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.HOOKS_BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.Http2Error;
import io.seawall.proxy.server.Http2Client.Answer;
import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// HTTP/2 through the whole gateway: the same gate as HTTP/1.1, and what HTTP/2 alone makes possible.
@Timeout(60)
final class Http2IT extends Http2Setup {
    Http2IT() throws IOException {}

    @Test
    void servesThePasswordAndTellsTheGatewayWhatHttp1WouldHave() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("hello", "X-Answer: Yes", "Keep-Alive: timeout=5"));
        RunningServer server = start();
        Http2Client client = connect(server);

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
        eventually("an access line", () -> server.accessLines().size() == 1);
        Message request = upstream.requests().getFirst();
        assertEquals("GET /page?q=1 HTTP/1.1", request.start());
        assertEquals(server.host(), request.one("Host"));
        assertEquals("a=1; b=2", request.one("Cookie"));
        assertEquals("192.0.2.1", request.one("X-Forwarded-For"));
        assertEquals("https", request.one("X-Forwarded-Proto"));
        assertFalse(request.has("Authorization"));
        assertFalse(request.has("TE"));
        assertTrue(request.fields().stream().noneMatch(field -> field.startsWith(":")), request.toString());
        assertEquals("h2", server.accessLines().getFirst().path("protocol").asText());
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
        RunningServer server = start();
        Http2Client client = connect(server);

        Answer answer = client.answer(client.get("/.seawall/client", AUTHORIZED));

        assertEquals("{\"client\":\"127.0.0.1\",\"secure\":true,\"protocol\":\"h2\",\"host\":\"" + server.host()
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
            // twice what is served: what is beyond that is refused with a reason
            assertEquals(64 * 1024, said.get(6), "SETTINGS_MAX_HEADER_LIST_SIZE");
            assertEquals(1, said.get(8), "SETTINGS_ENABLE_CONNECT_PROTOCOL");
        }
    }

    @Test
    void isNotOfferedWhereItIsOff() throws IOException {
        RunningServer server = start("SEAWALL_HTTP2=false");
        try (Http2Client client = new Http2Client(server)) {
            assertEquals("", client.protocol());
        } catch (IOException e) {
            // or the library ends the handshake, because the client offered nothing else
        }
        assertEquals(401, server.get("/").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection: close", "transfer-encoding: chunked", "upgrade: websocket", "te: gzip",
        "keep-alive: 5", ":unknown: 1", "Accept: a", "x-a: b\r\nX-Smuggled: 1", "x-a: b\nX-Smuggled: 1", "x-a: b\0",
        "host: other.example", "content-length: 5", "x-a:  b", "x y: 1"})
    void endsTheStreamOfAMalformedRequestAndNothingPasses(String field) throws IOException {
        RunningServer server = start();
        Http2Client client = connect(server);

        int stream = client.get("/", AUTHORIZED, field);

        assertEquals(Http2Error.PROTOCOL_ERROR, client.awaitReset(stream).error());
        assertEquals(200, client.answer(client.get("/healthz")).status());
        assertEquals(List.of(), upstream.traffic());
        assertTrue(server.metric("seawall_http2_errors_total{reason=\"protocol_error\",scope=\"stream\"}") >= 1);
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

    @Test
    void saysInPageAndLogThatAHeadIsTooLong() throws IOException {
        RunningServer server = start();
        Http2Client client = connect(server);
        Http2Client.Answer answer = client.answer(longHead(client, 60 * 1024));

        assertEquals(431, answer.status());
        assertTrue(answer.body().contains("larger than SEAWALL_MAX_HEADER_BYTES"), answer.body());
        eventually("the log line", () -> server.log().contains("\"rejected\":\"head_too_large\""));
    }

    /// Proxies pass on what their clients send, and other clients have the same connection.
    @Test
    void answersAProxysHeadThatIsFarTooLong() throws IOException {
        Http2Client client = connect(start("SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"));

        assertEquals(431, client.answer(longHead(client, 120 * 1024)).status());
        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    private static int longHead(Http2Client client, int bytes) throws IOException {
        byte[] block = Http2Client.block(client.fields("GET", "/", "cookie: " + "c".repeat(bytes)));
        int stream = client.nextStream();
        int length = 16_384;
        for (int from = 0; from < block.length; from += length) {
            byte[] part = Arrays.copyOfRange(block, from, Math.min(block.length, from + length));
            client.frame(from == 0 ? Http2Client.HEADERS : Http2Client.CONTINUATION,
                    (from == 0 ? Http2Client.END_STREAM : 0)
                            | (from + length >= block.length ? Http2Client.END_HEADERS : 0),
                    stream, part);
        }
        return stream;
    }
}
