package io.seawall.proxy.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Reads who listens where from the kernel's socket table (`proc/net/tcp` and `tcp6`), because what a program was told
/// to bind and what it did bind are two things.
public final class SocketTable {
    private static final String LISTEN = "0A";
    private static final int BUFFER = 16 * 1024;

    private final Path proc;
    private final List<ProcFile> files;
    private final boolean keepsOpen;

    /// @param proc the mounted proc file system
    public SocketTable(Path proc) {
        this(proc, false);
    }

    private SocketTable(Path proc, boolean keepsOpen) {
        this.proc = proc;
        this.keepsOpen = keepsOpen;
        Path net = proc.resolve("net");
        files = List.of(new ProcFile(net.resolve("tcp")), new ProcFile(net.resolve("tcp6")));
    }

    /// One that is looked at again and again, and keeps its two files open, so that it can be read when no other
    /// descriptor is left.
    public static SocketTable kept(Path proc) {
        return new SocketTable(proc, true);
    }

    /// What came of reading the table.
    public sealed interface Reading {
        /// All of it was read.
        record Complete(List<Listener> listeners) implements Reading {
            public Complete {
                listeners = List.copyOf(listeners);
            }
        }

        /// Some of it could not be read, so nothing can be said.
        record Failed(String why) implements Reading {}
    }

    /// One listening socket.
    public final class Listener {
        private final InetAddress address;
        private final int port;
        private final long uid;
        private final String inode;

        private Listener(InetAddress address, int port, long uid, String inode) {
            this.address = address;
            this.port = port;
            this.uid = uid;
            this.inode = inode;
        }

        public int port() {
            return port;
        }

        /// Whether it can be reached from this host only.
        public boolean isLoopback() {
            return address.isLoopbackAddress();
        }

        /// The user who made the socket, as this user namespace numbers him: 65534 where it has no number for him.
        public long uid() {
            return uid;
        }

        /// Whose it is, name and pid, where they can be read. Looks through the descriptors of every process.
        public Optional<String> process() {
            return SocketTable.this.process(inode);
        }

        /// As `ss -tlnp` shows it: `0.0.0.0:18789`, `[::]:18789`.
        @Override
        public String toString() {
            return io.netty.util.NetUtil.toSocketAddressString(new java.net.InetSocketAddress(address, port))
                    + process().map(p -> " (" + p + ")").orElse("");
        }
    }

    /// Every listener on the port; empty where the table cannot be read.
    public Optional<List<Listener>> listeners(int port) {
        return switch (read(port)) {
            case Reading.Complete(List<Listener> listeners) -> Optional.of(listeners);
            case Reading.Failed _ -> Optional.empty();
        };
    }

    /// Every listener there is, as far as the table can be read.
    public List<Listener> listeners() {
        return switch (read(listening -> true)) {
            case Reading.Complete(List<Listener> listeners) -> listeners;
            case Reading.Failed _ -> List.of();
        };
    }

    /// Every listener on the port.
    public Reading read(int port) {
        return read(listening -> listening == port);
    }

    private synchronized Reading read(IntPredicate wanted) {
        List<Listener> found = new ArrayList<>();
        try {
            for (ProcFile file : files) {
                // a kernel without IPv6 has no tcp6; every kernel has the other
                if (file != files.getLast() || !file.isAbsent()) {
                    for (String line : listening(file.read())) {
                        parse(line, wanted).ifPresent(found::add);
                    }
                }
            }
            return new Reading.Complete(found);
        } catch (IOException e) {
            return new Reading.Failed(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException | IndexOutOfBoundsException | IllegalStateException e) {
            return new Reading.Failed("a line of it has another form");
        } finally {
            if (!keepsOpen) {
                files.forEach(ProcFile::close);
            }
        }
    }

    /// The lines that speak of listeners, and perhaps a few others. The other tens of thousands of a busy host are not
    /// even made into texts: a start waits for this.
    private static List<String> listening(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        byte[] buffer = new byte[BUFFER];
        int filled = 0;
        int begin = 0;
        int at = 0;
        boolean listening = false;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer, filled, buffer.length - filled)) {
            filled += count;
            for (; at < filled; at++) {
                if (buffer[at] == '\n') {
                    if (listening) {
                        lines.add(new String(buffer, begin, at - begin, StandardCharsets.US_ASCII));
                    }
                    listening = false;
                    begin = at + 1;
                } else if (buffer[at] == ' ' && at - begin >= 3 && buffer[at - 1] == LISTEN.charAt(1)
                        && buffer[at - 2] == LISTEN.charAt(0) && buffer[at - 3] == ' ') {
                    listening = true;
                }
            }
            filled -= begin;
            at -= begin;
            System.arraycopy(buffer, begin, buffer, 0, filled);
            begin = 0;
            if (filled == buffer.length) {
                buffer = Arrays.copyOf(buffer, 2 * filled);
            }
        }
        if (listening) {
            lines.add(new String(buffer, 0, filled, StandardCharsets.US_ASCII));
        }
        return lines;
    }

    private Optional<Listener> parse(String line, IntPredicate wanted) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length < 4 || !fields[3].equals(LISTEN)) {
            return Optional.empty();
        }
        int colon = fields[1].indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(fields[1]);
        }
        int port = Integer.parseInt(fields[1].substring(colon + 1), 16);
        if (!wanted.test(port)) {
            return Optional.empty();
        }
        return Optional
                .of(new Listener(address(fields[1].substring(0, colon)), port, Long.parseLong(fields[7]), fields[9]));
    }

    /// The kernel prints each 32-bit word in its own byte order, little-endian on the platforms that we run on.
    private static InetAddress address(String hex) {
        byte[] words = HexFormat.of().parseHex(hex);
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[i / 4 * 4 + 3 - i % 4];
        }
        try {
            return InetAddress.getByAddress(bytes); // IPv4 for IPv4-mapped
        } catch (UnknownHostException e) {
            throw new IllegalStateException("the table holds addresses of 4 or 16 bytes", e);
        }
    }

    private Optional<String> process(String inode) {
        String link = "socket:[" + inode + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, link)) {
                    String name = Files.readString(process.resolve("comm")).strip().replaceAll("[^A-Za-z0-9._ -]", "?");
                    return Optional.of(name + ", pid " + process.getFileName());
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // other users' processes are not ours to read
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, String link) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.readSymbolicLink(descriptor).toString().equals(link)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // gone, or not ours to read
        }
        return false;
    }
}
