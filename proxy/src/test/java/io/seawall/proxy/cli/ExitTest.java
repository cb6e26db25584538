package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Problem;
import io.seawall.proxy.server.StartRefusedException;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every command, and every cause that it can end for; of processes: `ExitCodeIT`, `BindIT`.
class ExitTest {
    @TempDir
    private Path folder = Path.of("");

    private World world(String... lines) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(
                TestConfig.environment("SEAWALL_STATE_DIR=" + folder.resolve("data"), "SEAWALL_ALLOW_ROOT=true",
                        "SEAWALL_UPSTREAM=127.0.0.1:" + freePort(), "PORT=" + freePort(),
                        "OPENCLAW_STATE_DIR=" + folder.resolve("openclaw")));
        environment.putAll(TestConfig.environment(lines));
        return new World(folder, environment);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return free.getLocalPort();
        }
    }

    private void assertEnds(int code, World world, String line) {
        String[] words = line.split(" ");
        assertEquals(code, world.run(words), () -> line + "\n" + world.out() + world.err());
        List<Integer> announced = Commands.of(world.console).stream().filter(c -> c.word().equals(words[0]))
                .flatMap(command -> command.exits().stream()).map(Exit::code).toList();
        assertTrue(announced.contains(code), () -> line + ": its help says " + announced);
    }

    @ParameterizedTest
    @CsvSource({"CONFIGURATION, 2", "UPSTREAM, 3", "UPSTREAM UPSTREAM, 3", "UPSTREAM CONFIGURATION, 2"})
    void is3WhereAllThatIsWrongIsTheUpstreams(String kinds, int code) {
        assertEquals(code, Exit.of(Arrays.stream(kinds.split(" ", -1))
                .map(kind -> new Problem(Problem.Kind.valueOf(kind), "KEY", "found", "expected", "fix")).toList())
                .code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"check", "check --from-nginx", "certs show", "certs export", "certs renew", "routes",
        "explain /healthz", "gen-token", "version", "init", "audit --only layers.distinct"})
    void is0WhereAllIsFine(String line) throws IOException {
        assertEnds(0, world(), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"health", "explain /", "doctor", "audit --only binding"})
    void is1WhereTheAnswerIsNo(String line) throws IOException {
        Path state = Files.createDirectories(folder.resolve("openclaw"));
        Files.writeString(state.resolve("openclaw.json"), "{ gateway: { bind: 'lan' } }");
        assertEnds(1, world("SEAWALL_BIND=127.0.0.1"), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "check --from-nginx", "certs show", "certs export", "certs renew",
        "health", "doctor", "routes", "explain /"})
    void is2WhereTheConfigurationIsRefused(String line) throws IOException {
        assertEnds(2, world("SEAWALL_TLS=maybe"), line);
    }

    @Test
    void is1WhereTheAuditFindsTheConfigurationRefused() throws IOException {
        assertEnds(1, world("AUTH_PASSWORD=changeme"), "audit --only layers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run x", "demo x", "init x", "check x", "certs", "certs x", "health x", "doctor x",
        "doctor --url x", "routes x", "audit x", "audit --only x", "explain", "hash-password x", "gen-token x",
        "version x", "init --force", "demo 0"})
    void is2WhereTheWordsAreNotUnderstood(String line) throws IOException {
        assertEnds(2, world(), line);
    }

    @Test
    void is2WhereThereIsAFileAlready() throws IOException {
        Files.createFile(folder.resolve(".env"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(folder.resolve("ca.crt"), "another");
        assertEnds(2, world(), "init");
        assertEnds(2, world(), "certs export ca.crt");
        assertEnds(2, world("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1"), "certs renew");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "check --from-nginx", "certs show", "health", "doctor", "routes",
        "explain /"})
    void is3WhereTheGatewayIsNotOnLoopback(String line) throws IOException {
        assertEnds(3, world("OPENCLAW_GATEWAY_BIND=lan"), line);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "certs show", "certs export", "certs renew"})
    void is4WhereTheCertificateCannotBeUsed(String line) throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        Path key = Files.writeString(data.resolve("ca.key"), "no key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(data.resolve("ca.pem"), "no certificate");
        assertEnds(4, world(), line);
    }

    @Test
    void is4WhereAnExplainedCertificateCannotBeRead() throws IOException {
        Path none = folder.resolve("none.pem");
        assertEnds(4, world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + none, "SEAWALL_TLS_KEY=" + none), "explain /");
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "demo"})
    void is5WhereThePortIsTaken(String word) throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String port = Integer.toString(other.getLocalPort());
            World world = world("SEAWALL_BIND=127.0.0.1", "PORT=" + port);
            assertEnds(5, world, word.equals("demo") ? "demo " + port : word);
            // a demo reads no PORT of the environment
            assertTrue(world.err().endsWith(word.equals("demo")
                    ? "). Fix: seawall demo with another port, or without one\n"
                    : "). Fix: end what listens there (ss -tlnp), or set PORT to another port\n"), world.err());
        }
    }

    @Test
    void leavesNothingOfADemoThatDoesNotStart() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            World world = world("SEAWALL_BIND=127.0.0.1", "PORT=" + other.getLocalPort());
            assertThrows(StartRefusedException.class,
                    () -> new DemoCommand(world.console).serve(world.console, folder.resolve("data")));
            assertFalse(Files.exists(folder.resolve("data")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void isWhatTheDocumentsSay(Exit exit) throws IOException {
        String table = Files.readString(root("proxy/README.md"));
        assertTrue(table.contains("\n| " + exit.code() + " | " + exit.meaning() + " | "), exit::meaning);
        assertTrue(Help.of(MainTest.commands()).contains("\n  %-3d %s".formatted(exit.code(), exit.meaning())));
    }

    @Test
    void everyCommandIsInTheDocuments() throws IOException {
        List<String> rows = Files.readAllLines(root("proxy/README.md")).stream()
                .dropWhile(line -> !line.equals("## Command line")).takeWhile(line -> !line.equals("### Exit codes"))
                .filter(line -> line.startsWith("| `")).map(line -> line.replaceFirst(" \\(\\[.*\\)", "")).toList();
        assertEquals(MainTest.commands().stream().map(c -> "| `" + c.word() + "` | " + c.summary() + " |").toList(),
                rows);
    }

    /// What is the same after another start is not tried again.
    @Test
    void keepsTheUnitFromStartingAgainInVain() throws IOException {
        String codes = String.join(" ", Stream.of(Exit.CONFIGURATION, Exit.CERTIFICATES, Exit.BIND)
                .map(exit -> Integer.toString(exit.code())).toList());
        assertTrue(Files.readString(root("docker/systemd/seawall.service"))
                .contains("\nRestartPreventExitStatus=" + codes + "\n"));
    }

    private static Path root(String file) {
        return Path.of("..").resolve(file);
    }
}
