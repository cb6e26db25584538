package io.seawall.proxy.credential;

import io.seawall.host.Digests;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/// Tells credentials apart without keeping them: an HMAC under a random key that nobody else has. The key is one
/// configuration's, so nothing that was right or wrong before a reload is taken for that after it.
public final class Fingerprints {
    private final byte[] key = new byte[32];

    public Fingerprints() {
        new SecureRandom().nextBytes(key);
    }

    public byte[] of(byte[] credential) {
        return Digests.hmac(key, credential);
    }

    /// Enough of it to tell it from the few that were wrong lately.
    public static long shortened(byte[] fingerprint) {
        return ByteBuffer.wrap(fingerprint).getLong();
    }
}
