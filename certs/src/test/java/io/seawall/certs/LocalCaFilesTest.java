package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.Pki.Identity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of the local CA that are damaged, of another, or open to others.
class LocalCaFilesTest extends LocalCaFolder {
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

    /// The key's file names another public key, and its signatures verify with none.
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
        var trouble = assertThrows(UnusableCertificateException.class,
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

        var trouble = assertThrows(UnusableCertificateException.class, () -> ca.serverCertificate(NAMES));
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

    private String refusal(Instant now) {
        var trouble = assertThrows(UnusableCertificateException.class, () -> open(now));
        assertNull(trouble.getCause(), "parsers quote what they read");
        return String.valueOf(trouble.getMessage());
    }
}
