package io.seawall.proxy.exposure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A proc file system on disk, as far as the socket table needs one.
public record ProcFolder(Path path) {
    public static final String ANY4 = "00000000:4965";
    public static final String LOOPBACK4 = "0100007F:4965";
    static final String LAN4 = "0201A8C0:4965";
    static final String ANY6 = "00000000000000000000000000000000:4965";
    static final String LOOPBACK6 = "00000000000000000000000001000000:4965";
    static final String MAPPED_LOOPBACK = "0000000000000000FFFF00000100007F:4965";
    static final String MAPPED_ANY = "0000000000000000FFFF000000000000:4965";
    static final String GLOBAL6 = "B80D0120000000000000000007000000:4965";
    /// The port that all of them end in.
    public static final int PORT = 0x4965;

    void listen(String file, String... addresses) {
        StringBuilder text = new StringBuilder(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n");
        for (int i = 0; i < addresses.length; i++) {
            text.append(line(i, addresses[i], "0A"));
        }
        write(file, text.toString());
    }

    /// One listener, of that user.
    public static String line(int number, String address, long uid) {
        return line(number, address, "0A").replace("  1000  ", "  " + uid + "  ");
    }

    /// The server's end of a connection, of that user.
    public static String connection(int number, String server, String client, long uid) {
        return line(number, server, "01").replaceFirst(server + " \\S+", server + " " + client).replace("  1000  ",
                "  " + uid + "  ");
    }

    public static String line(int number, String address, String state) {
        String remote = address.replaceAll("[^:](?=.*:)", "0").replaceFirst(":.*", ":0000");
        return "   %d: %s %s %s 00000000:00000000 00:00000000 00000000  1000        0 %d 1 0000000000000000 100 0 0 10 0\n"
                .formatted(number, address, remote, state, 7000 + number);
    }

    public void write(String file, String text) {
        try {
            Files.createDirectories(path.resolve("net"));
            Files.writeString(path.resolve("net").resolve(file), text);
            if (!file.equals("tcp") && Files.notExists(path.resolve("net/tcp"))) {
                Files.writeString(path.resolve("net/tcp"), "header\n"); // every kernel has it
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A process that holds the socket of the table's line.
    void process(int pid, String name, int line) {
        try {
            Path fd = Files.createDirectories(path.resolve(Integer.toString(pid)).resolve("fd"));
            Files.writeString(fd.resolveSibling("comm"), name + "\n");
            Files.createSymbolicLink(fd.resolve("0"), Path.of("/dev/null"));
            Files.createSymbolicLink(fd.resolve("7"), Path.of("socket:[" + (7000 + line) + "]"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
