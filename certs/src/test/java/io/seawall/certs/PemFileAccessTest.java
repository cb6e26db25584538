package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.seawall.host.ProcessFacts;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which files are read at all.
class PemFileAccessTest extends PemFilesCase {
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
}
