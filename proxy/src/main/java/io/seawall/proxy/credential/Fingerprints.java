package io.seawall.proxy.credential;

import io.seawall.host.Digests;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/// Distinguishes credentials without keeping them: an HMAC under a random secret key. The key belongs to one
/// configuration, so no verdict from before a reload counts after it.
public final class Fingerprints {
    private final byte[] key = new byte[32];

    public Fingerprints() {
        new SecureRandom().nextBytes(key);
    }

    public byte[] of(byte[] credential) {
        return Digests.hmac(key, credential);
    }

    /// Enough of it to distinguish it from the few that were wrong lately.
    public static long shortened(byte[] fingerprint) {
        return ByteBuffer.wrap(fingerprint).getLong();
    }
}
