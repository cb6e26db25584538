package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.observe.Journal;
import io.seawall.proxy.observe.JournalLoggerFinder;
import io.seawall.proxy.server.AuditWatch;
import io.seawall.proxy.server.Reloads;
import io.seawall.proxy.server.Server;
import io.seawall.proxy.server.Start;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.SessionState;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HealthCommandIT {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir
    private Path folder = Path.of("");

    private World world(int port, String... lines) {
        Map<String, String> environment = new LinkedHashMap<>(TestConfig.environment("SEAWALL_STATE_DIR="
                + folder.resolve("data"), "SEAWALL_ALLOW_ROOT=true", "PORT=" + port, "SEAWALL_BIND=127.0.0.1",
                "SEAWALL_ADMIN=off", "SEAWALL_DRAIN_TIMEOUT=0"));
        environment.putAll(TestConfig.environment(lines));
        return new World(folder, environment);
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, LOOPBACK)) {
            return free.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SEAWALL_TLS=self-signed", "SEAWALL_TLS=off",
        "SEAWALL_TRUSTED_PROXIES=127.0.0.1 SEAWALL_CLIENT_IP_HEADER=PROXY", "SEAWALL_HOSTS=claw.example.com"})
    void isHealthyWhileASeawallAnswers(String lines) throws Exception {
        int port = freePort();
        World world = world(port, lines.split(" ", -1));
        Start start = Start.prepare(world.console.sources(), Start.facts());
        var journal = new Journal(new PrintStream(OutputStream.nullOutputStream()), start.config().log());
        JournalLoggerFinder.use(journal);
        try (Server server = Server.start(new Server.Setup(start.config(), start.certificates(),
                SessionState.of(new byte[32], Revocations.load(folder, Clock.systemUTC())), start.exposure(),
                new Server.Reporting(journal, new Reloads(), new AuditWatch(() -> Report.ofChecklist(List.of())),
                        "test")))) {
            assertEquals(port, server.port());
            assertEquals(0, world.run("health"), world::err);
            assertTrue(world.out().endsWith("healthy\n"), world::out);
        } finally {
            JournalLoggerFinder.use(null);
            journal.close();
        }
    }

    @Test
    void isNotWhereNobodyListens() throws Exception {
        int port = freePort();
        World world = world(port);

        assertEquals(1, world.run("health"));
        assertEquals("unhealthy: nothing answers on port " + port + " (Connection refused)\n", world.err());
    }

    @Test
    void isNotWhereSomebodyElseListens() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
            Thread answering = Thread.ofVirtual().start(() -> {
                try (Socket client = other.accept()) {
                    client.getInputStream().readNBytes(1);
                    client.getOutputStream().write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            World world = world(other.getLocalPort());

            assertEquals(1, world.run("health"));
            assertTrue(world.err().startsWith("unhealthy: "), world::err);
            answering.join();
        }
    }

    /// A byte each second would keep a probe for a minute, if each counted anew.
    @Test
    @Timeout(60)
    void isNotKeptByASlowAnswer() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, LOOPBACK)) {
            AtomicInteger written = new AtomicInteger();
            Thread answering = Thread.ofVirtual().start(() -> {
                try (Socket client = other.accept()) {
                    while (true) {
                        client.getOutputStream().write('H');
                        written.incrementAndGet();
                        Thread.sleep(500);
                    }
                } catch (IOException | InterruptedException e) {
                    // the probe has gone
                }
            });
            World world = world(other.getLocalPort());

            assertEquals(1, world.run("health"));
            assertTrue(world.err().startsWith("unhealthy: nothing answers"), world::err);
            answering.interrupt();
            answering.join();
            assertTrue(written.get() < 30, written + " bytes");
        }
    }

    @Test
    void saysNothingOfASecretWhereTheConfigurationIsWrong() throws Exception {
        World world = world(freePort(), "AUTH_PASSWORD=canary");

        assertEquals(2, world.run("health"));
        assertEquals("unhealthy: the configuration is not valid (see: seawall check)\n", world.err());
    }
}
