package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.junit.jupiter.api.Test;

class LocalCaTest extends LocalCaFolder {
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
        assertEquals(List.of("gateway.example", "127.0.0.1", "::1"), ca.constraints());
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

        assertEquals(List.of("gateway.example", "127.0.0.1", "::1"), material.names());
        assertEquals(authority, material.chain().getLast());
        assertEquals(material, open(Pki.NOW)
                .serverCertificate(names("new.example", "gateway.example", "127.0.0.1", "::1", "192.0.2.7")));
    }

    @Test
    void saysSoWhenEveryNameCameLater() throws Exception {
        LocalCa ca = open(Pki.NOW);

        var trouble = assertThrows(UnusableCertificateException.class,
                () -> ca.serverCertificate(names("new.example")));
        assertEquals("SEAWALL_STATE_DIR: " + home.resolve("ca.pem")
                + " may vouch for gateway.example, 127.0.0.1, ::1 only (expected: a CA for one of"
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
    void refusesABadName() {
        var trouble = assertThrows(UnusableCertificateException.class,
                () -> open(Pki.NOW).serverCertificate(names("gateway.example", "no such")));

        assertEquals(
                "SEAWALL_HOSTS: \"no such\" cannot stand in a certificate (expected: a DNS name of letters, digits,"
                        + " hyphens and underscores, perhaps with a leading *., or an IP address)",
                trouble.getMessage());
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
}
