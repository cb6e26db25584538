package io.seawall.proxy.http;

import java.util.Locale;

/// The rules that make a request unambiguous. Each is one reason to refuse; its name is the metric's label.
public enum Rule {
    // A line that does not end in CR LF (RFC 9112, 2.2: a lone LF may be accepted; two parsers then disagree).
    BARE_LF(400, "a line feed without a carriage return"),
    // RFC 9112, 2.2: a CR that no LF follows.
    BARE_CR(400, "a carriage return without a line feed"),
    // RFC 9112, 3: method SP request-target SP HTTP-version, one space each.
    REQUEST_LINE(400, "the request line is not METHOD SP TARGET SP HTTP/1.1"),
    // RFC 9110, 9: methods of the registry that a gateway has a use for.
    METHOD(405, "the method is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
    // RFC 9112, 2.3.
    VERSION(505, "the version is not HTTP/1.1 or HTTP/1.0"),
    // RFC 9112, 3.2: origin-form; absolute-form only for the host that Host names.
    TARGET(400, "the target is not a path of visible ASCII"),
    // Own cap.
    LINE_TOO_LONG(414, "the request line is longer than 8 KiB"),
    // RFC 6585, 5. Own cap.
    HEAD_TOO_LARGE(431, "the headers are larger than 32 KiB"),
    // RFC 6585, 5. Own cap.
    TOO_MANY_HEADERS(431, "there are more than 100 headers"),
    // RFC 9112, 5.2.
    OBS_FOLD(400, "a header is continued on a second line"),
    // RFC 9112, 5.1; and a name with `_` that others read as a framing header.
    HEADER_NAME(400, "a header name is not a token that is followed by a colon"),
    // RFC 9110, 5.5.
    HEADER_VALUE(400, "a header value contains a control character"),
    // RFC 9112, 3.2.
    HOST_COUNT(400, "there is not exactly one Host header"),
    // RFC 9110, 7.2.
    HOST_INVALID(400, "Host is not a host with an optional port"),
    // RFC 9112, 3.2.2: the authority of an absolute target and Host.
    HOST_MISMATCH(400, "the target names another host than Host"),
    // RFC 9112, 6.1: both lengths.
    LENGTH_AND_CHUNKED(400, "both Content-Length and Transfer-Encoding are present"),
    // RFC 9112, 6.3: one plain decimal number.
    CONTENT_LENGTH(400, "Content-Length is not one plain decimal number"),
    // RFC 9112, 6.1: `chunked`, alone, and not in HTTP/1.0.
    TRANSFER_ENCODING(400, "Transfer-Encoding is not exactly chunked on HTTP/1.1"),
    // RFC 9112, 7.1.
    CHUNK(400, "a chunk is malformed"),
    // RFC 9112, 7.1.1. Own cap.
    CHUNK_EXTENSION(400, "a chunk extension is malformed or longer than 128 bytes"),
    // RFC 9112, 7.1.2. Own cap.
    TRAILER(400, "the trailer section is malformed or larger than 4 KiB"),
    // A header that must be one came twice: two readers would pick different ones.
    DUPLICATE_HEADER(400, "a header that must be one is there twice"),
    // RFC 9110, 7.6.1: a Connection option may not remove what a decision rests on.
    CONNECTION_OPTION(400, "Connection names a header that is not hop-by-hop"),
    // RFC 9110, 10.1.1.
    EXPECT(417, "Expect is not 100-continue"),
    // RFC 6455, 4.2.1.
    UPGRADE(400, "Upgrade is not a complete WebSocket handshake"),
    // RFC 9110, 15.5.9: the head took longer than its deadline.
    HEAD_TIMEOUT(408, "the request head did not arrive in time"),
    // RFC 9110, 15.5.9: the body stalled.
    BODY_TIMEOUT(408, "the request body did not arrive in time");

    private final int status;
    private final String meaning;

    Rule(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    public int status() {
        return status;
    }

    public String meaning() {
        return meaning;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
