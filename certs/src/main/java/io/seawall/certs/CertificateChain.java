package io.seawall.certs;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Certificates out of PEM blocks, and what must hold of them before a client is shown any.
public final class CertificateChain {
    private CertificateChain() {}

    /// Every certificate of the file, in its order; at least one.
    public static List<X509Certificate> parse(SourceFile file, List<PemBlock> blocks)
            throws UnusableCertificateException {
        var chain = new ArrayList<X509Certificate>();
        for (PemBlock block : blocks) {
            if (block.isCertificate()) {
                chain.add(decode(file, block));
            }
        }
        if (chain.isEmpty()) {
            throw file.trouble("holds no CERTIFICATE block, but " + PemBlock.found(blocks));
        }
        return List.copyOf(chain);
    }

    /// A chain as clients get it, and what is odd about it without being wrong.
    public record Presented(List<X509Certificate> chain, List<String> remarks) {
        public Presented {
            chain = List.copyOf(chain);
            remarks = List.copyOf(remarks);
        }
    }

    /// The chain to present: as in the file, without a root at its end, which clients have or do not trust, and without
    /// what has expired behind the leaf's issuer: that is one of several paths to a root (RFC 5280, 3.2), and clients
    /// that know another one use it.
    public static Presented toPresent(SourceFile file, List<X509Certificate> chain, Instant now)
            throws UnusableCertificateException {
        X509Certificate leaf = chain.getFirst();
        // a CA's certificate where the leaf should be; but one that is alone, or was issued by the next, is a server's own
        if (isAuthority(leaf) && chain.size() > 1 && !issued(chain.get(1), leaf)) {
            throw file.trouble("begins with a CA certificate: " + name(leaf),
                    "the server certificate first, then its issuers");
        }
        String objection = KeyRules.objection(leaf.getPublicKey());
        if (objection != null) {
            throw file.trouble(objection, KeyRules.EXPECTED);
        }
        refuseWrongOrder(file, chain);
        X509Certificate last = chain.getLast();
        List<X509Certificate> presented = chain.size() > 1 && issued(last, last)
                ? chain.subList(0, chain.size() - 1)
                : chain;
        List<X509Certificate> needed = needed(presented);
        for (X509Certificate certificate : needed) {
            refuseOutsideValidity(file, certificate, now);
        }
        List<String> remarks = new ArrayList<>();
        for (int i = needed.size(); i < presented.size(); i++) {
            if (isOutsideValidity(presented.get(i), now)) {
                X509Certificate without = presented.get(i);
                remarks.add(file.setting() + ": " + file.path() + " ends with a certificate that is valid from "
                        + without.getNotBefore().toInstant() + " to " + without.getNotAfter().toInstant() + " only: "
                        + name(without) + "; it is left out. Fix: take it out of the file, or renew the chain");
                presented = presented.subList(0, i);
            }
        }
        remark(file, presented).ifPresent(remarks::add);
        return new Presented(presented, remarks);
    }

    /// Those that no client can do without: the leaf and its issuer.
    static List<X509Certificate> needed(List<X509Certificate> chain) {
        return chain.subList(0, Math.min(2, chain.size()));
    }

    private static Optional<String> remark(SourceFile file, List<X509Certificate> chain) {
        X509Certificate leaf = chain.getFirst();
        if (isAuthority(leaf)) {
            return Optional.of(file.setting() + ": " + file.path() + " is a CA's certificate (CA:TRUE), as openssl req"
                    + " -x509 makes it; it is served, but some clients take none for a server's. Fix: openssl req -x509"
                    + " -addext basicConstraints=critical,CA:FALSE, or SEAWALL_TLS=self-signed");
        }
        if (chain.size() == 1 && namesItsIssuersPlace(leaf)) {
            return Optional.of(file.setting() + ": " + file.path()
                    + " holds the server certificate without its issuers,"
                    + " so that many clients will not trust it. Fix: name the file with the whole chain, fullchain.pem"
                    + " in place of cert.pem");
        }
        return Optional.empty();
    }

    /// A public CA's certificate says where to fetch its issuer's (authority information access, RFC 5280, 4.2.2.1),
    /// which is never a root. A private CA's, whose root people import, does not.
    private static boolean namesItsIssuersPlace(X509Certificate leaf) {
        byte[] extension = leaf.getExtensionValue("1.3.6.1.5.5.7.1.1");
        return extension != null
                && HexFormat.of().formatHex(extension).contains("06082b06010505073002"); // id-ad-caIssuers
    }

    private static boolean isOutsideValidity(X509Certificate certificate, Instant now) {
        return now.isAfter(certificate.getNotAfter().toInstant())
                || now.isBefore(certificate.getNotBefore().toInstant());
    }

    static void refuseOutsideValidity(SourceFile file, X509Certificate certificate, Instant now)
            throws UnusableCertificateException {
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        String expected = "a certificate valid at " + now.truncatedTo(ChronoUnit.SECONDS);
        if (now.isAfter(notAfter)) {
            throw file.trouble("expired on " + notAfter + ": " + name(certificate), expected);
        }
        if (now.isBefore(notBefore)) {
            throw file.trouble("is not valid before " + notBefore + ": " + name(certificate), expected);
        }
    }

    static boolean isAuthority(X509Certificate certificate) {
        return certificate.getBasicConstraints() != -1;
    }

    static boolean issued(X509Certificate issuer, X509Certificate certificate) {
        if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
            return false;
        }
        try {
            certificate.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void refuseWrongOrder(SourceFile file, List<X509Certificate> chain)
            throws UnusableCertificateException {
        for (int i = 0; i + 1 < chain.size(); i++) {
            X509Certificate certificate = chain.get(i);
            X509Certificate next = chain.get(i + 1);
            if (!issued(next, certificate)) {
                throw file.trouble(
                        "is out of order: certificate " + (i + 1) + ", " + name(certificate)
                                + ", was not issued by certificate " + (i + 2) + ", " + name(next),
                        "each certificate followed by its issuer, here "
                                + certificate.getIssuerX500Principal().getName());
            }
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static X509Certificate decode(SourceFile file, PemBlock block) throws UnusableCertificateException {
        var in = new ByteArrayInputStream(block.content());
        try {
            var certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
            if (certificate instanceof X509Certificate x509 && in.available() == 0) {
                return x509;
            }
        } catch (CertificateException e) {
            // said below, without the cause: it may quote the bytes
        }
        throw file.trouble("is damaged: the CERTIFICATE block of line " + block.line()
                + " is no certificate that can be read");
    }
}
