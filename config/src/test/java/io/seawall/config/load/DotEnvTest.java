package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DotEnvTest {
    @TempDir
    private Path folder = Path.of("");

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve(".env"), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "A=b                        | b",
        "  A=b                      | b",
        "A= b                       | b",
        "export A=b                 | b",
        "export   A=b               | b",
        "A=                         | ``",
        "A=b=c                      | b=c",
        "A=b c                      | b c",
        "A=b # a comment            | b",
        "A=b\t# a comment           | b",
        "A= # a comment             | ``",
        "A=b#c                      | b#c",
        "A=#b                       | #b",
        "A='b # c'                  | b # c",
        "A=\"b # c\"                | b # c",
        "A='b' # a comment          | b",
        "A=\" b \"                  | ` b `",
        "A=''                       | ``",
        "A='it\"s'                  | it\"s",
        "A=b'c'                     | b'c'",
        "A=$2b$12$abc               | $2b$12$abc",
        "A='$2b$12$abc'             | $2b$12$abc",
        "A=\"${B}\\n\"              | ${B}\\n",
    })
    void readsOneLine(String line, String value) throws IOException {
        assertEquals(Map.of("A", value == null ? "" : value), DotEnv.read(write(line)));
    }

    @Test
    void readsAFileInItsOrderAndTheLastOfTwoEqualNames() throws IOException {
        Map<String, String> values = DotEnv.read(write("# ours\r\n\r\nB=1\r\n   # indented\r\n_a9=2\r\nB=3\r\n"));
        assertEquals(Map.of("B", "3", "_a9", "2"), values);
        assertEquals(List.of("B", "_a9"), List.copyOf(values.keySet()));
    }

    /// Blank is not set: a value below it replaces nothing.
    @Test
    void knowsTheLinesOfANameThatIsGivenAgain() throws IOException {
        Path file = write("A=1\n# A=2\nB=1\nexport A='1'\nC=\nC=1\n\nA=3\nD=1\nD=\n");
        assertEquals(Map.of("A", List.of(1, 4, 8), "D", List.of(9, 10)), DotEnv.contents(file).repeated());
        assertEquals("contents of .env", DotEnv.contents(file).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"otters", "=otters", "9A=otters", "A B=otters", "A-B=otters", "export", "export =otters",
        "A\u0000=otters", "A: otters", "Ä=otters"})
    void namesTheLineThatItCannotReadAndNotTheValue(String line) throws IOException {
        Path file = write("A=b\n\n" + line + "\n");
        assertEquals(file + " line 3: not NAME=value", refused(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A='otters", "A=\"otters", "A='", "A='otters\""})
    void namesTheLineWhoseQuoteDoesNotEnd(String line) throws IOException {
        Path file = write(line);
        assertEquals(file + " line 1: the quote does not end", refused(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"A='it's otters'", "A=\"b\"otters", "A='b' otters"})
    void namesTheLineWithTextAfterTheQuote(String line) throws IOException {
        Path file = write(line);
        assertEquals(file + " line 1: text after the closing quote", refused(file));
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve(".env"), "A=ä".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(file + ": not UTF-8", refused(file));
    }

    @Test
    void leavesAMissingFileToItsCaller() {
        assertThrows(NoSuchFileException.class, () -> DotEnv.read(folder.resolve("missing")));
    }

    private static String refused(Path file) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> DotEnv.read(file)).getMessage());
    }
}
