package io.seawall.proxy.http;

/// How the end of a message's body is known (RFC 9112, section 6).
public sealed interface Body {
    None NONE = new None();
    Chunked CHUNKED = new Chunked();
    UntilClose UNTIL_CLOSE = new UntilClose();

    record None() implements Body {}

    /// @param bytes of the body, at least 0
    record Length(long bytes) implements Body {}

    record Chunked() implements Body {}

    /// Responses only: the body ends with the connection.
    record UntilClose() implements Body {}
}
