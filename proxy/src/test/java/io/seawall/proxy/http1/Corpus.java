package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/// Raw requests: those that are accepted, and those that break a rule.
public final class Corpus {
    static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private Corpus() {}

    /// One that breaks exactly this rule.
    public record Broken(Rule rule, String wire) {
        @Override
        public String toString() {
            return rule + " " + visible(wire);
        }
    }

    /// The lines, each with its CR LF, and the empty line.
    public static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /// A GET with these header lines besides Host.
    public static String get(String... headers) {
        return head("GET / HTTP/1.1\r\nHost: a" + (headers.length == 0 ? "" : "\r\n") + String.join("\r\n", headers));
    }

    static String chunked(String body) {
        return head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + body;
    }

    public static ByteBuf bytes(String wire) {
        return Unpooled.wrappedBuffer(wire.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static String visible(String wire) {
        String text = wire.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\0", "\\0");
        return text.length() <= 120 ? text : text.substring(0, 120) + "… (" + text.length() + ")";
    }

    public static List<String> accepted() {
        return List.of(get(), head("GET / HTTP/1.0", "Host: a"), head("HEAD /x HTTP/1.1", "Host: a"),
                head("DELETE /x HTTP/1.1", "Host: a"), head("OPTIONS /x HTTP/1.1", "Host: a"),
                head("GET /a/b%2Fc;d=e/../%41?q=1&r=%20?#".replace("#", "") + " HTTP/1.1", "Host: example.com:8443"),
                head("GET /!$&'()*+,-./:;=@[]^_`{|}~\"<>\\ HTTP/1.1", "Host: a"),
                head("GET //two HTTP/1.1", "Host: a"), head("GET /? HTTP/1.1", "host: a"),
                head("GET / HTTP/1.1", "HOST:a"), head("GET / HTTP/1.1", "Host: \t a \t "),
                head("GET / HTTP/1.1", "Host: [::1]"), head("GET / HTTP/1.1", "Host: [2001:db8::7]:8443"),
                head("GET / HTTP/1.1", "Host: 127.0.0.1:65535"), head("GET / HTTP/1.1", "Host: under_score.example."),
                get("Empty:", "Blank: \t ", "Tab: a\tb", "High: \u00e9\u00ff", "Odd!#$%&'*+-.^_`|~09: x"),
                get("Cookie: a=b", "Cookie: c=d", "Accept: x", "accept: y"),
                get("Connection: keep-alive, TE", "Keep-Alive: timeout=5", "TE: trailers"),
                get("Connection: close"), head("GET / HTTP/1.0", "Host: a", "Connection: Keep-Alive"),
                get("Content-Length: 0"), post("5", "hello"), post("1", "x"),
                head("PUT / HTTP/1.1", "Host: a", "Content-Length: \t 3 \t ") + "abc",
                head("PATCH / HTTP/1.1", "Host: a", "content-length: 2", "Expect: 100-Continue") + "ab",
                head("GET / HTTP/1.1", "Host: a", "Content-Length: 4") + "body",
                head("POST / HTTP/1.0", "Host: a", "Content-Length: 4") + "body",
                chunked("0\r\n\r\n"), chunked("5\r\nhello\r\n0\r\n\r\n"),
                chunked("5\r\nhello\r\n1\r\n!\r\n000\r\n\r\n"),
                chunked("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"), chunked("00000003\r\nabc\r\n0\r\n\r\n"),
                chunked("3;a=b;c\r\n\r\n\n\r\n0;x\r\n\r\n"),
                chunked("1\r\nx\r\n0\r\nTrailer: x\r\nContent-Length: 3\r\n\r\n"),
                head("POST / HTTP/1.1", "Host: a", "transfer-encoding: \tChunked ") + "1\r\nx\r\n0\r\n\r\n",
                get("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", KEY),
                get("upgrade: WebSocket", "connection: keep-alive , upgrade", "sec-websocket-version: 13", KEY,
                        "Content-Length: 0"),
                head("GET /" + "a".repeat(TestConfig.HTTP.requestLine() - "GET / HTTP/1.1".length()) + " HTTP/1.1",
                        "Host: a"),
                get(fields(TestConfig.HTTP.fields() - 1)),
                get("Big: " + "b".repeat(TestConfig.HTTP.headBytes() - get("Big: ").length())));
    }

    public static String post(String length, String body) {
        return head("POST / HTTP/1.1", "Host: a", "Content-Length: " + length) + body;
    }

    static String[] fields(int count) {
        return Stream.generate(() -> "X: y").limit(count).toArray(String[]::new);
    }

    private static Stream<Broken> broken(Rule rule, String... wires) {
        return Stream.of(wires).map(wire -> new Broken(rule, wire));
    }

    /// Heads and bodies that are refused for what they are; deadlines need a clock and are not here.
    public static List<Broken> broken() {
        return Stream
                .of(brokenLines(), brokenFields(), brokenHosts(), brokenLengths(), brokenChunks(), brokenUpgrades())
                .flatMap(cases -> cases).toList();
    }

    private static Stream<Broken> brokenLines() {
        return Stream.of(
                broken(Rule.BARE_LF, "\n", "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\nHost: a\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\n",
                        "GET / HTTP/1.1\r\nHost: a\r\nX: a\nTransfer-Encoding: chunked\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\r\nX: a\n b\r\n\r\n"),
                broken(Rule.BARE_CR, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n",
                        "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n",
                        "GET / HTTP/1.1\rHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\rX: y\r\n\r\n"),
                broken(Rule.TLS_ON_PLAIN_PORT, "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003",
                        "\u0016\u0003",
                        "\u0016\u0003\u0001\0\n\n\r\n\r\n", "\u0015\u0003\u0001\0\u0002\u0002F"),
                broken(Rule.REQUEST_LINE, "\r\n\r\n", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", head("GET", "Host: a"),
                        head("GET /", "Host: a"), head("GET / ", "Host: a"), head(" GET / HTTP/1.1", "Host: a"),
                        head("GET  / HTTP/1.1", "Host: a"), head("GET /  HTTP/1.1", "Host: a"),
                        head("GET  HTTP/1.1", "Host: a"),
                        head("GET\t/ HTTP/1.1", "Host: a"), head("GET / HTTP/1.1 ", "Host: a"),
                        head("GET / HTTP/1.1\t", "Host: a"), head("GET / HTTP/1.1 x", "Host: a"),
                        head("GET / http/1.1", "Host: a"), head("GET / HTTP/11", "Host: a"),
                        head("GET / HTTP/1.10", "Host: a"), head("GET / HTTP/01.1", "Host: a"),
                        head("GET / HTTPS/1.1", "Host: a"), head("GET / x HTTP/1.1", "Host: a"),
                        head("G(T / HTTP/1.1", "Host: a"), head("G\0T / HTTP/1.1", "Host: a"),
                        head("G\u00c9T / HTTP/1.1", "Host: a"), head("/ HTTP/1.1", "Host: a"),
                        head("\u0001GET / HTTP/1.1", "Host: a")),
                broken(Rule.METHOD, head("get / HTTP/1.1", "Host: a"), head("Get / HTTP/1.1", "Host: a"),
                        head("CONNECT a:443 HTTP/1.1", "Host: a:443"), head("TRACE / HTTP/1.1", "Host: a"),
                        head("PROPFIND / HTTP/1.1", "Host: a"), head("GETT / HTTP/1.1", "Host: a")),
                broken(Rule.VERSION, head("GET / HTTP/1.2", "Host: a"), head("GET / HTTP/2.0", "Host: a"),
                        head("GET / HTTP/0.9", "Host: a"), "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                broken(Rule.TARGET, head("GET * HTTP/1.1", "Host: a"), head("OPTIONS * HTTP/1.1", "Host: a"),
                        head("GET a HTTP/1.1", "Host: a"), head("GET ?a HTTP/1.1", "Host: a"),
                        head("GET a:443 HTTP/1.1", "Host: a"), head("GET ftp://a/ HTTP/1.1", "Host: a"),
                        head("GET /#fragment HTTP/1.1", "Host: a"), head("GET /a\0b HTTP/1.1", "Host: a"),
                        head("GET /a\tb HTTP/1.1", "Host: a"), head("GET /\u00e9 HTTP/1.1", "Host: a"),
                        head("GET /\u0080 HTTP/1.1", "Host: a"), head("GET /\u007f HTTP/1.1", "Host: a"),
                        head("GET \t/ HTTP/1.1", "Host: a")),
                broken(Rule.LINE_TOO_LONG,
                        head("GET /" + "a".repeat(TestConfig.HTTP.requestLine() - "GET / HTTP/1.1".length() + 1)
                                + " HTTP/1.1", "Host: a"),
                        "G".repeat(TestConfig.HTTP.requestLine() + 2)))
                .flatMap(cases -> cases);
    }

    private static Stream<Broken> brokenFields() {
        return Stream.of(
                broken(Rule.HEAD_TOO_LARGE,
                        get("Big: " + "b".repeat(TestConfig.HTTP.headBytes() - get("Big: ").length() + 1)),
                        "GET / HTTP/1.1\r\nHost: a\r\nBig: " + "b".repeat(TestConfig.HTTP.headBytes())),
                broken(Rule.TOO_MANY_HEADERS, get(fields(TestConfig.HTTP.fields())), get(fields(2_000))),
                broken(Rule.OBS_FOLD, get("X: a", " b"), get("X: a", "\tb"), get("X: a", " "),
                        get("Transfer-Encoding:", " chunked"), head("GET / HTTP/1.1", " Host: a")),
                broken(Rule.HEADER_NAME, get("X : a"), get("X\t: a"), get("Transfer-Encoding : chunked"), get("X"),
                        get(": a"), get("X Y: a"), get("X\0: a"), get("X\u00e9: a"), get("(X): a"), get("X\"Y: a"),
                        get("\u000bTransfer-Encoding: chunked")),
                broken(Rule.HEADER_LOOKALIKE, get("Content_Length: 3"), get("transfer_encoding: chunked")),
                broken(Rule.HEADER_VALUE, get("X: a\0b"), get("X: a\u0001"), get("X: a\u000bb"), get("X: a\u000cb"),
                        get("X: \u007f"), get("X: \u001b[31m"), get("Transfer-Encoding: \u000bchunked")),
                broken(Rule.DUPLICATE_HEADER, get("Authorization: Basic x", "authorization: Bearer y"),
                        get("Content-Type: a", "Content-Type: a"), get("Origin: https://a", "Origin: https://b"),
                        get("Expect: 100-continue", "Expect: 100-continue"),
                        get("X-OpenClaw-Token: a", "x-openclaw-token: a"),
                        get("X-Seawall-Authorization: a", "x-seawall-authorization: a"),
                        get("Upgrade: websocket", "Connection: upgrade", "Sec-WebSocket-Version: 13", KEY, KEY),
                        get("Upgrade: websocket", "Connection: upgrade", "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Version: 13", KEY)),
                broken(Rule.CONNECTION_OPTION, get("Connection: authorization"), get("Connection: close, cookie"),
                        get("Connection: keep-alive", "Connection: X-Openclaw-Token"), get("Connection: host"),
                        get("Connection: content_length"), get("Connection: close close"), get("Connection: Origin"),
                        get("Connection: \u00e9"), get("Connection: x-seawall-authorization"),
                        get("Connection: " + "a,".repeat(101)),
                        get("Connection: " + "a,".repeat(60) + "\r\nConnection: "
                                + "b,".repeat(60)),
                        get("Upgrade: websocket", "Connection: upgrade, Sec-WebSocket-Key", "Sec-WebSocket-Version: 13",
                                KEY)),
                broken(Rule.EXPECT, get("Expect: 200-ok"), get("Expect: 100-continue, x"), get("Expect:")))
                .flatMap(cases -> cases);
    }

    private static Stream<Broken> brokenHosts() {
        return Stream.of(
                broken(Rule.HOST_COUNT, head("GET / HTTP/1.1"), head("GET / HTTP/1.0", "Host: a", "Host: a"),
                        head("GET / HTTP/1.1", "Host: a", "Host: a"), head("GET / HTTP/1.1", "Host: a", "hOST: b"),
                        head("GET http://a/ HTTP/1.1")),
                broken(Rule.HOST_INVALID, head("GET / HTTP/1.1", "Host:"), head("GET / HTTP/1.1", "Host: a b"),
                        head("GET / HTTP/1.1", "Host: a, b"), head("GET / HTTP/1.1", "Host: a/b"),
                        head("GET / HTTP/1.1", "Host: u@a"), head("GET / HTTP/1.1", "Host: a:"),
                        head("GET / HTTP/1.1", "Host: a:x"), head("GET / HTTP/1.1", "Host: a:65536"),
                        head("GET / HTTP/1.1", "Host: a:80:80"), head("GET / HTTP/1.1", "Host: a:+1"),
                        head("GET / HTTP/1.1", "Host: :80"), head("GET / HTTP/1.1", "Host: ::1"),
                        head("GET / HTTP/1.1", "Host: [::1"), head("GET / HTTP/1.1", "Host: []"),
                        head("GET / HTTP/1.1", "Host: [a]"), head("GET / HTTP/1.1", "Host: [127.0.0.1]"),
                        head("GET / HTTP/1.1", "Host: [::1%lo]"), head("GET / HTTP/1.1", "Host: [::1]a"),
                        head("GET / HTTP/1.1", "Host: [::1]:"), head("GET / HTTP/1.1", "Host: [::1]:65536"),
                        head("GET / HTTP/1.1", "Host: a%41"), head("GET / HTTP/1.1", "Host: \u00e9"),
                        head("GET / HTTP/1.1", "Host: " + "a".repeat(256))),
                broken(Rule.HOST_MISMATCH, head("GET http://b/ HTTP/1.1", "Host: a"),
                        head("GET https://a:443/ HTTP/1.1", "Host: a"), head("GET http://u@a/ HTTP/1.1", "Host: a"),
                        head("GET http:// HTTP/1.1", "Host: a"), head("GET http:///x HTTP/1.1", "Host: a"),
                        head("GET http://a?x HTTP/1.1", "Host: a"), head("GET http://a.b/ HTTP/1.1", "Host: a")))
                .flatMap(cases -> cases);
    }

    private static Stream<Broken> brokenLengths() {
        return Stream.of(
                broken(Rule.LENGTH_AND_CHUNKED, get("Content-Length: 5", "Transfer-Encoding: chunked"),
                        get("Transfer-Encoding: chunked", "Content-Length: 0"),
                        get("Transfer-Encoding: identity", "Content-Length: 0"),
                        get("transfer-encoding: Chunked", "content-length: x"), get("Content-Length: 5",
                                "Transfer-Encoding: ")),
                broken(Rule.CONTENT_LENGTH, get("Content-Length: 5", "Content-Length: 5"),
                        get("Content-Length: 5", "Content-Length: 6"), get("Content-Length: 5, 5"),
                        get("Content-Length: 001"), get("Content-Length: 00"), get("Content-Length: +5"),
                        get("Content-Length: -1"), get("Content-Length: 0x5"), get("Content-Length: 5 5"),
                        get("Content-Length: 5;"), get("Content-Length:"), get("Content-Length: five"),
                        get("Content-Length: 1e1"), get("Content-Length: 9223372036854775808"),
                        get("Content-Length: 1000000000000000000"), get("Content-Length: \u0665"),
                        get("Content-Length: 5.0")),
                broken(Rule.TRANSFER_ENCODING, get("Transfer-Encoding: gzip, chunked"),
                        get("Transfer-Encoding: chunked, chunked"), get("Transfer-Encoding: chunked,"),
                        get("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
                        get("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
                        get("Transfer-Encoding: identity"), get("Transfer-Encoding:"),
                        get("Transfer-Encoding: xchunked"),
                        get("Transfer-Encoding: chunkedx"), get("Transfer-Encoding: \"chunked\""),
                        get("Transfer-Encoding: chunked;q=1"), get("Transfer-Encoding: chun ked"),
                        get("Transfer-Encoding: \u00a0chunked"), get("Transfer-Encoding: chun\u212aed"),
                        head("POST / HTTP/1.0", "Host: a", "Transfer-Encoding: chunked")))
                .flatMap(cases -> cases);
    }

    private static Stream<Broken> brokenChunks() {
        Stream<String> chunks = Stream.of("\r\n", "x\r\n", "-1\r\n", "+1\r\n", "0x1\r\n", "1 \r\n", " 1\r\n", "1\t\r\n",
                "g\r\n", "1g\r\nx", "\u0661\r\n", "1_0\r\n", "1\nx\r\n", "\n", "1\rx\r\n", "1,\r\n", "000000001\r\nx",
                "fffffffff\r\n", "ffffffff\r\nx", "80000000\r\nx", "f".repeat(17) + "\r\n", "1\r\nx0\r\n",
                "1\r\nxy\r\n", "1\r\nx\n0\r\n\r\n",
                "1\r\nx\rx", "1\r\nx\r\n\r\n0\r\n\r\n", "1".repeat(200), "5\r\nhello\r\n-0\r\n\r\n", ";a\r\n");
        Stream<String> extensions = Stream.of("1;\r\nx", "1;;a\r\nx", "1;a;\r\nx", "1;a=\r\nx", "1;=b\r\nx",
                "1;a=b=c\r\nx", "1;a=\"b\"\r\nx", "1;a=\"\r\n\"\r\nx", "1;a:b\r\nx", "1;a b\r\nx", "1; a\r\nx",
                "1;a\0\r\nx", "1;a\tb\r\nx", "1;\u00e9\r\nx",
                "1;a\r\r\nx", "1;a=\"\u007f\"\r\nx", "1;" + "a".repeat(128) + "\r\nx", "0;a \r\n\r\n");
        Stream<String> trailers = Stream.of("0\r\nx\r\n\r\n", "0\r\n: x\r\n\r\n", "0\r\nx : y\r\n\r\n",
                "0\r\nx: y\r\n z\r\n\r\n", "0\r\n x: y\r\n\r\n", "0\r\nx: a\0\r\n\r\n", "0\r\nx: a\rb\r\n\r\n",
                "0\r\nx: y\n\r\n", "0\r\n\n", "0\r\nx\u00e9: y\r\n\r\n", "0\r\nx: \u007f\r\n\r\n",
                "0\r\nx: " + "y".repeat(4096) + "\r\n\r\n", "0\r\nx: " + "y".repeat(4200),
                "0\r\n" + "x: y\r\n".repeat(700) + "\r\n");
        return Stream.of(chunks.map(body -> new Broken(Rule.CHUNK, chunked(body))),
                extensions.map(body -> new Broken(Rule.CHUNK_EXTENSION, chunked(body))),
                trailers.map(body -> new Broken(Rule.TRAILER, chunked(body)))).flatMap(cases -> cases);
    }

    private static Stream<Broken> brokenUpgrades() {
        String version = "Sec-WebSocket-Version: 13";
        return Stream.concat(broken(Rule.WEBSOCKET_VERSION,
                get("Upgrade: websocket", "Connection: upgrade", "Sec-WebSocket-Version: 8", KEY),
                get("Upgrade: h2c, WebSocket", "Connection: upgrade", "Sec-WebSocket-Version: 013", KEY)),
                broken(Rule.UPGRADE, get("Upgrade: websocket"),
                        get("Upgrade: websocket", "Connection: close", version, KEY),
                        get("Upgrade: h2c", "Upgrade: websocket", "Connection: close", version, KEY),
                        get("Upgrade: websocket", "Connection: upgrade", KEY),
                        get("Upgrade: websocket", "Connection: upgrade", version),
                        get("Upgrade: websocket", "Connection: upgrade", version,
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZQ=="),
                        get("Upgrade: websocket", "Connection: upgrade", version,
                                "Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!=="),
                        get("Upgrade: websocket", "Connection: upgrade", version, KEY, "Content-Length: 1"),
                        get("Upgrade: websocket", "Connection: upgrade", version, KEY, "Transfer-Encoding: chunked"),
                        head("POST / HTTP/1.1", "Host: a", "Upgrade: websocket", "Connection: upgrade", version, KEY),
                        head("GET / HTTP/1.0", "Host: a", "Upgrade: websocket", "Connection: upgrade", version, KEY)));
    }
}
