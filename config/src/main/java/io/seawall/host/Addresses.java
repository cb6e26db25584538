package io.seawall.host;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/// IP addresses, read strictly and written in the one text of RFC 5952: `::1`, where the JDK writes `0:0:0:0:0:0:0:1`. An
/// IPv4-mapped IPv6 address is the IPv4 address. Pure: no name is ever looked up.
public final class Addresses {
    public static final InetAddress IPV4_LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    public static final InetAddress IPV6_LOOPBACK = InetAddress.ofLiteral("::1");

    private Addresses() {}

    /// An address as people write it, without brackets and zone; empty where `text` is none. The JDK alone would also read
    /// `8080` as 0.0.31.144, `10.1` as 10.0.0.1, and `010.0.0.1` as 10.0.0.1, where other programs see 8.0.0.1.
    public static Optional<InetAddress> find(String text) {
        return isIpv4(text, text.length()) ? Optional.of(InetAddress.ofLiteral(text)) : Ipv6Text.find(text);
    }

    /// The same, for what an operator writes: IPv6 may stand in brackets, and have the zone without which a link-local
    /// address cannot be listened on (RFC 4007, 11).
    ///
    /// @throws IllegalArgumentException where `text` is no address
    public static InetAddress parse(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]") && text.contains(":");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        int zone = bare.indexOf(':') < 0 ? -1 : bare.indexOf('%');
        InetAddress address = find(zone < 0 ? bare : bare.substring(0, zone))
                .orElseThrow(() -> new IllegalArgumentException(text + " (expected: 203.0.113.7 or 2001:db8::7)"));
        if (zone < 0) {
            return address;
        }
        try {
            return InetAddress.ofLiteral(bare);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(text + " (expected behind the %: an interface of this host)", e);
        }
    }

    /// The one text of an address, without brackets and zone.
    public static String text(InetAddress address) {
        return address instanceof Inet4Address ? address.getHostAddress() : Ipv6Text.of(address.getAddress());
    }

    /// Four numbers without leading zeros, which other programs take for octal.
    static boolean isIpv4(String text, int end) {
        return isIpv4(text, 0, end);
    }

    static boolean isIpv4(String text, int start, int end) {
        int dots = 0;
        int number = -1;
        for (int i = start; i < end; i++) {
            int digit = text.charAt(i) - '0';
            if (digit == '.' - '0' && number >= 0) {
                dots++;
                number = -1;
            } else if (digit < 0 || digit > 9 || number == 0 || 10 * number + digit > 255) {
                return false;
            } else {
                number = 10 * Math.max(number, 0) + digit;
            }
        }
        return dots == 3 && number >= 0;
    }
}
