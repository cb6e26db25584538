package io.seawall.proxy.exposure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.config.Problem;
import io.seawall.proxy.http.Rejection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExposureTest {
    @TempDir
    private Path folder = Path.of("");

    private Exposure exposure(OnExposure rule) {
        return new Exposure(new SocketTable(folder), new Config.Upstream(ProcFolder.PORT, rule, OptionalLong.empty(),
                Optional.empty()), Runnable::run);
    }

    private void listen(String... addresses) {
        new ProcFolder(folder).listen("tcp", addresses);
    }

    /// These texts are what an operator acts on, so they are written out.
    private static String message(String listeners) {
        return "SEAWALL_UPSTREAM: DANGEROUS: " + listeners
                + " (expected: the gateway listening on 127.0.0.1:18789 only). Fix: set gateway.bind: \"loopback\" in"
                + " openclaw.json (OpenClaw itself ignores OPENCLAW_GATEWAY_BIND), restart the gateway, and check:"
                + " ss -tlnp | grep 18789";
    }

    @ParameterizedTest
    @CsvSource({"tcp, " + ProcFolder.ANY4 + ", 0.0.0.0:18789", "tcp6, " + ProcFolder.ANY6 + ", [::]:18789",
        "tcp, " + ProcFolder.LAN4 + ", 192.168.1.2:18789", "tcp6, " + ProcFolder.GLOBAL6 + ", [2001:db8::7]:18789"})
    void saysWhereTheGatewayIsOpen(String file, String address, String text) {
        new ProcFolder(folder).listen(file, address);
        Problem problem = problem(exposure(OnExposure.REFUSE));
        assertEquals(message(text), problem.toString());
        assertEquals(Problem.Kind.UPSTREAM, problem.kind());
    }

    @Test
    void namesEveryOpenListenerAndItsProcess() {
        new ProcFolder(folder).listen("tcp", ProcFolder.LOOPBACK4, ProcFolder.LAN4);
        new ProcFolder(folder).listen("tcp6", ProcFolder.ANY6);
        new ProcFolder(folder).process(42, "openclaw-gateway", 1);
        assertEquals(message("192.168.1.2:18789 (openclaw-gateway, pid 42), [::]:18789"),
                problem(exposure(OnExposure.REFUSE)).toString());
    }

    @Test
    void isContentWithLoopbackAndWithNoListenerYet() {
        new ProcFolder(folder).listen("tcp", ProcFolder.LOOPBACK4);
        new ProcFolder(folder).listen("tcp6", ProcFolder.LOOPBACK6);
        assertInstanceOf(Exposure.Look.Guarded.class, exposure(OnExposure.REFUSE).look());
        listen();
        assertInstanceOf(Exposure.Look.Guarded.class, exposure(OnExposure.REFUSE).look());
    }

    /// The port of the gateway's sandbox is the next one.
    @Test
    void looksAtTheSandboxByTheSameRuleAndForTheSameOwner() {
        Exposure gateway = exposure(OnExposure.REFUSE);
        Exposure sandbox = gateway.ofSandbox(Set.of());
        String next = ProcFolder.LOOPBACK4.replace(":4965", ":4966");
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, next, 1000));
        gateway.check();
        sandbox.check();
        assertFalse(gateway.isExposed() || sandbox.isExposed());
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, next, 1001));
        Exposure taken = gateway.ofSandbox(Set.of());
        taken.check();
        assertEquals("foreign", taken.rejection().orElseThrow().label(), "although it was the first one there");
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, next, 1001));
        gateway.check();
        sandbox.check();
        assertFalse(gateway.isExposed());
        assertEquals("foreign", sandbox.rejection().orElseThrow().label());
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, ProcFolder.ANY4.replace(":4965", ":4966"), 1000));
        gateway.check();
        sandbox.check();
        assertFalse(gateway.isExposed());
        assertEquals("exposed", sandbox.rejection().orElseThrow().label());
    }

    /// Seawall may have the port of the gateway's sandbox at another address, for pages that look for it there.
    @Test
    void countsNoListenerOfSeawallsOwnAsTheGateways() {
        Exposure gateway = exposure(OnExposure.REFUSE);
        Set<InetSocketAddress> own = Set.of(
                new InetSocketAddress(InetAddress.ofLiteral("192.168.1.2"), ProcFolder.PORT + 1));
        String next = ProcFolder.LOOPBACK4.replace(":4965", ":4966");
        String ours = ProcFolder.LAN4.replace(":4965", ":4966");
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, next, 1000) + ProcFolder.line(2, ours, 1002));
        gateway.check();
        Exposure sandbox = gateway.ofSandbox(own);
        sandbox.check();
        assertFalse(sandbox.isExposed());
        Exposure portals = new Exposure(new SocketTable(folder),
                new Config.Upstream(ProcFolder.PORT, OnExposure.REFUSE, OptionalLong.empty(), Optional.empty(),
                        Optional.of(new Config.Upstream.Portals("preview.example.net", ProcFolder.PORT + 1))),
                Runnable::run).ofPortals(own);
        portals.check();
        assertFalse(portals.isExposed());
        Exposure other = gateway.ofSandbox(Set.of(
                new InetSocketAddress(InetAddress.ofLiteral("192.168.1.3"), ProcFolder.PORT + 1)));
        other.check();
        assertEquals("exposed", other.rejection().orElseThrow().label());
    }

    @Test
    void looksAtThePortalsByTheSameRuleAndForTheSameOwner() {
        Config.Upstream upstream = new Config.Upstream(ProcFolder.PORT, OnExposure.REFUSE, OptionalLong.empty(),
                Optional.empty(), Optional.of(new Config.Upstream.Portals("preview.example.net", ProcFolder.PORT + 1)));
        Exposure gateway = new Exposure(new SocketTable(folder), upstream, Runnable::run);
        Exposure portals = gateway.ofPortals(Set.of());
        String next = ProcFolder.LOOPBACK4.replace(":4965", ":4966");
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, next, 1000));
        gateway.check();
        portals.check();
        assertFalse(portals.isExposed());
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, next, 1001));
        gateway.check();
        portals.check();
        assertFalse(gateway.isExposed());
        assertEquals("foreign", portals.rejection().orElseThrow().label());
        new ProcFolder(folder).write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000)
                + ProcFolder.line(1, ProcFolder.ANY4.replace(":4965", ":4966"), 1000));
        portals.check();
        assertEquals("exposed", portals.rejection().orElseThrow().label());
    }

    @Test
    void saysThatItCannotSee() {
        assertEquals("SEAWALL_UPSTREAM: the socket table cannot be read (" + folder
                + "/net/tcp (No such file or directory)), so whether the gateway is exposed cannot be seen"
                + " (expected: a readable /proc/net/tcp and tcp6). Fix: mount /proc (systemd: not ProcSubset=pid),"
                + " or go on without looking: SEAWALL_ON_EXPOSURE=warn",
                assertInstanceOf(Exposure.Look.Unknown.class, exposure(OnExposure.REFUSE).look()).problem().toString());
    }

    /// One of the two tables alone says nothing: the gateway may be open in the other.
    @Test
    void cannotSeeWithHalfATable() throws IOException {
        listen(ProcFolder.LOOPBACK4);
        Files.createDirectory(folder.resolve("net/tcp6"));
        assertInstanceOf(Exposure.Look.Unknown.class, exposure(OnExposure.REFUSE).look());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsItsVerdictWhileItCannotSee(boolean open) throws IOException {
        Exposure exposure = exposure(OnExposure.REFUSE);
        listen(open ? ProcFolder.ANY4 : ProcFolder.LOOPBACK4);
        exposure.check();
        assertEquals(open, exposure.isExposed());
        assertEquals(0, exposure.failures());

        Files.delete(folder.resolve("net/tcp"));
        exposure.check();
        exposure.check();
        assertEquals(open, exposure.isExposed(), "an empty look is none");
        assertEquals(open, exposure.rejection().isPresent());
        assertEquals(2, exposure.failures());

        listen(open ? ProcFolder.LOOPBACK4 : ProcFolder.ANY4);
        exposure.check();
        assertEquals(!open, exposure.isExposed());
    }

    // ---- whose the port is

    @Test
    void takesTheFirstOwnerForTheGateways() {
        Exposure exposure = exposure(OnExposure.REFUSE);
        listen();
        exposure.check();
        assertEquals(Optional.empty(), exposure.owner(), "nobody is there yet");
        listen("tcp", 1001, ProcFolder.LOOPBACK4);
        exposure.check();
        assertEquals(Optional.of("uid 1001"), exposure.owner());

        listen();
        exposure.check();
        listen("tcp", 1002, ProcFolder.LOOPBACK4);
        exposure.check();
        assertEquals("gateway port of another user\n", exposure.detail());
        Rejection rejection = exposure.rejection().orElseThrow();
        assertEquals("503 foreign", rejection.status() + " " + rejection.label());
        assertEquals(
                "SEAWALL_GATEWAY_UID: DANGEROUS: 127.0.0.1:18789 of uid 1002 (expected: uid 1001, whose it was before,"
                        + " and nobody else). Fix: see who that is: ss -tlnpe | grep 18789; if OpenClaw runs as that user now:"
                        + " SEAWALL_GATEWAY_UID=1002",
                problem(exposure).toString());
        assertEquals(Problem.Kind.UPSTREAM, problem(exposure).kind());

        listen("tcp", 1001, ProcFolder.LOOPBACK4);
        exposure.check();
        assertEquals(Optional.empty(), exposure.rejection());
        assertEquals("", exposure.detail());
    }

    @Test
    void letsTheOperatorSayWhoseItIs() {
        listen("tcp", 1002, ProcFolder.LOOPBACK4);
        Exposure exposure = new Exposure(new SocketTable(folder), owned(OptionalLong.of(1001)), Runnable::run);
        exposure.check();
        assertTrue(exposure.isExposed());
        assertTrue(problem(exposure).toString().contains("(expected: uid 1001, and nobody else)"));

        exposure.use(owned(OptionalLong.of(1002)));
        exposure.check();
        assertFalse(exposure.isExposed());
        exposure.use(owned(OptionalLong.empty()));
        listen("tcp", 1001, ProcFolder.LOOPBACK4);
        exposure.check();
        assertTrue(exposure.isExposed(), "who was named stays, until somebody else is");
    }

    @ParameterizedTest
    @CsvSource({"tcp, " + ProcFolder.LOOPBACK4, "tcp6, " + ProcFolder.MAPPED_LOOPBACK})
    void refusesTwoOwnersOfWhatAConnectionReaches(String file, String address) {
        listenBesides(file, address);
        Exposure exposure = exposure(OnExposure.REFUSE);
        exposure.check();
        assertTrue(exposure.isExposed());
        assertEquals(Optional.empty(), exposure.owner(), "neither is taken for the gateway");
        assertEquals("one user on 127.0.0.1:18789", problem(exposure).expected());
        assertEquals("see who that is: ss -tlnpe | grep 18789; end the one that is not OpenClaw",
                problem(exposure).fix());
    }

    /// Else any account of the host could stop the service.
    @ParameterizedTest
    @CsvSource({"tcp, 0200007F:4965", "tcp, FFFFFF7F:4965", "tcp6, " + ProcFolder.LOOPBACK6,
        "tcp6, 0000000000000000FFFF00000200007F:4965"})
    void isNotStoppedByAnotherUserAtAnotherLoopbackAddress(String file, String address) {
        Exposure exposure = exposure(OnExposure.REFUSE);
        listenBesides(file, address);
        exposure.check();
        assertFalse(exposure.isExposed());
        assertEquals(Optional.of("uid 1000"), exposure.owner());
        new ProcFolder(folder).write("tcp", "header\n");
        exposure.check();
        assertFalse(exposure.isExposed());
        assertInstanceOf(Exposure.Look.Guarded.class, exposure.look(), "also while OpenClaw is away");
    }

    @ParameterizedTest
    @CsvSource({"tcp, 0200007F:4965", "tcp6, " + ProcFolder.LOOPBACK6})
    void takesNobodyAtAnotherLoopbackAddressForTheGateway(String file, String address) {
        Exposure exposure = exposure(OnExposure.REFUSE);
        listen(file, 1002, address);
        exposure.check();
        assertEquals(Optional.empty(), exposure.owner());
        listenBesides(file, address);
        exposure.check();
        assertEquals(Optional.of("uid 1000"), exposure.owner());
    }

    /// Whatever user it is: it may be the gateway, and clients that connect there bypass Seawall.
    @ParameterizedTest
    @CsvSource({"tcp, " + ProcFolder.LAN4, "tcp, " + ProcFolder.ANY4, "tcp6, " + ProcFolder.ANY6,
        "tcp6, " + ProcFolder.GLOBAL6, "tcp6, " + ProcFolder.MAPPED_ANY})
    void refusesEveryListenerOfThePortBeyondLoopback(String file, String address) {
        listenBesides(file, address);
        Exposure exposure = exposure(OnExposure.REFUSE);
        exposure.check();
        assertEquals("gateway exposed\n", exposure.detail());
    }

    private void listenBesides(String file, String address) {
        String ours = ProcFolder.line(0, ProcFolder.LOOPBACK4, 1000);
        String other = ProcFolder.line(1, address, 1002);
        new ProcFolder(folder).write("tcp", "header\n" + ours + (file.equals("tcp") ? other : ""));
        new ProcFolder(folder).write("tcp6", "header\n" + (file.equals("tcp6") ? other : ""));
    }

    @Test
    void saysWhenUsersCannotBeToldApart() {
        listen("tcp", 65_534, ProcFolder.LOOPBACK4);
        Exposure exposure = exposure(OnExposure.REFUSE);
        exposure.check();
        assertEquals(
                Optional.of("uid 65534 (nobody, or users of another user namespace, who cannot be told apart)"),
                exposure.owner());
    }

    private void listen(String file, long uid, String address) {
        new ProcFolder(folder).write(file, "header\n" + ProcFolder.line(0, address, uid));
    }

    private static Config.Upstream owned(OptionalLong uid) {
        return new Config.Upstream(ProcFolder.PORT, OnExposure.REFUSE, uid, Optional.empty());
    }

    private static Problem problem(Exposure exposure) {
        return assertInstanceOf(Exposure.Look.Exposed.class, exposure.look()).problem();
    }

    @ParameterizedTest
    @CsvSource({"REFUSE, true", "WARN, false"})
    void blocksWhileTheGatewayIsOpenUnlessToldOtherwise(OnExposure rule, boolean blocks) {
        Exposure exposure = exposure(rule);
        listen(ProcFolder.LOOPBACK4);
        exposure.check();
        assertFalse(exposure.isExposed());
        assertFalse(exposure.rejection().isPresent());

        listen(ProcFolder.LOOPBACK4, ProcFolder.ANY4);
        assertFalse(exposure.isExposed(), "not before it looks");
        exposure.check();
        assertTrue(exposure.isExposed());
        assertEquals(blocks, exposure.rejection().isPresent());
        exposure.check();
        assertEquals(blocks, exposure.rejection().isPresent());

        listen(ProcFolder.LOOPBACK4);
        exposure.check();
        assertFalse(exposure.isExposed());
        assertFalse(exposure.rejection().isPresent());
    }
}
