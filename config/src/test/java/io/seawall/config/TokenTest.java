package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenTest {
    private static final Secret NEW = new Secret("new");
    private static final Secret OLD = new Secret("old");

    private static Optional<Secret> match(Token token, String candidate) {
        return token.matching(candidate.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void matchesTheCurrentOneAndThePreviousOneWhileThereIsOne() {
        Token token = new Token(NEW, Optional.of(OLD));
        assertEquals(Optional.of(NEW), match(token, "new"));
        assertEquals(Optional.of(OLD), match(token, "old"));
        assertEquals(Optional.empty(), match(token, "other"));
        assertEquals(Optional.empty(), match(token, ""));
        assertEquals(Optional.empty(), match(new Token(NEW), "old"));
    }

    @Test
    void acceptsASecretOfAnotherConfigurationThatIsOneOfTheTwo() {
        Token token = new Token(NEW, Optional.of(OLD));
        assertTrue(token.accepts(new Secret("new")) && token.accepts(new Secret("old")));
        assertFalse(token.accepts(new Secret("other")));
        assertFalse(new Token(NEW).accepts(OLD));
    }

    @Test
    void printsNeither() {
        assertFalse(new Token(NEW, Optional.of(OLD)).toString().matches(".*(new|old).*"));
    }
}
