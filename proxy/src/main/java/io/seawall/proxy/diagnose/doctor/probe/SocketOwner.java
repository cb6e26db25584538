package io.seawall.proxy.diagnose.doctor.probe;

import io.seawall.host.BoundedFile;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// The owner of the other end of a connection within this host, by the kernel's socket table: the user who listens
/// there, also before the connection is accepted.
final class SocketOwner {
    /// 150 bytes for each of some 400,000 sockets.
    private static final int LARGEST = 64 << 20;
    private static final String MAPPED = "0000000000000000FFFF0000";
    private static final String ANY4 = "00000000";
    private static final String ANY6 = ANY4.repeat(4);
    private static final String LISTEN = "0A";
    /// The owner of a connection that is not yet accepted, in a kernel that does not record the listener's user for it:
    /// where root is shown, another user's listener on the port is the better evidence.
    private static final long ROOT = 0;

    private SocketOwner() {}

    /// Empty where the table cannot be read, or has no such socket.
    ///
    /// @param server the end to ask about
    /// @param client our own end
    static OptionalLong of(Path proc, InetSocketAddress server, InetSocketAddress client) {
        OptionalLong listener = OptionalLong.empty();
        OptionalLong owner = OptionalLong.empty();
        List<String> reached = List.of(hex(server), mapped(server), ANY4 + port(server), ANY6 + port(server),
                MAPPED + ANY4 + port(server));
        List<String> ends = List.of(hex(server) + " " + hex(client), mapped(server) + " " + mapped(client));
        for (String name : List.of("tcp", "tcp6")) {
            try (BufferedReader table = new BufferedReader(new InputStreamReader(
                    BoundedFile.open(proc.resolve("net").resolve(name), LARGEST), StandardCharsets.US_ASCII))) {
                for (String line = table.readLine(); line != null; line = table.readLine()) {
                    String[] fields = line.strip().split("\\s+", 9);
                    if (fields.length == 9 && owner.isEmpty() && ends.contains(fields[1] + " " + fields[2])) {
                        owner = OptionalLong.of(Long.parseUnsignedLong(fields[7]));
                    } else if (fields.length == 9 && fields[3].equals(LISTEN) && reached.contains(fields[1])
                            && listener.orElse(ROOT) == ROOT) {
                        listener = OptionalLong.of(Long.parseUnsignedLong(fields[7]));
                    }
                }
            } catch (IOException | NumberFormatException e) {
                // a kernel without IPv6 has no tcp6; the other may tell
            }
        }
        return owner.isPresent() && owner.getAsLong() == ROOT && listener.isPresent() ? listener : owner;
    }

    /// As the kernel prints it: each 32-bit word in its own byte order, little-endian on the platforms that we run on.
    private static String hex(InetSocketAddress end) {
        byte[] bytes = end.getAddress().getAddress();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            text.append(String.format("%02X", bytes[i / 4 * 4 + 3 - i % 4]));
        }
        return text + port(end);
    }

    /// IPv4 at a socket of IPv6.
    private static String mapped(InetSocketAddress end) {
        InetAddress address = end.getAddress();
        return address instanceof Inet4Address ? MAPPED + hex(end) : hex(end);
    }

    private static String port(InetSocketAddress end) {
        return String.format(Locale.ROOT, ":%04X", end.getPort());
    }
}
