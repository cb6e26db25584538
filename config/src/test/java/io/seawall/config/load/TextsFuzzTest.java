package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.config.Problem;
import io.seawall.config.PublicPath;
import io.seawall.host.Cidr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Whatever text stands where a value is expected: it is a value, or it is refused in the way that is documented.
class TextsFuzzTest {
    private static Path file = Path.of("none");

    @BeforeAll
    static void makeFile() throws IOException {
        file = Files.createTempFile("seawall", ".fuzz");
    }

    @AfterAll
    static void deleteFile() throws IOException {
        Files.delete(file);
    }

    @FuzzTest
    void readsAnEnvironmentFileOrNamesTheLine(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            Map<String, String> values = DotEnv.read(file);
            values.keySet().forEach(name -> assertTrue(name.matches("[A-Za-z_][A-Za-z0-9_]*"), name));
            values.values().forEach(value -> assertFalse(value.contains("\n") || value.contains("\r"), value));
        } catch (IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith(file.toString()), e.getMessage());
        }
    }

    @FuzzTest
    void readsAJsonFileOrSaysWhatIsWrong(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        List<Problem> problems = new ArrayList<>();
        Map<Key, String> values = JsonFile.read(file.toString(), problems);
        assertFalse(values.keySet().stream().anyMatch(key -> key.path().isEmpty()));
        problems.forEach(problem -> assertTrue(problem.found().startsWith(file.toString()), problem::toString));
    }

    @FuzzTest
    void readsAnAddressBlockAnOriginOrAPathOrRefusesIt(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            Cidr block = Cidr.parse(text);
            assertTrue(block.contains(block.network()));
            assertTrue(block.network().toString().startsWith("/"), "looked up");
            assertEquals(block, Cidr.parse(block.toString()));
        } catch (IllegalArgumentException e) {
            // as documented
        }
        try {
            Origin origin = Origin.parse(text);
            assertEquals(origin, Origin.parse(origin.toString()));
        } catch (IllegalArgumentException e) {
            // as documented
        }
        try {
            PublicPath path = PublicPath.parse(text);
            assertEquals(path, PublicPath.parse(path.toString()));
            assertTrue(path.path().startsWith("/") && !path.path().contains("//"), path::toString);
        } catch (IllegalArgumentException e) {
            // as documented
        }
    }
}
