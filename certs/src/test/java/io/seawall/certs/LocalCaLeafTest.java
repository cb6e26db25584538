package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The certificate that the local CA issues for the server.
class LocalCaLeafTest extends LocalCaFolder {
    @Test
    void issuesALeafForNinetyDays() throws Exception {
        LocalCa ca = open(Pki.NOW);

        KeyMaterial material = ca.serverCertificate(NAMES);

        X509Certificate leaf = material.leaf();
        assertEquals(List.of(leaf, ca.certificate()), material.chain());
        assertEquals("CN=gateway.example", leaf.getSubjectX500Principal().getName());
        assertEquals(Pki.NOW.minus(Duration.ofHours(1)), leaf.getNotBefore().toInstant());
        assertEquals(Pki.NOW.plus(Duration.ofDays(90)), material.notAfter());
        assertEquals(List.of("gateway.example", "127.0.0.1", "::1"), material.names());
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
    void issuesANewLeafWhenItIsToldTo() throws Exception {
        KeyMaterial first = open(Pki.NOW).serverCertificate(NAMES);

        KeyMaterial second = open(Pki.NOW).renew(NAMES);

        assertNotEquals(first.leaf(), second.leaf());
        assertNotEquals(first.key(), second.key());
        assertEquals(first.chain().getLast(), second.chain().getLast());
        assertEquals(second, open(Pki.NOW).serverCertificate(NAMES));
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
}
