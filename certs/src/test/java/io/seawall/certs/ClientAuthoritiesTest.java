package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.certs.Pki.Identity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientAuthoritiesTest {
    @TempDir
    private Path folder = Path.of("");

    private Path write(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("ca.pem"), text);
        Pki.mode(file, "rw-r--r--");
        return file;
    }

    private String trouble(String text) throws IOException {
        Path file = write(text);
        return trouble(file);
    }

    private static String trouble(Path file) {
        return String
                .valueOf(assertThrows(UnusableCertificateException.class, () -> ClientAuthorities.load(file, Pki.NOW))
                        .getMessage())
                .replace(file.toString(), "FILE");
    }

    @Test
    void areAllThatTheFileHolds() throws Exception {
        Identity one = Pki.root("CN=one");
        Identity two = Pki.root("CN=two");
        assertEquals(List.of(one.certificate(), two.certificate()),
                ClientAuthorities.load(write("both:\n" + Pki.pem(one, two)), Pki.NOW));
    }

    @Test
    void mustBeThere() {
        assertEquals("SEAWALL_CLIENT_CA: FILE does not exist (expected: a PEM file with CA certificates)",
                trouble(folder.resolve("none.pem")));
    }

    @Test
    void mustBeCertificates() throws IOException {
        assertEquals("SEAWALL_CLIENT_CA: FILE is empty (expected: a PEM file with CA certificates)", trouble(" \n"));
        assertEquals("SEAWALL_CLIENT_CA: FILE holds no CERTIFICATE block, but no PEM block at all"
                + " (expected: a PEM file with CA certificates)", trouble("hello"));
    }

    @Test
    void mustBeAuthorities() throws IOException {
        Identity root = Pki.root("CN=one");
        assertEquals("SEAWALL_CLIENT_CA: FILE holds a certificate that is not a CA's: CN=edge"
                + " (expected: a PEM file with CA certificates)",
                trouble(Pki.pem(root, Pki.server("CN=edge", Pki.ec("secp256r1"), root))));
    }

    @Test
    void comeWithoutTheirKey() throws IOException {
        Identity root = Pki.root("CN=one");
        assertEquals("SEAWALL_CLIENT_CA: FILE holds a private key (expected: certificates only;"
                + " fix: keep the authority's key where it signs, and copy the certificate alone)",
                trouble(Pki.pem(root) + Pki.pkcs8(root.key())));
    }

    @Test
    void mustBeValidNow() throws IOException {
        KeyPair pair = Pki.ec("secp256r1");
        Identity old = new Identity(pair, Pki.certificate("CN=one", pair, "CN=one", pair, true, Pki.FROM,
                Pki.NOW.minus(Duration.ofSeconds(1))));
        assertEquals("SEAWALL_CLIENT_CA: FILE expired on 2026-05-31T23:59:59Z: CN=one"
                + " (expected: a certificate valid at 2026-06-01T00:00:00Z)", trouble(Pki.pem(old)));
    }

    @Test
    void mustHaveKeysThatCountToday() throws IOException {
        KeyPair pair = Pki.rsa(1024);
        Identity weak = new Identity(pair,
                Pki.certificate("CN=one", pair, "CN=one", pair, true, Pki.FROM, Pki.UNTIL));
        assertEquals("SEAWALL_CLIENT_CA: FILE has an RSA key of 1024 bits (expected: " + KeyRules.EXPECTED + ")",
                trouble(Pki.pem(weak)));
    }

    /// A user who can write it decides which clients are trusted.
    @Test
    void areWrittenByTheirOwnerAlone() throws IOException {
        Path file = write(Pki.pem(Pki.root("CN=one")));
        for (String mode : List.of("rw-rw-r--", "rw-r--rw-")) {
            Pki.mode(file, mode);
            assertEquals("SEAWALL_CLIENT_CA: FILE may be written by "
                    + (mode.endsWith("w-") ? "every user of this machine" : "its group")
                    + " (expected: mode 644; fix: chmod 644 FILE)", trouble(file));
        }
    }
}
