package io.seawall.config;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
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

    public boolean sameAs(Secret other) {
        return matches(other.value);
    }

    /// Whether the secret occurs in the text; for keeping it out of what is printed, not for granting anything.
    public boolean occursIn(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i + value.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + value.length, value, 0, value.length)) {
                return true;
            }
        }
        return false;
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
