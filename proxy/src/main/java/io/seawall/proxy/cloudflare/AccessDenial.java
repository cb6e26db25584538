package io.seawall.proxy.cloudflare;

/// Why a request has no valid assertion. A bounded set, for metrics and log.
public enum AccessDenial {
    // None was sent.
    MISSING,
    // More than one, too long, or not a signed token of strict JSON with the claims that we need.
    MALFORMED,
    // Signed by anything but RS256, or not at all.
    ALGORITHM,
    // By a key that the issuer does not publish.
    UNKNOWN_KEY,
    // Not by the key that it names.
    SIGNATURE,
    // Of another team.
    ISSUER,
    // For another application.
    AUDIENCE,
    // Its time is over.
    EXPIRED,
    // Its time has not come.
    NOT_YET,
    // We have no keys to verify it with.
    UNAVAILABLE
}
