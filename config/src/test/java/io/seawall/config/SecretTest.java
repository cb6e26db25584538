package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SecretTest {

    @Test
    void matchesItsOwnBytesOnly() {
        Secret secret = new Secret("sieben Otter äöü");
        assertTrue(secret.matches("sieben Otter äöü".getBytes(StandardCharsets.UTF_8)));
        assertFalse(secret.matches("sieben Otter äö".getBytes(StandardCharsets.UTF_8)));
        assertFalse(secret.matches("sieben Otter äöü ".getBytes(StandardCharsets.UTF_8)));
        assertFalse(secret.matches("Sieben Otter äöü".getBytes(StandardCharsets.UTF_8)));
        assertFalse(secret.matches(new byte[0]));
    }

    @Test
    void isFoundHoweverItIsPercentEncodedAndWhateverStandsInFront() {
        Secret secret = new Secret("ab/c");
        for (String text : List.of("ab%2Fc", "ab%2fc%", "%61b/c", "%61%62%2f%63", "ab%252Fc", "%2561b%25252Fc",
                "%ab%2Fc",
                "%2ab%2Fc")) {
            assertTrue(secret.occursIn(text), text);
        }
        for (String text : List.of("ab%2F", "ab%2", "ab%", "ab%2Gc", "ab%25c", "ab%25", "ab%252", "ab\\c", "%61%62")) {
            assertFalse(secret.occursIn(text), text);
        }
    }

    @Test
    void isFoundInATextThatHoldsAllOfIt() {
        Secret secret = new Secret("otters");
        for (String text : List.of("otters", "/x/otters", "otters.json", "ototters")) {
            assertTrue(secret.occursIn(text), text);
        }
        for (String text : List.of("", "otter", "Otters", "ott/ers")) {
            assertFalse(secret.occursIn(text), text);
        }
    }

    @Test
    void isTheSameAsAnotherOfTheSameText() {
        assertTrue(new Secret("otters").sameAs(new Secret("otters")));
        assertFalse(new Secret("otters").sameAs(new Secret("otter")));
    }

    @Test
    void hasAFingerprintThatDependsOnBothKeyAndSecret() {
        byte[] key = "key".getBytes(StandardCharsets.UTF_8);
        // the well-known example of HMAC-SHA256
        assertArrayEquals(
                HexFormat.of().parseHex("f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"),
                new Secret("The quick brown fox jumps over the lazy dog").fingerprint(key));
        assertFalse(
                Arrays.equals(new Secret("otters").fingerprint(key), new Secret("otters").fingerprint(new byte[]{1})));
    }

    @Test
    void cannotBeRead() {
        assertEquals("***", new Secret("otters").toString());
        List<String> answers = Arrays.stream(Secret.class.getDeclaredMethods())
                .filter(m -> !Modifier.isPrivate(m.getModifiers()) && m.getReturnType() != boolean.class)
                .map(Method::getName).sorted().toList();
        assertEquals(List.of("fingerprint", "toString", "writeTo"), answers);
    }

    @Test
    void isWrittenWhereItIsToBePresented() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Secret("öttérs").writeTo(out);
        assertEquals("öttérs", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void isNeverEmpty() {
        assertEquals("secret: empty (expected: at least one character)",
                assertThrows(IllegalArgumentException.class, () -> new Secret("")).getMessage());
    }

    /// What is not encoded is never read ahead: 400 KB would take minutes.
    @Test
    void findsNothingInATextOfNothingButEncodedPercentsAtOnce() {
        byte[] text = "25".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        assertTimeoutPreemptively(Duration.ofSeconds(20),
                () -> assertFalse(new Secret("k2v9QzR4mT7xW1bN6cY3hJ").occursIn(text)));
    }
}
