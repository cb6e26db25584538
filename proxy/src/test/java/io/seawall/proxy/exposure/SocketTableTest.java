package io.seawall.proxy.exposure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SocketTableTest {
    @TempDir
    private Path folder = Path.of("");

    private ProcFolder proc() {
        return new ProcFolder(folder);
    }

    private List<SocketTable.Listener> listeners() {
        return new SocketTable(folder).listeners(ProcFolder.PORT).orElseThrow();
    }

    private List<String> texts() {
        return listeners().stream().map(SocketTable.Listener::toString).toList();
    }

    @ParameterizedTest
    @CsvSource({"tcp, " + ProcFolder.LOOPBACK4 + ", 127.0.0.1:18789, true", "tcp, " + ProcFolder.ANY4
            + ", 0.0.0.0:18789, false",
        "tcp, " + ProcFolder.LAN4 + ", 192.168.1.2:18789, false",
        "tcp, 0200007F:4965, 127.0.0.2:18789, true", "tcp6, " + ProcFolder.LOOPBACK6 + ", [::1]:18789, true",
        "tcp6, " + ProcFolder.ANY6 + ", [::]:18789, false",
        "tcp6, " + ProcFolder.GLOBAL6 + ", [2001:db8::7]:18789, false",
        "tcp6, " + ProcFolder.MAPPED_LOOPBACK + ", 127.0.0.1:18789, true",
        "tcp6, " + ProcFolder.MAPPED_ANY + ", 0.0.0.0:18789, false"})
    void readsAListener(String file, String address, String text, boolean loopback) {
        proc().listen(file, address);
        assertEquals(List.of(text), texts());
        assertEquals(loopback, listeners().getFirst().isLoopback());
    }

    @Test
    void readsBothTables() {
        proc().listen("tcp", ProcFolder.LOOPBACK4);
        proc().listen("tcp6", ProcFolder.LOOPBACK6, ProcFolder.ANY6);
        assertEquals(List.of("127.0.0.1:18789", "[::1]:18789", "[::]:18789"), texts());
    }

    @Test
    void looksAtListenersOfThePortOnly() {
        proc().write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.ANY4, "01")
                + ProcFolder.line(1, "00000000:1F90", "0A") + ProcFolder.line(2, ProcFolder.LOOPBACK4, "0A")
                + "   3: cut\n");
        assertEquals(List.of("127.0.0.1:18789"), texts());
    }

    /// Wherever the listener stands among hundreds of others, and however the table is cut in reading.
    @Test
    void findsAListenerInABusyTable() {
        for (int before = 0; before < 400; before++) {
            StringBuilder table = new StringBuilder("header\n");
            for (int i = 0; i < 400; i++) {
                table.append(i == before
                        ? ProcFolder.line(i, ProcFolder.ANY4, "0A")
                        : ProcFolder.line(i, ProcFolder.LOOPBACK4, "06"));
            }
            proc().write("tcp", before % 2 == 0 ? table.toString() : table.toString().stripTrailing());
            assertEquals(List.of("0.0.0.0:18789"), texts(), "line " + before);
        }
    }

    @Test
    void findsNothingInAnEmptyTable() {
        proc().listen("tcp");
        assertEquals(List.of(), texts());
    }

    @Test
    void knowsThatItCannotSee() {
        assertTrue(new SocketTable(folder).listeners(ProcFolder.PORT).isEmpty());
    }

    /// An error in looking is never an empty look.
    @Test
    void knowsThatItCannotSeeWhatItDoesNotUnderstand() {
        for (String line : List.of("   0: 0100007F:4965 00000000:0000 0A cut\n",
                "   0: 0100007F 00000000:0000 0A a a a 0 0 7 1\n", "   0: 01:4965 00000000:0000 0A a a a 0 0 7 1\n",
                "   0: 0100007F:4965 00000000:0000 0A a a a x 0 7 1\n")) {
            proc().write("tcp", "header\n" + line);
            assertTrue(new SocketTable(folder).listeners(ProcFolder.PORT).isEmpty(), line);
        }
    }

    @Test
    void readsWhoseAListenerIs() {
        proc().write("tcp", "header\n" + ProcFolder.line(0, ProcFolder.LOOPBACK4, 4_294_967_294L));
        assertEquals(4_294_967_294L, listeners().getFirst().uid());
    }

    /// Those of others have the same numbers in another order, or at another address.
    @Test
    void readsWhoseTheOtherEndOfAConnectionIs() {
        String ours = "0100007F:9C40";
        String lines = ProcFolder.connection(0, ours, ProcFolder.LOOPBACK4, 7)
                + ProcFolder.connection(1, "0200007F:4965", ours, 8)
                + ProcFolder.connection(2, ProcFolder.LOOPBACK4, "0200007F:9C40", 9)
                + ProcFolder.connection(3, ProcFolder.LOOPBACK4, "0100007F:9C42", 10)
                + ProcFolder.connection(4, ProcFolder.LOOPBACK4, ours, 11).replace(" 01 ", " 06 ")
                + ProcFolder.connection(5, "0100007F:1F90", ours, 12);
        for (String state : List.of("01", "03", "08")) {
            proc().write("tcp", "header\n" + lines
                    + ProcFolder.connection(6, ProcFolder.LOOPBACK4, ours, 1001).replace(" 01 ", " " + state + " "));
            assertEquals(new SocketTable.Reading.Complete(List.of(), Map.of(40_000, 1001L)),
                    new SocketTable(folder).read(ProcFolder.PORT, Set.of(40_000, 40_001)));
        }
        proc().write("tcp", "header\n");
        proc().write("tcp6", "header\n" + ProcFolder.connection(0, ProcFolder.MAPPED_LOOPBACK,
                "0000000000000000FFFF00000100007F:9C41", 1002).stripTrailing());
        assertEquals(new SocketTable.Reading.Complete(List.of(), Map.of(40_001, 1002L)),
                new SocketTable(folder).read(ProcFolder.PORT, Set.of(40_000, 40_001)));
    }

    /// From the moment on that it is made, before and after it is accepted, and when its listener has ended.
    @Test
    @EnabledOnOs(OS.LINUX)
    @SuppressWarnings("try") // the listener ends before what it accepted
    void findsEveryNewConnectionInTheKernelsTable() throws IOException {
        SocketTable table = SocketTable.kept(Path.of("/proc"));
        long uid = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            InetSocketAddress at = (InetSocketAddress) server.getLocalAddress();
            try (SocketChannel client = SocketChannel.open(at)) {
                int port = ((InetSocketAddress) client.getLocalAddress()).getPort();
                long waiting = whose(table, at.getPort(), port);
                assertTrue(waiting == uid || waiting == 0, "uid " + waiting);
                try (SocketChannel accepted = server.accept()) {
                    assertTrue(accepted.isConnected());
                    assertEquals(uid, whose(table, at.getPort(), port));
                    server.close();
                    assertEquals(uid, whose(table, at.getPort(), port));
                }
            }
        }
    }

    private static long whose(SocketTable table, int port, int ours) {
        return assertInstanceOf(SocketTable.Reading.Complete.class, table.read(port, Set.of(ours))).ends()
                .getOrDefault(ours, -1L);
    }

    @Test
    void readsByTheDescriptorThatItKeeps() throws IOException {
        proc().listen("tcp", ProcFolder.LOOPBACK4);
        SocketTable kept = SocketTable.kept(folder);
        assertEquals(1, kept.listeners(ProcFolder.PORT).orElseThrow().size());
        Files.delete(folder.resolve("net/tcp"));
        assertEquals(1, kept.listeners(ProcFolder.PORT).orElseThrow().size());
        assertTrue(new SocketTable(folder).listeners(ProcFolder.PORT).isEmpty());
    }

    /// The kernel's own table, again and again by the descriptors that were opened first: as it is when it is read.
    @Test
    @EnabledOnOs(OS.LINUX)
    void seesWhatChangesWithoutOpeningAnotherFile() throws IOException {
        SocketTable table = SocketTable.kept(Path.of("/proc"));
        int port;
        try (ServerSocketChannel four = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            four.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
            port = ((InetSocketAddress) four.getLocalAddress()).getPort();
            assertEquals(1, table.listeners(port).orElseThrow().size());
            long before = open();
            try (ServerSocketChannel open = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
                open.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), port));
                assertEquals(before + 1, open());
                assertEquals(2, table.listeners(port).orElseThrow().size());
                assertEquals(before + 1, open(), "no descriptor more");
            }
            assertEquals(1, table.listeners(port).orElseThrow().size());
        }
        assertEquals(List.of(), table.listeners(port).orElseThrow());
    }

    private static long open() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(file -> isSocketTable(file) || isSocket(file)).count();
        }
    }

    private static boolean isSocketTable(Path descriptor) {
        return target(descriptor).matches("/proc/.*/net/tcp6?");
    }

    private static boolean isSocket(Path descriptor) {
        return target(descriptor).startsWith("socket:");
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // gone by now
        }
    }

    @Test
    void namesTheProcess() {
        proc().listen("tcp", ProcFolder.ANY4, ProcFolder.LAN4);
        proc().process(41, "bash", 5);
        proc().process(42, "openclaw-gateway", 1);
        assertEquals(List.of("0.0.0.0:18789", "192.168.1.2:18789 (openclaw-gateway, pid 42)"), texts());
    }

    @Test
    void namesAProcessWithoutItsControlCharacters() {
        proc().listen("tcp", ProcFolder.ANY4);
        proc().process(42, "a\u001b[31m(b)\u00e4", 0);
        assertEquals(List.of("0.0.0.0:18789 (a??31m?b??, pid 42)"), texts());
    }

    @Test
    void readsTheTableAlsoWhereProcessesAreHidden() throws IOException {
        proc().listen("tcp", ProcFolder.ANY4);
        Files.createDirectories(folder.resolve("43")); // no fd folder to be seen
        Files.createDirectories(folder.resolve("44").resolve("fd"));
        Files.writeString(folder.resolve("44").resolve("fd").resolve("0"), "no link");
        proc().process(45, "node", 0);
        Files.delete(folder.resolve("45").resolve("comm"));
        assertEquals(List.of("0.0.0.0:18789"), texts());
    }
}
