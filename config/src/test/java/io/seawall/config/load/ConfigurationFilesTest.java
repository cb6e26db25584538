package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.host.BoundedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What holds for every file that the configuration is read from. On a thread of its own: one that opens a pipe cannot be
/// interrupted.
@EnabledOnOs(OS.LINUX)
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConfigurationFilesTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void endNoStartByBeingAPipeOrADevice() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        assertThrows(BoundedFile.UnfitException.class, () -> DotEnv.read(pipe));
        assertThrows(BoundedFile.UnfitException.class, () -> DotEnv.read(Path.of("/dev/zero")));
        for (String file : List.of(pipe.toString(), "/dev/zero")) {
            assertEquals(List.of("SEAWALL_CONFIG: " + file + " is not a regular file (expected: a regular file of at "
                    + "most 256 KiB). Fix: correct the path, or put only the keys into the file"),
                    Given.problems("SEAWALL_CONFIG=" + file));
            assertEquals(1, Given.problems("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file).size());
        }
        Path large = Files.writeString(folder.resolve("large"), "\n".repeat(256 * 1024 + 1));
        assertThrows(BoundedFile.UnfitException.class, () -> DotEnv.read(large));
        assertEquals(1, Given.problems("SEAWALL_CONFIG=" + large).size());
    }

    /// The JSON file holds no secret, and decides everything.
    @ParameterizedTest
    @CsvSource({"rw-r--r--, true", "r--r--r--, true", "rw-rw-r--, false", "rw-rw-rw-, false"})
    void mayNotBeWrittenByOthers(String mode, boolean taken) throws IOException {
        Path json = Given.file(folder, "seawall.json", "{\"publicPaths\": [\"/slack/events\"]}");
        Files.setPosixFilePermissions(json, PosixFilePermissions.fromString(mode));
        List<String> problems = taken ? List.of() : Given.problems("SEAWALL_CONFIG=" + json);
        assertEquals(taken, problems.isEmpty());
        assertTrue(problems.stream().allMatch(problem -> problem.startsWith("SEAWALL_CONFIG: " + json
                + " may be written by ") && problem.endsWith(" (expected: mode 644). Fix: chmod 644 " + json)),
                problems.toString());
    }
}
