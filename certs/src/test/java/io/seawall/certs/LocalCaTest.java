package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.Pki.Identity;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalCaTest {
    private static final SequencedSet<String> NAMES = names("gateway.example", "127.0.0.1", "::1");

    @TempDir
    Path home;

    @Test
    void createsAConstrainedAuthorityForTenYears() throws Exception {
        LocalCa ca = open(Pki.NOW);
        X509Certificate certificate = ca.certificate();
        byte[] keyId = SubjectKeyIdentifier
                .fromExtensions(new JcaX509CertificateHolder(certificate).getExtensions()).getKeyIdentifier();

        assertEquals("O=Seawall,CN=Seawall local CA %02x%02x%02x%02x".formatted(keyId[0], keyId[1], keyId[2], keyId[3]),
                certificate.getSubjectX500Principal().getName());
        assertEquals(certificate.getSubjectX500Principal(), certificate.getIssuerX500Principal());
        certificate.verify(certificate.getPublicKey());
        assertEquals(0, certificate.getBasicConstraints());
        assertEquals(Set.of("2.5.29.19", "2.5.29.15", "2.5.29.30"), certificate.getCriticalExtensionOIDs());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), certificate.getExtendedKeyUsage());
        assertEquals(List.of("gateway.example", "127.0.0.1", "0:0:0:0:0:0:0:1"), ca.constraints());
        assertArrayEquals(new boolean[]{false, false, false, false, false, true, true, false, false},
                certificate.getKeyUsage());
        assertEquals(256, ((ECPublicKey) certificate.getPublicKey()).getParams().getOrder().bitLength());
        assertEquals(Instant.parse("2026-05-31T23:00:00Z"), certificate.getNotBefore().toInstant());
        assertEquals(Instant.parse("2036-06-01T00:00:00Z"), certificate.getNotAfter().toInstant());
        assertEquals(1, certificate.getSerialNumber().signum());
        // one of 2^32 would be shorter
        assertTrue(certificate.getSerialNumber().bitLength() > 96, "128 random bits");
        assertTrue(certificate.getSerialNumber().bitLength() <= 128, "128 random bits");
    }

    @Test
    void issuesALeafForNinetyDays() throws Exception {
        LocalCa ca = open(Pki.NOW);

        KeyMaterial material = ca.serverCertificate(NAMES);

        X509Certificate leaf = material.leaf();
        assertEquals(List.of(leaf, ca.certificate()), material.chain());
        assertEquals("CN=gateway.example", leaf.getSubjectX500Principal().getName());
        assertEquals(Pki.NOW.minus(Duration.ofHours(1)), leaf.getNotBefore().toInstant());
        assertEquals(Pki.NOW.plus(Duration.ofDays(90)), material.notAfter());
        assertEquals(List.of("gateway.example", "127.0.0.1", "0:0:0:0:0:0:0:1"), material.names());
        assertFalse(leaf.getCriticalExtensionOIDs().contains("2.5.29.17"), "subjectAltName is not critical");
        assertEquals(-1, leaf.getBasicConstraints());
        assertArrayEquals(new boolean[]{true, false, false, false, false, false, false, false, false},
                leaf.getKeyUsage());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), leaf.getExtendedKeyUsage());
        assertEquals(256, ((ECPublicKey) leaf.getPublicKey()).getParams().getOrder().bitLength());
        var extensions = new JcaX509CertificateHolder(leaf).getExtensions();
        var caExtensions = new JcaX509CertificateHolder(ca.certificate()).getExtensions();
        assertArrayEquals(SubjectKeyIdentifier.fromExtensions(caExtensions).getKeyIdentifier(),
                AuthorityKeyIdentifier.fromExtensions(extensions).getKeyIdentifierOctets());
        assertNotNull(SubjectKeyIdentifier.fromExtensions(extensions));
    }

    @Test
    void leavesOutACommonNameThatIsTooLong() throws Exception {
        String sixtyFour = "a".repeat(56) + ".example";
        LocalCa ca = LocalCa.open(home, names(sixtyFour, "a" + sixtyFour), clock(Pki.NOW));

        assertEquals("CN=" + sixtyFour,
                ca.serverCertificate(names(sixtyFour)).leaf().getSubjectX500Principal().getName());
        assertEquals("O=Seawall",
                ca.serverCertificate(names("a" + sixtyFour)).leaf().getSubjectX500Principal().getName());
    }

    @Test
    void writesKeysForUsAloneAndCertificatesForAll() throws Exception {
        Path state = home.resolve("state");
        LocalCa ca = LocalCa.open(state, NAMES, clock(Pki.NOW));
        ca.serverCertificate(NAMES);

        assertEquals("rwx------", Pki.mode(state));
        assertEquals("rw-------", Pki.mode(state.resolve("ca.key")));
        assertEquals("rw-r--r--", Pki.mode(state.resolve("ca.pem")));
        assertEquals("rw-------", Pki.mode(state.resolve("server.key")));
        assertEquals("rw-r--r--", Pki.mode(state.resolve("server.pem")));
        assertEquals(state.resolve("ca.pem"), ca.file());
        assertTrue(Files.readString(state.resolve("ca.key")).startsWith("-----BEGIN PRIVATE KEY-----\n"));
        assertTrue(Files.readString(state.resolve("server.key")).startsWith("-----BEGIN PRIVATE KEY-----\n"));
    }

    @Test
    void isTheSameAuthorityWhenOpenedAgain() throws Exception {
        X509Certificate first = open(Pki.NOW).certificate();

        assertEquals(first, open(Pki.NOW.plus(Duration.ofDays(3000))).certificate());
    }

    @Test
    void isOneAuthorityForManyFirstStartsAtOnce() throws Exception {
        int starts = 4;
        var ready = new CountDownLatch(starts);
        try (var threads = Executors.newFixedThreadPool(starts)) {
            var opened = new ArrayList<Future<X509Certificate>>();
            for (int i = 0; i < starts; i++) {
                opened.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return open(Pki.NOW).certificate();
                }));
            }
            var certificates = new HashSet<X509Certificate>();
            for (var start : opened) {
                certificates.add(start.get());
            }
            assertEquals(1, certificates.size());
        }
    }

    @Test
    void reusesTheLeafUntilTwoThirdsOfItsLife() throws Exception {
        KeyMaterial first = open(Pki.NOW).serverCertificate(NAMES);
        // 90 days and the hour before: a third is 30 days and 20 minutes
        Instant twoThirds = Pki.NOW.plus(Duration.ofDays(60)).minus(Duration.ofMinutes(20));

        assertEquals(first, open(twoThirds.minusSeconds(1)).serverCertificate(NAMES));
        KeyMaterial second = open(twoThirds).serverCertificate(NAMES);
        assertNotEquals(first.leaf(), second.leaf());
        assertNotEquals(first.key(), second.key());
        assertEquals(second, open(twoThirds).serverCertificate(NAMES));
    }

    @Test
    void reusesTheLeafWhateverTheOrderAndSpellingOfItsNames() throws Exception {
        KeyMaterial first = open(Pki.NOW).serverCertificate(NAMES);

        assertEquals(first, open(Pki.NOW).serverCertificate(names("0::1", "127.0.0.1", "GATEWAY.example")));
    }

    @Test
    void issuesANewLeafWhenTheNamesChange() throws Exception {
        KeyMaterial first = open(Pki.NOW).serverCertificate(NAMES);

        KeyMaterial fewer = open(Pki.NOW).serverCertificate(names("gateway.example", "127.0.0.1"));
        assertNotEquals(first.leaf(), fewer.leaf());
        assertEquals(List.of("gateway.example", "127.0.0.1"), fewer.names());
        assertNotEquals(fewer.leaf(), open(Pki.NOW).serverCertificate(NAMES).leaf());
    }

    @Test
    void issuesANewLeafWhenTheClockWasSetBack() throws Exception {
        open(Pki.NOW);
        KeyMaterial later = open(Pki.NOW.plus(Duration.ofDays(1))).serverCertificate(NAMES);

        assertNotEquals(later.leaf(), open(Pki.NOW).serverCertificate(NAMES).leaf());
    }

    @Test
    void issuesANewLeafInsteadOfOneFromAnotherAuthority() throws Exception {
        KeyMaterial foreign = LocalCa.open(home.resolve("other"), NAMES, clock(Pki.NOW)).serverCertificate(NAMES);
        LocalCa ca = LocalCa.open(home.resolve("ours"), NAMES, clock(Pki.NOW));
        for (String file : List.of("server.pem", "server.key")) {
            Files.copy(home.resolve("other").resolve(file), home.resolve("ours").resolve(file));
        }

        KeyMaterial ours = ca.serverCertificate(NAMES);

        assertNotEquals(foreign.leaf(), ours.leaf());
        ours.leaf().verify(ca.certificate().getPublicKey());
    }

    @Test
    void issuesANewLeafInsteadOfOneThatOnlyStandsBeforeOurAuthority() throws Exception {
        KeyMaterial foreign = LocalCa.open(home.resolve("other"), NAMES, clock(Pki.NOW)).serverCertificate(NAMES);
        LocalCa ca = LocalCa.open(home.resolve("ours"), NAMES, clock(Pki.NOW));
        String block = Files.readString(home.resolve("other/server.pem")).split("(?<=-----END CERTIFICATE-----\n)")[0];
        Files.writeString(home.resolve("ours/server.pem"), block + Files.readString(ca.file()));
        Files.copy(home.resolve("other/server.key"), home.resolve("ours/server.key"));

        KeyMaterial ours = ca.serverCertificate(NAMES);

        assertNotEquals(foreign.leaf(), ours.leaf());
        ours.leaf().verify(ca.certificate().getPublicKey());
    }

    @Test
    void issuesANewLeafInsteadOfOneWhoseSignatureIsDamaged() throws Exception {
        LocalCa ca = open(Pki.NOW);
        X509Certificate first = ca.serverCertificate(NAMES).leaf();
        byte[] damaged = first.getEncoded();
        damaged[damaged.length - 1] ^= 1; // the end of the signature; all else is as it was
        Files.writeString(home.resolve("server.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(damaged) + "\n-----END CERTIFICATE-----\n"
                + Files.readString(ca.file()));

        X509Certificate second = open(Pki.NOW).serverCertificate(NAMES).leaf();

        assertNotEquals(first.getSerialNumber(), second.getSerialNumber());
        second.verify(ca.certificate().getPublicKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.pem", "server.key"})
    void issuesANewLeafWhenAFileIsGoneOrDamaged(String file) throws Exception {
        KeyMaterial first = open(Pki.NOW).serverCertificate(NAMES);

        Files.writeString(home.resolve(file), "garbage");
        KeyMaterial second = open(Pki.NOW).serverCertificate(NAMES);
        assertNotEquals(first.leaf(), second.leaf());

        Files.delete(home.resolve(file));
        assertNotEquals(second.leaf(), open(Pki.NOW).serverCertificate(NAMES).leaf());
    }

    @Test
    void issuesANewKeyWhenTheOldOneWasOpenToOthers() throws Exception {
        KeyMaterial first = open(Pki.NOW).serverCertificate(NAMES);
        Pki.mode(home.resolve("server.key"), "rw-r--r--");

        assertNotEquals(first.key(), open(Pki.NOW).serverCertificate(NAMES).key());
        assertEquals("rw-------", Pki.mode(home.resolve("server.key")));
    }

    @Test
    void issuesNoLeafBeyondItsOwnEnd() throws Exception {
        X509Certificate ca = open(Pki.NOW).certificate();
        Instant end = ca.getNotAfter().toInstant();

        assertEquals(end, open(end.minus(Duration.ofDays(30))).serverCertificate(NAMES).notAfter());
    }

    @Test
    void mayVouchForItsOwnNamesOnly() throws Exception {
        var authority = Issuer.authority(SubjectName.parseAll(names("gateway.example", "127.0.0.1", "::1")), Pki.NOW);

        for (String own : List.of("gateway.example", "below.gateway.example", "127.0.0.1", "::1")) {
            assertEquals("", objection(authority, own), own);
        }
        for (String foreign : List.of("bank.example", "example", "xgateway.example", "gateway.example.bank.example",
                "127.0.0.2", "192.168.1.1", "::2")) {
            assertNotEquals("", objection(authority, foreign), foreign);
        }
    }

    /// What the JDK, and OpenSSL's where it is installed, say against a leaf for this name.
    private String objection(KeyMaterial authority, String name) throws Exception {
        KeyMaterial leaf = Issuer.leaf(authority, SubjectName.parseAll(names(name)), Pki.NOW);
        byte[] constraints = ASN1OctetString.getInstance(authority.leaf().getExtensionValue("2.5.29.30")).getOctets();
        var within = new X509CertSelector();
        within.setNameConstraints(constraints);
        String objection = within.match(leaf.leaf()) ? "" : "outside the name constraints";
        Path openssl = Path.of("/usr/bin/openssl");
        if (Files.isExecutable(openssl)) {
            Path ca = Files.writeString(home.resolve("openssl-ca.pem"), LocalCa.pem(authority.leaf()));
            Path server = Files.writeString(home.resolve("openssl-server.pem"), LocalCa.pem(leaf.leaf()));
            Process process = new ProcessBuilder(openssl.toString(), "verify", "-CAfile", ca.toString(), "-attime",
                    Long.toString(Pki.NOW.getEpochSecond()), "-purpose", "sslserver", server.toString())
                    .redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(objection.isEmpty(), process.waitFor() == 0, said);
            assertEquals(!objection.isEmpty(), said.contains("permitted subtree violation"), said);
        }
        return objection;
    }

    @Test
    void leavesOutANameThatCameLater() throws Exception {
        X509Certificate authority = open(Pki.NOW).certificate();

        KeyMaterial material = open(Pki.NOW)
                .serverCertificate(names("new.example", "gateway.example", "127.0.0.1", "::1", "192.0.2.7"));

        assertEquals(List.of("gateway.example", "127.0.0.1", "0:0:0:0:0:0:0:1"), material.names());
        assertEquals(authority, material.chain().getLast());
        assertEquals(material, open(Pki.NOW)
                .serverCertificate(names("new.example", "gateway.example", "127.0.0.1", "::1", "192.0.2.7")));
    }

    @Test
    void saysSoWhenEveryNameCameLater() throws Exception {
        LocalCa ca = open(Pki.NOW);

        var trouble = assertThrows(CertificateTrouble.class, () -> ca.serverCertificate(names("new.example")));
        assertEquals("SEAWALL_STATE_DIR: " + home.resolve("ca.pem")
                + " may vouch for gateway.example, 127.0.0.1, 0:0:0:0:0:0:0:1 only (expected: a CA for one of"
                + " new.example; fix: ./seawall certs renew --new-ca, and import the new ca.pem on every device)",
                trouble.getMessage());
    }

    @Test
    void vouchesForAnyNameWhenItIsFromBeforeConstraints() throws Exception {
        Pki.Identity old = Pki.root("CN=Seawall local CA,O=Seawall");
        Files.writeString(home.resolve("ca.pem"), Pki.pem(old));
        Files.writeString(home.resolve("ca.key"), Pki.pkcs8(old.key()));
        Pki.mode(home.resolve("ca.key"), "rw-------");
        LocalCa ca = open(Pki.NOW);

        assertEquals(old.certificate(), ca.certificate());
        assertEquals(List.of(), ca.constraints());
        assertEquals(List.of("new.example"), ca.serverCertificate(names("new.example")).names());
    }

    @Test
    void isReplacedByOneForTheNamesOfToday() throws Exception {
        LocalCa first = open(Pki.NOW);
        first.serverCertificate(NAMES);

        LocalCa second = LocalCa.replace(home, names("new.example"), clock(Pki.NOW));

        assertNotEquals(first.certificate(), second.certificate());
        assertEquals(List.of("new.example"), second.constraints());
        KeyMaterial material = second.serverCertificate(names("new.example"));
        assertEquals(second.certificate(), material.chain().getLast());
        assertEquals(material, LocalCa.open(home, NAMES, clock(Pki.NOW)).serverCertificate(names("new.example")));
        assertEquals("rw-------", Pki.mode(home.resolve("ca.key")));
        assertEquals("rw-------", Pki.mode(home.resolve("server.key")));
    }

    @Test
    void issuesANewLeafWhenItIsToldTo() throws Exception {
        KeyMaterial first = open(Pki.NOW).serverCertificate(NAMES);

        KeyMaterial second = open(Pki.NOW).renew(NAMES);

        assertNotEquals(first.leaf(), second.leaf());
        assertNotEquals(first.key(), second.key());
        assertEquals(first.chain().getLast(), second.chain().getLast());
        assertEquals(second, open(Pki.NOW).serverCertificate(NAMES));
    }

    @Test
    void refusesABadName() {
        var trouble = assertThrows(CertificateTrouble.class,
                () -> open(Pki.NOW).serverCertificate(names("gateway.example", "no such")));

        assertEquals(
                "SEAWALL_HOSTS: \"no such\" cannot stand in a certificate (expected: a DNS name of letters, digits,"
                        + " hyphens and underscores, perhaps with a leading *., or an IP address)",
                trouble.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway.example", "a.wild.example", "127.0.0.1", "::1"})
    void isTrustedByTheJdkForItsNames(String host) throws Exception {
        shakeHands(host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.example", "a.b.wild.example", "127.0.0.2"})
    void isNotTrustedForOtherNames(String host) {
        assertThrows(SSLHandshakeException.class, () -> shakeHands(host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ca.key", "ca.pem"})
    void refusesHalfOfAnAuthority(String gone) throws Exception {
        open(Pki.NOW);
        Files.delete(home.resolve(gone));

        assertEquals(
                trouble(gone + " does not exist",
                        gone.equals("ca.key") ? "the private key of the local CA" : "the certificate of the local CA"),
                refusal(Pki.NOW));
        assertFalse(Files.exists(home.resolve(gone)), "no silent new authority");
    }

    @Test
    void refusesAKeyBehindADanglingSymlink() throws Exception {
        open(Pki.NOW);
        Files.delete(home.resolve("ca.key"));
        Files.createSymbolicLink(home.resolve("ca.key"), home.resolve("not mounted"));
        String message = trouble("ca.key does not exist", "the private key of the local CA");
        assertEquals(message, refusal(Pki.NOW));

        Files.delete(home.resolve("ca.pem"));
        assertEquals(trouble("ca.pem does not exist", "the certificate of the local CA"), refusal(Pki.NOW));
        assertTrue(Files.isSymbolicLink(home.resolve("ca.key")));
    }

    @Test
    void acceptsAKeyBehindASymlink() throws Exception {
        X509Certificate first = open(Pki.NOW).certificate();
        Files.move(home.resolve("ca.key"), home.resolve("elsewhere.key"));
        Files.createSymbolicLink(home.resolve("ca.key"), home.resolve("elsewhere.key"));

        assertEquals(first, open(Pki.NOW).certificate());
    }

    /// The file says that it is, and signs what nobody can verify.
    @Test
    void issuesNothingWithAKeyThatOnlySaysThatItIsItsOwn() throws Exception {
        open(Pki.NOW);
        Path key = home.resolve("ca.key");
        String pem = Files.readString(key);
        String base64 = pem.substring(pem.indexOf('\n'), pem.lastIndexOf("-----END"));
        byte[] encoded = Base64.getMimeDecoder().decode(base64);
        encoded[new String(encoded, StandardCharsets.ISO_8859_1).indexOf("\u0004 ") + 2 + 31] ^= 1;
        Files.writeString(key, pem.replace(base64, "\n" + Base64.getMimeEncoder().encodeToString(encoded) + "\n"));

        LocalCa lying = open(Pki.NOW);
        var trouble = assertThrows(CertificateTrouble.class,
                () -> lying.serverCertificate(names("gateway.example")));
        assertEquals(trouble("ca.key does not match " + home.resolve("ca.pem"), "the private key of the local CA"),
                trouble.getMessage());
        assertFalse(Files.exists(home.resolve("server.pem")));
    }

    @Test
    void refusesAKeyThatIsNotItsOwn() throws Exception {
        open(Pki.NOW);
        Files.writeString(home.resolve("ca.key"), Pki.pkcs8(Pki.ec("secp256r1").getPrivate()));

        assertEquals(trouble("ca.key does not match " + home.resolve("ca.pem"), "the private key of the local CA"),
                refusal(Pki.NOW));
    }

    @Test
    void refusesADamagedKey() throws Exception {
        open(Pki.NOW);
        Files.writeString(home.resolve("ca.key"), Pki.pem("PRIVATE KEY", new byte[]{1, 2, 3}));

        assertEquals(trouble("ca.key is damaged: the PRIVATE KEY block of line 1 is no private key that can be read",
                "the private key of the local CA"), refusal(Pki.NOW));
    }

    @Test
    void refusesADamagedCertificate() throws Exception {
        open(Pki.NOW);
        Files.writeString(home.resolve("ca.pem"), Pki.pem("CERTIFICATE", new byte[]{1, 2, 3}));

        assertEquals(trouble("ca.pem is damaged: the CERTIFICATE block of line 1 is no certificate that can be read",
                "the certificate of the local CA"), refusal(Pki.NOW));
    }

    @Test
    void refusesAnEmptyCertificate() throws Exception {
        open(Pki.NOW);
        Files.writeString(home.resolve("ca.pem"), "");

        assertEquals(trouble("ca.pem is empty", "the certificate of the local CA"), refusal(Pki.NOW));
    }

    @Test
    void refusesAServerCertificateInItsPlace() throws Exception {
        open(Pki.NOW);
        KeyPair pair = Pki.ec("secp256r1");
        Identity server = Pki.server("CN=server", pair, Pki.root("CN=Root"));
        Files.writeString(home.resolve("ca.pem"), Pki.pem(server));
        Files.writeString(home.resolve("ca.key"), Pki.pkcs8(pair.getPrivate()));

        assertEquals(trouble("ca.pem is not a CA certificate", "the certificate of the local CA"), refusal(Pki.NOW));
    }

    @Test
    void refusesAnExpiredAuthority() throws Exception {
        X509Certificate ca = open(Pki.NOW).certificate();
        String name = ca.getSubjectX500Principal().getName();

        assertEquals(trouble("ca.pem expired on 2036-06-01T00:00:00Z: " + name,
                "a certificate valid at 2036-06-01T00:00:01Z"), refusal(Instant.parse("2036-06-01T00:00:01Z")));
        assertEquals(trouble("ca.pem is not valid before 2026-05-31T23:00:00Z: " + name,
                "a certificate valid at 2026-05-31T22:59:59Z"), refusal(Instant.parse("2026-05-31T22:59:59Z")));
    }

    @Test
    void refusesToIssueAfterItsEnd() throws Exception {
        open(Pki.NOW);
        var clock = new SettableClock(Pki.NOW);
        LocalCa ca = LocalCa.open(home, NAMES, clock);
        clock.set(Instant.parse("2036-06-01T00:00:01Z"));

        var trouble = assertThrows(CertificateTrouble.class, () -> ca.serverCertificate(NAMES));
        assertEquals(
                trouble("ca.pem expired on 2036-06-01T00:00:00Z: "
                        + ca.certificate().getSubjectX500Principal().getName(),
                        "a certificate valid at 2036-06-01T00:00:01Z"),
                trouble.getMessage());
    }

    @Test
    void refusesAKeyOpenToOthers() throws Exception {
        open(Pki.NOW);
        Path key = home.resolve("ca.key");
        Pki.mode(key, "rw-r--r--");

        assertEquals("SEAWALL_STATE_DIR: " + key
                + " is open to every user of this machine (expected: mode 600 or 640; fix: chmod 600 " + key + ")",
                refusal(Pki.NOW));
    }

    @Test
    void findsItsCertificatesWithoutBouncyCastle() throws Exception {
        X509Certificate leaf = open(Pki.NOW).serverCertificate(NAMES).leaf();
        try (var loader = Pki.withoutBouncyCastle()) {
            var type = loader.loadClass(LocalCa.class.getName());
            var serverCertificate = type.getMethod("serverCertificate", SequencedSet.class);
            Object ca = Objects.requireNonNull(
                    type.getMethod("open", Path.class, SequencedSet.class, Clock.class).invoke(null, home, NAMES,
                            clock(Pki.NOW)));

            Object material = Objects.requireNonNull(serverCertificate.invoke(ca, NAMES));

            assertEquals(leaf, material.getClass().getMethod("leaf").invoke(material));
            // the proof that this loader would have told
            var missing = assertThrows(InvocationTargetException.class,
                    () -> serverCertificate.invoke(ca, names("new.example")));
            assertInstanceOf(NoClassDefFoundError.class, missing.getCause());
        }
    }

    @Test
    void registersNoProvider() throws Exception {
        open(Pki.NOW).serverCertificate(NAMES);

        assertNull(Security.getProvider("BC"));
    }

    @Test
    void printsNoKey() throws Exception {
        LocalCa ca = open(Pki.NOW);
        KeyMaterial material = ca.serverCertificate(NAMES);

        String printed = ca + " " + material;

        for (String file : List.of("ca.key", "server.key")) {
            String base64 = Files.readAllLines(home.resolve(file)).get(1);
            assertFalse(printed.contains(base64.substring(48, 60)), printed);
        }
        assertFalse(printed.contains(Base64.getEncoder().encodeToString(material.key().getEncoded())), printed);
    }

    private LocalCa open(Instant now) throws CertificateTrouble {
        return LocalCa.open(home, NAMES, clock(now));
    }

    private String refusal(Instant now) {
        var trouble = assertThrows(CertificateTrouble.class, () -> open(now));
        assertNull(trouble.getCause(), "parsers quote what they read");
        return String.valueOf(trouble.getMessage());
    }

    private String trouble(String found, String expected) {
        return "SEAWALL_STATE_DIR: " + home + "/" + found + " (expected: " + expected
                + "; fix: restore ca.pem and ca.key from a backup, or rm -f " + home.resolve("ca.pem") + " "
                + home.resolve("ca.key") + ", start again, and import the new ca.pem on every device)";
    }

    // a handshake over loopback: PKIX, purposes and the host name as the JDK's client checks them
    private void shakeHands(String host) throws Exception {
        SequencedSet<String> names = names("gateway.example", "*.wild.example", "127.0.0.1", "::1");
        LocalCa ca = LocalCa.open(home, names, Clock.systemUTC());
        KeyMaterial material = ca.serverCertificate(names);
        SSLContext client = trusting(ca.certificate());
        try (ServerSocket listener = serving(material).getServerSocketFactory().createServerSocket(0, 1,
                InetAddress.getLoopbackAddress()); var threads = Executors.newSingleThreadExecutor()) {
            Future<?> accepted = threads.submit(() -> {
                try (SSLSocket socket = (SSLSocket) listener.accept()) {
                    socket.setSoTimeout(10_000);
                    socket.startHandshake();
                } catch (IOException e) {
                    // the client tells what it found
                }
            });
            try (var plain = new Socket(listener.getInetAddress(), listener.getLocalPort());
                    var socket = (SSLSocket) client.getSocketFactory().createSocket(plain, host, 443, true)) {
                socket.setSoTimeout(10_000);
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                assertEquals(material.leaf(), socket.getSession().getPeerCertificates()[0]);
            }
            accepted.get();
        }
    }

    private static SSLContext serving(KeyMaterial material) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", material.key(), new char[0], material.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context;
    }

    private static SSLContext trusting(X509Certificate ca) throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", ca);
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }

    private static Clock clock(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private static SequencedSet<String> names(String... names) {
        var set = new LinkedHashSet<String>();
        Collections.addAll(set, names);
        return set;
    }
}
