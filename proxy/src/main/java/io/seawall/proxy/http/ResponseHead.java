package io.seawall.proxy.http;

/// A response's head on its way to the client. The codec writes framing and `Connection`; `headers` holds neither.
///
/// @param close whether the connection ends with this response
public record ResponseHead(int status, String reason, Headers headers, Body body, boolean close) {

    public static ResponseHead of(int status, Headers headers, Body body) {
        return new ResponseHead(status, Reasons.of(status), headers, body, false);
    }

    public ResponseHead closing() {
        return new ResponseHead(status, reason, headers, body, true);
    }
}
