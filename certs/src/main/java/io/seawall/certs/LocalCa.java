package io.seawall.certs;

import io.seawall.host.ShellWord;
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
/// It is never replaced silently, because every device would then warn; its server certificates are, because clients do
/// not notice.
public final class LocalCa {
    // Nothing in this class may touch BouncyCastle: when the certificates exist and are good, its classes are not loaded
    // (start-up time). What makes certificates is in Issuer.
    private static final String CA_CERTIFICATE = "ca.pem";
    private static final String CA_KEY = "ca.key";
    private static final String SERVER_CERTIFICATE = "server.pem";
    private static final String SERVER_KEY = "server.key";
    // RFC 5280, section 4.2.1.10
    private static final String NAME_CONSTRAINTS = "2.5.29.30";
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

    /// Where the server's certificate is, if there is one.
    public static Path serverCertificate(Path stateDirectory) {
        return stateDirectory.resolve(SERVER_CERTIFICATE);
    }

    /// Loads the CA of this directory; creates directory (mode 0700) and CA when there is neither certificate nor key.
    ///
    /// @param names what a new CA may vouch for, and nothing else; see [#serverCertificate(SequencedSet)]
    /// @throws UnusableCertificateException if there is a CA that cannot be used, or the directory is not ours to write
    public static LocalCa open(Path stateDirectory, SequencedSet<String> names, Clock clock)
            throws UnusableCertificateException {
        StateDirectory directory = StateDirectory.prepare(stateDirectory);
        if (!directory.has(CA_CERTIFICATE) || !directory.has(CA_KEY)) {
            SequencedSet<SubjectName> wanted = SubjectName.parseAll(names);
            // under a lock: of two first starts at once, the second must find the CA of the first
            return directory.underLock(() -> {
                // one of the two alone is for load() to refuse
                if (!directory.has(CA_CERTIFICATE) && !directory.has(CA_KEY)) {
                    writeAuthority(directory, Issuer.authority(wanted, clock.instant()));
                }
                return load(directory, clock);
            });
        }
        return load(directory, clock);
    }

    /// Makes a new CA and a server certificate of it, in the place of what there is. Every device has to import it.
    public static LocalCa replace(Path stateDirectory, SequencedSet<String> names, Clock clock)
            throws UnusableCertificateException {
        StateDirectory directory = StateDirectory.prepare(stateDirectory);
        SequencedSet<SubjectName> wanted = SubjectName.parseAll(names);
        return directory.underLock(() -> {
            KeyMaterial authority = Issuer.authority(wanted, clock.instant());
            writeAuthority(directory, authority);
            writeServer(directory, Issuer.leaf(authority, wanted, clock.instant()));
            return load(directory, clock);
        });
    }

    public X509Certificate certificate() {
        return authority.leaf();
    }

    /// The certificate to import on devices.
    public Path file() {
        return directory.file(CA_CERTIFICATE);
    }

    /// The names that the CA may vouch for, those below DNS names included; empty where it may for any, as those made by
    /// earlier versions of Seawall.
    public List<String> constraints() {
        return isConstrained() ? NameLimits.permittedBy(certificate()) : List.of();
    }

    /// A server certificate for exactly these DNS names and IP addresses, without those that the CA may not vouch for:
    /// it serves the others as before, and every device still trusts it. The present one while more than a third of its
    /// life is left, else a new one, valid 90 days.
    ///
    /// @throws UnusableCertificateException if a name cannot stand in a certificate, the CA may vouch for none of them, or a new
    ///         certificate cannot be written
    public synchronized KeyMaterial serverCertificate(SequencedSet<String> names) throws UnusableCertificateException {
        SequencedSet<SubjectName> wanted = SubjectName.parseAll(names);
        Optional<KeyMaterial> present = present(wanted, false);
        return present.isPresent() ? present.get() : directory.underLock(() -> presentOrNew(wanted, false).material());
    }

