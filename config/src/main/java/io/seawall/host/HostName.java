package io.seawall.host;

import java.net.IDN;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a host may be called, for requests, certificates and configuration alike, and the one form of it: lower case,
/// IDNA's A-labels, no final dot, an IPv6 address in brackets and as short as browsers write it. Labels hold letters,
/// digits and hyphens (RFC 1123, 2.1), and the underscores of Compose. Pure.
public final class HostName {
    private static final int LONGEST = 253;
    private static final int LONGEST_LABEL = 63;
    /// What the JDK's IDNA of 2003 turns into other letters, and browsers do not.
    private static final Pattern DEVIATION = Pattern.compile("[\u00df\u1e9e\u03c2\u200c\u200d]");

    private HostName() {}

    /// The one form of a name or address; empty where `text` is neither.
    public static Optional<String> of(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        if (bracketed || text.contains(":")) {
            return ipv6(bracketed ? text.substring(1, text.length() - 1) : text);
        }
        if (isName(text, text.length())) {
            return Optional.of(relative(text.toLowerCase(Locale.ROOT)));
        }
        try {
            // whose tables only names beyond ASCII are worth a start's time
            boolean plain = text.chars().allMatch(c -> c < 0x80);
            String ascii = plain || hasTwoReadings(text)
                    ? ""
                    : IDN.toASCII(text.toLowerCase(Locale.ROOT), IDN.ALLOW_UNASSIGNED);
            return isName(ascii, ascii.length())
                    ? Optional.of(relative(ascii.toLowerCase(Locale.ROOT)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whether the name always means the machine on which it is used (RFC 6761, 6.3).
    public static boolean isLocal(String host) {
        return host.equals("localhost") || host.endsWith(".localhost");
    }

    /// Whether browsers and the JDK make two names of it, so that only its A-label says which is meant.
    public static boolean hasTwoReadings(String text) {
        return DEVIATION.matcher(text).find();
    }

    /// Whether this is an authority as `Host` and `:authority` have it: `name[:port]`, `IPv4[:port]` or `[IPv6][:port]`.
    public static boolean isAuthority(String text) {
        boolean bracketed = text.startsWith("[");
        int colon = text.indexOf(':');
        int end = bracketed ? text.indexOf(']') + 1 : colon < 0 ? text.length() : colon;
        boolean host = bracketed
                ? end > 1 && ipv6(text.substring(1, end - 1)).isPresent()
                : isName(text, end);
        return host && (end == text.length() || text.charAt(end) == ':' && isPort(text, end + 1));
    }

    /// The host of an authority in its one form, without the port. What is none stays as it is.
    public static String ofAuthority(String authority) {
        String lower = authority.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[")) {
            String bracketed = lower.substring(0, lower.indexOf(']') + 1);
            return of(bracketed).orElse(bracketed);
        }
        int colon = lower.indexOf(':');
        return relative(colon < 0 ? lower : lower.substring(0, colon));
    }

    /// An address and a port as a URL has them.
    public static String authority(InetSocketAddress address) {
        return of(address.getAddress()) + ":" + address.getPort();
    }

    /// An address as a URL has it.
    public static String of(InetAddress address) {
        return address instanceof Inet4Address ? Addresses.text(address) : "[" + Addresses.text(address) + "]";
    }

    /// Whether this is an address, IPv6 in brackets.
    public static boolean isAddress(String host) {
        return host.startsWith("[") ? of(host).isPresent() : Addresses.isIpv4(host, host.length());
    }

    /// A name with a final dot is the same name, only absolute (RFC 1034, 3.1).
    private static String relative(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// Allocates nothing for a name: every request's Host is looked at.
    private static boolean isName(String text, int length) {
        int end = length > 1 && text.charAt(length - 1) == '.' ? length - 1 : length;
        if (end > LONGEST) {
            return false;
        }
        int label = 0;
        boolean number = true;
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == '.') {
                if (label == 0 || text.charAt(i - 1) == '-') {
                    return false;
                }
                label = 0;
                number = true;
                continue;
            }
            boolean digit = c >= '0' && c <= '9';
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '-' && label > 0;
            if (!digit && !letter || ++label > LONGEST_LABEL) {
                return false;
            }
            number &= digit;
        }
        if (label == 0 || text.charAt(end - 1) == '-') {
            return false;
        }
        // browsers take a last label of digits for part of an address (WHATWG URL, 3.5)
        return !number || end == length && Addresses.isIpv4(text, end);
    }

    private static Optional<String> ipv6(String text) {
        return text.contains(":") ? Addresses.find(text).map(HostName::of) : Optional.empty();
    }

    private static boolean isPort(String text, int start) {
        int port = 0;
        for (int i = start; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i - start > 4) {
                return false;
            }
            port = 10 * port + digit;
        }
        return text.length() > start && port <= 65_535;
    }
}
