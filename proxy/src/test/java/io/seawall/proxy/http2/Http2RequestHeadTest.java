package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.server.TestConfig;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http2RequestHeadTest {

    /// A good request, then these fields: `name=value`, or `-name` to leave one out.
    private static Http2Headers fields(String... changes) {
        Http2Headers fields = new DefaultHttp2Headers(false).method("GET").scheme("https").path("/a?b=c")
                .authority("claw.example.com");
        for (String change : changes) {
            if (change.startsWith("-")) {
                fields.remove(change.substring(1));
                continue;
            }
            int at = change.indexOf('=');
            String name = change.substring(0, at);
            if (name.startsWith("+")) {
                fields.add(name.substring(1), change.substring(at + 1));
            } else if (name.startsWith(":")) {
                fields.set(name, change.substring(at + 1));
            } else {
                fields.add(name, change.substring(at + 1));
            }
        }
        return fields;
    }

    private static RequestHead read(String... changes) throws HygieneException {
        return Http2RequestHead.parse(fields(changes), true, TestConfig.HTTP);
    }

    private static RequestHead readWithBody(String... changes) throws HygieneException {
        return Http2RequestHead.parse(fields(changes), false, TestConfig.HTTP);
    }

    private static Rule broken(String... changes) {
        return assertThrows(HygieneException.class, () -> read(changes)).rule();
    }

    @Test
    void readsWhatHttp1WouldHaveSaid() throws HygieneException {
        RequestHead head = read("accept=text/html", "x-a=1", "x-a=2");

        assertEquals("GET", head.method());
        assertEquals("/a?b=c", head.target());
        assertEquals("claw.example.com", head.authority());
        assertEquals("claw.example.com", head.headers().get("Host"));
        assertEquals("text/html", head.headers().get("Accept"));
        assertEquals(List.of("1", "2"), head.headers().all("X-A"));
        assertEquals(Body.NONE, head.body());
        assertTrue(head.keepAlive());
        assertFalse(head.http10());
        assertFalse(head.isUpgrade());
    }

    @Test
    void takesHostWhereThereIsNoAuthority() throws HygieneException {
        assertEquals("claw.example.com", read("-:authority", "host=claw.example.com").authority());
        assertEquals(1, read("host=CLAW.example.com").headers().count("Host"));
    }

    @ParameterizedTest
    @CsvSource({"-:authority,HOST_COUNT", "host=other.example,HOST_MISMATCH", ":authority=a@b,HOST_INVALID",
        ":authority=,HOST_INVALID", ":authority=a/b,HOST_INVALID", "+:authority=b,PSEUDO_HEADER"})
    void refusesAnAuthorityInDoubt(String change, Rule rule) {
        assertEquals(rule, broken(change));
    }

    @Test
    void refusesTwoHosts() {
        assertEquals(Rule.HOST_COUNT, broken("host=claw.example.com", "host=claw.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-:method", "-:scheme", "-:path", ":path=", "+:path=/b", "+:method=POST", "+:scheme=http",
        ":scheme=http", ":scheme=ftp", "+:status=200", "+:secret=1", "+:protocol=websocket"})
    void refusesOtherPseudoHeadersThanThoseOfARequest(String change) {
        assertEquals(Rule.PSEUDO_HEADER, broken(change));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        ":scheme=http|:scheme is http on a TLS connection (Envoy: scheme_header_transformation: {scheme_to_overwrite: https})",
        ":scheme=ftp|:scheme is not https", "-:scheme|there is no :scheme", "+:method=POST|:method is there twice",
        "-:path|there is no :path", "+:protocol=websocket|:protocol stands beside another method than CONNECT"})
    void namesThePseudoHeaderThatIsWrong(String change, String detail) {
        assertEquals("the pseudo-headers are not those of a request: " + detail,
                assertThrows(HygieneException.class, () -> read(change)).explanation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection=close", "connection=", "keep-alive=1", "proxy-connection=close",
        "transfer-encoding=chunked", "upgrade=websocket", "te=gzip", "te=trailers, deflate"})
    void refusesHeadersOfAConnection(String change) {
        assertEquals(Rule.CONNECTION_HEADER, broken(change));
    }

    @Test
    void takesTeTrailers() throws HygieneException {
        assertEquals("trailers", read("te=trailers").headers().get("TE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept", "x y", "x:y", "", "x\r\ny", "é"})
    void refusesANameThatHttp1WouldReadOtherwise(String name) {
        Http2Headers fields = fields();
        fields.add(name, "1");
        assertEquals(Rule.HEADER_NAME, assertThrows(HygieneException.class,
                () -> Http2RequestHead.parse(fields, true, TestConfig.HTTP)).rule());
    }

    /// Well-formed, so that the stream is answered and not reset: proxies give up a connection with a reset for that.
    @ParameterizedTest
    @ValueSource(strings = {"content_length", "transfer_encoding"})
    void refusesANameThatOtherProgramsReadAsFraming(String name) {
        Http2Headers fields = fields();
        fields.add(name, "1");
        Rule rule = assertThrows(HygieneException.class,
                () -> Http2RequestHead.parse(fields, true, TestConfig.HTTP)).rule();
        assertEquals(Rule.HEADER_LOOKALIKE, rule);
        assertFalse(Http2RequestHead.isMalformed(rule));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-B: c", "a\nb", "a\rb", "a\0b", "\u007f", " a", "a ", "\ta", "Ā"})
    void refusesAValueThatHttp1WouldReadOtherwise(String value) {
        Http2Headers fields = fields();
        fields.add("x-a", value);
        assertEquals(Rule.HEADER_VALUE, assertThrows(HygieneException.class,
                () -> Http2RequestHead.parse(fields, true, TestConfig.HTTP)).rule());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a", "http://claw.example.com/", "/a b", "/a#b", "/é", "/a\r\nb", "/\0"})
    void refusesATargetThatIsNoPath(String path) {
        assertEquals(Rule.TARGET, broken(":path=" + path));
    }

    @ParameterizedTest
    @CsvSource({":method=TRACE,METHOD", ":method=get,METHOD", ":method=CONNECT,METHOD", ":method=PRI,METHOD",
        "expect=200-maybe,EXPECT", "content-length=1,CONTENT_LENGTH", "content-length=01,CONTENT_LENGTH",
        "content-length=+1,CONTENT_LENGTH"})
    void keepsTheRulesOfHttp1(String change, Rule rule) {
        assertEquals(rule, broken(change));
    }

    @Test
    void refusesSecondsOfWhatMustBeOne() {
        assertEquals(Rule.DUPLICATE_HEADER, broken("authorization=a", "authorization=b"));
        assertEquals(Rule.CONTENT_LENGTH, assertThrows(HygieneException.class,
                () -> readWithBody("content-length=1", "content-length=1")).rule());
    }

    @Test
    void knowsHowLongTheBodyIs() throws HygieneException {
        assertEquals(new Body.Length(7), readWithBody(":method=POST", "content-length=7").body());
        assertEquals(Body.CHUNKED, readWithBody(":method=POST").body());
        assertEquals(new Body.Length(0), read(":method=POST", "content-length=0").body());
    }

    @Test
    void joinsTheCrumbsOfCookies() throws HygieneException {
        RequestHead head = read("cookie=", "cookie=a=1", "x-a=1", "cookie=b=2", "cookie=c=3; d=4", "cookie=");

        assertEquals(List.of("a=1; b=2; c=3; d=4"), head.headers().all("Cookie"));
    }

    @Test
    void boundsWhatAHeadMayBe() throws HygieneException {
        assertEquals(Rule.LINE_TOO_LONG, broken(":path=/" + "a".repeat(TestConfig.HTTP.requestLine())));
        assertEquals(Rule.HEAD_TOO_LARGE, broken("x-a=" + "a".repeat(TestConfig.HTTP.headBytes())));
        assertEquals(Rule.HEAD_TOO_LARGE, broken("cookie=" + "a".repeat(TestConfig.HTTP.headBytes() / 2),
                "cookie=" + "a".repeat(TestConfig.HTTP.headBytes() / 2)));
        String[] most = new String[TestConfig.HTTP.fields() - 1];
        java.util.Arrays.setAll(most, i -> "x-" + i + "=1");
        assertEquals(TestConfig.HTTP.fields(), read(most).headers().size());
        String[] more = new String[TestConfig.HTTP.fields()];
        java.util.Arrays.setAll(more, i -> "x-" + i + "=1");
        assertEquals(Rule.TOO_MANY_HEADERS, broken(more));
    }

    private static final String[] WEBSOCKET = {":method=CONNECT", "+:protocol=websocket", "sec-websocket-version=13",
        "origin=https://claw.example.com"};

    @Test
    void readsAWebSocketAsItsHandshake() throws HygieneException {
        RequestHead head = readWithBody(WEBSOCKET);

        assertEquals("GET", head.method());
        assertTrue(head.isUpgrade());
        assertEquals("Upgrade", head.headers().get("Connection"));
        assertEquals(16, Base64.getDecoder().decode(head.headers().get("Sec-WebSocket-Key", "")).length);
        assertNotEquals(head.headers().get("Sec-WebSocket-Key"),
                readWithBody(WEBSOCKET).headers().get("Sec-WebSocket-Key"));
        assertEquals("https://claw.example.com", head.headers().get("Origin"));
        assertInstanceOf(Body.None.class, head.body());
    }

    @Test
    void keepsTheKeyOfAClientThatSendsOne() throws HygieneException {
        RequestHead head = readWithBody(WEBSOCKET[0], WEBSOCKET[1], WEBSOCKET[2],
                "sec-websocket-key=AAAAAAAAAAAAAAAAAAAAAA==");

        assertEquals(List.of("AAAAAAAAAAAAAAAAAAAAAA=="), head.headers().all("Sec-WebSocket-Key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sec-websocket-key=AAAAAAAAAAAAAAAAAAAAAA==", "sec-websocket-key=", "sec-websocket-key=a b",
        "sec-websocket-accept=s3pPLMBiTxaQ9kYGzzhZRbK+xOo="})
    void ignoresWhatAWebSocketsHandshakeHasInHttp1Only(String field) throws HygieneException {
        RequestHead head = readWithBody(WEBSOCKET[0], WEBSOCKET[1], WEBSOCKET[2], field, field);

        assertEquals(1, head.headers().count("Sec-WebSocket-Key"));
        assertEquals(16, Base64.getDecoder().decode(head.headers().get("Sec-WebSocket-Key", "")).length);
        assertNotEquals("AAAAAAAAAAAAAAAAAAAAAA==", head.headers().get("Sec-WebSocket-Key"));
        assertEquals(0, head.headers().count("Sec-WebSocket-Accept"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAA"})
    void takesAnotherKeyInPlaceOfOneThatIsNone(String key) throws HygieneException {
        RequestHead head = readWithBody(WEBSOCKET[0], WEBSOCKET[1], WEBSOCKET[2], "sec-websocket-key=" + key);

        assertEquals(1, head.headers().count("Sec-WebSocket-Key"));
        assertEquals(16, Base64.getDecoder().decode(head.headers().get("Sec-WebSocket-Key", "")).length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection=upgrade", "upgrade=websocket", "sec-websocket-version=13",
        "sec-websocket-version=8"})
    void refusesWhatHttp2DoesNotIgnoreInAHandshake(String field) {
        String[] changes = java.util.Arrays.copyOf(WEBSOCKET, WEBSOCKET.length + 1);
        changes[WEBSOCKET.length] = field;
        assertThrows(HygieneException.class, () -> readWithBody(changes));
    }

    @ParameterizedTest
    @ValueSource(strings = {":protocol=webtransport", ":protocol=WebSocket", ":protocol="})
    void refusesAnotherProtocol(String change) {
        String[] changes = java.util.Arrays.copyOf(WEBSOCKET, WEBSOCKET.length + 1);
        changes[WEBSOCKET.length] = change;
        Rule rule = assertThrows(HygieneException.class, () -> readWithBody(changes)).rule();

        assertTrue(rule == Rule.UPGRADE || rule == Rule.DUPLICATE_HEADER, rule.label());
    }

    @Test
    void refusesAHandshakeThatIsNone() {
        assertEquals(Rule.UPGRADE, broken(WEBSOCKET));
        assertEquals(Rule.UPGRADE, assertThrows(HygieneException.class,
                () -> readWithBody(":method=CONNECT", "+:protocol=websocket")).rule());
        assertEquals(Rule.CONTENT_LENGTH, assertThrows(HygieneException.class, () -> readWithBody(":method=CONNECT",
                "+:protocol=websocket", "sec-websocket-version=13", "content-length=3")).rule());
    }
}
