package io.seawall.certs;

import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Collectors;

/// The certificate authority of one Seawall: made once, kept in the state directory, imported by the owner's devices.
/// It is never replaced silently, because every device would then warn; its server certificates are, because nobody
/// notices.
public final class LocalCa {
    // Nothing in this class may touch BouncyCastle: when the certificates exist and are good, its classes are not loaded
    // (start-up time). What makes certificates is in Issuer.
    private static final String CA_CERTIFICATE = "ca.pem";
    private static final String CA_KEY = "ca.key";
    private static final String SERVER_CERTIFICATE = "server.pem";
    private static final String SERVER_KEY = "server.key";
    private static final String PUBLIC = "rw-r--r--";
    private static final String SECRET = "rw-------";

    private final StateDirectory directory;
    private final Clock clock;
    private final KeyMaterial authority;

    private LocalCa(StateDirectory directory, Clock clock, KeyMaterial authority) {
        this.directory = directory;
        this.clock = clock;
        this.authority = authority;
    }

    /// Loads the CA of this directory; creates directory (mode 0700) and CA when there is neither certificate nor key.
    ///
    /// @throws CertificateTrouble if there is a CA that cannot be used, or the directory is not ours to write
    public static LocalCa open(Path stateDirectory, Clock clock) throws CertificateTrouble {
        StateDirectory directory = StateDirectory.prepare(stateDirectory);
        if (!directory.has(CA_CERTIFICATE) || !directory.has(CA_KEY)) {
            // under a lock: of two first starts at once, the second must find the CA of the first
            directory.locked(() -> createIfAbsent(directory, clock.instant()));
        }
        return new LocalCa(directory, clock, load(directory, clock.instant()));
    }

    public X509Certificate certificate() {
        return authority.leaf();
    }

    /// The certificate to import on devices.
    public Path file() {
        return directory.file(CA_CERTIFICATE);
    }

    /// A server certificate for exactly these DNS names and IP addresses: the present one while more than a third of its
    /// life is left, else a new one, valid 90 days.
    ///
    /// @throws CertificateTrouble if a name cannot stand in a certificate, or the new one cannot be written
    public synchronized KeyMaterial serverCertificate(SequencedSet<String> names) throws CertificateTrouble {
        SequencedSet<SubjectName> wanted = SubjectName.parseAll(names);
        Optional<KeyMaterial> present = presentServerCertificate(wanted);
        if (present.isPresent()) {
            return present.get();
        }
        CertificateChain.refuseOutsideValidity(certificateFile(directory), certificate(), clock.instant());
        KeyMaterial issued = Issuer.leaf(authority, wanted, clock.instant());
        directory.write(SERVER_KEY, SECRET, keyPem(issued));
        directory.write(SERVER_CERTIFICATE, PUBLIC, chainPem(issued));
        return issued;
    }

    @Override
    public String toString() {
        return "LocalCa[" + file() + ", " + authority + "]";
    }

    private Optional<KeyMaterial> presentServerCertificate(SequencedSet<SubjectName> wanted) {
        if (!directory.has(SERVER_CERTIFICATE) || !directory.has(SERVER_KEY)) {
            return Optional.empty();
        }
        var certificateFile = new SourceFile(StateDirectory.SETTING, directory.file(SERVER_CERTIFICATE), "", "");
        var keyFile = new SourceFile(StateDirectory.SETTING, directory.file(SERVER_KEY), "", "");
        try {
            KeyMaterial material = read(certificateFile, keyFile);
            return serves(material, wanted) ? Optional.of(material) : Optional.empty();
        } catch (CertificateTrouble | IllegalArgumentException e) {
            // damaged, or its key was open to others: no device imported it, so a new one (with a new key) mends it
            return Optional.empty();
        }
    }

    private boolean serves(KeyMaterial material, SequencedSet<SubjectName> wanted) {
        X509Certificate leaf = material.leaf();
        Set<String> names = wanted.stream().map(SubjectName::text).collect(Collectors.toSet());
        return material.chain().size() == 2 && material.chain().getLast().equals(certificate())
                && CertificateChain.issued(certificate(), leaf) && !CertificateChain.isAuthority(leaf)
                && new HashSet<>(material.names()).equals(names) && isFresh(material);
    }

    private boolean isFresh(KeyMaterial material) {
        Instant now = clock.instant();
        Instant notBefore = material.leaf().getNotBefore().toInstant();
        Duration life = Duration.between(notBefore, material.notAfter());
        Duration left = Duration.between(now, material.notAfter());
        return !now.isBefore(notBefore) && left.multipliedBy(3).compareTo(life) > 0;
    }

    private static void createIfAbsent(StateDirectory directory, Instant now) throws CertificateTrouble {
        // one of the two alone is for load() to refuse
        if (directory.has(CA_CERTIFICATE) || directory.has(CA_KEY)) {
            return;
        }
        KeyMaterial authority = Issuer.authority(now);
        directory.write(CA_KEY, SECRET, keyPem(authority));
        directory.write(CA_CERTIFICATE, PUBLIC, chainPem(authority));
    }

    private static KeyMaterial load(StateDirectory directory, Instant now) throws CertificateTrouble {
        SourceFile certificateFile = certificateFile(directory);
        var keyFile = new SourceFile(StateDirectory.SETTING, directory.file(CA_KEY), "the private key of the local CA",
                remedy(directory));
        KeyMaterial authority;
        try {
            authority = read(certificateFile, keyFile);
        } catch (IllegalArgumentException e) {
            throw keyFile.trouble("does not match " + certificateFile.path());
        }
        if (!CertificateChain.isAuthority(authority.leaf())) {
            throw certificateFile.trouble("is not a CA certificate");
        }
        CertificateChain.refuseOutsideValidity(certificateFile, authority.leaf(), now);
        return authority;
    }

    /// @throws IllegalArgumentException if the two do not match
    private static KeyMaterial read(SourceFile certificateFile, SourceFile keyFile) throws CertificateTrouble {
        List<X509Certificate> chain = CertificateChain.parse(certificateFile, PemBlock.read(certificateFile));
        List<PemBlock> keyBlocks = PemBlock.read(keyFile);
        keyFile.refuseIfOpenToOthers();
        return new KeyMaterial(PrivateKeys.parse(keyFile, keyBlocks, chain.getFirst().getPublicKey()), chain);
    }

    private static SourceFile certificateFile(StateDirectory directory) {
        return new SourceFile(StateDirectory.SETTING, directory.file(CA_CERTIFICATE), "the certificate of the local CA",
                remedy(directory));
    }

    private static String remedy(StateDirectory directory) {
        return "restore " + CA_CERTIFICATE + " and " + CA_KEY + " from a backup, or rm -f "
                + SourceFile.shellWord(directory.file(CA_CERTIFICATE)) + " "
                + SourceFile.shellWord(directory.file(CA_KEY)) + ", start again, and import the new " + CA_CERTIFICATE
                + " on every device";
    }

    static String keyPem(KeyMaterial material) {
        return pem("PRIVATE KEY", material.key().getEncoded());
    }

    static String chainPem(KeyMaterial material) {
        var text = new StringBuilder();
        try {
            for (X509Certificate certificate : material.chain()) {
                text.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the certificate was decoded before", e);
        }
        return text.toString();
    }

    // RFC 7468: lines of 64 characters
    static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content) + "\n-----END " + label
                + "-----\n";
    }
}
