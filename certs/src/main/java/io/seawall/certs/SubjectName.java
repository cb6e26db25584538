package io.seawall.certs;

import io.seawall.host.Addresses;
import io.seawall.host.HostName;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;

/// A name that a certificate can bear: a DNS name in lower-case ASCII, or an IP address in the one
/// text of [Addresses]. Two spellings of one name are equal.
record SubjectName(String text, boolean isAddress) {
    private static final String EXPECTED = "a DNS name of letters, digits, hyphens and underscores, perhaps with a leading *., or an "
            + "IP address";
    private static final String WILDCARD = "*.";

    /// The names in their order, each once.
    static SequencedSet<SubjectName> parseAll(SequencedSet<String> names) throws UnusableCertificateException {
        var parsed = new LinkedHashSet<SubjectName>();
        for (String name : names) {
            parsed.add(parse(name));
        }
        if (parsed.isEmpty()) {
            throw new UnusableCertificateException(
                    "SEAWALL_HOSTS: no names for the certificate (expected: at least one)");
        }
        return parsed;
    }

    /// A host as a URL has it, written as in [KeyMaterial#names()].
    static String plain(String host) {
        return HostName.of(host).map(SubjectName::of).map(SubjectName::text).orElse(host.toLowerCase(Locale.ROOT));
    }

    private static SubjectName of(String host) {
        return HostName.isAddress(host)
                ? new SubjectName(Addresses.text(Addresses.parse(host)), true)
                : new SubjectName(host, false);
    }

    private static SubjectName parse(String name) throws UnusableCertificateException {
        boolean wildcard = name.startsWith(WILDCARD);
        Optional<SubjectName> subject = HostName.of(wildcard ? name.substring(WILDCARD.length()) : name)
                .map(SubjectName::of);
        if (subject.isEmpty() || wildcard && subject.get().isAddress()) {
            throw new UnusableCertificateException(
                    "SEAWALL_HOSTS: \"" + name + "\" cannot stand in a certificate (expected: " + EXPECTED + ")");
        }
        return wildcard ? new SubjectName(WILDCARD + subject.get().text(), false) : subject.get();
    }
}
