package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedFilesTest {
    private static final KeyMaterial OLD = material(Pki.NOW, "a.example", "b.example");
    private static final KeyMaterial NEW = material(Pki.NOW, "a.example", "b.example");

    private final SettableClock clock = new SettableClock(Pki.NOW);

    @TempDir
    private Path home = Path.of("");

    private static KeyMaterial material(Instant now, String... names) {
        try {
            var parsed = SubjectName.parseAll(new LinkedHashSet<>(List.of(names)));
            return Issuer.leaf(Issuer.authority(parsed, now), parsed, now);
        } catch (UnusableCertificateException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path certificate() {
        return home.resolve("cert.pem");
    }

    private Path key() {
        return home.resolve("key.pem");
    }

    private static void writeChain(Path file, KeyMaterial material) throws IOException {
        Files.writeString(file, LocalCa.pem(material.leaf()));
    }

    private static void writeKey(Path file, KeyMaterial material) throws IOException {
        Files.writeString(file, Pki.pkcs8(material.key()));
        Pki.mode(file, "rw-------");
    }

    private void write(KeyMaterial material) throws IOException {
        writeChain(certificate(), material);
        writeKey(key(), material);
    }

    private WatchedFiles watched(String... hosts) throws UnusableCertificateException {
        return new WatchedFiles(List.of(new WatchedFiles.Files(certificate(), key())), Set.of(hosts), clock);
    }

    private static KeyMaterial served(WatchedFiles files) {
        return files.current().getFirst();
    }

    private static void assertServes(KeyMaterial expected, WatchedFiles files) {
        assertEquals(expected.leaf(), served(files).leaf());
        assertEquals(expected.key(), served(files).key());
    }

    /// Looks twice: what is found must be there twice.
    private static boolean settle(WatchedFiles files) throws UnusableCertificateException {
        assertFalse(files.refresh(), "nothing counts at its first look");
        return files.refresh();
    }

    @Test
    void servesWhatItFoundWhileNothingChanges() throws Exception {
        write(OLD);
        WatchedFiles files = watched();
        for (int look = 0; look < 3; look++) {
            assertFalse(files.refresh());
        }
        assertServes(OLD, files);
        // written anew, the same
        write(OLD);
        assertFalse(settle(files));
    }

    @Test
    void takesAPairThatWasOverwritten() throws Exception {
        write(OLD);
        WatchedFiles files = watched();
        write(NEW);
        assertTrue(settle(files));
        assertServes(NEW, files);
        assertFalse(files.refresh());
    }

    @Test
    void takesAPairBehindSwappedSymlinks() throws Exception {
        // certbot: live/NAME/cert.pem -> ../../archive/NAME/cert1.pem
        Path archive = Files.createDirectory(home.resolve("archive"));
        for (int i = 1; i <= 2; i++) {
            writeChain(archive.resolve("cert" + i + ".pem"), i == 1 ? OLD : NEW);
            writeKey(archive.resolve("key" + i + ".pem"), i == 1 ? OLD : NEW);
        }
        Files.createSymbolicLink(certificate(), archive.resolve("cert1.pem"));
        Files.createSymbolicLink(key(), archive.resolve("key1.pem"));
        WatchedFiles files = watched();
        for (String name : List.of("cert", "key")) {
            Path link = Files.createSymbolicLink(home.resolve("next"), archive.resolve(name + "2.pem"));
            Files.move(link, home.resolve(name + ".pem"), StandardCopyOption.ATOMIC_MOVE);
        }
        assertTrue(settle(files));
        assertServes(NEW, files);
    }

    @Test
    void takesAPairBehindASwappedFolder() throws Exception {
        // Kubernetes: tls.crt -> ..data/tls.crt, ..data -> ..2026_06_01
        for (String version : List.of("..1", "..2")) {
            Path folder = Files.createDirectory(home.resolve(version));
            writeChain(folder.resolve("cert.pem"), version.equals("..1") ? OLD : NEW);
            writeKey(folder.resolve("key.pem"), version.equals("..1") ? OLD : NEW);
        }
        Files.createSymbolicLink(home.resolve("..data"), Path.of("..1"));
        Files.createSymbolicLink(certificate(), Path.of("..data/cert.pem"));
        Files.createSymbolicLink(key(), Path.of("..data/key.pem"));
        WatchedFiles files = watched();
        Path link = Files.createSymbolicLink(home.resolve("..data_tmp"), Path.of("..2"));
        Files.move(link, home.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        assertTrue(settle(files));
        assertServes(NEW, files);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void servesNoPairHalfOfWhichIsNew(boolean keyFirst) throws Exception {
        write(OLD);
        WatchedFiles files = watched();
        if (keyFirst) {
            writeKey(key(), NEW);
        } else {
            writeChain(certificate(), NEW);
        }
        assertFalse(files.refresh(), "a moment between two writes is no trouble");
        assertServes(OLD, files);
        var trouble = assertThrows(UnusableCertificateException.class, files::refresh);
        assertEquals("SEAWALL_TLS_KEY: " + key() + " does not match the certificate " + certificate()
                + " (expected: the private key of its first certificate)", trouble.getMessage());
        assertServes(OLD, files);

        write(NEW);
        // it is not over before the other half has settled
        assertEquals(trouble, assertThrows(UnusableCertificateException.class, files::refresh));
        assertTrue(files.refresh());
        assertServes(NEW, files);
    }

    @Test
    void saysNothingOfAFileThatIsBeingWritten() throws Exception {
        write(OLD);
        WatchedFiles files = watched();
        String text = LocalCa.pem(NEW.leaf());
        for (int end : new int[]{0, 1, 100, text.length() / 2, text.length() - 2}) {
            Files.writeString(certificate(), text.substring(0, end));
            assertFalse(files.refresh(), () -> end + " characters");
            assertServes(OLD, files);
        }
        write(NEW);
        assertTrue(settle(files));
        assertServes(NEW, files);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"garbage|is larger than 1 MiB", "directory|is a directory",
        "gone|does not exist",
        "empty|is empty", "half|has no end", "wrong key|does not match the certificate",
        "expired|expired on 2026-05-31T00:00:00Z", "early|is not valid before 2026-08-01T00:00:00Z",
        "authority|names no host, none of the names served until now",
        "foreign|names c.example, none of the names served until now",
        "open key|is open to every user of this machine"})
    void keepsTheOldOne(String kind, String found) throws Exception {
        write(OLD);
        WatchedFiles files = watched("b.example");
        spoil(kind);

        assertFalse(files.refresh());
        var trouble = assertThrows(UnusableCertificateException.class, files::refresh);
        String message = String.valueOf(trouble.getMessage());
        assertTrue(message.contains(found), message);
        assertTrue(message.startsWith("SEAWALL_TLS_") && !message.contains("\n"), message);
        assertServes(OLD, files);
        // the clock is in some of the messages; the same trouble is the same message
        clock.pass(Duration.ofSeconds(5));
        assertEquals(message, assertThrows(UnusableCertificateException.class, files::refresh).getMessage());

        Files.deleteIfExists(certificate());
        write(NEW);
        assertThrows(UnusableCertificateException.class, files::refresh);
        assertTrue(files.refresh());
        assertServes(NEW, files);
    }

    private void spoil(String kind) throws IOException {
        switch (kind) {
            case "garbage" -> Files.write(certificate(), new byte[10_000_000]);
            case "directory" -> {
                Files.delete(certificate());
                Files.createDirectory(certificate());
            }
            case "gone" -> Files.delete(certificate());
            case "empty" -> Files.writeString(certificate(), "");
            case "half" -> Files.writeString(certificate(), LocalCa.pem(NEW.leaf()).substring(0, 300));
            case "wrong key" -> writeKey(key(), NEW);
            case "expired" -> {
                Pki.Identity root = Pki.root("CN=root");
                Pki.Identity leaf = Pki.server("CN=a.example", Pki.ec("secp256r1"), root, Pki.FROM,
                        Pki.NOW.minus(Duration.ofDays(1)));
                write(new KeyMaterial(leaf.key(), List.of(leaf.certificate())));
            }
            case "early" -> {
                Pki.Identity leaf = Pki.server("CN=a.example", Pki.ec("secp256r1"), Pki.root("CN=root"),
                        Instant.parse("2026-08-01T00:00:00Z"), Instant.parse("2026-09-01T00:00:00Z"));
                write(new KeyMaterial(leaf.key(), List.of(leaf.certificate())));
            }
            case "authority" -> {
                Pki.Identity root = Pki.root("CN=root");
                write(new KeyMaterial(root.key(), List.of(root.certificate())));
            }
            case "foreign" -> write(material(Pki.NOW, "c.example"));
            case "open key" -> {
                write(NEW);
                Pki.mode(key(), "rw-r--r--");
            }
            default -> throw new IllegalArgumentException(kind);
        }
    }

    @Test
    void isOverItWhenTheOldFilesAreBack() throws Exception {
        write(OLD);
        WatchedFiles files = watched();
        writeKey(key(), NEW);
        files.refresh();
        assertThrows(UnusableCertificateException.class, files::refresh);
        writeKey(key(), OLD);
        assertFalse(files.refresh());
        assertServes(OLD, files);
    }

    @Test
    void takesAnEarlyOneWhenItsTimeHasCome() throws Exception {
        write(OLD);
        WatchedFiles files = watched();
        KeyMaterial early = material(Pki.NOW.plus(Duration.ofDays(2)), "a.example");
        write(early);
        files.refresh();
        assertThrows(UnusableCertificateException.class, files::refresh);
        clock.pass(Duration.ofDays(2));
        assertTrue(files.refresh());
        assertServes(early, files);
    }

    @ParameterizedTest
    @CsvSource({"b.example, ''", "c.example, c.example", "*.example, ''", "new.c.example, *.c.example"})
    void takesOneForSomeOfTheNames(String named, String host) throws Exception {
        write(OLD);
        WatchedFiles files = host.isEmpty() ? watched() : watched(host);
        KeyMaterial other = material(Pki.NOW, named);
        write(other);
        assertTrue(settle(files));
        assertServes(other, files);
    }

    @Test
    void troubleWithOnePairDoesNotKeepTheOther() throws Exception {
        write(OLD);
        Path secondChain = home.resolve("second.pem");
        Path secondKey = home.resolve("second.key");
        Pki.Identity root = Pki.root("CN=Root");
        KeyPair rsa = Pki.rsa(2048);
        KeyMaterial oldRsa = rsa(Pki.server("CN=a.example", rsa, root));
        KeyMaterial newRsa = rsa(Pki.server("CN=a.example", rsa, root, Pki.FROM, Pki.UNTIL.plusSeconds(60)));
        writeChain(secondChain, oldRsa);
        writeKey(secondKey, oldRsa);
        var files = new WatchedFiles(List.of(new WatchedFiles.Files(certificate(), key()),
                new WatchedFiles.Files(secondChain, secondKey)), Set.of(), clock);
        Files.delete(key());
        writeChain(secondChain, newRsa);
        assertFalse(files.refresh());
        assertThrows(UnusableCertificateException.class, files::refresh);
        assertEquals(List.of(OLD.leaf(), newRsa.leaf()), files.current().stream().map(KeyMaterial::leaf).toList());

        writeKey(key(), OLD);
        writeChain(secondChain, NEW);
        writeKey(secondKey, NEW);
        assertFalse(files.refresh());
        assertEquals("SEAWALL_TLS_CERT: " + secondChain + " is a second certificate with an EC key (expected: one with "
                + "an ECDSA and one with an RSA key; fix: name only the one that clients should get)",
                assertThrows(UnusableCertificateException.class, files::refresh).getMessage());
    }

    private static KeyMaterial rsa(Pki.Identity identity) {
        return new KeyMaterial(identity.key(), List.of(identity.certificate()));
    }
}