    /// Issues one in the place of the present one.
    public KeyMaterial renew(SequencedSet<String> names) throws UnusableCertificateException {
        SequencedSet<SubjectName> wanted = SubjectName.parseAll(names);
        return directory.underLock(() -> issue(wanted));
    }

    /// What a running Seawall has in its state directory.
    ///
    /// @param isNew whether this look issued it
    record Held(LocalCa authority, KeyMaterial material, boolean isNew) {}

    /// CA and server certificate as they are there now; makes no CA. More names than these are fine: they come from a
    /// later configuration.
    static Held held(StateDirectory directory, SequencedSet<SubjectName> names, Clock clock)
            throws UnusableCertificateException {
        return directory.underLock(() -> load(directory, clock).presentOrNew(names, true));
    }

    /// Equal as long as CA and server certificate are.
    static String stamp(StateDirectory directory) {
        return String.join(" ", List.of(certificateFile(directory).stamp(), keyFile(directory).stamp(),
                serverFile(directory, SERVER_CERTIFICATE).stamp(), serverFile(directory, SERVER_KEY).stamp()));
    }

    private Held presentOrNew(SequencedSet<SubjectName> wanted, boolean orMore) throws UnusableCertificateException {
        // another process may have been faster
        Optional<KeyMaterial> present = present(wanted, orMore);
        return present.isPresent() ? new Held(this, present.get(), false) : new Held(this, issue(wanted), true);
    }

    private KeyMaterial issue(SequencedSet<SubjectName> wanted) throws UnusableCertificateException {
        SourceFile file = certificateFile(directory);
        CertificateChain.refuseOutsideValidity(file, certificate(), clock.instant());
        SequencedSet<SubjectName> permitted = permitted(wanted);
        if (permitted.isEmpty()) {
            throw file.trouble("may vouch for " + String.join(", ", constraints()) + " only",
                    "a CA for one of " + String.join(", ", wanted.stream().map(SubjectName::text).toList()),
                    "./seawall certs renew --new-ca, and import the new " + CA_CERTIFICATE + " on every device");
        }
        KeyMaterial issued = Issuer.leaf(authority, permitted, clock.instant());
        // the public key in the file was used as it is; a signature proves it
        if (!CertificateChain.issued(certificate(), issued.leaf())) {
            throw keyFile(directory).trouble("does not match " + file.path());
        }
        writeServer(directory, issued);
        return issued;
    }

    private SequencedSet<SubjectName> permitted(SequencedSet<SubjectName> wanted) {
        return isConstrained() ? NameLimits.permittedOf(wanted, certificate()) : wanted;
    }

    private boolean isConstrained() {
        return certificate().getExtensionValue(NAME_CONSTRAINTS) != null;
    }

    @Override
    public String toString() {
        return "LocalCa[" + file() + ", " + authority + "]";
    }

    private Optional<KeyMaterial> present(SequencedSet<SubjectName> wanted, boolean orMore) {
        if (!directory.has(SERVER_CERTIFICATE) || !directory.has(SERVER_KEY)) {
            return Optional.empty();
        }
        try {
            KeyMaterial material = read(serverFile(directory, SERVER_CERTIFICATE), serverFile(directory, SERVER_KEY));
            return isOurs(material) && isFresh(material) && names(material, wanted, orMore)
                    ? Optional.of(material)
                    : Optional.empty();
        } catch (UnusableCertificateException | IllegalArgumentException e) {
            // damaged, or its key was open to others: no device imported it, so a new one (with a new key) fixes it
            return Optional.empty();
        }
    }

    private boolean isOurs(KeyMaterial material) {
        X509Certificate leaf = material.leaf();
        return material.chain().size() == 2 && material.chain().getLast().equals(certificate())
                && CertificateChain.issued(certificate(), leaf) && !CertificateChain.isAuthority(leaf);
    }

    private boolean names(KeyMaterial material, SequencedSet<SubjectName> wanted, boolean orMore) {
        var present = new HashSet<>(material.names());
        // what the CA permits is asked last, because it takes BouncyCastle
        return matches(present, wanted, orMore) || isConstrained() && matches(present, permitted(wanted), orMore);
    }

