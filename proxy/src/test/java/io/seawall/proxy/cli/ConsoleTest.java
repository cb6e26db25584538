package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.config.ConfigException;
import io.seawall.proxy.credential.HashCheck;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    /// A [PrintStream] throws nothing, so no lost line could be counted.
    @Test
    void logsPastThePrintStreamOfTheProcess() {
        assertInstanceOf(FileOutputStream.class, Console.standard().log());
        PrintStream other = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        assertSame(other, new Console(other, System.err, Map.of(), Path.of("")).log());
    }

    @Test
    void findsATokenThatIsAlsoTheHashedPassword() {
        String token = "seven-calm-otters-2026-07-31";
        String hash = HashCheck.argon2id(token.getBytes(StandardCharsets.UTF_8));
        World world = new World(Path.of("/nowhere"),
                Map.of("AUTH_PASSWORD_HASH", hash, "OPENCLAW_GATEWAY_TOKEN", token));
        assertEquals(
                List.of("OPENCLAW_GATEWAY_TOKEN: the same secret as AUTH_PASSWORD_HASH (expected: a secret of its own)."
                        + " Fix: set OPENCLAW_GATEWAY_TOKEN to the output of: ./seawall gen-token"),
                List.of(String.valueOf(assertThrows(ConfigException.class, world.console::load).getMessage())));
    }
}
