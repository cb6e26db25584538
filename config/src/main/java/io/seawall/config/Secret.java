package io.seawall.config;

import io.seawall.host.Digests;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/// A credential that can be compared, or sent to the server it is for, and never read: no accessor returns it, and it
/// prints as `***`.
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

    /// Whether the secret occurs in the text, each of its bytes as it is or percent-encoded; for keeping it out of what is
    /// printed, not for granting anything.
    public boolean occursIn(String text) {
        return occursIn(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The same for many secrets and one text, which is in UTF-8.
    public boolean occursIn(byte[] bytes) {
        for (int i = 0; i + value.length <= bytes.length; i++) {
            if (occursAt(bytes, i)) {
                return true;
            }
        }
        return false;
    }

    /// Does not decode first: a `%` in front of the secret would take the secret's own first digits with it.
    private boolean occursAt(byte[] text, int start) {
        int at = start;
        for (byte expected : value) {
            if (at < text.length && text[at] == expected) {
                at++;
                continue;
            }
            if (at >= text.length || text[at] != '%') {
                return false; // before anything is read ahead: a text may be made of nothing but 25
            }
            int end = at + 3;
            while (end + 2 <= text.length && text[end - 2] == '2' && text[end - 1] == '5') {
                end += 2; // %2541 is an encoding of %41
            }
            if (end > text.length || !isHex(text, end - 2, expected)) {
                return false;
            }
            at = end;
        }
        return true;
    }

    private static boolean isHex(byte[] text, int at, byte expected) {
        int high = Character.digit(text[at], 16);
        int low = Character.digit(text[at + 1], 16);
        return high >= 0 && low >= 0 && (high << 4 | low) == (expected & 0xff);
    }

    /// Writes the secret where it is to be presented.
    public void writeTo(OutputStream to) throws IOException {
        to.write(value);
    }

    /// HMAC-SHA256 of this secret under `key`: names a version of the credential without giving it away.
    public byte[] fingerprint(byte[] key) {
        return Digests.hmac(key, value);
    }

    @Override
    public String toString() {
        return "***";
    }
}
