package io.seawall.certs;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// The authorities whose certificates clients must have, out of one PEM file.
public final class ClientAuthorities {
    private ClientAuthorities() {}

    /// Reads them.
    ///
    /// @param now the moment at which they must be valid
    /// @throws UnusableCertificateException with the file, what was found, and what to do
    public static List<X509Certificate> load(Path path, Instant now) throws UnusableCertificateException {
        var file = new SourceFile("SEAWALL_CLIENT_CA", path, "a PEM file with CA certificates", "");
        List<PemBlock> blocks = PemBlock.read(file);
        // with this key one can issue certificates for every client
        if (blocks.stream().anyMatch(PemBlock::isPrivateKey)) {
            throw file.trouble("holds a private key", "certificates only",
                    "keep the authority's key where it signs, and copy the certificate alone");
        }
        file.refuseIfWritableByOthers();
        List<X509Certificate> authorities = CertificateChain.parse(file, blocks);
        for (X509Certificate authority : authorities) {
            if (!CertificateChain.isAuthority(authority)) {
                throw file.trouble("holds a certificate that is not a CA's: "
                        + authority.getSubjectX500Principal().getName());
            }
            String objection = KeyRules.objection(authority.getPublicKey());
            if (objection != null) {
                throw file.trouble(objection, KeyRules.EXPECTED);
            }
            CertificateChain.refuseOutsideValidity(file, authority, now);
        }
        return authorities;
    }
}
