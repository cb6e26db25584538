package io.seawall.host;

import java.net.Inet4Address;
import java.net.InetAddress;

/// A block of addresses, `10.0.0.0/8` or `2001:db8::/32`; a bare address is a block of one. IPv4-mapped IPv6
/// addresses count as IPv4.
public record Cidr(InetAddress network, int bits) {

    public Cidr {
        int length = network.getAddress().length * 8;
        if (bits < 0 || bits > length) {
            throw new IllegalArgumentException("/" + bits + " (expected: 0 to " + length + ")");
        }
    }

    /// @throws IllegalArgumentException when `text` is not an address literal with an optional prefix length
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = Addresses.parse(slash < 0 ? text : text.substring(0, slash));
        if (slash < 0) {
            return new Cidr(network, network.getAddress().length * 8);
        }
        String bits = text.substring(slash + 1);
        // ::ffff:10.0.0.0/104 would come out as an IPv4 network with an IPv6 length
        boolean mapped = text.contains(":") && network instanceof Inet4Address;
        if (mapped || !bits.matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException(text + " (expected: 10.0.0.0/8 or 2001:db8::/32)");
        }
        return new Cidr(network, Integer.parseInt(bits));
    }

    public boolean contains(InetAddress address) {
        byte[] mine = network.getAddress();
        byte[] theirs = address.getAddress();
        if (mine.length != theirs.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != theirs[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || (mine[whole] ^ theirs[whole]) >> (8 - rest) == 0;
    }

    @Override
    public String toString() {
        return Addresses.text(network) + "/" + bits;
    }
}
