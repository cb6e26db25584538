package io.seawall.certs;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.regex.Pattern;

/// A name that a certificate can bear: a DNS name in lower-case ASCII, or an IP address as
/// [java.net.InetAddress#getHostAddress()] writes it. Two spellings of one name are equal.
record SubjectName(String text, boolean isAddress) {
    private static final String EXPECTED = "a DNS name of letters, digits and hyphens, perhaps with a leading *., or an "
            + "IP address";
    private static final int DNS_LIMIT = 253;
    private static final Pattern IPV4 = Pattern
            .compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    // LDH labels (RFC 5890, section 2.3.1); the last one not all digits, which browsers take for an address
    private static final Pattern DNS = Pattern
            .compile("([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*(?![0-9]+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /// The names in their order, each once.
    static SequencedSet<SubjectName> parseAll(SequencedSet<String> names) throws CertificateTrouble {
        var parsed = new LinkedHashSet<SubjectName>();
        for (String name : names) {
            parsed.add(parse(name));
        }
        if (parsed.isEmpty()) {
            throw new CertificateTrouble("SEAWALL_HOSTS: no names for the certificate (expected: at least one)");
        }
        return parsed;
    }

    /// A host as a URL has it, written as in [KeyMaterial#names()].
    static String plain(String host) {
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return InetAddress.ofLiteral(bare).getHostAddress();
        } catch (IllegalArgumentException e) {
            return bare.toLowerCase(Locale.ROOT);
        }
    }

    /// As [IDN#toASCII(String)], whose tables only names beyond ASCII are worth a start's time.
    private static String toAscii(String name) {
        return name.chars().allMatch(c -> c < 0x80) ? name : IDN.toASCII(name);
    }

    private static SubjectName parse(String name) throws CertificateTrouble {
        if (IPV4.matcher(name).matches()) {
            return new SubjectName(name, true);
        }
        try {
            // a zone (%eth0) means something on one machine only
            if (name.contains(":") && !name.contains("%") && !name.startsWith("[")) {
                return new SubjectName(Inet6Address.ofLiteral(name).getHostAddress(), true);
            }
            String wildcard = name.startsWith("*.") ? "*." : "";
            String ascii = toAscii(name.substring(wildcard.length())).toLowerCase(Locale.ROOT);
            if (DNS.matcher(ascii).matches() && wildcard.length() + ascii.length() <= DNS_LIMIT) {
                return new SubjectName(wildcard + ascii, false);
            }
        } catch (IllegalArgumentException e) {
            // neither an address nor convertible to ASCII: said below
        }
        throw new CertificateTrouble(
                "SEAWALL_HOSTS: \"" + name + "\" cannot stand in a certificate (expected: " + EXPECTED + ")");
    }
}
