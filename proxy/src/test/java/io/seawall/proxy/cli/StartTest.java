package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Secret;
import io.seawall.proxy.Preflight;
import io.seawall.proxy.TestConfig;
import io.seawall.proxy.client.Descriptors;
import io.seawall.proxy.upstream.Exposure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {
    private static final Preflight.Facts USER = new Preflight.Facts(1000, 0, 1024, new Descriptors(20_000));

    @TempDir
    private Path folder = Path.of("");

    private Map<String, String> environment(String... lines) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(TestConfig.environment(
                "SEAWALL_STATE_DIR=" + folder.resolve("data"), "SEAWALL_UPSTREAM=127.0.0.1:" + freePort()));
        environment.putAll(TestConfig.environment(lines));
        return environment;
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }

    private Path secret(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /// An environment that changes the password's file when the audit asks for it: after it was read, before it serves.
    private final class Changing extends AbstractMap<String, String> {
        private final Map<String, String> variables;
        private final String during;

        /// @param during the method that is running when the file changes
        Changing(Map<String, String> variables, String during) {
            this.variables = variables;
            this.during = during;
        }

        @Override
        public Set<Entry<String, String>> entrySet() {
            boolean now = StackWalker.getInstance()
                    .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals(during)));
            if (now) {
                try {
                    secret("nine loud walruses");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return variables.entrySet();
        }
    }

    @Test
    void countsAsAChangeWhatAFileBecomesWhileItStarts() throws Exception {
        Path file = secret("seven calm otters");
        Map<Path, String> before = FileStates.of(List.of(file));
        World world = new World(folder,
                new Changing(environment("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file), "risks"));
        Start start = Start.prepare(world.console, USER);
        assertTrue(start.config().basic().credential() instanceof Config.Basic.Credential.Plain(Secret password)
                && password.sameAs(new Secret("seven calm otters")), "the one that was there first");
        assertEquals("nine loud walruses", Files.readString(file));
        assertEquals(before.get(file), start.files().get(file));
        assertNotEquals(FileStates.of(List.of(file)).get(file), start.files().get(file));
    }

    /// What is compared with later is what was there before the file was read, so that nothing falls in between.
    @Test
    void looksAtItsFilesBeforeItReadsThem() throws Exception {
        Path file = secret("seven calm otters");
        String before = FileStates.of(List.of(file)).get(file);
        World world = new World(folder,
                new Changing(environment("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file), "load"));
        Start start = Start.prepare(world.console, USER);
        assertEquals("nine loud walruses", Files.readString(file));
        assertEquals(before, start.files().get(file));
    }

    /// So that no flood of connections can keep it from looking.
    @Test
    void looksAtTheGatewayByDescriptorsThatItKeeps() throws Exception {
        Path table = Files.createDirectories(folder.resolve("proc/net")).resolve("tcp");
        Files.writeString(table, "header\n");
        Start start = Start.prepare(new World(folder, environment()).console, USER, folder.resolve("proc"));
        Files.delete(table);
        assertInstanceOf(Exposure.Look.Guarded.class, start.exposure().look());
    }

    /// A folder that others may write holds the session key in every mode, not only where it holds a CA.
    @ParameterizedTest
    @ValueSource(strings = {"off", "files", "self-signed"})
    void refusesAStateDirectoryOfEverybody(String tls) throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        World world = new World(folder, environment("SEAWALL_TLS=" + tls, "SEAWALL_BIND=127.0.0.1",
                "SEAWALL_TLS_CERT=cert.pem", "SEAWALL_TLS_KEY=key.pem"));
        Start.Refused refused = assertThrows(Start.Refused.class, () -> Start.prepare(world.console, USER));
        assertEquals(4, refused.report(world.console));
        assertTrue(world.err().contains("SEAWALL_STATE_DIR: " + data + " may be written by every user of this machine"),
                world.err());
    }
}
