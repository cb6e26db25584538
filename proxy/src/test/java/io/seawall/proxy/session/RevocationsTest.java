package io.seawall.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.host.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationsTest {
    private static final long START = 1_800_000_000L;
    private static final String ONE = "00112233445566778899aabbccddeeff";
    private static final String OTHER = "ffeeddccbbaa99887766554433221100";

    @TempDir
    private Path folder = Path.of("");

    private Revocations at(long second) throws IOException {
        return Revocations.load(folder, Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC));
    }

    private Path file() {
        return folder.resolve("revoked-sessions");
    }

    @Test
    void holdAfterARestart() throws IOException {
        Revocations revocations = at(START);
        revocations.add(ONE, START + 100);

        assertTrue(revocations.contains(ONE));
        assertTrue(at(START + 99).contains(ONE));
        assertFalse(at(START + 99).contains(OTHER));
    }

    @Test
    void areForgottenWhenTheSessionWouldBeOver() throws IOException {
        Revocations revocations = at(START);
        revocations.add(ONE, START + 100);
        revocations.add(OTHER, START + 200);

        assertFalse(at(START + 100).contains(ONE));
        assertEquals(List.of(OTHER + " " + (START + 200)), Files.readAllLines(file()));
    }

    @Test
    void areForTheOwnerOfTheFileOnly() throws IOException {
        at(START).add(ONE, START + 100);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        at(START + 1);
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
    }

    @Test
    void surviveADamagedFile() throws IOException {
        at(START).add(ONE, START + 100);
        byte[] bytes = ("\u00ff\u00fe\n" + Files.readString(file()) + OTHER + " 99999999999999999999\n" + OTHER)
                .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        Files.write(file(), bytes);

        Revocations revocations = at(START);
        assertTrue(revocations.contains(ONE));
        assertFalse(revocations.contains(OTHER));
    }

    @Test
    void holdInMemoryWhereTheyCannotBeWritten() throws IOException {
        Revocations revocations = at(START);
        Files.createDirectory(file());
        revocations.add(ONE, START + 100);

        assertTrue(revocations.contains(ONE));
    }

    @Test
    void areWrittenAsSoonAsTheyCanBe() throws IOException {
        Revocations revocations = at(START);
        Files.createDirectory(file());
        revocations.add(ONE, START + 100);
        revocations.add(OTHER, START + 200);
        Files.delete(file());
        revocations.retry();
        assertEquals(List.of(ONE + " " + (START + 100), OTHER + " " + (START + 200)), Files.readAllLines(file()));
        revocations.retry();
        assertEquals(2, Files.readAllLines(file()).size());
    }

    /// A user who can write it can undo logouts; its content may be read by every user.
    @Test
    void areNotBelievedWhereOthersMayHaveWrittenThem() throws IOException {
        at(START).add(ONE, START + 100);
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
        assertTrue(at(START).contains(ONE));
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw--w--w-"));
        assertEquals(file() + " may be written by every user of this machine (expected: mode 644). Fix: rm " + file()
                + " " + folder.resolve("session.key")
                + ", after which everybody has to log in again: a logout may have been taken back",
                assertThrows(PrivateFile.RefusedException.class, () -> at(START)).getMessage());
    }
}
