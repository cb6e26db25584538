package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.Problem;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.server.Preflight.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreflightTest {
    private static final String ROOT = "SEAWALL_ALLOW_ROOT: running as root (uid 0) (expected: a user without privileges)."
            + " Fix: start it as another user (docker: --user 1000:1000), or accept the risk with SEAWALL_ALLOW_ROOT=true";
    private static final String PORT = "PORT: 443 (expected: a port from 1024 on, or the capability CAP_NET_BIND_SERVICE)."
            + " Fix: PORT=8443, or give the capability (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)";
    private static final long BIND = 1L << 10;

    @TempDir
    private Path folder = Path.of("");

    private static List<String> problems(Facts facts, String... config) {
        return Preflight.problems(TestConfig.of(config), facts).stream().map(Problem::toString).toList();
    }

    @Test
    void refusesRootUnlessItIsAllowed() {
        assertEquals(List.of(ROOT), problems(facts(0, -1, 1024)));
        assertEquals(List.of(), problems(facts(0, -1, 1024), "SEAWALL_ALLOW_ROOT=true"));
        assertEquals(List.of(), problems(facts(1000, 0, 1024)));
        assertEquals(List.of(), problems(facts(-1, 0, 1024)));
    }

    @Test
    void refusesAPrivilegedPortWithoutTheCapability() {
        assertEquals(List.of(PORT), problems(facts(1000, 0, 1024), "PORT=443"));
        assertEquals(List.of(PORT), problems(facts(1000, ~BIND, 1024), "PORT=443"));
        assertEquals(List.of(), problems(facts(1000, BIND, 1024), "PORT=443"));
        assertEquals(List.of(), problems(facts(1000, 0, 1024), "PORT=1024"));
    }

    @Test
    void refusesAPrivilegedPlainPortToo() {
        String refusal = "SEAWALL_HTTP_PORT: 80 (expected: a port from 1024 on, or the capability CAP_NET_BIND_SERVICE)."
                + " Fix: SEAWALL_HTTP_PORT=8081 with port 80 forwarded to it, or give the capability (systemd: "
                + "AmbientCapabilities=CAP_NET_BIND_SERVICE)";
        assertEquals(List.of(refusal), problems(facts(1000, 0, 1024), "SEAWALL_HTTP_PORT=80"));
        assertEquals(List.of(refusal),
                problems(facts(1000, 0, 1024), "SEAWALL_TLS=acme", "SEAWALL_ACME_CHALLENGE=http-01"));
        assertEquals(List.of(), problems(facts(1000, BIND, 1024), "SEAWALL_HTTP_PORT=80"));
        assertEquals(1, problems(facts(1000, 0, 1024), "SEAWALL_SANDBOX_PORT=444").size());
        assertEquals(List.of(), problems(facts(1000, BIND, 1024), "SEAWALL_SANDBOX_PORT=444"));
    }

    /// Container engines let every user bind every port.
    @Test
    void asksTheKernelWhichPortsArePrivileged() {
        assertEquals(List.of(), problems(facts(1000, 0, 0), "PORT=443"));
        assertEquals(List.of(PORT.replace("1024", "500")), problems(facts(1000, 0, 500), "PORT=443"));
    }

    @Test
    void refusesToServeWithAHandfulOfDescriptors() {
        assertEquals(List.of(), problems(new Facts(1000, 0, 1024, new Descriptors(256))));
        assertEquals(List.of(
                "SEAWALL_MAX_CONNECTIONS: 255 file descriptors (expected: at least 256; 18160 for 9000 connections). Fix:"
                        + " raise the limit (systemd: LimitNOFILE=18160, docker: --ulimit nofile=18160, shell: ulimit -n 18160)"),
                problems(new Facts(1000, 0, 1024, new Descriptors(255))));
    }

    private static Facts facts(int uid, long capabilities, int port) {
        return new Facts(uid, capabilities, port, new Descriptors(Long.MAX_VALUE));
    }

    @Test
    void saysEverythingAtOnce() {
        assertEquals(List.of(ROOT, PORT), problems(facts(0, 0, 1024), "PORT=443"));
    }

    @ParameterizedTest
    @CsvSource({"'Uid:\t1000\t0\t1000\t1000', 0000000000000400, 0, 0, 1024, 0",
        "'Uid:\t0\t1000\t0\t0', 000001ffffffffff, 1024, 1000, 2199023255551, 1024",
        "'Uid:\t5\t5\t5\t5', ffffffffffffffff, 80, 5, -1, 80"})
    void readsTheEffectiveOnesFromTheProcFileSystem(String uidLine, String capabilities, String sysctl, int uid,
            long bits, int port) throws IOException {
        Files.createDirectories(folder.resolve("self"));
        Files.createDirectories(folder.resolve("sys/net/ipv4"));
        Files.writeString(folder.resolve("self/status"),
                "Name:\tjava\n" + uidLine + "\nCapInh:\t0000000000000000\nCapEff:\t" + capabilities + "\n");
        Files.writeString(folder.resolve("sys/net/ipv4/ip_unprivileged_port_start"), sysctl + "\n");
        assertEquals(new Facts(uid, bits, port, new Descriptors(Long.MAX_VALUE)), Facts.read(folder));
    }

    @Test
    void assumesTheUsualWhereThereIsNoProcFileSystem() {
        assertEquals(new Facts(-1, 0, 1024, new Descriptors(Long.MAX_VALUE)), Facts.read(folder.resolve("none")));
    }
}
