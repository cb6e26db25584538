package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs({OS.LINUX, OS.MAC})
class OwnFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void isReadByNobodyElseHoweverItIsMade() throws IOException {
        Path created = folder.resolve("created");
        Path appended = folder.resolve("appended");
        Path locked = folder.resolve("locked");
        OwnFile.create(created, bytes("a"));
        OwnFile.append(appended, bytes("b"));
        OwnFile.append(appended, bytes("c"));
        OwnFile.open(locked, StandardOpenOption.CREATE, StandardOpenOption.WRITE).close();
        assertEquals("rw-------", mode(created));
        assertEquals("rw-------", mode(appended));
        assertEquals("rw-------", mode(locked));
        assertArrayEquals(bytes("a"), Files.readAllBytes(created));
        assertArrayEquals(bytes("bc"), Files.readAllBytes(appended));
    }

    @Test
    void takesNoPlaceOfAnother() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assertThrows(FileAlreadyExistsException.class, () -> OwnFile.create(file, bytes("new")));
        assertEquals("old", Files.readString(file));
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        assertThrows(FileAlreadyExistsException.class, () -> OwnFile.create(link, bytes("new")));
    }

    @Test
    void replacesAsAWhole() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old and longer");
        OwnFile.replace(file, bytes("new"), "rw-r--r--");
        assertEquals("new", Files.readString(file));
        assertEquals("rw-r--r--", mode(file));
        OwnFile.replace(file, bytes("newer"), "rw-------");
        assertEquals("rw-------", mode(file));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(file), files.toList(), "nothing is left behind");
        }
    }

    @Test
    void leavesTheOldOneWhereItCannotBeReplaced() throws IOException {
        Path full = folder.resolve("file");
        Files.createDirectories(full.resolve("below"));
        assertThrows(IOException.class, () -> OwnFile.replace(full, bytes("new"), "rw-------"));
        try (var files = Files.list(folder)) {
            assertEquals(List.of(full), files.toList(), "nothing is left behind");
        }
    }

    @Test
    void makesFoldersThatNobodyElseEnters() throws IOException {
        Path made = folder.resolve("a").resolve("b");
        OwnFile.createFolder(made);
        assertEquals("rwx------", mode(made));
        assertEquals("rwx------", mode(folder.resolve("a")));
    }
}
