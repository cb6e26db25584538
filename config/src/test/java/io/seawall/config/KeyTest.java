package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KeyTest {

    @Test
    void everyKeyHasAMeaningAndANameOfItsOwn() {
        Set<String> seen = new HashSet<>();
        for (Key key : Key.values()) {
            assertTrue(key.variable().matches("[A-Z][A-Z0-9_]*"), key::variable);
            assertTrue(seen.add(key.variable()), key::variable);
            key.path().ifPresent(path -> assertTrue(seen.add(path), path));
            assertFalse(key.meaning().isBlank(), key::variable);
            assertEquals(key.variable(), key.toString());
        }
    }

    @Test
    void secretsAreTheseAndComeFromTheEnvironmentOnly() {
        List<Key> secrets = Stream.of(Key.values()).filter(Key::secret).toList();
        assertEquals(List.of(Key.ACME_EAB_HMAC_KEY, Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_HASH,
                Key.AUTH_PASSWORD_PREVIOUS, Key.AUTH_PASSWORD_HASH_PREVIOUS, Key.GATEWAY_TOKEN,
                Key.GATEWAY_TOKEN_PREVIOUS, Key.HOOKS_TOKEN, Key.HOOKS_TOKEN_PREVIOUS, Key.ADMIN_TOKEN,
                Key.ADMIN_TOKEN_PREVIOUS), secrets);
        for (Key key : secrets) {
            assertTrue(key.path().isEmpty() && key.fallback().isEmpty(), key::variable);
        }
    }
}
