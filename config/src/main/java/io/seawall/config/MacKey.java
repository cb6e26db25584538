package io.seawall.config;

import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// A key to sign with, which others gave us; unlike a [Secret] it has to be read. Prints as `***`.
public final class MacKey {
    // RFC 7518, section 3.2
    private static final int FEWEST_BYTES = 32;

    private final SecretKey key;

    /// @throws IllegalArgumentException if the text is not base64url, or less than HMAC-SHA256 wants; does not quote it
    public MacKey(String base64url) {
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(base64url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("not base64url");
        }
        if (bytes.length < FEWEST_BYTES) {
            throw new IllegalArgumentException("only " + bytes.length * 8 + " bits");
        }
        key = new SecretKeySpec(bytes, "HMAC");
    }

    public SecretKey key() {
        return key;
    }

    @Override
    public String toString() {
        return "***";
    }
}
