package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// On a thread of its own: one that opens a pipe cannot be interrupted.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BoundedFileTest {
    @TempDir
    private Path folder = Path.of("");

    private static String refusal(Path file, int most) {
        return assertThrows(BoundedFile.UnfitException.class, () -> BoundedFile.bytes(file, most)).words();
    }

    static Path pipe(Path file) throws IOException, InterruptedException {
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
        return file;
    }

    @Test
    void readsAFileUpToItsBound() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "abcd");
        assertArrayEquals("abcd".getBytes(java.nio.charset.StandardCharsets.US_ASCII), BoundedFile.bytes(file, 4));
        assertEquals("abcd", BoundedFile.text(file, 5));
        assertEquals("", BoundedFile.text(Files.createFile(folder.resolve("empty")), 0));
    }

    @ParameterizedTest
    @CsvSource({"1023, 1023 bytes", "1024, 1 KiB", "1048576, 1 MiB"})
    void readsNoByteBeyondIt(int most, String words) throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[most + 1]);
        assertEquals("is larger than " + words, refusal(file, most));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void openNoPipeAndNoDevice() throws Exception {
        assertEquals("is not a regular file", refusal(pipe(folder.resolve("pipe")), 10));
        assertEquals("is not a regular file", refusal(Path.of("/dev/zero"), 10));
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("/dev/zero"));
        assertEquals("is not a regular file", refusal(link, 10));
        assertEquals("is a directory", refusal(folder, 10));
    }

    @Test
    void saysOfWhatIsMissingThatItIs() {
        assertThrows(NoSuchFileException.class, () -> BoundedFile.bytes(folder.resolve("gone"), 10));
    }

    /// The kernel's own files say that they have no size.
    @Test
    @EnabledOnOs(OS.LINUX)
    void readsWhatTheKernelTells() throws IOException {
        assertTrue(BoundedFile.text(Path.of("/proc/self/status"), 64 * 1024).contains("Uid:"));
        assertEquals("is larger than 10 bytes", refusal(Path.of("/proc/self/status"), 10));
    }

    /// Its size is not read: it may grow.
    @Test
    void countsWhatAStreamGives() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[9_000]);
        try (InputStream in = BoundedFile.open(file, 8_999)) {
            assertEquals(8_192, in.skip(8_500));
            assertEquals(0, in.read());
            assertEquals(806, in.readNBytes(806).length);
            assertThrows(BoundedFile.UnfitException.class, in::read);
        }
        try (InputStream in = BoundedFile.open(file, 9_000)) {
            assertEquals(9_000, in.readAllBytes().length);
            assertEquals(-1, in.read());
        }
    }
}