    private static boolean matches(Set<String> present, SequencedSet<SubjectName> wanted, boolean orMore) {
        Set<String> names = wanted.stream().map(SubjectName::text).collect(Collectors.toSet());
        return !names.isEmpty() && (orMore ? present.containsAll(names) : present.equals(names));
    }

    boolean isFresh(KeyMaterial material) {
        Instant now = clock.instant();
        Instant notBefore = material.leaf().getNotBefore().toInstant();
        long life = Duration.between(notBefore, material.notAfter()).toMillis();
        long left = Duration.between(now, material.notAfter()).toMillis();
        return !now.isBefore(notBefore) && 3 * left > life;
    }

    private static void writeAuthority(StateDirectory directory, KeyMaterial authority)
            throws UnusableCertificateException {
        directory.write(CA_KEY, SECRET, keyPem(authority));
        directory.write(CA_CERTIFICATE, PUBLIC, chainPem(authority));
    }

    private static void writeServer(StateDirectory directory, KeyMaterial issued) throws UnusableCertificateException {
        directory.write(SERVER_KEY, SECRET, keyPem(issued));
        directory.write(SERVER_CERTIFICATE, PUBLIC, chainPem(issued));
    }

    private static LocalCa load(StateDirectory directory, Clock clock) throws UnusableCertificateException {
        SourceFile certificateFile = certificateFile(directory);
        SourceFile keyFile = keyFile(directory);
        KeyMaterial authority;
        try {
            authority = read(certificateFile, keyFile);
        } catch (IllegalArgumentException e) {
            throw keyFile.trouble("does not match " + certificateFile.path());
        }
        if (!CertificateChain.isAuthority(authority.leaf())) {
            throw certificateFile.trouble("is not a CA certificate");
        }
        CertificateChain.refuseOutsideValidity(certificateFile, authority.leaf(), clock.instant());
        return new LocalCa(directory, clock, authority);
    }

    /// @throws IllegalArgumentException if the two do not match
    private static KeyMaterial read(SourceFile certificateFile, SourceFile keyFile)
            throws UnusableCertificateException {
        List<X509Certificate> chain = CertificateChain.parse(certificateFile, PemBlock.read(certificateFile));
        List<PemBlock> keyBlocks = PemBlock.read(keyFile);
        keyFile.refuseIfOpenToOthers();
        return new KeyMaterial(PrivateKeys.parse(keyFile, keyBlocks, chain.getFirst().getPublicKey()), chain);
    }

    private static SourceFile certificateFile(StateDirectory directory) {
        return new SourceFile(StateDirectory.SETTING, directory.file(CA_CERTIFICATE), "the certificate of the local CA",
                remedy(directory));
    }

    private static SourceFile keyFile(StateDirectory directory) {
        return new SourceFile(StateDirectory.SETTING, directory.file(CA_KEY), "the private key of the local CA",
                remedy(directory));
    }

    private static SourceFile serverFile(StateDirectory directory, String name) {
        return new SourceFile(StateDirectory.SETTING, directory.file(name), "", "");
    }

    private static String remedy(StateDirectory directory) {
        return "restore " + CA_CERTIFICATE + " and " + CA_KEY + " from a backup, or rm -f "
                + ShellWord.of(directory.file(CA_CERTIFICATE)) + " "
                + ShellWord.of(directory.file(CA_KEY)) + ", start again, and import the new " + CA_CERTIFICATE
                + " on every device";
    }

    public static String keyPem(KeyMaterial material) {
        return pem("PRIVATE KEY", material.key().getEncoded());
    }

    public static String chainPem(KeyMaterial material) {
        return material.chain().stream().map(LocalCa::pem).collect(Collectors.joining());
    }

    /// The certificate as PEM (RFC 7468).
    public static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("the certificate was decoded before", e);
        }
    }

    // RFC 7468: lines of 64 characters
    public static String pem(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(content) + "\n-----END " + label
                + "-----\n";
    }
}
