package io.seawall.proxy.upstream;

import io.seawall.proxy.http.UpstreamResponseHead;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;

/// Checks the gateway's 101 (RFC 6455, 4.1): without it a cached or confused response would open a raw pipe.
final class Handshake {
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Handshake() {}

    static boolean accepts(String key, UpstreamResponseHead answer) {
        return answer.headers().hasToken("Upgrade", "websocket")
                && answer.headers().hasToken("Connection", "upgrade")
                && acceptFor(key).equals(answer.headers().get("Sec-WebSocket-Accept"));
    }

    static String acceptFor(String key) {
        try {
            return Base64.getEncoder().encodeToString(
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
