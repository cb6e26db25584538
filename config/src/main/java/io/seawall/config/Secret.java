package io.seawall.config;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A credential that can be compared and never read: no accessor returns it, and it prints as `***`.
public final class Secret {
    private final byte[] value;

    public Secret(String value) {
        this.value = value.getBytes(StandardCharsets.UTF_8);
        if (this.value.length == 0) {
            throw new IllegalArgumentException("secret: empty (expected: at least one character)");
        }
    }

    /// Compares in a time that depends on the candidate's length only.
    public boolean matches(byte[] candidate) {
        return MessageDigest.isEqual(candidate, value);
    }

    /// Whether it stands anywhere in a text; for those who must not show it. Each place is compared in constant time.
    public boolean isWithin(byte[] text) {
        boolean found = false;
        for (int at = 0; at + value.length <= text.length; at++) {
            int different = 0;
            for (int i = 0; i < value.length; i++) {
                different |= text[at + i] ^ value[i];
            }
            found |= different == 0;
        }
        return found;
    }

    public boolean sameAs(Secret other) {
        return matches(other.value);
    }

    /// HMAC-SHA256 of this secret under `key`: names a version of the credential without giving it away.
    public byte[] fingerprint(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(value);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
