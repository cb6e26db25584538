package io.seawall.proxy.client;

import java.net.Inet4Address;
import java.net.InetAddress;

/// Which addresses mean the host that they are used on: loopback and unspecified ones, also where IPv6 carries the IPv4
/// one. The gateway takes such a client for its owner, so none is ever named to it. Pure.
public final class LocalAddresses {
    private LocalAddresses() {}

    public static boolean contains(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            return isOurs(bytes, 0, 0);
        }
        return carriesIpv4InItsEnd(bytes) && isOurs(bytes, 12, 0)
                // 6to4 (RFC 3056), and Teredo (RFC 4380), which hides it from address translators by inverting it
                || begins(bytes, 0x20, 0x02) && isOurs(bytes, 2, 0)
                || begins(bytes, 0x20, 0x01, 0, 0) && isOurs(bytes, 12, 0xff);
    }

    private static boolean carriesIpv4InItsEnd(byte[] bytes) {
        // IPv4-compatible and -mapped (RFC 4291, 2.5.5), and IPv4-translated (RFC 2765)
        boolean old = isZero(bytes, 0, 8) && (isZero(bytes, 8, 12) || isZero(bytes, 8, 10) && ones(bytes, 10)
                || ones(bytes, 8) && isZero(bytes, 10, 12));
        // NAT64 (RFC 6052, RFC 8215), and ISATAP (RFC 5214)
        boolean isatap = (bytes[8] & 0xfd) == 0 && bytes[9] == 0 && bytes[10] == 0x5e && (bytes[11] & 0xff) == 0xfe;
        return old || begins(bytes, 0, 0x64, 0xff, 0x9b) || isatap;
    }

    /// 127.0.0.0/8, and 0.0.0.0/8, which is this network (RFC 1122, 3.2.1.3).
    private static boolean isOurs(byte[] bytes, int at, int inverted) {
        int first = (bytes[at] & 0xff) ^ inverted;
        return first == 127 || first == 0;
    }

    private static boolean begins(byte[] bytes, int... with) {
        for (int i = 0; i < with.length; i++) {
            if ((bytes[i] & 0xff) != with[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean ones(byte[] bytes, int at) {
        return (bytes[at] & bytes[at + 1] & 0xff) == 0xff;
    }
}
