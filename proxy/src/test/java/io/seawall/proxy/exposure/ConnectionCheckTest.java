package io.seawall.proxy.exposure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Config;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.proxy.exposure.ConnectionCheck.Reached;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionCheckTest {
    @TempDir
    private Path folder = Path.of("");

    private Exposure exposure() {
        return new Exposure(new SocketTable(folder), new Config.Upstream(ProcFolder.PORT, OnExposure.REFUSE,
                OptionalLong.empty(), Optional.empty()), Runnable::run);
    }

    private Reached reached(String... lines) {
        Exposure exposure = exposure();
        new ProcFolder(folder).write("tcp", "header\n" + listener(1001));
        exposure.check();
        return reached(exposure, lines);
    }

    private Reached reached(Exposure exposure, String... lines) {
        new ProcFolder(folder).write("tcp", "header\n" + String.join("", lines));
        List<Reached> reached = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel();
        exposure.connections().reachedBy(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 40_000),
                channel.eventLoop(), reached::add);
        channel.runPendingTasks();
        return reached.getFirst();
    }

    private static String listener(long uid) {
        return ProcFolder.line(0, ProcFolder.LOOPBACK4, uid);
    }

    private static String accepted(long uid) {
        return ProcFolder.connection(1, ProcFolder.LOOPBACK4, "0100007F:9C40", uid);
    }

    @Test
    void knowsTheGatewaysConnectionByItsUser() {
        assertEquals(Reached.GATEWAY, reached(listener(1001), accepted(1001)));
        assertEquals(Reached.GATEWAY, reached(accepted(1001)), "its listener has ended, not its process");
        assertEquals(Reached.OTHER, reached(listener(1001), accepted(1002)));
        assertEquals(Reached.OTHER, reached(accepted(1002)));
    }

    /// Kernels before 6.17 show 0 for one that waits for being accepted. It waits at a listener that is there.
    @Test
    void knowsOneThatNobodyHasAcceptedByWhoListens() {
        assertEquals(Reached.GATEWAY, reached(listener(1001), accepted(0)));
        assertEquals(Reached.NOBODY, reached(accepted(0)));
        Exposure exposure = exposure();
        new ProcFolder(folder).write("tcp", "header\n" + listener(1001));
        exposure.check();
        reached(exposure, listener(1002), accepted(0));
        assertEquals("503 foreign", exposure.rejection().map(r -> r.status() + " " + r.label()).orElse(""),
                "another user's is refused by its listener");
    }

    @Test
    void takesNoConnectionForTheFirstOwner() {
        assertEquals(Reached.NOBODY, reached(exposure(), accepted(1002)));
        Exposure first = exposure();
        assertEquals(Reached.GATEWAY, reached(first, listener(1001), accepted(1001)));
        assertEquals(Optional.of("uid 1001"), first.owner());
    }

    @Test
    void goesByWhatItSawBeforeWhereItCannotLook() throws IOException {
        Exposure exposure = exposure();
        new ProcFolder(folder).write("tcp", "header\n" + listener(1001));
        exposure.check();
        Files.createDirectory(folder.resolve("net/tcp6"));
        assertEquals(Reached.GATEWAY, reached(exposure, listener(1001)));
        assertEquals(1, exposure.failures());
    }
}
