package io.seawall.proxy.session;

import io.seawall.host.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What the session's cookie is called. A browser keeps its cookies per host and not per port (RFC 6265, 8.5), so two
/// instances on one host need two names, or a login at one would end the other's: a keyed hash of the session key makes
/// the difference, without revealing it. The same over restarts, reloads and changes of the password.
public final class SessionCookie {
    /// The name of all instances, before it had a suffix; still read. `__Host-` makes browsers insist on Secure, on no
    /// Domain and on Path=/ (RFC 6265bis, 4.1.3.2).
    public static final String FORMER = "__Host-seawall";

    private final String name;

    SessionCookie(byte[] sessionKey) {
        byte[] suffix = Digests.hmac(sessionKey, "cookie name".getBytes(StandardCharsets.UTF_8));
        name = FORMER + "-" + HexFormat.of().formatHex(suffix, 0, 4);
    }

    String name() {
        return name;
    }

    /// Whether the name that begins there is one of an instance, this one or another. A browser compares the prefix
    /// without case, and so may the gateway: every spelling is reserved.
    static boolean isNamed(String header, int begin, int end) {
        int suffix = begin + FORMER.length();
        return header.regionMatches(true, begin, FORMER, 0, FORMER.length())
                && (suffix == end || suffix < end && header.charAt(suffix) == '-');
    }
}
