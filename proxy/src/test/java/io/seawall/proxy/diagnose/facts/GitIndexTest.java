package io.seawall.proxy.diagnose.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class GitIndexTest {
    @TempDir
    private Path folder;

    /// An index as git writes it (gitformat-index), without what comes behind the entries.
    public static void write(Path index, int version, String... names) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeBytes("DIRC");
            out.writeInt(version);
            out.writeInt(names.length);
            String before = "";
            for (String name : names) {
                byte[] text = name.getBytes(StandardCharsets.UTF_8);
                out.write(new byte[60]);
                out.writeShort((version == 3 ? 0x4000 : 0) | Math.min(text.length, 0xfff));
                if (version == 3) {
                    out.writeShort(0);
                }
                if (version == 4) {
                    writeOffset(out, before.length()); // shares nothing with the name before
                    out.write(text);
                    out.write(0);
                    before = name;
                } else {
                    out.write(text);
                    int length = 62 + (version == 3 ? 2 : 0) + text.length;
                    out.write(new byte[(length + 8) / 8 * 8 - length]);
                }
            }
            Files.createDirectories(index.getParent());
            Files.write(index, bytes.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The offset encoding of pack files.
    private static void writeOffset(DataOutputStream out, int value) throws IOException {
        if (value >= 128) {
            out.write(0x80 | (value >> 7) - 1);
        }
        out.write(value & 0x7f);
    }

    private boolean tracks(String file) {
        return GitIndex.of(folder.resolve(file)).orElseThrow().tracks();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void knowsWhatIsTracked(int version) {
        String longer = "deep/".repeat(60) + "name";
        write(folder.resolve(".git/index"), version, ".env", "a", longer, "sub/.env");
        assertTrue(GitIndex.of(folder.resolve("sub/x")).orElseThrow().isReadable());
        for (String tracked : new String[]{".env", "a", longer, "sub/.env"}) {
            assertTrue(tracks(tracked), tracked);
        }
        assertFalse(tracks("sub/a"));
        assertFalse(tracks("nv"));
    }

    @Test
    void readsNamesOfMoreThan4094Bytes() {
        String longest = "n".repeat(5000);
        write(folder.resolve(".git/index"), 2, longest, "z");
        assertTrue(tracks(longest));
        assertTrue(tracks("z"));
    }

    @Test
    void isNoneOutsideOfARepository() {
        assertEquals(Optional.empty(), GitIndex.of(folder.resolve("x")).filter(i -> i.toString().startsWith(
                folder.toString())));
    }

    @Test
    void saysWhenItCannotBeRead() throws IOException {
        Path file = folder.resolve(".git/index");
        write(file, 2, "one", "two");
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length - 7; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertFalse(GitIndex.of(folder.resolve("x")).orElseThrow().isReadable(), "cut at " + length);
        }
        write(file, 5, "one");
        assertFalse(GitIndex.of(folder.resolve("x")).orElseThrow().isReadable());
    }

    /// It may lie in the agent's folder.
    @Test
    void readsNoPipeNoDeviceAndNoNameWithoutAnEnd() throws Exception {
        Path index = folder.resolve(".git/index");
        Files.createDirectories(index.getParent());
        assertEquals(0, new ProcessBuilder("mkfifo", index.toString()).start().waitFor());
        assertFalse(GitIndex.of(folder.resolve("x")).orElseThrow().isReadable());
        Files.delete(index);
        Files.createSymbolicLink(index, Path.of("/dev/zero"));
        assertFalse(GitIndex.of(folder.resolve("x")).orElseThrow().isReadable());
        Files.delete(index);
        write(index, 4, "n".repeat(1 << 20));
        assertFalse(GitIndex.of(folder.resolve("x")).orElseThrow().isReadable());
    }
}
