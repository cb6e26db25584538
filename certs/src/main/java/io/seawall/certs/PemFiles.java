package io.seawall.certs;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The operator's own certificate and key, as certbot and the like leave them: the chain in one PEM file, the key in
/// PKCS#8, PKCS#1 or SEC1 in another (or in the same). Whatever would fail at the first handshake is refused here.
public final class PemFiles {
    static final String CERTIFICATE = "SEAWALL_TLS_CERT";
    static final String KEY = "SEAWALL_TLS_KEY";

    private PemFiles() {}

    /// Reads both files and tries the key against the certificate.
    ///
    /// @param now the moment at which the certificates must be valid
    /// @throws UnusableCertificateException with the setting and the file at fault, what was found, and what to do
    public static KeyMaterial load(Path certificate, Path key, Instant now) throws UnusableCertificateException {
        var certificateFile = new SourceFile(CERTIFICATE, certificate, "a PEM file with the certificate chain", "");
        var keyFile = new SourceFile(KEY, key, "a PEM file with the private key", "");
        List<PemBlock> certificateBlocks = PemBlock.read(certificateFile);
        List<PemBlock> keyBlocks = PemBlock.read(keyFile);
        refuseSwapped(certificateFile, certificateBlocks, keyFile, keyBlocks);
        // a certificate may be public, unless the file holds the key as well
        if (certificateBlocks.stream().anyMatch(PemBlock::isPrivateKey)) {
            certificateFile.refuseIfOpenToOthers();
        }
        CertificateChain.Presented presented = CertificateChain.toPresent(certificateFile,
                CertificateChain.parse(certificateFile, certificateBlocks), now);
        keyFile.refuseIfOpenToOthers();
        PrivateKey privateKey = PrivateKeys.parse(keyFile, keyBlocks, presented.chain().getFirst().getPublicKey());
        try {
            return new KeyMaterial(privateKey, presented.chain(), presented.remarks());
        } catch (IllegalArgumentException e) {
            // the chain is not empty, so this is the match; asking beforehand would cost a second signature
            throw keyFile.trouble("does not match the certificate " + certificate,
                    "the private key of its first certificate");
        }
    }

    /// The first certificate in a file, valid or not; empty where there is none.
    public static Optional<X509Certificate> firstCertificate(Path file) {
        try {
            var source = new SourceFile(CERTIFICATE, file, "a PEM file with the certificate chain", "");
            return CertificateChain.parse(source, PemBlock.read(source)).stream().findFirst();
        } catch (UnusableCertificateException e) {
            return Optional.empty();
        }
    }

    /// What is odd about the chain in a file without being wrong; nothing where it is wrong.
    public static List<String> remarks(Path certificate, Instant now) {
        try {
            var source = new SourceFile(CERTIFICATE, certificate, "a PEM file with the certificate chain", "");
            return CertificateChain.toPresent(source, CertificateChain.parse(source, PemBlock.read(source)), now)
                    .remarks();
        } catch (UnusableCertificateException e) {
            return List.of();
        }
    }

    /// Refuses what no client would ever get to see: a second certificate with the same kind of key.
    ///
    /// @param others those that are served beside it
    static void refuseSameKind(Path certificate, KeyMaterial material, List<KeyMaterial> others)
            throws UnusableCertificateException {
        String kind = material.key().getAlgorithm();
        if (others.stream().anyMatch(other -> other.key().getAlgorithm().equals(kind))) {
            throw new SourceFile(CERTIFICATE, certificate, "one with an ECDSA and one with an RSA key",
                    "name only the one that clients should get").trouble(
                            "is a second certificate with an " + kind + " key");
        }
    }

    private static void refuseSwapped(SourceFile certificateFile, List<PemBlock> certificateBlocks, SourceFile keyFile,
            List<PemBlock> keyBlocks) throws UnusableCertificateException {
        boolean keyWhereCertificate = certificateBlocks.stream().anyMatch(PemBlock::isPrivateKey)
                && certificateBlocks.stream().noneMatch(PemBlock::isCertificate);
        boolean certificateWhereKey = keyBlocks.stream().anyMatch(PemBlock::isCertificate)
                && keyBlocks.stream().noneMatch(PemBlock::isPrivateKey);
        if (keyWhereCertificate && certificateWhereKey) {
            throw certificateFile.trouble("holds the private key, and " + KEY + ": " + keyFile.path()
                    + " the certificate", "the certificate and the key, in this order", "swap the two paths");
        }
    }
}
