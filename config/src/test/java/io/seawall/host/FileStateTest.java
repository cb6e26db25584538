package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class FileStateTest {
    @TempDir
    private Path folder = Path.of("");

    private String state(Path file) {
        return FileState.of(file, 10);
    }

    @Test
    void tellsContentAndWhoMayChangeIt() throws IOException {
        Path file = folder.resolve("file");
        String missing = state(file);
        OwnFile.create(file, "one".getBytes(StandardCharsets.US_ASCII));
        String one = state(file);
        assertNotEquals(missing, one);
        Files.writeString(file, "two");
        assertNotEquals(one, state(file));
        Files.writeString(file, "one");
        assertEquals(one, state(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        assertNotEquals(one, state(file));
    }

    @Test
    void isTheSameWhenTheSameIsWrittenAgain() throws IOException {
        Path file = folder.resolve("file");
        OwnFile.create(file, "one".getBytes(StandardCharsets.US_ASCII));
        String before = state(file);
        OwnFile.replace(file, "one".getBytes(StandardCharsets.US_ASCII), "rw-------");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
        assertEquals(before, state(file));
    }

    @Test
    void tellsWhatCannotBeRead() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[11]);
        assertEquals("is larger than 10 bytes", state(file));
        assertEquals("is a directory", state(folder));
    }
}
