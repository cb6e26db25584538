package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.DotEnv;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private Path file() {
        return folder.resolve(".env");
    }

    @Test
    void writesAFileThatOnlyItsOwnerReads() throws IOException {
        assertEquals(0, new World(folder, Map.of()).run("init"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void writesAConfigurationThatIsAcceptedAlsoWithWebhooksOn() throws Exception {
        assertEquals(0, new World(folder, Map.of()).run("init"));
        ConfigLoader.Loaded loaded = new World(folder, Map.of()).console.load();
        assertEquals(java.util.List.of(), loaded.warnings());
        Config config = loaded.config();
        assertEquals("admin", config.basic().username());
        assertTrue(config.hooks().token().isEmpty());
        assertTrue(new World(folder, Map.of("HOOKS_ENABLED", "true")).console.load().config().hooks()
                .token().isPresent());
    }

    @Test
    void makesNewSecretsEachTimeAndPrintsNone() throws IOException {
        World world = new World(folder, Map.of());
        assertEquals(0, world.run("init"));
        Map<String, String> first = DotEnv.read(file());
        Files.delete(file());
        assertEquals(0, world.run("init"));
        Map<String, String> second = DotEnv.read(file());
        assertEquals(first.keySet(), second.keySet());
        Map<String, String> secrets = new HashMap<>(second);
        secrets.keySet().removeAll(java.util.Set.of("AUTH_USERNAME", "HOOKS_ENABLED"));
        assertEquals(3, secrets.size());
        secrets.forEach((name, value) -> {
            assertNotEquals(first.get(name), value);
            assertFalse(world.out().contains(value), name);
        });
    }

    @Test
    void neverOverwritesOne() throws IOException {
        Files.writeString(file(), "MINE=1\n");
        World world = new World(folder, Map.of());
        assertEquals(2, world.run("init"));
        assertEquals("MINE=1\n", Files.readString(file(), StandardCharsets.UTF_8));
        assertEquals("seawall init: " + file() + " exists already (expected: none; move it away to make a new one)\n",
                world.err());
        assertEquals("", world.out());
    }

    @Test
    void doesNotFollowALink() throws IOException {
        Path target = folder.resolve("elsewhere");
        Files.createSymbolicLink(file(), target);
        assertEquals(2, new World(folder, Map.of()).run("init"));
        assertFalse(Files.exists(target));
    }

    @Test
    void saysWhereItCannotWrite() {
        World world = new World(folder.resolve("none"), Map.of());
        assertEquals(2, world.run("init"));
        assertEquals("seawall init: " + folder.resolve("none").resolve(".env") + " cannot be written\n", world.err());
    }

    @Test
    void saysWhatToDoNext() {
        World world = new World(folder, Map.of());
        assertEquals(0, world.run("init"));
        assertTrue(world.out().startsWith("Wrote " + file() + " (mode 600) with a new password and new tokens.\n"),
                world.out());
        assertTrue(world.out().contains("\"trustedProxies\": [\"127.0.0.1\"]"), world.out());
        assertEquals(java.util.List.of(),
                world.out().lines().skip(1).filter(line -> line.length() > Columns.WIDTH).toList());
    }
}
