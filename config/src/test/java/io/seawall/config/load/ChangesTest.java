package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is different between two configurations, by the names of the keys.
class ChangesTest {
    @TempDir
    private Path folder = Path.of("");

    private static ConfigLoader.Loaded load(String... lines) throws ConfigException {
        return ConfigLoader.load(Given.environment(lines));
    }

    @Test
    void nothingWhereADefaultIsWrittenOut() throws ConfigException {
        assertEquals(List.of(), load("PORT=8080", "SEAWALL_LOG_LEVEL=info").changedSince(load()));
    }

    @Test
    void whatWasSetUnsetAndChangedInTheOrderOfTheTable() throws ConfigException {
        assertEquals(List.of(Key.HOSTS, Key.AUTH_PASSWORD, Key.READ_TIMEOUT, Key.PUBLIC_PATHS),
                load("AUTH_PASSWORD=nine loud walruses", "SEAWALL_PUBLIC_PATHS=/slack/events",
                        "SEAWALL_READ_TIMEOUT=60")
                        .changedSince(load("SEAWALL_HOSTS=claw.example.com", "SEAWALL_READ_TIMEOUT=61")));
    }

    @Test
    void aSecretWhoseFileHasAnotherTextAndASecretBefore() throws Exception {
        Path file = Given.file(folder, "password", "seven calm otters\n");
        String[] lines = {"AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file};
        ConfigLoader.Loaded before = load(lines);
        Given.file(folder, "password", "nine loud walruses\nseven calm otters\n");
        assertEquals(List.of(Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_PREVIOUS), load(lines).changedSince(before));
    }

    @Test
    void thatTheJsonFileSays() throws Exception {
        Path file = Given.file(folder, "seawall.json", "{\"log\": {\"level\": \"warning\"}}");
        assertEquals(List.of(Key.CONFIG, Key.LOG_LEVEL), load("SEAWALL_CONFIG=" + file).changedSince(load()));
    }

    @Test
    void whatIsPrintedOfItHasNoSecret() throws ConfigException {
        assertFalse(load().toString().contains(Given.PASSWORD));
        assertFalse(load().toString().contains(Given.GATEWAY_TOKEN));
    }

    @Test
    void everySecretThatOpensALayerCanOverlapWithTheOneBeforeIt() {
        assertEquals(List.of(Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_HASH, Key.GATEWAY_TOKEN, Key.HOOKS_TOKEN,
                Key.ADMIN_TOKEN), Arrays.stream(Key.values()).filter(key -> key.previous().isPresent()).toList());
    }

    @Test
    void noSecretOfALayerNeedsARestart() {
        assertTrue(Arrays.stream(Key.values()).filter(Key::isFixed)
                .noneMatch(key -> key.secret() && key != Key.ACME_EAB_HMAC_KEY));
    }
}
