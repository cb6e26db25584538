package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.config.Problem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposureTest {
    @TempDir
    private Path folder = Path.of("");

    private Exposure exposure(OnExposure rule) {
        return new Exposure(new SocketTable(folder), new Config.Upstream(ProcFolder.PORT, rule));
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
        Problem problem = exposure(OnExposure.REFUSE).look().problem().orElseThrow();
        assertEquals(message(text), problem.toString());
        assertEquals(3, problem.kind().exitCode());
    }

    @Test
    void namesEveryOpenListenerAndItsProcess() {
        new ProcFolder(folder).listen("tcp", ProcFolder.LOOPBACK4, ProcFolder.LAN4);
        new ProcFolder(folder).listen("tcp6", ProcFolder.ANY6);
        new ProcFolder(folder).process(42, "openclaw-gateway", 1);
        assertEquals(message("192.168.1.2:18789 (openclaw-gateway, pid 42), [::]:18789"),
                exposure(OnExposure.REFUSE).look().problem().orElseThrow().toString());
    }

    @Test
    void isContentWithLoopbackAndWithNoListenerYet() {
        new ProcFolder(folder).listen("tcp", ProcFolder.LOOPBACK4);
        new ProcFolder(folder).listen("tcp6", ProcFolder.LOOPBACK6);
        assertTrue(exposure(OnExposure.REFUSE).look().problem().isEmpty());
        listen();
        assertTrue(exposure(OnExposure.REFUSE).look().problem().isEmpty());
    }

    @Test
    void knowsWhetherItCanSee() {
        assertFalse(exposure(OnExposure.REFUSE).look().isVisible());
        assertTrue(exposure(OnExposure.REFUSE).look().problem().isEmpty());
        listen();
        assertTrue(exposure(OnExposure.REFUSE).look().isVisible());
    }

    @ParameterizedTest
    @CsvSource({"REFUSE, true", "WARN, false"})
    void blocksWhileTheGatewayIsOpenUnlessToldOtherwise(OnExposure rule, boolean blocks) {
        Exposure exposure = exposure(rule);
        listen(ProcFolder.LOOPBACK4);
        exposure.check();
        assertFalse(exposure.isExposed());
        assertFalse(exposure.blocks());

        listen(ProcFolder.LOOPBACK4, ProcFolder.ANY4);
        assertFalse(exposure.isExposed(), "not before it looks");
        exposure.check();
        assertTrue(exposure.isExposed());
        assertEquals(blocks, exposure.blocks());
        exposure.check();
        assertEquals(blocks, exposure.blocks());

        listen(ProcFolder.LOOPBACK4);
        exposure.check();
        assertFalse(exposure.isExposed());
        assertFalse(exposure.blocks());
    }
}
