package io.seawall.proxy.http;

import java.util.Set;

/// Header fields that say something of one connection, and so are never passed on as they came. Lower case.
public final class HopByHop {
    /// What no message of HTTP/2 may have (RFC 9113, 8.2.2).
    private static final Set<String> CONNECTION_SPECIFIC = Set.of("connection", "proxy-connection", "keep-alive",
            "transfer-encoding", "upgrade");

    private HopByHop() {}

    /// Whether HTTP/2 forbids it in requests and in responses.
    public static boolean isConnectionSpecific(String name) {
        return CONNECTION_SPECIFIC.contains(name);
    }

    /// Whether it is for the next hop only (RFC 9110, 7.6.1). What a body's framing needs is written anew besides.
    public static boolean contains(String name) {
        return CONNECTION_SPECIFIC.contains(name) || name.equals("te") || name.equals("trailer");
    }
}
