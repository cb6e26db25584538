package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the commands print about a configuration, good or bad.
class SecretsStaySecretTest {
    private static final String CANARY = "cAnAry7";

    @TempDir
    private Path folder = Path.of("");

    private World world(String... lines) {
        Map<String, String> environment = new LinkedHashMap<>(
                TestConfig.environment("AUTH_PASSWORD=" + CANARY + " seven otters",
                        "OPENCLAW_GATEWAY_TOKEN=" + CANARY + "-gw-k2v9QzR4mT7xW1bN6cY3hJ",
                        "HOOKS_TOKEN=" + CANARY + "-hk-p8Lf3sD0gZ5uE7aV2iB9oK",
                        "SEAWALL_ADMIN_TOKEN=" + CANARY + "-ad-w4Xc6nM1jH8tY0rF5qS3dU", "SEAWALL_ALLOW_ROOT=true",
                        "SEAWALL_STATE_DIR=" + folder.resolve("data")));
        for (String line : lines) {
            environment.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return new World(folder, environment);
    }

    private static void assertHidden(World world) {
        assertFalse((world.out() + world.err()).contains(CANARY), () -> world.out() + world.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "routes"})
    void whenAllIsWell(String command) {
        World world = world();
        assertEquals(0, world.run(command));
        assertFalse(world.out().isEmpty());
        assertHidden(world);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AUTH_PASSWORD=cAnAry7", "OPENCLAW_GATEWAY_TOKEN=cAnAry7", "HOOKS_TOKEN=cAnAry7 x y",
        "SEAWALL_ADMIN_TOKEN=cAnAry7-gw-k2v9QzR4mT7xW1bN6cY3hJ", "AUTH_PASSWORD_HASH=$2b$12$cAnAry7",
        "OPENCLAW_GATEWAY_TOKEN_FILE=cAnAry7", "PORT=http"})
    void whenItIsRefused(String line) {
        for (String command : new String[]{"check", "routes", "run"}) {
            World world = world(line);
            assertEquals(2, world.run(command));
            assertHidden(world);
        }
    }

    @Test
    void whenTheyComeFromADotEnvFile() throws IOException {
        Path file = Files.writeString(folder.resolve(".env"), "AUTH_PASSWORD='cAnAry7\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        World world = world("AUTH_PASSWORD=");
        assertEquals(2, world.run("check"));
        assertTrue(world.err().contains(".env"), world.err());
        assertHidden(world);
    }
}
