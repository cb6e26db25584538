package io.seawall.proxy.upstream;

/// Fired through the client's pipeline when the gateway's side failed.
///
/// @param kind bounded: `refused`, `connect_timeout`, `closed`, `bad_answer`, `silent`, `exposed`, `foreign`, `descriptors`, `attribution`
public record UpstreamEvent(String kind) {}
