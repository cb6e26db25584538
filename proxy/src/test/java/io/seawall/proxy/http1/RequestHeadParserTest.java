package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.KEY;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestHeadParserTest {

    static List<String> accepted() {
        return Corpus.accepted();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void acceptsWhatHasOneMeaning(String wire) {
        Reader reader = Reader.of(wire);

        assertNull(reader.broken());
        assertEquals(1, reader.messages().size());
        assertTrue(reader.messages().getFirst().isComplete());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void readsTheSameHoweverTheBytesArrive(String wire) {
        assertEquals(Reader.of(wire).toString(), Reader.bytewise(wire).toString());
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void readsTheSameOneBehindTheOther(String wire) {
        Reader reader = Reader.of(wire + get("Between: x") + wire);

        assertEquals(3, reader.messages().size());
        assertEquals(Reader.of(wire).messages().getFirst().toString(), reader.messages().get(0).toString());
        assertEquals(Reader.of(wire).messages().getFirst().toString(), reader.messages().get(2).toString());
    }

    @Test
    void keepsEveryFieldAsItCame() throws HygieneException {
        RequestHead head = parse(head("POST /a?b=%20 HTTP/1.1", "hOsT: Example.com:8443", "X-A: \t one  two\t ",
                "x-a:", "Content-Length: 17"));

        assertEquals("POST", head.method());
        assertEquals("/a?b=%20", head.target());
        assertEquals("Example.com:8443", head.authority());
        assertFalse(head.http10());
        assertTrue(head.keepAlive());
        assertEquals(new Body.Length(17), head.body());
        assertEquals("[hOsT, X-A, x-a, Content-Length]", head.headers().toString());
        assertEquals(List.of("one  two", ""), head.headers().all("X-A"));
    }

    @Test
    void readsBytesAsLatin1() throws HygieneException {
        assertEquals("\u00e9\u00ff\u0080", parse(get("X: \u00e9\u00ff\u0080")).headers().get("X"));
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, '', true", "HTTP/1.1, keep-alive, true", "HTTP/1.1, close, false", "HTTP/1.1, CLOSE, false",
        "HTTP/1.1, 'keep-alive, close', false", "HTTP/1.1, 'te,close', false", "HTTP/1.0, '', false",
        "HTTP/1.0, Keep-Alive, true", "HTTP/1.0, close, false"})
    void knowsWhoWantsTheConnectionKept(String version, String connection, boolean keepAlive) throws HygieneException {
        RequestHead head = parse(head("GET / " + version, "Host: a", "Connection: " + connection));

        assertEquals(keepAlive, head.keepAlive());
        assertEquals(version.equals("HTTP/1.0"), head.http10());
    }

    @ParameterizedTest
    @CsvSource({"http://a, /", "http://a/, /", "http://a/x?y, /x?y", "HTTP://A/x, /x", "https://a/x, /x",
        "http://a//x, //x", "http://a/http://b/, /http://b/"})
    void takesAnAbsoluteTargetForItsOwnHost(String target, String path) throws HygieneException {
        assertEquals(path, parse(head("GET " + target + " HTTP/1.1", "Host: a")).target());
    }

    @ParameterizedTest
    @CsvSource({"Content-Length: 0, 0", "Content-Length: 1, 1",
        "Content-Length: 999999999999999999, 999999999999999999"})
    void readsTheLength(String field, long length) throws HygieneException {
        assertEquals(new Body.Length(length), parse(get(field)).body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked", "CHUNKED", " \tchunked \t"})
    void readsChunkedInAnyCaseAndWithOuterBlanks(String encoding) throws HygieneException {
        assertEquals(Body.CHUNKED, parse(get("Transfer-Encoding:" + encoding)).body());
    }

    @Test
    void knowsNoBodyWithoutALength() throws HygieneException {
        assertEquals(Body.NONE, parse(head("POST / HTTP/1.1", "Host: a")).body());
    }

    /// HAProxy's health check is one.
    @Test
    void takesAnHttp10RequestWithoutAHost() throws HygieneException {
        RequestHead head = parse(head("GET /healthz HTTP/1.0"));

        assertEquals("", head.authority());
        assertTrue(head.http10());
    }

    @Test
    void knowsARealWebSocketHandshake() throws HygieneException {
        assertTrue(parse(get("Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13", KEY))
                .isUpgrade());
        assertTrue(parse(get("Upgrade: h2c, WebSocket", "Connection: upgrade", "Sec-WebSocket-Version: 13", KEY))
                .isUpgrade());
        assertFalse(parse(get()).isUpgrade());
    }

    /// RFC 9110, 7.8: an Upgrade that is not taken is ignored. The JDK's client and `curl --http2` send the first one,
    /// Apache's the second, nginx with a common snippet the last.
    @ParameterizedTest
    @ValueSource(strings = {"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk",
        "Upgrade: TLS/1.2\r\nConnection: upgrade", "Upgrade: h2c", "Upgrade: websocket/13\r\nConnection: upgrade",
        "Upgrade:\r\nConnection: upgrade", "Connection: upgrade"})
    void takesAnUpgradeToAnythingButAWebSocketForAnOffer(String fields) throws HygieneException {
        RequestHead head = parse(get(fields.split("\r\n")));

        assertFalse(head.isUpgrade());
        assertTrue(head.keepAlive());
    }

    @Test
    void takesAnyOtherConnectionOption() throws HygieneException {
        assertTrue(parse(get("Connection: keep-alive, x-foo", "X-Foo: a")).keepAlive());
        assertFalse(parse(get("Connection: ,x-forwarded-for, , close,")).keepAlive());
    }

    @Test
    void saysWhichFieldOfAHandshakeIsWrong() {
        assertEquals("the WebSocket handshake is not complete: there is no Sec-WebSocket-Version",
                explanation("Upgrade: websocket", "Connection: upgrade", KEY));
        assertEquals("the WebSocket handshake is not complete: Connection does not name upgrade",
                explanation("Upgrade: websocket", "Sec-WebSocket-Version: 13", KEY));
        assertEquals("the WebSocket handshake is not complete: Sec-WebSocket-Key is not 16 bytes in Base64",
                explanation("Upgrade: websocket", "Connection: upgrade", "Sec-WebSocket-Version: 13"));
        assertEquals("Sec-WebSocket-Version is not 13",
                explanation("Upgrade: websocket", "Connection: upgrade", "Sec-WebSocket-Version: 8", KEY));
        assertTrue(explanation("Connection: Authorization").endsWith(" depends on: authorization"));
    }

    private static String explanation(String... fields) {
        return assertThrows(HygieneException.class, () -> parse(get(fields))).explanation();
    }

    /// Every byte, at each place where a byte can stand: accepted or refused by name, never anything else.
    @Test
    void hasAnAnswerForEveryByteEverywhere() {
        String wire = "POST /x HTTP/1.1\r\nHost: a\r\nX: y\r\nContent-Length: 1\r\n\r\nb";
        for (int at = 0; at < wire.length(); at++) {
            for (char c = 0; c < 256; c++) {
                String changed = wire.substring(0, at) + c + wire.substring(at + 1);
                assertEquals(Reader.of(changed).toString(), Reader.of(changed).toString());
            }
        }
    }

    @Test
    void throwsWhatCarriesTheRuleOnly() {
        HygieneException thrown = assertThrows(HygieneException.class, () -> parse(get("Secret_Value: x\0")));

        assertEquals(Rule.HEADER_VALUE, thrown.rule());
        assertEquals(Rule.HEADER_VALUE.meaning(), thrown.getMessage());
    }

    private static RequestHead parse(String wire) throws HygieneException {
        return RequestHeadParser.parse(wire.getBytes(StandardCharsets.ISO_8859_1), TestConfig.HTTP.fields());
    }
}
