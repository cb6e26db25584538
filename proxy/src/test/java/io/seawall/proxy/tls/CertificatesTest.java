package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.proxy.server.TestConfig;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"SEAWALL_HOSTS=|localhost 127.0.0.1 ::1",
        "SEAWALL_HOSTS=b.example, a.example|b.example a.example localhost 127.0.0.1 ::1",
        "SEAWALL_HOSTS=[2001:db8::7]|2001:db8::7 localhost 127.0.0.1 ::1",
        "SEAWALL_HOSTS=;SEAWALL_BIND=192.0.2.7|localhost 127.0.0.1 ::1 192.0.2.7",
        "SEAWALL_HOSTS=;SEAWALL_BIND=127.0.0.1|localhost 127.0.0.1 ::1",
        "SEAWALL_HOSTS=localhost;SEAWALL_BIND=::|localhost 127.0.0.1 ::1",
        "SEAWALL_HOSTS=;SEAWALL_ALLOWED_ORIGINS=https://ui.example:8443|ui.example localhost 127.0.0.1 ::1"})
    void namesWhatPeopleMayType(String config, String names) {
        assertEquals(List.of(names.split(" ")), List.copyOf(Certificates.names(TestConfig.of(config.split(";")))));
    }

    @Test
    void hasNoneWhileTlsIsOff() throws UnusableCertificateException {
        assertTrue(Certificates.load(TestConfig.of("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1"), Clock.systemUTC())
                .isEmpty());
    }

    @Test
    void issuesOneForTheseNamesAndTellsItsAuthority() throws UnusableCertificateException {
        Config config = TestConfig.of("SEAWALL_STATE_DIR=" + folder);
        Certificates certificates = Certificates.load(config, Clock.systemUTC()).orElseThrow();
        assertTrue(certificates.material().names().containsAll(List.of("claw.example.com", "localhost")));
        assertTrue(certificates.authority().orElseThrow().startsWith(folder));
        assertTrue(certificates.authorityFingerprint().isPresent());
    }

    @Test
    void standsInForACaWithTheLocalOne() throws UnusableCertificateException {
        Config config = TestConfig.of("SEAWALL_TLS=acme", "SEAWALL_STATE_DIR=" + folder);
        Certificates certificates = Certificates.load(config, Clock.systemUTC()).orElseThrow();
        assertTrue(certificates.material().names().containsAll(List.of("claw.example.com", "localhost")));
        assertTrue(certificates.authority().orElseThrow().startsWith(folder));
        assertTrue(certificates.authorityFingerprint().isPresent());
    }

    @Test
    void saysWhatIsWrongWithTheCasOwnCertificate() {
        Config config = TestConfig.of("SEAWALL_TLS=acme", "SEAWALL_STATE_DIR=" + folder,
                "SEAWALL_ACME_CA=" + folder.resolve("none.pem"));
        UnusableCertificateException trouble = assertThrows(UnusableCertificateException.class,
                () -> Certificates.load(config, Clock.systemUTC()));
        assertEquals("SEAWALL_ACME_CA: " + folder.resolve("none.pem")
                + " does not exist (expected: a PEM file with certificates)", trouble.getMessage());
    }

    @Test
    void saysWhatIsWrongWithAFile() {
        Config config = TestConfig.of("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + folder.resolve("none.pem"),
                "SEAWALL_TLS_KEY=" + folder.resolve("none.key"));
        UnusableCertificateException trouble = assertThrows(UnusableCertificateException.class,
                () -> Certificates.load(config, Clock.systemUTC()));
        assertTrue(String.valueOf(trouble.getMessage()).startsWith("SEAWALL_TLS_CERT: " + folder.resolve("none.pem")),
                trouble.getMessage());
    }

    /// Each portal has a name that OpenClaw makes up, and a frame shows no warning that a person could pass over.
    @Test
    void warnsOfACertificateForOnePortalOnlyAndOfOneWithoutTheSandbox() throws UnusableCertificateException {
        String[] files = {"SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + folder.resolve("server.pem"),
            "SEAWALL_TLS_KEY=" + folder.resolve("server.key"), "SEAWALL_PORTALS=preview.example.net",
            "SEAWALL_SANDBOX=apps.example.com"};
        Config config = TestConfig.of(files);
        for (String named : List.of("SEAWALL_HOSTS=claw.example.com,one.preview.example.net",
                "SEAWALL_HOSTS=claw.example.com,preview.example.net", "SEAWALL_PORTALS=example.net",
                "SEAWALL_PORTALS=x.preview.example.net")) {
            Certificates.load(TestConfig.of("SEAWALL_STATE_DIR=" + folder, named), Clock.systemUTC());
            assertEquals(
                    List.of("the certificate does not name apps.example.com, *.preview.example.net, so browsers will"
                            + " warn there. Fix: a certificate that does, or take the name out of SEAWALL_SANDBOX,"
                            + " SEAWALL_PORTALS"),
                    Certificates.load(config, Clock.systemUTC()).orElseThrow().warnings(config), named);
            for (File file : Objects.requireNonNull(folder.toFile().listFiles())) {
                assertTrue(file.delete(), file.toString());
            }
        }
        Certificates.load(TestConfig.of("SEAWALL_STATE_DIR=" + folder, "SEAWALL_PORTALS=preview.example.net",
                "SEAWALL_SANDBOX=apps.example.com"), Clock.systemUTC());
        assertEquals(List.of(), Certificates.load(config, Clock.systemUTC()).orElseThrow().warnings(config));
    }

    @Test
    void warnsOfNamesThatTheCertificateDoesNotName() throws UnusableCertificateException {
        Config first = TestConfig.of("SEAWALL_STATE_DIR=" + folder,
                "SEAWALL_HOSTS=a.example, b.example, [2001:db8::7]");
        Certificates certificates = Certificates.load(first, Clock.systemUTC()).orElseThrow();
        assertEquals(List.of(), certificates.warnings(first));
        String[] files = {"SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + folder.resolve("server.pem"),
            "SEAWALL_TLS_KEY=" + folder.resolve("server.key")};
        Config covered = TestConfig.of(files[0], files[1], files[2],
                "SEAWALL_HOSTS=A.example, b.example, [2001:db8:0::7], 127.0.0.1");
        assertEquals(List.of(), Certificates.load(covered, Clock.systemUTC()).orElseThrow().warnings(covered));
        Config other = TestConfig.of(files[0], files[1], files[2], "SEAWALL_HOSTS=a.example, y.b.example, 192.0.2.1");
        assertEquals(
                List.of("the certificate does not name y.b.example, 192.0.2.1, so browsers will warn there. Fix: a "
                        + "certificate that does, or take the name out of SEAWALL_HOSTS"),
                Certificates.load(other, Clock.systemUTC()).orElseThrow().warnings(other));
    }
}
