package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    private static final String SECRETS = "AUTH_PASSWORD='" + Given.PASSWORD + "'\nOPENCLAW_GATEWAY_TOKEN="
            + Given.GATEWAY_TOKEN + "\n";

    @TempDir
    private Path folder = Path.of("");

    private Path dotEnv(String text, String mode) throws IOException {
        Path file = folder.resolve(".env");
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private Config load(Map<String, String> environment) throws ConfigException {
        return new Sources(environment, folder).load((hash, text) -> false).config();
    }

    private String refusal(Map<String, String> environment) {
        return String.valueOf(assertThrows(ConfigException.class, () -> load(environment)).getMessage());
    }

    @Test
    void readsTheEnvironmentAlone() throws ConfigException {
        assertEquals(8443, load(Given.environment("PORT=8443")).listener().port());
    }

    @Test
    void readsTheFileOfThisFolder() throws Exception {
        dotEnv(SECRETS + "PORT=8443\n", "rw-------");
        assertEquals(8443, load(Map.of()).listener().port());
    }

    @Test
    void letsTheEnvironmentWin() throws Exception {
        dotEnv(SECRETS + "PORT=8443\nAUTH_USERNAME=otter\n", "rw-------");
        Config config = load(Map.of("PORT", "9443"));
        assertEquals(9443, config.listener().port());
        assertEquals("otter", config.basic().username());
    }

    /// Of both lines, and never of a value; nor of another name, which can be the beginning of a pasted secret.
    @Test
    void warnsOfAKeyThatIsGivenAgain() throws Exception {
        Path file = dotEnv(SECRETS + "PORT=8443\nSEAWALL_HOST=a\nPORT=9443\n\nexport PORT=8444\nSEAWALL_HOST=b\n"
                + "c2VzYW1l==\nc2VzYW1l==\nHOOKS_PATH=\nHOOKS_PATH=/hooks\n", "rw-------");
        ConfigLoader.Loaded loaded = new Sources(Map.of(), folder).load((hash, text) -> false);
        assertEquals(8444, loaded.config().listener().port());
        int first = (int) SECRETS.lines().count() + 1;
        assertEquals(List.of(
                "PORT: given 3 times in %s, in lines %d, %d and %d; the last one counts. Fix: remove the others"
                        .formatted(file, first, first + 2, first + 4),
                "SEAWALL_HOST: given 2 times in %s, in lines %d and %d; the last one counts. Fix: remove the others"
                        .formatted(file, first + 1, first + 5),
                "SEAWALL_HOST: unknown key, ignored; did you mean SEAWALL_HOSTS? (see the key table in"
                        + " config/README.md)"),
                loaded.warnings());
    }

    @Test
    void refusesAFileThatEverybodyReads() throws IOException {
        Path file = dotEnv(SECRETS, "rw-r--r--");
        assertEquals(".env: " + file + " is open to every user of this machine (expected: mode 600 or 640). Fix:"
                + " chmod 600 " + file, refusal(Map.of()));
    }

    @Test
    void refusesABadLineWithoutRepeatingIt() throws IOException {
        Path file = dotEnv(SECRETS + "\nAUTH PASSWORD=otter\n", "rw-------");
        assertEquals(".env: " + file + " line 4: not NAME=value (expected: NAME=value lines and # comments). Fix:"
                + " correct that line", refusal(Map.of()));
    }

    @Test
    void saysHowAFileInAnotherEncodingIsToBeSaved() throws IOException {
        Path file = dotEnv("", "rw-------");
        Files.writeString(file, "\ufeff" + SECRETS, StandardCharsets.UTF_16LE);
        assertEquals(".env: " + file + ": not UTF-8 (expected: NAME=value lines and # comments). Fix:"
                + " save it as UTF-8", refusal(Map.of()));
    }

    @Test
    void refusesAFileThatIsNone() throws IOException {
        Path file = Files.createDirectory(folder.resolve(".env"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        assertEquals(".env: " + file + " is a directory (expected: a regular file of at most 256 KiB). Fix: write the"
                + " NAME=value lines into a file of their own", refusal(Map.of()));
    }

    @Test
    void tellsTheFilesThatItComesFromAlsoWhereOneIsRefused() throws Exception {
        Map<String, String> environment = Map.of("SEAWALL_CONFIG", "/x.json");
        Path file = dotEnv("AUTH_PASSWORD_FILE=/secret\n", "rw-------");
        assertEquals(Set.of(file, Path.of("/x.json"), Path.of("/secret")), new Sources(environment, folder).files());
        dotEnv("AUTH_PASSWORD_FILE=/secret\n", "rw-rw-rw-");
        assertEquals(Set.of(file, Path.of("/x.json")), new Sources(environment, folder).files());
    }

    @Test
    void readsWhatItCanWhereAFileIsRefused() throws IOException {
        dotEnv("PORT=8443\nAUTH_USERNAME=otter\n", "rw-rw-rw-");
        assertEquals(Map.of("PORT", "9443", "AUTH_USERNAME", "otter"),
                new Sources(Map.of("PORT", "9443"), folder).anyEnvironment());
    }

    @Test
    void printsNoSecret() {
        assertEquals("sources in " + folder, new Sources(Given.environment(), folder).toString());
    }
}
