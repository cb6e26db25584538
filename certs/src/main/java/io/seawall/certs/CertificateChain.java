package io.seawall.certs;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Certificates out of PEM blocks, and what must hold of them before a client is shown any.
final class CertificateChain {
    private CertificateChain() {}

    /// Every certificate of the file, in its order; at least one.
    static List<X509Certificate> parse(SourceFile file, List<PemBlock> blocks) throws CertificateTrouble {
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

    /// The chain to present: as in the file, without a root at its end, which clients have or do not trust.
    static List<X509Certificate> toPresent(SourceFile file, List<X509Certificate> chain, Instant now)
            throws CertificateTrouble {
        X509Certificate leaf = chain.getFirst();
        if (isAuthority(leaf)) {
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
        for (X509Certificate certificate : presented) {
            refuseOutsideValidity(file, certificate, now);
        }
        return presented;
    }

    static void refuseOutsideValidity(SourceFile file, X509Certificate certificate, Instant now)
            throws CertificateTrouble {
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

    private static void refuseWrongOrder(SourceFile file, List<X509Certificate> chain) throws CertificateTrouble {
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

    private static X509Certificate decode(SourceFile file, PemBlock block) throws CertificateTrouble {
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
