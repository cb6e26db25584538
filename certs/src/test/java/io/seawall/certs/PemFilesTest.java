package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.seawall.certs.Pki.Identity;
import io.seawall.host.ProcessFacts;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PemFilesTest {
    private static final Identity ROOT = Pki.root("CN=Root");
    private static final Identity MIDDLE = Pki.authority("CN=Middle", ROOT);
    private static final KeyPair EC = Pki.ec("secp256r1");
    private static final KeyPair RSA = Pki.rsa(2048);
    private static final Identity LEAF = Pki.server("CN=gateway.example", EC, MIDDLE);
    private static final Identity RSA_LEAF = Pki.server("CN=rsa.example", RSA, MIDDLE);

    private static final String CHAIN_WANTED = " (expected: a PEM file with the certificate chain)";
    private static final String KEY_WANTED = " (expected: a PEM file with the private key)";
    private static final String RULES = " (expected: RSA of at least 2048 bits, or EC on P-256 or P-384)";

    @TempDir
    Path directory;

    @Test
    void readsAChainAndItsKey() throws Exception {
        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE), Pki.pkcs8(LEAF.key()));

        assertEquals(List.of(LEAF.certificate(), MIDDLE.certificate()), material.chain());
        assertEquals(LEAF.key(), material.key());
    }

    @Test
    void leavesOutTheRootAtTheEnd() throws Exception {
        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE, ROOT), Pki.pkcs8(LEAF.key()));

        assertEquals(List.of(LEAF.certificate(), MIDDLE.certificate()), material.chain());
    }

    @Test
    void readsASelfSignedServerCertificate() throws Exception {
        var self = new Identity(EC,
                Pki.certificate("CN=self", EC, "CN=self", EC, false, Pki.FROM, Pki.UNTIL));

        assertEquals(List.of(self.certificate()), load(Pki.pem(self), Pki.pkcs8(EC.getPrivate())).chain());
    }

    @Test
    void readsBothFromOneFile() throws Exception {
        Path both = write("both.pem", Pki.pem(LEAF, MIDDLE) + Pki.pkcs8(LEAF.key()));

        assertEquals(LEAF.certificate(), PemFiles.load(both, both, Pki.NOW).leaf());
    }

    @Test
    void readsWindowsLinesByteOrderMarkAndExplanations() throws Exception {
        String chain = "\ufeff" + Pki.pem(LEAF) + "\nsubject=CN = Middle\n\ufeff" + Pki.pem(MIDDLE);

        KeyMaterial material = load(chain.replace("\n", "\r\n"), Pki.pkcs8(LEAF.key()));

        assertEquals(2, material.chain().size());
    }

    static Stream<List<Object>> keyForms() throws IOException {
        KeyPair p384 = Pki.ec("secp384r1");
        Identity p384Leaf = Pki.server("CN=p384", p384, MIDDLE);
        return Stream.of(List.of("PKCS#8 RSA", RSA_LEAF, Pki.pkcs8(RSA.getPrivate())),
                List.of("PKCS#8 P-256", LEAF, Pki.pkcs8(EC.getPrivate())),
                List.of("PKCS#8 P-384", p384Leaf, Pki.pkcs8(p384.getPrivate())),
                List.of("PKCS#1", RSA_LEAF, pkcs1(RSA.getPrivate())),
                List.of("SEC1", LEAF, Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), true))),
                List.of("SEC1 P-384", p384Leaf, Pki.pem("EC PRIVATE KEY", sec1(p384.getPrivate(), true))),
                List.of("SEC1 after its parameters", LEAF,
                        parameters() + Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), true))),
                List.of("SEC1 that leaves the curve to the parameters", LEAF,
                        parameters() + Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), false))));
    }

    @ParameterizedTest
    @MethodSource("keyForms")
    void readsEveryFormOfKey(List<Object> form) throws Exception {
        Identity leaf = (Identity) form.get(1);

        KeyMaterial material = load(Pki.pem(leaf, MIDDLE), (String) form.get(2));

        assertEquals(leaf.certificate(), material.leaf());
        assertEquals("PKCS#8", material.key().getFormat());
    }

    @Test
    void readsPkcs8WithoutBouncyCastle() throws Exception {
        Path certificate = write("chain.pem", Pki.pem(RSA_LEAF, MIDDLE));
        Path pkcs8 = write("pkcs8.pem", Pki.pkcs8(RSA_LEAF.key()));
        Path pkcs1 = write("pkcs1.pem", pkcs1(RSA.getPrivate()));
        try (var loader = Pki.withoutBouncyCastle()) {
            var load = loader.loadClass(PemFiles.class.getName()).getMethod("load", Path.class, Path.class,
                    Instant.class);

            load.invoke(null, certificate, pkcs8, Pki.NOW);

            // the proof that this loader would have told
            var missing = assertThrows(InvocationTargetException.class,
                    () -> load.invoke(null, certificate, pkcs1, Pki.NOW));
            assertInstanceOf(NoClassDefFoundError.class, missing.getCause());
        }
    }

    @Test
    void refusesAMissingCertificate() throws Exception {
        Path absent = directory.resolve("absent.pem");

        assertEquals("SEAWALL_TLS_CERT: " + absent + " does not exist" + CHAIN_WANTED,
                refusal(absent, write("key.pem", Pki.pkcs8(LEAF.key()))));
    }

    @Test
    void refusesAMissingKey() throws Exception {
        Path absent = directory.resolve("absent.pem");

        assertEquals("SEAWALL_TLS_KEY: " + absent + " does not exist" + KEY_WANTED,
                refusal(write("chain.pem", Pki.pem(LEAF)), absent));
    }

    @Test
    void refusesADirectory() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + directory + " is a directory" + KEY_WANTED,
                refusal(write("chain.pem", Pki.pem(LEAF)), directory));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void refusesADevice() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: /dev/zero is not a regular file" + KEY_WANTED,
                refusal(write("chain.pem", Pki.pem(LEAF)), Path.of("/dev/zero")));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void refusesAFileThatFailsToBeRead() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: /proc/self/mem cannot be read: Input/output error" + KEY_WANTED,
                refusal(write("chain.pem", Pki.pem(LEAF)), Path.of("/proc/self/mem")));
    }

    @Test
    void saysWhoMayNotReadAFile() {
        var file = new SourceFile("SEAWALL_TLS_KEY", Path.of("/etc/it's mine/key.pem"),
                "a PEM file with the private key", "");
        String user = ProcessFacts.name();

        assertEquals(
                "SEAWALL_TLS_KEY: /etc/it's mine/key.pem may not be read by user " + user
                        + " (expected: a PEM file with the private key; fix: chown " + user
                        + " '/etc/it'\\''s mine/key.pem')",
                file.unreadable(new AccessDeniedException("/etc/it's mine/key.pem")).getMessage());
    }

    @Test
    void refusesAFileThatThisUserMayNotRead() throws Exception {
        Path key = write("key.pem", Pki.pkcs8(LEAF.key()));
        Pki.mode(key, "---------");
        assumeFalse(Files.isReadable(key), "root reads everything");

        assertEquals(
                "SEAWALL_TLS_KEY: " + key + " may not be read by user " + ProcessFacts.name()
                        + " (expected: a PEM file with the private key; fix: chown " + ProcessFacts.name() + " " + key
                        + ")",
                refusal(write("chain.pem", Pki.pem(LEAF)), key));
    }

    @Test
    void refusesAFileBeyondOneMebibyte() throws Exception {
        String exactly = Pki.pkcs8(LEAF.key());
        exactly += "\n".repeat((1 << 20) - exactly.length());

        assertEquals(LEAF.key(), load(Pki.pem(LEAF), exactly).key());
        assertEquals("SEAWALL_TLS_KEY: " + key() + " is larger than 1 MiB" + KEY_WANTED,
                refusal(Pki.pem(LEAF), exactly + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n\n"})
    void refusesAnEmptyFile(String nothing) throws Exception {
        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " is empty" + CHAIN_WANTED,
                refusal(nothing, Pki.pkcs8(LEAF.key())));
        assertEquals("SEAWALL_TLS_KEY: " + key() + " is empty" + KEY_WANTED, refusal(Pki.pem(LEAF), nothing));
    }

    @Test
    void refusesAFileWithoutCertificate() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " holds no CERTIFICATE block, but CERTIFICATE REQUEST"
                        + CHAIN_WANTED,
                refusal(Pki.pem("CERTIFICATE REQUEST", new byte[]{1, 2}), Pki.pkcs8(LEAF.key())));
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " holds no CERTIFICATE block, but no PEM block at all"
                        + CHAIN_WANTED,
                refusal("not PEM", Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesAFileWithoutPrivateKey() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key() + " holds no private key, but CERTIFICATE" + KEY_WANTED,
                refusal(Pki.pem(LEAF), Pki.pem(LEAF)));
    }

    @Test
    void refusesHalfAPem() throws Exception {
        String chain = Pki.pem(LEAF);
        String half = chain.substring(0, chain.indexOf("-----END"));
        String message = "SEAWALL_TLS_CERT: " + certificate()
                + " is damaged: the CERTIFICATE block of line 1 has no end"
                + " (expected: -----END CERTIFICATE----- after it)";

        assertEquals(message, refusal(half, Pki.pkcs8(LEAF.key())));
        assertEquals(message, refusal(half + chain, Pki.pkcs8(LEAF.key())));
        assertEquals(message, refusal(half + "-----END PRIVATE KEY-----", Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesTheOtherHalfOfAPem() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " is damaged: line 2 ends a block that never began"
                        + " (expected: -----BEGIN CERTIFICATE----- before it)",
                refusal("MIIB\n-----END CERTIFICATE-----\n", Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesABoundaryWithMoreOnItsLine() throws Exception {
        assertEquals(
                "SEAWALL_TLS_KEY: " + key() + " is damaged: line 1 is no PEM boundary"
                        + " (expected: -----BEGIN …----- or -----END …----- alone on its line)",
                refusal(Pki.pem(LEAF), Pki.pkcs8(LEAF.key()).replace("\n", "\\n")));
    }

    @Test
    void refusesGarbageThatIsNotBase64() throws Exception {
        String message = "SEAWALL_TLS_KEY: " + key() + " is damaged: the PRIVATE KEY block of line 1 is not base64"
                + KEY_WANTED;
        String good = Pki.pkcs8(LEAF.key());

        assertEquals(message, refusal(Pki.pem(LEAF), good.replaceFirst("\nM", "\n!")));
        assertEquals(message, refusal(Pki.pem(LEAF), good.replace("\n-----END", "\nlate: header\n-----END")));
    }

    @Test
    void refusesGarbageInACertificate() throws Exception {
        String second = Pki.pem(LEAF) + Pki.pem("CERTIFICATE", new byte[]{0x30, 3, 2, 1, 1});
        int line = (int) Pki.pem(LEAF).lines().count() + 1;

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " is damaged: the CERTIFICATE block of line " + line
                + " is no certificate that can be read" + CHAIN_WANTED, refusal(second, Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesBytesBehindACertificate() throws Exception {
        byte[] encoded = LEAF.certificate().getEncoded();
        byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);

        assertEquals("SEAWALL_TLS_CERT: " + certificate()
                + " is damaged: the CERTIFICATE block of line 1 is no certificate that can be read" + CHAIN_WANTED,
                refusal(Pki.pem("CERTIFICATE", longer), Pki.pkcs8(LEAF.key())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"})
    void refusesGarbageInAKey(String label) throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key() + " is damaged: the " + label
                + " block of line 1 is no private key that can be read" + KEY_WANTED,
                refusal(Pki.pem(LEAF), Pki.pem(label, new byte[]{0x30, 3, 2, 1, 1})));
    }

    @Test
    void refusesASec1KeyThatNothingGivesACurve() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key()
                + " is damaged: the EC PRIVATE KEY block of line 1 is no private key that can be read" + KEY_WANTED,
                refusal(Pki.pem(LEAF), Pki.pem("EC PRIVATE KEY", sec1(EC.getPrivate(), false))));
    }

    @Test
    void refusesAnEncryptedKeyAndSaysHowToDecryptIt() throws Exception {
        String message = "SEAWALL_TLS_KEY: " + key() + " is encrypted (expected: a private key without a passphrase; "
                + "fix: openssl pkey -in " + key() + " -out " + directory.resolve("plain-key.pem") + ")";
        String older = Pki.pem("RSA PRIVATE KEY", new byte[64]).replaceFirst("\n",
                "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n");

        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pem("ENCRYPTED PRIVATE KEY", new byte[64])));
        assertEquals(message, refusal(Pki.pem(LEAF), older));
    }

    @Test
    void refusesAKeyThatDoesNotMatch() throws Exception {
        String message = "SEAWALL_TLS_KEY: " + key() + " does not match the certificate " + certificate()
                + " (expected: the private key of its first certificate)";

        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pkcs8(MIDDLE.key())));
        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pkcs8(RSA.getPrivate())));
        assertEquals(message, refusal(Pki.pem(LEAF), Pki.pkcs8(Pki.ec("secp384r1").getPrivate())));
        assertEquals(message, refusal(Pki.pem(RSA_LEAF), Pki.pkcs8(Pki.rsa(2048).getPrivate())));
        assertEquals(message, refusal(Pki.pem(RSA_LEAF), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesAnExpiredCertificate() throws Exception {
        Identity expired = Pki.server("CN=old", EC, MIDDLE, Pki.FROM, Instant.parse("2026-05-31T23:59:59Z"));

        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate()
                        + " expired on 2026-05-31T23:59:59Z: CN=old (expected: a certificate valid at 2026-06-01T00:00:00Z)",
                refusal(Pki.pem(expired), Pki.pkcs8(EC.getPrivate())));
    }

    @Test
    void refusesACertificateThatIsNotYetValid() throws Exception {
        Identity early = Pki.server("CN=new", EC, MIDDLE, Instant.parse("2026-06-01T00:00:01Z"), Pki.UNTIL);

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " is not valid before 2026-06-01T00:00:01Z: CN=new"
                + " (expected: a certificate valid at 2026-06-01T00:00:00Z)",
                refusal(Pki.pem(early), Pki.pkcs8(EC.getPrivate())));
    }

    @Test
    void refusesAnExpiredIntermediate() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        var middle = new Identity(pair, Pki.certificate("CN=Old middle", pair, "CN=Root", ROOT.pair(), true, Pki.FROM,
                Instant.parse("2026-05-30T00:00:00Z")));

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " expired on 2026-05-30T00:00:00Z: CN=Old middle"
                + " (expected: a certificate valid at 2026-06-01T00:00:00Z)",
                refusal(Pki.pem(Pki.server("CN=x", EC, middle), middle), Pki.pkcs8(EC.getPrivate())));
    }

    /// The cross-signed root that Let's Encrypt served for years after it had expired.
    @Test
    void leavesOutWhatHasExpiredBehindTheLeafsIssuer() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        Instant end = Instant.parse("2026-05-30T00:00:00Z");
        var crossSigned = new Identity(ROOT.pair(), Pki.certificate("CN=Root", ROOT.pair(), "CN=Older", pair, true,
                Pki.FROM, end));

        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE, crossSigned), Pki.pkcs8(LEAF.key()));

        assertEquals(List.of(LEAF.certificate(), MIDDLE.certificate()), material.chain());
        assertEquals(List.of("SEAWALL_TLS_CERT: " + certificate() + " ends with a certificate that is valid from "
                + Pki.FROM + " to " + end
                + " only: CN=Root; it is left out. Fix: take it out of the file, or renew the chain"),
                material.remarks());
        assertEquals(Pki.UNTIL, material.notAfter(), "what is left out refuses no start");
    }

    @Test
    void keepsWhatIsValidBehindTheLeafsIssuer() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        var crossSigned = new Identity(ROOT.pair(), Pki.certificate("CN=Root", ROOT.pair(), "CN=Older", pair, true,
                Pki.FROM, Pki.NOW.plusSeconds(60)));

        KeyMaterial material = load(Pki.pem(LEAF, MIDDLE, crossSigned), Pki.pkcs8(LEAF.key()));

        assertEquals(3, material.chain().size());
        assertEquals(List.of(), material.remarks());
        assertEquals(Pki.UNTIL, material.notAfter());
    }

    @Test
    void endsWithTheLeafsIssuerWhereThatEndsFirst() throws Exception {
        KeyPair pair = Pki.ec("secp256r1");
        Instant end = Pki.NOW.plusSeconds(60);
        var middle = new Identity(pair,
                Pki.certificate("CN=Short", pair, "CN=Root", ROOT.pair(), true, Pki.FROM, end));

        assertEquals(end, load(Pki.pem(Pki.server("CN=x", EC, middle), middle), Pki.pkcs8(EC.getPrivate())).notAfter());
    }

    /// What `openssl req -x509` makes, alone or signed by `-CA`.
    @Test
    void takesACertificateThatSaysItIsACas() throws Exception {
        Identity own = Pki.root("CN=gateway.example");
        Identity signed = Pki.authority("CN=signed.example", MIDDLE);
        for (String[] files : new String[][]{{Pki.pem(own), Pki.pkcs8(own.key())},
            {Pki.pem(signed, MIDDLE), Pki.pkcs8(signed.key())}}) {
            KeyMaterial material = load(files[0], files[1]);

            assertEquals(1, material.remarks().size());
            assertTrue(material.remarks().getFirst().startsWith("SEAWALL_TLS_CERT: " + certificate()
                    + " is a CA's certificate (CA:TRUE), as openssl req -x509 makes it"), material.toString());
        }
    }

    @Test
    void remarksOnAPublicCasLeafAlone() throws Exception {
        Identity leaf = Pki.publicServer("CN=claw.example", MIDDLE, AccessDescription.id_ad_caIssuers);

        assertEquals(List.of("SEAWALL_TLS_CERT: " + certificate() + " holds the server certificate without its issuers,"
                + " so that many clients will not trust it. Fix: name the file with the whole chain, fullchain.pem in"
                + " place of cert.pem"), load(Pki.pem(leaf), Pki.pkcs8(leaf.key())).remarks());
        assertEquals(List.of(), load(Pki.pem(leaf, MIDDLE), Pki.pkcs8(leaf.key())).remarks());
        assertEquals(List.of(), load(Pki.pem(LEAF), Pki.pkcs8(LEAF.key())).remarks(), "of a private CA's");
        Identity other = Pki.publicServer("CN=claw.example", MIDDLE, AccessDescription.id_ad_ocsp);
        assertEquals(List.of(), load(Pki.pem(other), Pki.pkcs8(other.key())).remarks());
    }

    @Test
    void refusesAChainOutOfOrder() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " is out of order: certificate 1, CN=gateway.example, was not "
                        + "issued by certificate 2, CN=Root (expected: each certificate followed by its issuer, here "
                        + "CN=Middle)",
                refusal(Pki.pem(LEAF, ROOT, MIDDLE), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesAnIssuerThatOnlyBearsTheName() throws Exception {
        Identity impostor = Pki.root("CN=Middle");

        assertEquals("SEAWALL_TLS_CERT: " + certificate()
                + " is out of order: certificate 1, CN=gateway.example, was not issued by certificate 2, CN=Middle"
                + " (expected: each certificate followed by its issuer, here CN=Middle)",
                refusal(Pki.pem(LEAF, impostor), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesACaWhereTheServerCertificateShouldBe() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " begins with a CA certificate: CN=Middle"
                        + " (expected: the server certificate first, then its issuers)",
                refusal(Pki.pem(MIDDLE, LEAF), Pki.pkcs8(LEAF.key())));
    }

    @Test
    void refusesAShortRsaKey() throws Exception {
        KeyPair shorter = Pki.rsa(1024);
        Identity weak = Pki.server("CN=weak", shorter, MIDDLE);

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " has an RSA key of 1024 bits" + RULES,
                refusal(Pki.pem(weak), Pki.pkcs8(shorter.getPrivate())));
        assertEquals("SEAWALL_TLS_KEY: " + key() + " has an RSA key of 1024 bits" + RULES,
                refusal(Pki.pem(RSA_LEAF), Pki.pkcs8(shorter.getPrivate())));
    }

    @Test
    void refusesOtherKindsOfKey() throws Exception {
        KeyPair edwards = Pki.ed25519();
        KeyPair p521 = Pki.ec("secp521r1");

        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " has a key of type EdDSA" + RULES,
                refusal(Pki.pem(Pki.server("CN=ed", edwards, MIDDLE)), Pki.pkcs8(edwards.getPrivate())));
        assertEquals("SEAWALL_TLS_KEY: " + key() + " has a key of type EdDSA" + RULES,
                refusal(Pki.pem(LEAF), Pki.pkcs8(edwards.getPrivate())));
        assertEquals("SEAWALL_TLS_CERT: " + certificate() + " has an EC key of 521 bits on another curve" + RULES,
                refusal(Pki.pem(Pki.server("CN=p521", p521, MIDDLE)), Pki.pkcs8(p521.getPrivate())));
    }

    @Test
    void refusesAnotherFormOfKey() throws Exception {
        assertEquals(
                "SEAWALL_TLS_KEY: " + key() + " holds a key of the form OPENSSH PRIVATE KEY"
                        + " (expected: PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY)",
                refusal(Pki.pem(LEAF), Pki.pem("OPENSSH PRIVATE KEY", new byte[64])));
    }

    @Test
    void refusesSeveralKeys() throws Exception {
        assertEquals("SEAWALL_TLS_KEY: " + key() + " holds 2 private keys (expected: exactly one)",
                refusal(Pki.pem(LEAF), Pki.pkcs8(LEAF.key()) + pkcs1(RSA.getPrivate())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rw------x"})
    void refusesAKeyOpenToOthers(String mode) throws Exception {
        Path certificate = write("chain.pem", Pki.pem(LEAF));
        Path key = write("key.pem", Pki.pkcs8(LEAF.key()));
        Pki.mode(key, mode);

        assertEquals("SEAWALL_TLS_KEY: " + key
                + " is open to every user of this machine (expected: mode 600 or 640; fix: chmod 600 " + key + ")",
                refusal(certificate, key));
    }

    @Test
    void refusesAKeyThatItsGroupMayWrite() throws Exception {
        Path certificate = write("chain.pem", Pki.pem(LEAF));
        Path key = write("key.pem", Pki.pkcs8(LEAF.key()));
        Pki.mode(key, "rw-rw----");

        assertEquals("SEAWALL_TLS_KEY: " + key
                + " may be written by its group (expected: mode 600 or 640; fix: chmod 600 " + key + ")",
                refusal(certificate, key));
    }

    @Test
    void acceptsAKeyThatItsGroupMayRead() throws Exception {
        Path certificate = write("chain.pem", Pki.pem(LEAF));
        Path key = write("key.pem", Pki.pkcs8(LEAF.key()));
        Pki.mode(key, "rw-r-----");

        assertEquals(LEAF.key(), PemFiles.load(certificate, key, Pki.NOW).key());
    }

    @Test
    void refusesAnOpenCertificateFileThatHoldsTheKeyToo() throws Exception {
        Path both = write("both.pem", Pki.pem(LEAF) + Pki.pkcs8(LEAF.key()));
        Path key = write("key.pem", Pki.pkcs8(LEAF.key()));
        Pki.mode(both, "rw-r--r--");

        assertEquals("SEAWALL_TLS_CERT: " + both
                + " is open to every user of this machine (expected: mode 600 or 640; fix: chmod 600 " + both + ")",
                refusal(both, key));
    }

    @Test
    void refusesSwappedFiles() throws Exception {
        assertEquals(
                "SEAWALL_TLS_CERT: " + certificate() + " holds the private key, and SEAWALL_TLS_KEY: " + key()
                        + " the certificate (expected: the certificate and the key, in this order; fix: swap the two "
                        + "paths)",
                refusal(Pki.pkcs8(LEAF.key()), Pki.pem(LEAF)));
    }

    @Test
    void readsOneOfEachKindOfKey() throws Exception {
        List<KeyMaterial> materials = watched(
                new WatchedFiles.Files(write("rsa.pem", Pki.pem(RSA_LEAF)),
                        write("rsa.key", Pki.pkcs8(RSA_LEAF.key()))),
                new WatchedFiles.Files(write("ec.pem", Pki.pem(LEAF)), write("ec.key", Pki.pkcs8(LEAF.key()))))
                .current();

        assertEquals(List.of(RSA_LEAF.certificate(), LEAF.certificate()),
                materials.stream().map(KeyMaterial::leaf).toList());
    }

    @Test
    void refusesASecondOneOfTheSameKind() throws Exception {
        Path first = write("first.pem", Pki.pem(LEAF));
        Path second = write("second.pem", Pki.pem(LEAF));
        Path key = write("key.pem", Pki.pkcs8(LEAF.key()));

        assertEquals("SEAWALL_TLS_CERT: " + second + " is a second certificate with an EC key (expected: one with an "
                + "ECDSA and one with an RSA key; fix: name only the one that clients should get)",
                assertThrows(UnusableCertificateException.class,
                        () -> watched(new WatchedFiles.Files(first, key), new WatchedFiles.Files(second, key)))
                        .getMessage());
    }

    private static WatchedFiles watched(WatchedFiles.Files... pairs) throws UnusableCertificateException {
        return new WatchedFiles(List.of(pairs), Set.of(), Clock.fixed(Pki.NOW, ZoneOffset.UTC));
    }

    @Test
    void printsNoControlCharacters() {
        assertEquals("CN=a?[31mb?", new UnusableCertificateException("CN=a\u001b[31mb\u202e").getMessage());
    }

    private KeyMaterial load(String chain, String key) throws IOException, UnusableCertificateException {
        return PemFiles.load(write("chain.pem", chain), write("key.pem", key), Pki.NOW);
    }

    private String refusal(String chain, String key) throws IOException {
        return refusal(write("chain.pem", chain), write("key.pem", key));
    }

    private static String refusal(Path certificate, Path key) throws IOException {
        var trouble = assertThrows(UnusableCertificateException.class, () -> PemFiles.load(certificate, key, Pki.NOW));
        String message = String.valueOf(trouble.getMessage());
        assertNull(trouble.getCause(), "parsers quote what they read");
        for (Path file : List.of(certificate, key)) {
            if (file.getFileName().toString().endsWith("key.pem") && Files.isReadable(file)) {
                Files.readAllLines(file).stream().filter(line -> line.length() > 8 && !line.startsWith("-"))
                        .forEach(line -> assertFalse(message.contains(line.substring(0, 8)), message));
            }
        }
        return message;
    }

    private Path write(String name, String text) throws IOException {
        Path file = Files.writeString(directory.resolve(name), text);
        Pki.mode(file, "rw-------");
        return file;
    }

    private Path certificate() {
        return directory.resolve("chain.pem");
    }

    private Path key() {
        return directory.resolve("key.pem");
    }

    private static String pkcs1(PrivateKey key) throws IOException {
        return Pki.pem("RSA PRIVATE KEY",
                PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey().toASN1Primitive().getEncoded());
    }

    private static byte[] sec1(PrivateKey key, boolean withCurve) throws IOException {
        var info = PrivateKeyInfo.getInstance(key.getEncoded());
        var value = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
        int bits = ((ECKey) key).getParams().getOrder().bitLength();
        return (withCurve
                ? new ECPrivateKey(bits, value, info.getPrivateKeyAlgorithm().getParameters())
                : new ECPrivateKey(bits, value)).getEncoded();
    }

    private static String parameters() throws IOException {
        return Pki.pem("EC PARAMETERS",
                PrivateKeyInfo.getInstance(EC.getPrivate().getEncoded()).getPrivateKeyAlgorithm()
                        .getParameters().toASN1Primitive().getEncoded());
    }
}
