package io.seawall.proxy.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionKeyTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void makesAKeyThatOnlyItsOwnerReadsAndKeepsIt() throws IOException {
        byte[] key = SessionKey.load(folder);
        assertEquals(32, key.length);
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("session.key"))));
        assertArrayEquals(key, SessionKey.load(folder));
    }

    @Test
    void makesAnotherKeyForAnotherFolder() throws IOException {
        assertFalse(Arrays.equals(SessionKey.load(Files.createDirectory(folder.resolve("a"))),
                SessionKey.load(Files.createDirectory(folder.resolve("b")))));
    }

    /// A key that others read is one that they can sign with; one that they wrote is theirs.
    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-rw-rw-", "rw-rw----", "rw--w----"})
    void replacesOneThatOthersMayKnowOrHaveMade(String mode) throws IOException {
        Path file = Files.write(folder.resolve("session.key"), new byte[32]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertEquals(Optional.empty(), SessionKey.read(folder));
        byte[] key = SessionKey.load(folder);
        assertFalse(Arrays.equals(new byte[32], key));
        assertArrayEquals(key, Files.readAllBytes(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertArrayEquals(key, SessionKey.load(folder));
    }

    @Test
    void replacesAFileOfTheWrongSize() throws IOException {
        Path file = Files.write(folder.resolve("session.key"), new byte[31]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        byte[] key = SessionKey.load(folder);
        assertEquals(32, key.length);
        assertFalse(Arrays.equals(new byte[32], key));
    }
}
