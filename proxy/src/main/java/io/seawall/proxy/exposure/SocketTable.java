package io.seawall.proxy.exposure;

import io.netty.util.NetUtil;
import io.seawall.host.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/// Reads who listens where from the kernel's socket table (`proc/net/tcp` and `tcp6`), because what a program was told
/// to bind and what it did bind are two things.
public final class SocketTable {
    private static final String LISTEN = "0A";
    /// Such a socket has no user any more.
    private static final String TIME_WAIT = "06";
    private static final InetAddress LOOPBACK = Addresses.IPV4_LOOPBACK;

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
        ///
        /// @param ends whose the other end is, of the connections that were asked for, by our port; one that is not
        ///     there is not in the table
        record Complete(List<Listener> listeners, Map<Integer, Long> ends) implements Reading {
            public Complete {
                listeners = List.copyOf(listeners);
                ends = Map.copyOf(ends);
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

        /// Whether a connection to 127.0.0.1 may be taken by it.
        public boolean isReachedBy127001() {
            return address.equals(LOOPBACK) || address.isAnyLocalAddress();
        }

        /// The user id of the socket's creator in this user namespace: 65534 where it has none.
        public long uid() {
            return uid;
        }

        /// Whose it is, name and pid, where they can be read. Looks through the descriptors of every process.
        public Optional<String> process() {
            return SocketTable.this.process(inode);
        }

        InetSocketAddress end() {
            return new InetSocketAddress(address, port);
        }

        /// As `ss -tln` shows it: `0.0.0.0:18789`, `[::]:18789`.
        String where() {
            return NetUtil.toSocketAddressString(end());
        }

        /// With its process, where that can be seen.
        @Override
        public String toString() {
            return where() + process().map(p -> " (" + p + ")").orElse("");
        }
    }

    /// Every listener on the port; empty where the table cannot be read.
    public Optional<List<Listener>> listeners(int port) {
        return switch (read(port)) {
            case Reading.Complete(List<Listener> listeners, _) -> Optional.of(listeners);
            case Reading.Failed _ -> Optional.empty();
        };
    }

    /// Every listener there is, as far as the table can be read.
    public List<Listener> listeners() {
        return switch (read(listening -> true, new TableLines(0, Set.of()))) {
            case Reading.Complete(List<Listener> listeners, _) -> listeners;
            case Reading.Failed _ -> List.of();
        };
    }

    /// Every listener on the port.
    public Reading read(int port) {
        return read(port, Set.of());
    }

    /// Every listener on the port, and whose the other end is of our connections to 127.0.0.1 at that port.
    ///
    /// @param ours the ports of our ends of them
    Reading read(int port, Set<Integer> ours) {
        return read(listening -> listening == port, new TableLines(port, ours));
    }

    private synchronized Reading read(IntPredicate wanted, TableLines lines) {
        List<Listener> found = new ArrayList<>();
        Map<Integer, Long> ends = new HashMap<>();
        try {
            for (ProcFile file : files) {
                // a kernel without IPv6 has no tcp6; every kernel has the other
                if (file != files.getLast() || !file.isAbsent()) {
                    for (String line : lines.of(file.read())) {
                        parse(line, wanted, found, ends);
                    }
                }
            }
            return new Reading.Complete(found, ends);
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

    private void parse(String line, IntPredicate wanted, List<Listener> found, Map<Integer, Long> ends) {
        String[] fields = line.strip().split("\\s+");
        if (fields.length < 4) {
            return;
        }
        if (fields[3].equals(LISTEN)) {
            int port = port(fields[1]);
            if (wanted.test(port)) {
                found.add(new Listener(address(fields[1]), port, Long.parseLong(fields[7]), fields[9]));
            }
        } else if (!fields[3].equals(TIME_WAIT) && address(fields[1]).equals(LOOPBACK)
                && address(fields[2]).equals(LOOPBACK)) {
            ends.put(port(fields[2]), Long.parseLong(fields[7]));
        }
    }

    private static int port(String end) {
        return Integer.parseInt(end.substring(colon(end) + 1), 16);
    }

    private static int colon(String end) {
        int colon = end.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(end);
        }
        return colon;
    }

    /// The kernel prints each 32-bit word in its own byte order, little-endian on the platforms that we run on.
    private static InetAddress address(String end) {
        byte[] words = HexFormat.of().parseHex(end.substring(0, colon(end)));
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
