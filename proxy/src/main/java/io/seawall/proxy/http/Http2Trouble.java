package io.seawall.proxy.http;

/// Fired through a connection's pipeline when HTTP/2 itself went wrong on it: a stream or the connection was ended with
/// an error, by the codec or by a budget.
///
/// @param connection whether it was the whole connection
/// @param reason bounded, for metrics: the flood, the timeout, or the error code (RFC 9113, section 7)
public record Http2Trouble(boolean connection, String reason) {}
