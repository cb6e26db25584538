package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which sockets there are, by the kernel's own table.
class BindIT {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"127.0.0.1, tcp 0100007F", "0.0.0.0, tcp 00000000", "'::1', tcp6 00000000000000000000000001000000",
        "'::', tcp6 00000000000000000000000000000000"})
    void listensWhereItIsWrittenAndNowhereElse(String bind, String sockets) throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/net/tcp6")));
        int admin = freePort();
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                RunningServer server = RunningServer.start(folder, upstream.port(), "SEAWALL_BIND=" + bind,
                        "SEAWALL_ADMIN=" + (bind.contains(":") ? "[::1]" : "127.0.0.1") + ":" + admin)) {
            assertEquals(List.of(sockets), listeners(server.port()));
            assertEquals(List.of(bind.contains(":")
                    ? "tcp6 00000000000000000000000001000000"
                    : "tcp 0100007F"), listeners(admin));
        }
    }

    @Test
    void takesBothFamiliesWhereEveryAddressIsMeant() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/net/tcp6")));
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                RunningServer server = RunningServer.start(folder, upstream.port(), "SEAWALL_BIND=::")) {
            for (String address : List.of("127.0.0.1", "::1")) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(address, server.port()), 5_000);
                }
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// In state 0A, listening, on that port.
    private static List<String> listeners(int port) throws IOException {
        List<String> found = new ArrayList<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields[3].equals("0A") && fields[1].endsWith(String.format(Locale.ROOT, ":%04X", port))) {
                    found.add(table + " " + fields[1].substring(0, fields[1].indexOf(':')));
                }
            }
        }
        return found;
    }
}
