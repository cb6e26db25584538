package io.seawall.proxy.http;

import java.util.Locale;

/// The rules that make a request unambiguous. Each is one reason to refuse; its name is the metric's label.
public enum Rule {
    // A line that does not end in CR LF. RFC 9112 allows a lone LF, but then two parsers disagree.
    BARE_LF(400, "RFC 9112, 2.2", "a line feed without a carriage return"),
    BARE_CR(400, "RFC 9112, 2.2", "a carriage return without a line feed"),
    // The first two bytes of a TLS record, which no method begins with.
    TLS_ON_PLAIN_PORT(400, "RFC 8446, 5.1", "the client speaks TLS to a port that speaks plain HTTP"),
    REQUEST_LINE(400, "RFC 9112, 3", "the request line is not METHOD SP TARGET SP HTTP/1.1"),
    // Those of the registry that a gateway has a use for.
    METHOD(405, "RFC 9110, 9.1", "the method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    VERSION(505, "RFC 9112, 2.3", "the version is not HTTP/1.1 or HTTP/1.0"),
    // Origin-form; absolute-form only for the host that Host names.
    TARGET(400, "RFC 9112, 3.2", "the target is not a path of visible ASCII"),
    LINE_TOO_LONG(414, "RFC 9110, 15.5.15", "the request line is longer than SEAWALL_MAX_REQUEST_LINE"),
    HEAD_TOO_LARGE(431, "RFC 6585, 5", "the request line and headers are larger than SEAWALL_MAX_HEADER_BYTES"),
    TOO_MANY_HEADERS(431, "RFC 6585, 5", "there are more headers than SEAWALL_MAX_HEADERS"),
    OBS_FOLD(400, "RFC 9112, 5.2", "a header is continued on a second line"),
    HEADER_NAME(400, "RFC 9112, 5.1", "a header name is not a token that is followed by a colon"),
    // Programs that take `_` for `-` read a framing header there.
    HEADER_LOOKALIKE(400, "RFC 9112, 6.3", "a header is called Content_Length or Transfer_Encoding"),
    HEADER_VALUE(400, "RFC 9110, 5.5", "a header value contains a control character"),
    HOST_COUNT(400, "RFC 9112, 3.2", "there is not exactly one Host header"),
    HOST_INVALID(400, "RFC 9110, 7.2", "Host is not a host with an optional port"),
    HOST_MISMATCH(400, "RFC 9112, 3.2.2", "the target names another host than Host"),
    LENGTH_AND_CHUNKED(400, "RFC 9112, 6.1", "both Content-Length and Transfer-Encoding are present"),
    CONTENT_LENGTH(400, "RFC 9112, 6.3", "Content-Length is not one plain decimal number"),
    // `chunked`, alone, and not in HTTP/1.0.
    TRANSFER_ENCODING(400, "RFC 9112, 6.1", "Transfer-Encoding is not exactly chunked on HTTP/1.1"),
    CHUNK(400, "RFC 9112, 7.1", "a chunk is malformed"),
    CHUNK_EXTENSION(400, "RFC 9112, 7.1.1", "a chunk extension is malformed or longer than 128 bytes"),
    TRAILER(400, "RFC 9112, 7.1.2", "the trailer section is malformed or larger than 4 KiB"),
    // Two readers would pick different ones.
    DUPLICATE_HEADER(400, "RFC 9110, 5.3", "a header that may come only once is there twice"),
    // Any other header that it names ends here (RFC 9110, 7.6.1).
    CONNECTION_OPTION(400, "RFC 9110, 7.6.1",
            "Connection is not a list of tokens, or names a header that framing, the host or a credential depends on"),
    EXPECT(417, "RFC 9110, 10.1.1", "Expect is not 100-continue"),
    // An Upgrade to anything but a WebSocket is an offer, and ignored (RFC 9110, 7.8).
    UPGRADE(400, "RFC 6455, 4.2.1", "the WebSocket handshake is not complete"),
    WEBSOCKET_VERSION(426, "RFC 6455, 4.2.2", "Sec-WebSocket-Version is not 13"),
    // HTTP/2: each of the four once; also `:protocol` other than in a WebSocket's CONNECT, and another scheme than https.
    PSEUDO_HEADER(400, "RFC 9113, 8.3", "the pseudo-headers are not those of a request"),
    // HTTP/2 has no use for them, and HTTP/1.1 behind us would.
    CONNECTION_HEADER(400, "RFC 9113, 8.2.2", "a header belongs to a connection of HTTP/1.1"),
    HEAD_TIMEOUT(408, "RFC 9110, 15.5.9", "the request head did not arrive within SEAWALL_HEADER_TIMEOUT"),
    BODY_TIMEOUT(408, "RFC 9110, 15.5.9",
            "the request body stopped for SEAWALL_STALL_TIMEOUT, or came slower than SEAWALL_MIN_RATE");

    private final int status;
    private final String source;
    private final String meaning;

    Rule(int status, String source, String meaning) {
        this.status = status;
        this.source = source;
        this.meaning = meaning;
    }

    public int status() {
        return status;
    }

    /// The section that it holds requests to.
    public String source() {
        return source;
    }

    public String meaning() {
        return meaning;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
