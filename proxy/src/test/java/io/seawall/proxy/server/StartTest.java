package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Authentication;
import io.seawall.config.Problem;
import io.seawall.config.Secret;
import io.seawall.config.load.Sources;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.limit.Descriptors;
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

    private Sources sources(String... lines) throws IOException {
        return new Sources(environment(lines), folder);
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
        Sources sources = new Sources(
                new Changing(environment("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file), "risks"), folder);
        Start start = Start.prepare(sources, USER);
        assertTrue(start.config().basic().credential() instanceof Authentication.Basic.Credential.Plain(Secret password)
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
        Sources sources = new Sources(
                new Changing(environment("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file), "load"), folder);
        Start start = Start.prepare(sources, USER);
        assertEquals("nine loud walruses", Files.readString(file));
        assertEquals(before, start.files().get(file));
    }

    /// So that no flood of connections can keep it from looking.
    @Test
    void looksAtTheGatewayByDescriptorsThatItKeeps() throws Exception {
        Path table = Files.createDirectories(folder.resolve("proc/net")).resolve("tcp");
        Files.writeString(table, "header\n");
        Start start = Start.prepare(sources(), USER, folder.resolve("proc"));
        Files.delete(table);
        assertInstanceOf(Exposure.Look.Guarded.class, start.exposure().look());
    }

    /// A folder that others may write holds the session key in every mode, not only where it holds a CA.
    @ParameterizedTest
    @ValueSource(strings = {"off", "files", "self-signed"})
    void refusesAStateDirectoryOfEverybody(String tls) throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
        Sources sources = sources("SEAWALL_TLS=" + tls, "SEAWALL_BIND=127.0.0.1", "SEAWALL_TLS_CERT=cert.pem",
                "SEAWALL_TLS_KEY=key.pem");
        String message = assertInstanceOf(StartRefusedException.Certificates.class, refusal(sources, USER)).message();
        assertTrue(message.startsWith("SEAWALL_STATE_DIR: " + data + " may be written by every user of this machine"),
                message);
    }

    @Test
    void refusesWhereTheSocketTableCannotBeRead() throws IOException {
        Sources sources = sources();
        StartRefusedException refused = assertThrows(StartRefusedException.class,
                () -> Start.prepare(sources, USER, folder.resolve("proc")));
        assertEquals(
                new StartRefusedException.Problems(List.of(new Problem(Problem.Kind.UPSTREAM, "SEAWALL_UPSTREAM",
                        "the socket table cannot be read (" + folder
                                + "/proc/net/tcp (No such file or directory)), so whether the gateway is exposed cannot be seen",
                        "a readable /proc/net/tcp and tcp6",
                        "mount /proc (systemd: not ProcSubset=pid), or go on without looking: SEAWALL_ON_EXPOSURE=warn"))),
                refused.reason());
    }

    @Test
    void goesOnWithoutLookingWhereTheOperatorSaidSo() throws Exception {
        assertEquals(List.of("the socket table cannot be read (" + folder
                + "/proc/net/tcp (No such file or directory)), so whether the gateway is exposed cannot be seen"),
                Start.prepare(sources("SEAWALL_ON_EXPOSURE=warn"), USER, folder.resolve("proc")).warnings()
                        .stream().filter(warning -> warning.contains("socket table")).toList());
    }

    @Test
    void warnsOfFewerDescriptorsThanConnectionsNeed() throws Exception {
        assertEquals(List.of(new Descriptors(1_024).warning(TestConfig.of().limits()).orElseThrow()),
                Start.prepare(sources(), new Preflight.Facts(1000, 0, 1024, new Descriptors(1_024))).warnings()
                        .stream().filter(warning -> warning.contains("descriptors")).toList());
    }

    @Test
    void saysWhatTheProcessMayNotDoAlongWithAnOpenGateway() throws IOException {
        Preflight.Facts root = new Preflight.Facts(0, 0, 1024, new Descriptors(20_000));
        assertEquals(
                new StartRefusedException.Problems(List.of(
                        new Problem(Problem.Kind.CONFIGURATION, "SEAWALL_ALLOW_ROOT", "running as root (uid 0)",
                                "a user without privileges",
                                "start it as another user (docker: --user 1000:1000), or accept the risk with SEAWALL_ALLOW_ROOT=true"),
                        new Problem(Problem.Kind.CONFIGURATION, "PORT", "443",
                                "a port from 1024 on, or the capability CAP_NET_BIND_SERVICE",
                                "PORT=8443, or give the capability (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)"))),
                refusal(sources("SEAWALL_ALLOW_ROOT=false", "PORT=443"), root));
    }

    @Test
    void startsWithoutAWarningWhereNothingIsOdd() throws Exception {
        Start start = Start.prepare(sources(), USER);
        assertTrue(start.certificates().isPresent());
        assertEquals(List.of(), start.warnings());
    }

    private static StartRefusedException.Reason refusal(Sources sources, Preflight.Facts facts) {
        return assertThrows(StartRefusedException.class, () -> Start.prepare(sources, facts)).reason();
    }
}
