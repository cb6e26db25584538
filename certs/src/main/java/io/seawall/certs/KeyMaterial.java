package io.seawall.certs;

import io.seawall.host.Addresses;
import io.seawall.host.Digests;
import io.seawall.host.HostPatterns;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/// A private key and its certificate chain: the leaf first, each certificate followed by its issuer. A value of this
/// type has been tried: the leaf's public key is that of the private one. Prints no key.
///
/// @param remarks what is odd about the chain without being wrong, a sentence each
public record KeyMaterial(PrivateKey key, List<X509Certificate> chain, List<String> remarks) {
    private static final Integer DNS_NAME = 2;
    private static final Integer IP_ADDRESS = 7;

    /// @throws IllegalArgumentException if the chain is empty or the key is not the leaf's
    public KeyMaterial {
        chain = List.copyOf(chain);
        remarks = List.copyOf(remarks);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("chain: empty (expected: the leaf, then its issuers)");
        }
        X509Certificate leaf = chain.getFirst();
        if (!KeyPairs.match(key, leaf.getPublicKey())) {
            throw new IllegalArgumentException("key: not that of " + leaf.getSubjectX500Principal().getName()
                    + " (expected: the RSA or EC private key of the first certificate)");
        }
    }

    public KeyMaterial(PrivateKey key, List<X509Certificate> chain) {
        this(key, chain, List.of());
    }

    public X509Certificate leaf() {
        return chain.getFirst();
    }

    /// From when on it would be refused: the end of the leaf's validity, or of its issuer's. What comes behind that in the
    /// chain is only left out.
    public Instant notAfter() {
        return CertificateChain.needed(chain).stream().map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder()).orElseThrow();
    }

    /// When two thirds of the leaf's life are over, which is when a certificate is renewed.
    public Instant twoThirds() {
        return partOfLife(2, 3).truncatedTo(ChronoUnit.SECONDS);
    }

    /// When so many parts of the leaf's life, of so many, are over.
    public Instant partOfLife(int parts, int of) {
        Instant notBefore = leaf().getNotBefore().toInstant();
        return notBefore.plus(Duration.between(notBefore, notAfter()).multipliedBy(parts).dividedBy(of));
    }

    /// SHA-256 of the leaf, as browsers and `openssl x509 -fingerprint` show it: `AB:CD:…`.
    public String fingerprint() {
        return fingerprint(leaf());
    }

    public static String fingerprint(X509Certificate certificate) {
        try {
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(Digests.sha256(certificate.getEncoded()));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the certificate was decoded before", e);
        }
    }

    /// The leaf's DNS names and IP addresses in the order of its subjectAltName; addresses in the one
    /// text of [Addresses].
    public List<String> names() {
        return names(leaf());
    }

    /// The JDK writes what it cannot read as one address, such as a network of eight octets, in a way of its own.
    private static String address(String text) {
        return Addresses.find(text).map(Addresses::text).orElse(text);
    }

    private static List<String> names(X509Certificate leaf) {
        try {
            Collection<List<?>> names = leaf.getSubjectAlternativeNames();
            if (names == null) {
                return List.of();
            }
            return names.stream().filter(name -> DNS_NAME.equals(name.get(0)) || IP_ADDRESS.equals(name.get(0)))
                    .map(name -> IP_ADDRESS.equals(name.get(0))
                            ? address(String.valueOf(name.get(1)))
                            : String.valueOf(name.get(1)))
                    .toList();
        } catch (CertificateParsingException e) {
            // the JDK's own way to say that the extension cannot be read: then it names no host
            return List.of();
        }
    }

    /// Whether the certificate names this host, an address with or without brackets; for `*.example.com`, which is any
    /// host below it, only a certificate that names that does.
    public boolean covers(String host) {
        return covers(leaf(), host);
    }

    /// Whether it names this host, or, for `*.example.com`, for one below it.
    boolean coversSomeOf(String host) {
        HostPatterns wanted = HostPatterns.of(List.of(SubjectName.plain(host)));
        return covers(host) || names(leaf()).stream().anyMatch(name -> wanted.cover(name.toLowerCase(Locale.ROOT)));
    }

    /// The same of a certificate without its key.
    public static boolean covers(X509Certificate leaf, String host) {
        return HostPatterns.of(names(leaf).stream().map(name -> name.toLowerCase(Locale.ROOT)).toList())
                .cover(SubjectName.plain(host));
    }

    /// Without the key: an exception message or a log line must be free to contain this.
    @Override
    public String toString() {
        return "KeyMaterial[" + leaf().getSubjectX500Principal().getName() + ", certificates: " + chain.size()
                + ", until " + notAfter() + ", SHA-256 " + fingerprint() + "]";
    }
}
