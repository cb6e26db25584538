package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertsCommandTest {
    @TempDir
    private Path folder = Path.of("");

    private World world(String... lines) {
        Map<String, String> environment = new LinkedHashMap<>(
                TestConfig.environment("SEAWALL_STATE_DIR=" + folder.resolve("data")));
        for (String line : lines) {
            environment.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return new World(folder, environment);
    }

    private static String masked(String text) {
        return text.replaceAll("([0-9A-F]{2}:){31}[0-9A-F]{2}", "PRINT")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ", "TIME");
    }

    private String ca() throws IOException {
        return Files.readString(folder.resolve("data/ca.pem"));
    }

    @Test
    void showsWhatRunWouldServe() {
        World world = world();
        assertEquals(0, world.run("certs", "show"));
        assertEquals("""
                certificate  of the local CA; Seawall renews it at two thirds of its life
                  names      claw.example.com, localhost, 127.0.0.1, ::1
                  expires    TIME
                  SHA-256    PRINT
                local CA     %s
                  vouches    for claw.example.com, localhost, 127.0.0.1, ::1 only
                  expires    TIME
                  SHA-256    PRINT

                An OpenClaw client can pin the certificate (not the CA), until
                it is renewed, on TIME:
                  gateway.remote.tlsFingerprint: "PRINT"
                """.formatted(folder.resolve("data/ca.pem")), masked(world.out()));
        assertEquals("", world.err());
        World again = world();
        assertEquals(0, again.run("certs", "show"));
        assertEquals(world.out(), again.out());
    }

    @Test
    void showsTheOperatorsOwnFiles() {
        assertEquals(0, world().run("certs", "show"));
        World files = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + folder.resolve("data/server.pem"),
                "SEAWALL_TLS_KEY=" + folder.resolve("data/server.key"), "SEAWALL_HOSTS=claw.example.com, b.example");
        assertEquals(0, files.run("certs", "show"));
        assertTrue(files.out().startsWith(
                "certificate  " + folder.resolve("data/server.pem") + "; Seawall takes over what replaces it\n"),
                files.out());
        assertFalse(files.out().contains("local CA"), files.out());
        assertEquals(
                "warning: the certificate does not name b.example, so browsers will warn there. Fix: a certificate "
                        + "that does, or take the name out of SEAWALL_HOSTS\n",
                files.err());
    }

    /// Which openssl req -x509 makes, as half of the instructions out there have it.
    @Test
    void warnsOfACasCertificateInPlaceOfAServers() {
        assertEquals(0, world().run("certs", "show"));
        World files = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=" + folder.resolve("data/ca.pem"),
                "SEAWALL_TLS_KEY=" + folder.resolve("data/ca.key"));
        assertEquals(0, files.run("certs", "show"));
        assertTrue(files.err().startsWith("warning: SEAWALL_TLS_CERT: " + folder.resolve("data/ca.pem")
                + " is a CA's certificate (CA:TRUE)"), files.err());
    }

    @Test
    void showsThatThereIsNone() {
        World world = world("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1");
        assertEquals(0, world.run("certs", "show"));
        assertEquals("SEAWALL_TLS=off: Seawall serves no certificate\n", world.out());
    }

    @Test
    void warnsOfANameThatCameLaterAndGoesOn() throws IOException {
        assertEquals(0, world().run("certs", "show"));
        String before = ca();
        String warning = "warning: the local CA is older than new.example and may not certify it, so browsers will "
                + "warn there; everything else works as before. Fix: ./seawall certs renew --new-ca, and import the new "
                + "ca.pem on every device\n";
        World later = world("SEAWALL_HOSTS=claw.example.com, new.example", "SEAWALL_ALLOW_ROOT=true",
                "SEAWALL_UPSTREAM=127.0.0.1:1");
        assertEquals(0, later.run("certs", "show"));
        assertEquals(warning, later.err());
        assertTrue(later.out().contains("  names      claw.example.com, localhost, 127.0.0.1, ::1\n"),
                later.out());
        assertEquals(0, later.run("check"));
        assertEquals(warning + warning, later.err());
        assertEquals(before, ca(), "the CA that devices trust stays");

        assertEquals(0, later.run("certs", "renew", "--new-ca"));
        assertNotEquals(before, ca());
        World now = world("SEAWALL_HOSTS=claw.example.com, new.example");
        assertEquals(0, now.run("certs", "show"));
        assertEquals("", now.err());
        assertTrue(now.out().contains("vouches    for claw.example.com, new.example, localhost,"), now.out());
    }

    @Test
    void exportsTheCertificateAndNoKey() throws IOException {
        World world = world();
        assertEquals(0, world.run("certs", "export"));
        assertEquals(ca(), world.out());
        assertTrue(masked(world.err()).startsWith("SHA-256 PRINT\n\nImport it on each device"), world.err());
        for (String system : new String[]{"Linux", "macOS", "Windows", "iOS", "Android", "Firefox", "Node.js"}) {
            assertTrue(world.err().contains("\n  " + system + " "), system);
        }
        assertFalse((world.out() + world.err()).contains("PRIVATE KEY"));
        assertEquals(List.of(), world.err().lines().skip(1).filter(line -> line.length() > Columns.WIDTH).toList());
        assertTrue(world.err().contains("trustRoot \\\n"), "a command that goes on in the next line");

        World file = world();
        assertEquals(0, file.run("certs", "export", "seawall-ca.crt"));
        assertEquals(ca(), Files.readString(folder.resolve("seawall-ca.crt")));
        assertEquals("", file.out());
        assertTrue(file.err().startsWith("Wrote seawall-ca.crt: the certificate of the local CA, no key.\n"),
                file.err());
        assertEquals(0, file.run("certs", "export", "seawall-ca.crt"), "the same again");
    }

    @Test
    void exportsOverNothingElse() throws IOException {
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        World world = world();
        assertEquals(2, world.run("certs", "export", "precious"));
        assertEquals("seawall certs export: " + precious + " exists already and is another (expected: none)\n",
                world.err());
        assertEquals("precious", Files.readString(precious));
        World nowhere = world();
        assertEquals(2, nowhere.run("certs", "export", "no/such/folder"));
        assertEquals("seawall certs export: " + folder.resolve("no/such/folder") + " cannot be written\n",
                nowhere.err());
    }

    @Test
    void hasNoCaToExportWhereTheFilesAreTheOperators() {
        World world = world("SEAWALL_TLS=files", "SEAWALL_TLS_CERT=/x", "SEAWALL_TLS_KEY=/y");
        assertEquals(2, world.run("certs", "export"));
        assertTrue(world.err().startsWith("seawall certs export: there is no local CA"), world.err());
        assertEquals("", world.out());
    }

    @Test
    void renewsTheCertificateAndKeepsTheCa() throws IOException {
        assertEquals(0, world().run("certs", "show"));
        String before = ca();
        String server = Files.readString(folder.resolve("data/server.pem"));
        World world = world();
        assertEquals(0, world.run("certs", "renew"));
        assertEquals(before, ca());
        assertNotEquals(server, Files.readString(folder.resolve("data/server.pem")));
        assertEquals(
                "new certificate  SHA-256 PRINT\n  a running Seawall serves it within 10 seconds; clients that pin one "
                        + "need it\n",
                masked(world.out()));
        World show = world();
        show.run("certs", "show");
        assertTrue(show.out().contains(world.out().substring(25, 120)), show.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "files|seawall certs renew: /x is renewed by the program that made it (certbot renew, cert-manager, your CA). A running Seawall takes it over within 10 seconds",
        "off|seawall certs renew: SEAWALL_TLS=off, there is none"})
    void saysWhoRenewsWhatIsNotItsOwn(String mode, String said) {
        World world = world("SEAWALL_TLS=" + mode, "SEAWALL_TLS_CERT=" + (mode.equals("files") ? "/x" : ""),
                "SEAWALL_TLS_KEY=" + (mode.equals("files") ? "/y" : ""), "SEAWALL_BIND=127.0.0.1");
        assertEquals(2, world.run("certs", "renew"));
        assertEquals(said + "\n", world.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"show", "export", "renew"})
    void says4WhereTheCaCannotBeUsed(String word) throws IOException {
        assertEquals(0, world().run("certs", "show"));
        Files.writeString(folder.resolve("data/ca.key"), "garbage");
        World world = world();
        assertEquals(4, world.run("certs", word));
        assertTrue(world.err().startsWith("seawall: refused\n\n  SEAWALL_STATE_DIR: " + folder.resolve("data/ca.key")),
                world.err());
        assertEquals("", world.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"show", "export", "renew"})
    void says2WhereTheConfigurationIsWrong(String word) {
        World world = world("PORT=http");
        assertEquals(2, world.run("certs", word));
        assertTrue(world.err().startsWith("seawall: refused, 1 problem\n\n  PORT: http\n"), world.err());
        assertFalse(Files.exists(folder.resolve("data")));
    }

    @Test
    void asksForOneOfItsWords() {
        World world = world();
        assertEquals(2, world.run("certs"));
        assertEquals("seawall certs: nothing to do (expected: show, export or renew) (see: seawall certs --help)\n",
                world.err());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"show all|unexpected argument all",
        "renew --new|unknown option --new; did you mean --new-ca?", "export --all|unknown option --all",
        "export --odd.crt|unknown option --odd… (an argument that begins with - stands behind a --)",
        "delete|unexpected argument delete (expected: show, export or renew)", "export a b|unexpected argument b",
        "exprot|unexpected argument exprot (expected: show, export or renew; did you mean export?)",
        "renew now|unexpected argument now",
        "show --new-ca|--new-ca: not with show (expected: renew --new-ca)",
        "export --new-ca x|--new-ca: not with export (expected: renew --new-ca)"})
    void refusesOtherWords(String line, String message) {
        World world = world();
        assertEquals(2, world.run(("certs " + line).split(" ")));
        assertEquals("seawall certs: " + message + " (see: seawall certs --help)\n", world.err());
        assertFalse(Files.exists(folder.resolve("data")));
    }
}
