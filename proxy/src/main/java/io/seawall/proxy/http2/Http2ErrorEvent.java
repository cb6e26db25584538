package io.seawall.proxy.http2;

/// Fired through a connection's pipeline when HTTP/2 itself went wrong on it: a stream or the connection was ended with
/// an error, by the codec or by a budget.
///
/// @param connection whether it was the whole connection
/// @param reason bounded, for metrics: the flood, the timeout, or the error code (RFC 9113, section 7)
public record Http2ErrorEvent(boolean connection, String reason) {}
