package io.seawall.proxy.http;

/// A response's head as the gateway sent it.
///
/// @param reason its reason phrase; may be empty
/// @param framing what it says of its body, which may not be there: answers to HEAD and a 304 speak of another one
/// @param keepAlive whether the connection is good for another request
public record UpstreamResponseHead(int status, String reason, Headers headers, Body framing, boolean keepAlive) {

    public boolean isInterim() {
        return status < 200;
    }

    public boolean hasBody(boolean toHead) {
        return !toHead && status != 204 && status != 304;
    }
}
