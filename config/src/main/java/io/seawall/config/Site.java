package io.seawall.config;

import java.util.List;
import java.util.SequencedSet;
import java.util.Set;

/// What is public: names, origins, and the paths that have rules of their own.
///
/// @param hosts public names, lower case, without port; IP literals and localhost are accepted besides them
/// @param allowedOrigins empty: the origin that was asked, and `ownOrigins`
/// @param ownOrigins our public origins, as the platform names them
/// @param apiPaths behind the gateway token, besides the API's own
/// @param stripHeaders lower case, `_` written as `-`
public record Site(SequencedSet<String> hosts, Set<Origin> allowedOrigins, Set<Origin> ownOrigins,
        List<PublicPath> publicPaths, List<PublicPath> apiPaths, Set<String> stripHeaders) {
    /// What the gateway needs of every client, so that it cannot be stripped.
    public static final Set<String> REQUIRED_HEADERS = Set.of("host", "authorization", "cookie", "connection",
            "upgrade", "content-length", "content-type", "transfer-encoding", "origin", "x-forwarded-for",
            "x-forwarded-proto", "sec-websocket-key", "sec-websocket-version");

    public Site {
        hosts = Ordered.copy(hosts);
        allowedOrigins = Ordered.copy(allowedOrigins);
        ownOrigins = Ordered.copy(ownOrigins);
        publicPaths = List.copyOf(publicPaths);
        apiPaths = List.copyOf(apiPaths);
        stripHeaders = Ordered.copy(stripHeaders);
        for (String name : stripHeaders) {
            if (REQUIRED_HEADERS.contains(name)) {
                throw new IllegalArgumentException(
                        "header to strip: " + name + " (expected: one that the gateway does not need)");
            }
        }
    }
}
