package io.seawall.certs.acme;

import io.seawall.certs.CertificateChain;
import io.seawall.certs.Issuer;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.PemBlock;
import io.seawall.certs.PrivateKeys;
import io.seawall.certs.SourceFile;
import io.seawall.certs.StateDirectory;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.host.Digests;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What is kept of one CA in the state directory. The names of the files carry the directory's URL, so that staging and
/// production, or two CAs, never take each other's account or certificate.
final class AcmeFiles {
    private static final String SECRET = "rw-------";

    private final StateDirectory directory;
    private final String account;
    private final String certificate;
    private final String ledger;

    AcmeFiles(StateDirectory directory, URI ca) {
        this.directory = directory;
        String host = ca.getHost().replaceAll("[^A-Za-z0-9.-]", "_");
        String prefix = "acme-" + host + "-"
                + Digests.sha256Hex(ca.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 8);
        account = prefix + "-account.pem";
        certificate = prefix + ".pem";
        ledger = prefix + ".ledger";
    }

    Path certificateFile() {
        return directory.file(certificate);
    }

    /// The account's key; a new one when there is none, or none that can be read.
    KeyPair account() throws UnusableCertificateException {
        if (directory.has(account)) {
            try {
                return readAccount();
            } catch (UnusableCertificateException | GeneralSecurityException e) {
                // damaged, or it was open to others: a new account costs nothing
                return newAccount();
            }
        }
        return newAccount();
    }

    KeyPair newAccount() throws UnusableCertificateException {
        KeyPair pair = Issuer.newKeyPair();
        directory.write(account, SECRET, LocalCa.pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                + LocalCa.pem("PUBLIC KEY", pair.getPublic().getEncoded()));
        return pair;
    }

    private KeyPair readAccount() throws UnusableCertificateException, GeneralSecurityException {
        SourceFile file = file(account);
        List<PemBlock> blocks = PemBlock.read(file);
        file.refuseIfOpenToOthers();
        for (PemBlock block : blocks) {
            if (block.label().equals("PUBLIC KEY")) {
                PublicKey publicKey = KeyFactory.getInstance("EC")
                        .generatePublic(new X509EncodedKeySpec(block.content()));
                return new KeyPair(publicKey, PrivateKeys.parse(file, blocks, publicKey));
            }
        }
        throw file.trouble("holds no public key");
    }

    /// The kept certificate with its key, whatever it is good for; empty when there is none that can be read.
    Optional<KeyMaterial> certificate() {
        if (!directory.has(certificate)) {
            return Optional.empty();
        }
        SourceFile file = file(certificate);
        try {
            List<PemBlock> blocks = PemBlock.read(file);
            file.refuseIfOpenToOthers();
            List<X509Certificate> chain = CertificateChain.parse(file, blocks);
            PrivateKey key = PrivateKeys.parse(file, blocks, chain.getFirst().getPublicKey());
            return Optional.of(new KeyMaterial(key, chain));
        } catch (UnusableCertificateException | IllegalArgumentException e) {
            // as for the local CA's: a new one fixes it
            return Optional.empty();
        }
    }

    /// Key and chain in one file: no crash can part them.
    void keep(KeyMaterial material) throws UnusableCertificateException {
        directory.write(certificate, SECRET, LocalCa.keyPem(material) + LocalCa.chainPem(material));
    }

    AcmeLedger ledger(Instant now) {
        if (!directory.has(ledger)) {
            return AcmeLedger.empty();
        }
        try {
            return AcmeLedger.parse(file(ledger).read(), now);
        } catch (UnusableCertificateException e) {
            return AcmeLedger.parse("", now);
        }
    }

    void keep(AcmeLedger state) throws UnusableCertificateException {
        directory.write(ledger, SECRET, state.text());
    }

    private SourceFile file(String name) {
        return new SourceFile(StateDirectory.SETTING, directory.file(name), "", "");
    }

    /// An attempt that may be made now, or the ledger of the process that has just made one.
    record Claim(AcmeLedger ledger, boolean isOurs) {}

    /// Writes an attempt down, unless another process of the same state directory was faster.
    Claim claim(Instant now, RandomGenerator random) throws UnusableCertificateException {
        return directory.underLock(() -> {
            AcmeLedger written = ledger(now);
            if (!written.allows(now)) {
                return new Claim(written, false);
            }
            AcmeLedger counted = written.attempt(now, random);
            keep(counted);
            return new Claim(counted, true);
        });
    }

    /// What the directory's own certificate is verified with (`SEAWALL_ACME_CA`); empty: the JDK's list.
    static List<X509Certificate> anchors(Optional<Path> path) throws UnusableCertificateException {
        if (path.isEmpty()) {
            return List.of();
        }
        var file = new SourceFile("SEAWALL_ACME_CA", path.get(), "a PEM file with certificates", "");
        file.refuseIfWritableByOthers();
        return CertificateChain.parse(file, PemBlock.read(file));
    }
}
