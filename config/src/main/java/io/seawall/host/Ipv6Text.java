package io.seawall.host;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/// IPv6 addresses as text (RFC 4291, 2.2), without brackets and zone. Reads by hand, because the JDK takes more, and what
/// is no address costs it an exception: a header has room for thousands of them.
final class Ipv6Text {
    private static final int GROUPS = 8;
    private static final int LONGEST = 39;
    private static final int LONGEST_READ = 45;

    private Ipv6Text() {}

    static Optional<InetAddress> find(String text) {
        int length = text.length();
        if (length < 2 || length > LONGEST_READ) {
            return Optional.empty();
        }
        byte[] address = new byte[2 * GROUPS];
        int filled = 0;
        int gap = -1;
        int at = 0;
        if (text.startsWith("::")) {
            gap = 0;
            at = 2;
        }
        while (at < length) {
            int end = groupEnd(text, at);
            if (end < length && text.charAt(end) == '.') {
                return filled <= 12 && Addresses.isIpv4(text, at, length)
                        ? complete(address, putIpv4(text, at, address, filled), gap)
                        : Optional.empty();
            }
            if (end == at || end - at > 4 || filled == address.length) {
                return Optional.empty();
            }
            int group = group(text, at, end);
            address[filled++] = (byte) (group >> 8);
            address[filled++] = (byte) group;
            if (end == length) {
                break;
            }
            if (text.charAt(end) != ':' || end + 1 == length) {
                return Optional.empty();
            }
            at = end + 1;
            if (text.charAt(at) == ':') {
                if (gap >= 0) {
                    return Optional.empty();
                }
                gap = filled;
                at++;
            }
        }
        return complete(address, filled, gap);
    }

    /// Behind the hexadecimal digits that begin there.
    private static int groupEnd(String text, int start) {
        int end = start;
        while (end < text.length() && hex(text.charAt(end)) >= 0) {
            end++;
        }
        return end;
    }

    private static int group(String text, int start, int end) {
        int group = 0;
        for (int i = start; i < end; i++) {
            group = group << 4 | hex(text.charAt(i));
        }
        return group;
    }

    /// Of ASCII only: [Character#digit(char, int)] knows digits of other scripts.
    private static int hex(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static int putIpv4(String text, int start, byte[] address, int filled) {
        int at = filled;
        int number = 0;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.') {
                address[at++] = (byte) number;
                number = 0;
            } else {
                number = 10 * number + c - '0';
            }
        }
        address[at++] = (byte) number;
        return at;
    }

    /// @param gap where `::` stands for at least one group of zeros; negative: nowhere
    private static Optional<InetAddress> complete(byte[] address, int filled, int gap) {
        if (gap < 0 ? filled != address.length : filled > address.length - 2) {
            return Optional.empty();
        }
        if (gap >= 0) {
            int behind = filled - gap;
            System.arraycopy(address, gap, address, address.length - behind, behind);
            Arrays.fill(address, gap, address.length - behind, (byte) 0);
        }
        try {
            return Optional.of(InetAddress.getByAddress(address));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("sixteen bytes are an address", e);
        }
    }

    /// RFC 5952, section 4: the first longest run of two or more zero groups becomes `::`.
    static String of(byte[] address) {
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
        StringBuilder text = new StringBuilder(LONGEST);
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
