package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Authentication;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The `_FILE` form of the secrets.
class SecretFileTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"AUTH_PASSWORD", "AUTH_PASSWORD_HASH", "GATEWAY_TOKEN", "HOOKS_TOKEN", "ADMIN_TOKEN"})
    void everySecretMayComeFromAFile(Key key) throws Exception {
        String secret = key == Key.AUTH_PASSWORD_HASH ? Given.BCRYPT : "k9Wz3NfX6qB1yT8mJ5rD0v";
        Path file = Given.file(folder, "secret", secret);
        Config config = Given.config("HOOKS_ENABLED=true", "HOOKS_TOKEN=" + Given.HOOKS_TOKEN,
                key == Key.AUTH_PASSWORD_HASH ? "AUTH_PASSWORD=" : "SEAWALL_LOG=", key + "=", key + "_FILE=" + file);
        assertEquals(secret, Places.text(config, key, secret));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void oneNewlineAtTheEndIsNotPartOfIt(String newline) throws Exception {
        Path file = Given.file(folder, "secret", " seven calm otters " + newline);
        assertTrue(Given.config("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file).basic()
                .credential() instanceof Authentication.Basic.Credential.Plain(Secret password)
                && password.sameAs(new Secret(" seven calm otters ")));
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTH_PASSWORD", "AUTH_PASSWORD_HASH", "GATEWAY_TOKEN", "HOOKS_TOKEN", "ADMIN_TOKEN"})
    void aSecondLineIsTheSecretBefore(Key key) throws Exception {
        boolean hashed = key == Key.AUTH_PASSWORD_HASH;
        String secret = hashed ? Given.BCRYPT : "k9Wz3NfX6qB1yT8mJ5rD0v";
        String before = hashed ? Given.ARGON2ID : "t4Rb8GhL2sW7pC0nE5vK1z";
        Path file = Given.file(folder, "secret", secret + "\r\n" + before + "\n");
        Config config = Given.config("HOOKS_ENABLED=true", "HOOKS_TOKEN=" + Given.HOOKS_TOKEN,
                hashed ? "AUTH_PASSWORD=" : "SEAWALL_LOG=", key + "=", key + "_FILE=" + file);
        assertEquals(secret, Places.text(config, key, secret));
        assertEquals(before, Places.text(config, key.previous().orElseThrow(), before));
    }

    @Test
    void emptyLinesAtTheEndAreNoSecretBefore() throws Exception {
        Path file = Given.file(folder, "secret", "seven calm otters\n\n\n");
        assertEquals(new Authentication.Basic("admin", Given.config().basic().credential()).previous(),
                Given.config("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file).basic().previous());
    }

    @Test
    void refusesAThirdLineAndASecondOneOfASecretThatCannotOverlap() throws IOException {
        Path three = Given.file(folder, "three", "seven calm otters\nnine loud walruses\nfive old narwhals\n");
        assertEquals(List.of("AUTH_PASSWORD_FILE: " + three
                + " has more lines than that (expected: the secret, and the one before it in a second line). Fix: remove the others"),
                Given.problems("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + three));
        Path two = Given.file(folder, "two", Given.EAB_KEY + "\n" + Given.EAB_KEY);
        assertEquals(List.of("SEAWALL_ACME_EAB_HMAC_KEY_FILE: " + two
                + " has more lines than that (expected: one line). Fix: remove the others"),
                Given.problems("SEAWALL_ACME_EAB_KEY_ID=kid-1", "SEAWALL_ACME_EAB_HMAC_KEY_FILE=" + two));
    }

    @Test
    void refusesASecondLineBesidesTheVariableForIt() throws IOException {
        Path file = Given.file(folder, "secret", "nine loud walruses\nseven calm otters\n");
        assertEquals(List.of("AUTH_PASSWORD_FILE: " + file
                + " has a second line, and AUTH_PASSWORD_PREVIOUS is set (expected: one of the two). Fix: unset AUTH_PASSWORD_PREVIOUS"),
                Given.problems("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=" + file,
                        "AUTH_PASSWORD_PREVIOUS=five old narwhals"));
    }

    @Test
    void namesTheFilesThatItReads() {
        assertEquals(java.util.Set.of(Path.of("seawall.json"), Path.of("/run/secrets/password")),
                ConfigLoader.files(Given.environment("SEAWALL_CONFIG=seawall.json",
                        "AUTH_PASSWORD_FILE=/run/secrets/password", "PORT_FILE=/port", "HOOKS_TOKEN_FILE= ")));
    }

    @Test
    void equalSecretsAreRefusedInFilesToo() throws IOException {
        Path file = Given.file(folder, "secret", Given.GATEWAY_TOKEN + "\n");
        assertEquals(List.of(
                "HOOKS_TOKEN: the same secret as OPENCLAW_GATEWAY_TOKEN (expected: a secret of its own). Fix: set HOOKS_TOKEN to the output of: ./seawall gen-token"),
                Given.problems("HOOKS_TOKEN_FILE=" + file));
    }

    @Test
    void onlyASecretHasAFile() throws Exception {
        Path file = Given.file(folder, "port", "8443");
        assertEquals(8080, Given.config("PORT_FILE=" + file).listener().port());
    }

    @Test
    void aFileThatIsNotNamedIsNotRead() throws ConfigException {
        assertEquals(Given.GATEWAY_TOKEN, Places.text(Given.config("OPENCLAW_GATEWAY_TOKEN_FILE= "),
                Key.GATEWAY_TOKEN, Given.GATEWAY_TOKEN));
    }

    @Test
    void refusesAFileBesidesTheVariable() throws IOException {
        Path file = Given.file(folder, "secret", Given.ADMIN_TOKEN);
        assertEquals(List.of(
                "OPENCLAW_GATEWAY_TOKEN_FILE: set together with OPENCLAW_GATEWAY_TOKEN (expected: one of the two). Fix: unset OPENCLAW_GATEWAY_TOKEN"),
                Given.problems("OPENCLAW_GATEWAY_TOKEN_FILE=" + file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere/secret", "/", "a\u0000b"})
    void refusesWhatIsNoFileWithoutRepeatingIt(String path) {
        assertEquals(List.of(
                "OPENCLAW_GATEWAY_TOKEN_FILE: names no file (expected: the path of a file with the secret). Fix: correct the path"),
                refusedFile(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", " \r\n"})
    void refusesAnEmptyFile(String content) throws IOException {
        Path file = Given.file(folder, "secret", content);
        assertEquals(List.of("OPENCLAW_GATEWAY_TOKEN_FILE: " + file
                + " is empty (expected: a file with the secret). Fix: write the secret into it"),
                refusedFile(file.toString()));
    }

    @Test
    void refusesAFileThatHoldsMoreThanASecret() throws IOException {
        Path file = Given.file(folder, "secret", "x".repeat(4097));
        assertEquals(List.of("OPENCLAW_GATEWAY_TOKEN_FILE: " + file
                + " has 4097 bytes (expected: at most 4096). Fix: put only the secret into it"),
                refusedFile(file.toString()));
    }

    @Test
    void takesAFileOf4096Bytes() throws Exception {
        String token = "k2v9QzR4".repeat(512);
        Path file = Given.file(folder, "secret", token);
        assertEquals(token, Places.text(
                Given.config("OPENCLAW_GATEWAY_TOKEN=", "OPENCLAW_GATEWAY_TOKEN_FILE=" + file), Key.GATEWAY_TOKEN,
                token));
    }

    @Test
    void refusesAFileThatEverybodyMayRead() throws IOException {
        Path file = Given.file(folder, "secret", Given.ADMIN_TOKEN);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-----r--"));
        assertEquals(List.of("OPENCLAW_GATEWAY_TOKEN_FILE: " + file
                + " is open to every user of this machine (expected: mode 600 or 640). Fix: chmod 600 " + file),
                refusedFile(file.toString()));
    }

    /// A user who may write it chooses the password.
    @ParameterizedTest
    @ValueSource(strings = {"rw--w--w-", "rw-rw----", "rw--w----", "rw-----w-"})
    void refusesAFileThatOthersMayWrite(String mode) throws Exception {
        Path file = Given.file(folder, "secret", Given.ADMIN_TOKEN);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertEquals(1, refusedFile(file.toString()).size());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertEquals(List.of(), Given.warnings("OPENCLAW_GATEWAY_TOKEN=", "OPENCLAW_GATEWAY_TOKEN_FILE=" + file));
    }

    @Test
    void refusesAFileThatIsNotText() throws IOException {
        Path file = Given.file(folder, "secret", new byte[]{(byte) 0xff, (byte) 0xfe, 'a'});
        assertEquals(List.of("OPENCLAW_GATEWAY_TOKEN_FILE: " + file
                + " is not UTF-8 text (expected: a file with the secret). Fix: write the secret into it as text"),
                refusedFile(file.toString()));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void refusesAFileThatFailsToBeRead() {
        // a regular file of mode 0600 whose first byte cannot be read, even by root
        assertEquals(List.of(
                "OPENCLAW_GATEWAY_TOKEN_FILE: /proc/self/mem cannot be read (expected: a readable file). Fix: chown it to the user that Seawall runs as"),
                refusedFile("/proc/self/mem"));
    }

    @Test
    void doesNotCallASecretMissingWhoseFileIsTheProblem() {
        assertEquals(
                List.of("AUTH_PASSWORD_HASH_FILE", "OPENCLAW_GATEWAY_TOKEN_FILE", "HOOKS_TOKEN_FILE",
                        "SEAWALL_ADMIN_TOKEN_FILE"),
                Given.refusal("AUTH_PASSWORD=", "AUTH_PASSWORD_HASH_FILE=/nowhere", "OPENCLAW_GATEWAY_TOKEN=",
                        "OPENCLAW_GATEWAY_TOKEN_FILE=/nowhere", "HOOKS_ENABLED=true", "HOOKS_TOKEN_FILE=/nowhere",
                        "SEAWALL_ADMIN=0.0.0.0:9464", "SEAWALL_ADMIN_TOKEN_FILE=/nowhere").problems().stream()
                        .map(Problem::key).toList());
        assertEquals(List.of("AUTH_PASSWORD_FILE"),
                Given.refusal("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=/nowhere").problems().stream().map(Problem::key)
                        .toList());
    }

    private static List<String> refusedFile(String path) {
        return Given.problems("OPENCLAW_GATEWAY_TOKEN=", "OPENCLAW_GATEWAY_TOKEN_FILE=" + path);
    }
}
