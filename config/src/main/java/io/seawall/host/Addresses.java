package io.seawall.host;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// IP addresses, read strictly and written in the one text of RFC 5952: `::1`, where the JDK writes `0:0:0:0:0:0:0:1`. An
/// IPv4-mapped IPv6 address is the IPv4 address. Pure: no name is ever looked up.
public final class Addresses {
    public static final InetAddress IPV4_LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    public static final InetAddress IPV6_LOOPBACK = InetAddress.ofLiteral("::1");

    private static final int GROUPS = 8;
    private static final int LONGEST_IPV6 = 39;
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    private Addresses() {}

    /// An address as people write it, without brackets and zone; empty where `text` is none. The JDK alone would also read
    /// `8080` as 0.0.31.144, `10.1` as 10.0.0.1, and `010.0.0.1` as 10.0.0.1, where other programs see 8.0.0.1.
    public static Optional<InetAddress> find(String text) {
        return isIpv4(text, text.length()) || isIpv6(text)
                ? Optional.of(InetAddress.ofLiteral(text))
                : Optional.empty();
    }

    /// The same, for what an operator writes: IPv6 may stand in brackets.
    ///
    /// @throws IllegalArgumentException where `text` is no address
    public static InetAddress parse(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]") && text.contains(":");
        return find(bracketed ? text.substring(1, text.length() - 1) : text)
                .orElseThrow(() -> new IllegalArgumentException(text + " (expected: 203.0.113.7 or 2001:db8::7)"));
    }

    /// The one text of an address, without brackets and zone.
    public static String text(InetAddress address) {
        return address instanceof Inet4Address ? address.getHostAddress() : shortest(address.getAddress());
    }

    /// Four numbers without leading zeros, which other programs take for octal.
    static boolean isIpv4(String text, int end) {
        return isIpv4(text, 0, end);
    }

    private static boolean isIpv4(String text, int start, int end) {
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

    private static boolean isIpv6(String text) {
        // RFC 6874's zone means something only on the machine that wrote it
        int colon = text.lastIndexOf(':');
        if (colon < 0 || !IPV6.matcher(text).matches()
                || text.indexOf('.') >= 0 && !isIpv4(text, colon + 1, text.length())) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(text).getAddress().length > 0;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// RFC 5952, section 4: the first longest run of two or more zero groups becomes `::`.
    private static String shortest(byte[] address) {
        int[] groups = new int[GROUPS];
        int run = 0;
        int longest = 1;
        int start = -1;
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (address[2 * i] & 0xff) << 8 | address[2 * i + 1] & 0xff;
            run = groups[i] == 0 ? run + 1 : 0;
            if (run > longest) {
                longest = run;
                start = i + 1 - run;
            }
        }
        StringBuilder text = new StringBuilder(LONGEST_IPV6);
        for (int i = 0; i < GROUPS; i++) {
            if (i == start) {
                text.append("::");
                i += longest - 1;
                continue;
            }
            if (i > 0 && i != start + longest) {
                text.append(':');
            }
            appendHex(text, groups[i]);
        }
        return text.toString();
    }

    /// Without leading zeros.
    private static void appendHex(StringBuilder text, int group) {
        for (int shift = group >= 0x1000 ? 12 : group >= 0x100 ? 8 : group >= 0x10 ? 4 : 0; shift >= 0; shift -= 4) {
            text.append(Character.forDigit(group >> shift & 0xf, 16));
        }
    }
}
