package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.PasswordHash;
import io.seawall.proxy.credential.HashCheck;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashPasswordCommandTest {
    private final InputStream standardInput = System.in;
    private final World world = new World(Path.of("/nowhere"), Map.of());

    @AfterEach
    void restore() {
        System.setIn(standardInput);
    }

    private int run(String input) {
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        return world.run("hash-password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sieben ruhige Ötter\n", "sieben ruhige Ötter\r\nmore\n", "sieben ruhige Ötter"})
    void hashesOneLine(String input) {
        assertEquals(0, run(input));
        assertTrue(HashCheck.matches(new PasswordHash(world.out().strip()),
                "sieben ruhige Ötter".getBytes(StandardCharsets.UTF_8)));
        assertEquals("", world.err());
    }

    @Test
    void refusesAShortPassword() {
        assertEquals(2, run("eleven chrs\n"));
        assertEquals("seawall hash-password: too short (expected: at least 12 characters)\n", world.err());
        assertEquals("", world.out());
    }

    @Test
    void refusesNoPassword() {
        assertEquals(2, run(""));
        assertEquals("seawall hash-password: standard input is empty (expected: one line, the password)\n",
                world.err());
    }
}
