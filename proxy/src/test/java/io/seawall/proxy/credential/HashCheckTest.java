package io.seawall.proxy.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.PasswordHash;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashCheckTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void knowsThePasswordOfItsOwnHash() {
        String encoded = HashCheck.argon2id(bytes("sieben ruhige Ötter"));
        assertTrue(encoded.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"), encoded);
        PasswordHash hash = new PasswordHash(encoded);
        assertEquals(PasswordHash.Kind.ARGON2ID, hash.kind());
        assertTrue(HashCheck.matches(hash, bytes("sieben ruhige Ötter")));
        assertFalse(HashCheck.matches(hash, bytes("sieben ruhige Otter")));
        assertFalse(HashCheck.matches(hash, bytes("")));
        assertNotEquals(encoded, HashCheck.argon2id(bytes("sieben ruhige Ötter")), "a salt of its own");
    }

    /// Made by libxcrypt (bcrypt) and by the reference implementation in C (argon2id).
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "seven calm otters|$2b$10$abcdefghijklmnopqrstuuMFbd3U3cSewFBMpFoetaCf4rS2cIXVO",
        "sieben Ötter 12|$2y$10$ABCDEFGHIJKLMNOPQRSTUuHoLSBD38RsZO38I4PLFAJPUJMC8c76O",
        "seven calm otters|$2a$10$......................r7PfPEf7ybIXA8ISJJR2YT5u3rXbCui",
        "seven calm otters|$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$RpYg2zwg/dpwXhnpYFZNKT3aEGR1yZ40SONnyCpfOJQ",
        "sieben Ötter|$argon2id$v=19$m=9216,t=4,p=2$YW5vdGhlciBzYWx0IDEyMw$lscBV0ev8ki77Lv1KiQQARbc3dMbIIuH"})
    void knowsTheHashesOfOthers(String password, String encoded) {
        assertTrue(HashCheck.matches(new PasswordHash(encoded), bytes(password)));
        assertFalse(HashCheck.matches(new PasswordHash(encoded), bytes(password + "x")));
    }

    @Test
    void ignoresOfABcryptPasswordWhatWasNeverPartOfTheHash() {
        PasswordHash hash = new PasswordHash("$2b$10$abcdefghijklmnopqrstuuiYfj.JCH/8Hff5KmeyaPABzfEqwvS.a");
        assertTrue(HashCheck.matches(hash, bytes("a".repeat(72))));
        assertTrue(HashCheck.matches(hash, bytes("a".repeat(72) + "b")));
        assertFalse(HashCheck.matches(hash, bytes("a".repeat(71))));
        assertFalse(HashCheck.matches(hash, bytes("")));
        assertFalse(HashCheck.matches(hash, new byte[]{(byte) 0xff, 0, (byte) 0xfe}));
    }
}
