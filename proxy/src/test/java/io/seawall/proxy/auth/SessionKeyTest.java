package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    @Test
    void replacesAFileOfTheWrongSize() throws IOException {
        Files.write(folder.resolve("session.key"), new byte[31]);
        byte[] key = SessionKey.load(folder);
        assertEquals(32, key.length);
        assertFalse(Arrays.equals(new byte[32], key));
    }
}
