package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.ConfigException;
import io.seawall.config.PasswordHash;
import io.seawall.config.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// No secret, accepted or refused, appears in anything that can be printed.
class SecretsStaySecretTest {
    private static final String CANARY = "cAnAry7";
    private static final String PASSWORD = "pw " + CANARY + " seven otters";
    private static final String GATEWAY = CANARY + "-gw-k2v9QzR4mT7xW1bN6cY3hJ";
    private static final String HOOKS = CANARY + "-hk-p8Lf3sD0gZ5uE7aV2iB9oK";
    private static final String ADMIN = CANARY + "-ad-w4Xc6nM1jH8tY0rF5qS3dU";
    private static final String EAB = CANARY + "Zp8Lf3sD0gZ5uE7aV2iB9oKk2v9QzR4mT7xW1bN6cY3hJ";
    private static final String BCRYPT = "$2b$12$" + CANARY + "0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUWx";
    private static final String ARGON2ID = "$argon2id$v=19$m=19456,t=2,p=1$" + CANARY + "lvbnNhbHRzZWE$" + CANARY
            + "3kT7mH2bXw9ZrLs4eGdUfJ1cPiA6yNqV8xKE";

    @TempDir
    private Path folder = Path.of("");

    private static String[] allSecrets(String... more) {
        List<String> lines = new ArrayList<>(List.of("AUTH_PASSWORD=" + PASSWORD, "OPENCLAW_GATEWAY_TOKEN=" + GATEWAY,
                "HOOKS_ENABLED=true", "HOOKS_TOKEN=" + HOOKS, "SEAWALL_ADMIN_TOKEN=" + ADMIN,
                "SEAWALL_ACME_EAB_KEY_ID=kid-1", "SEAWALL_ACME_EAB_HMAC_KEY=" + EAB));
        lines.addAll(List.of(more));
        return lines.toArray(String[]::new);
    }

    @Test
    void notInAConfigurationOrAnyPartOfIt() throws ConfigException {
        List<String> printed = new ArrayList<>();
        print(Given.config(allSecrets()), printed);
        print(Given.config(allSecrets("AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + BCRYPT)), printed);
        print(Given.config(allSecrets("AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + ARGON2ID)), printed);
        assertTrue(printed.contains("***"), "the walk came to the secrets");
        assertTrue(printed.contains("bcrypt cost 12"), "the walk came to the hashes");
        printed.forEach(SecretsStaySecretTest::assertHidden);
    }

    @Test
    void notInAConfigurationReadFromFiles() throws Exception {
        List<String> printed = new ArrayList<>();
        print(Given.config("AUTH_PASSWORD=", "OPENCLAW_GATEWAY_TOKEN=",
                "AUTH_PASSWORD_FILE=" + Given.file(folder, "password", PASSWORD),
                "OPENCLAW_GATEWAY_TOKEN_FILE=" + Given.file(folder, "token", GATEWAY)), printed);
        printed.forEach(SecretsStaySecretTest::assertHidden);
    }

    @Test
    void notInAWarning() throws ConfigException {
        List<String> warnings = Given.warnings(allSecrets("SEAWALL_PASSWORD=" + PASSWORD, "SEAWALL_TOKEN=" + GATEWAY,
                "SEAWALL_HOOKS_TOKEN=" + HOOKS));
        assertEquals(3, warnings.size());
        warnings.forEach(SecretsStaySecretTest::assertHidden);
    }

    /// One kind of refusal a row; `@` stands for the canary.
    static Stream<String> refused() {
        List<String> lines = new ArrayList<>(List.of("AUTH_PASSWORD=@", "AUTH_PASSWORD=changeme @ otters",
                "AUTH_PASSWORD=@ calm\totters", "AUTH_PASSWORD=<@ otters>",
                "AUTH_PASSWORD_HASH=" + BCRYPT, "AUTH_PASSWORD_HASH=@"));
        for (String token : List.of("OPENCLAW_GATEWAY_TOKEN", "HOOKS_TOKEN", "SEAWALL_ADMIN_TOKEN")) {
            lines.addAll(List.of(token + "=@", token + "=changeme-@-k2v9QzR4mT7xW1bN", token + "=@ @ @ @ @ @",
                    token + "=@é@é@é@é@é@é", token + "=@@@@@", token + "=" + PASSWORD, token + "_FILE=@",
                    token + "_FILE=/@/\u0000", token + "_FILE=" + ADMIN));
        }
        lines.addAll(List.of("SEAWALL_ACME_EAB_HMAC_KEY=@", "SEAWALL_ACME_EAB_HMAC_KEY=@ @é@",
                "SEAWALL_ACME_EAB_HMAC_KEY_FILE=@"));
        lines.addAll(List.of("HOOKS_TOKEN=" + GATEWAY, "SEAWALL_ADMIN_TOKEN=" + GATEWAY,
                "SEAWALL_ADMIN_TOKEN=" + HOOKS, "AUTH_PASSWORD=" + GATEWAY));
        return lines.stream();
    }

    @ParameterizedTest
    @MethodSource("refused")
    void notInARefusal(String line) {
        assertHidden(Given.refusal(allSecrets(line.replace("@", CANARY))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$2b$04$", "$2b$31$", "$2x$12$"})
    void notInTheRefusalOfABcryptHash(String start) {
        String hash = start + BCRYPT.substring(start.length());
        assertHidden(Given.refusal(allSecrets("AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + hash)));
        assertHidden(assertThrows(IllegalArgumentException.class, () -> new PasswordHash(hash)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m=1024,t=1,p=1", "m=19456,t=2,p=9", "m=x,t=2,p=1"})
    void notInTheRefusalOfAnArgon2idHash(String cost) {
        String hash = ARGON2ID.replace("m=19456,t=2,p=1", cost);
        assertHidden(Given.refusal(allSecrets("AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + hash)));
        assertHidden(assertThrows(IllegalArgumentException.class, () -> new PasswordHash(hash)));
    }

    @Test
    void notInTheRefusalOfASecretFile() throws IOException {
        Path large = Given.file(folder, "large", CANARY.repeat(1000));
        Path binary = Given.file(folder, "binary", (CANARY + "ä").getBytes(StandardCharsets.ISO_8859_1));
        Path weak = Given.file(folder, "weak", CANARY);
        Path open = Given.file(folder, "open", GATEWAY);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        for (Path file : List.of(large, binary, weak, open)) {
            for (String key : List.of("AUTH_PASSWORD", "OPENCLAW_GATEWAY_TOKEN", "HOOKS_TOKEN",
                    "SEAWALL_ADMIN_TOKEN")) {
                assertHidden(Given.refusal(allSecrets(key + "=", key + "_FILE=" + file)));
                assertHidden(Given.refusal(allSecrets(key + "_FILE=" + file)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"AUTH_PASSWORD\": \"@\"}", "{\"gatewayToken\": \"@\"}",
        "{\"hooks\": {\"token\": [\"@\"]}}",
        "{\"basic\": {\"password\": {\"value\": \"@\"}}}", "{\"unknown\": \"@\"}", "{\"basic\": \"@\"}",
        "{\"hosts\": [{\"a\": \"@\"}]}", "{\"listen\": {\"port\": {\"a\": \"@\"}}}", "{\"AUTH_PASSWORD\": @}",
        "{\"AUTH_PASSWORD\": \"@", "{\"AUTH_PASSWORD\": \"@\" \"x\"}", "{\"AUTH_PASSWORD\": \"@\\x\"}", "\"@\"", "@",
        "{} @", "{\"gatewayToken\": \"@\", \"gatewayToken\": \"@\"}"})
    void notInTheRefusalOfAJsonFile(String json) throws IOException {
        Path file = Files.writeString(folder.resolve("seawall.json"), json.replace("@", CANARY));
        assertHidden(Given.refusal(allSecrets("SEAWALL_CONFIG=" + file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"@", "AUTH_PASSWORD:@", "AUTH_PASSWORD='@", "AUTH_PASSWORD='it's @'",
        "AUTH PASSWORD=@", "AUTH_PASSWORD=@ä"})
    void notInTheRefusalOfADotEnvFile(String line) throws IOException {
        Path file = Files.write(folder.resolve(".env"),
                line.replace("@", CANARY).getBytes(StandardCharsets.ISO_8859_1));
        assertHidden(assertThrows(IllegalArgumentException.class, () -> DotEnv.read(file)));
    }

    /// The object and everything below it, each as its own `toString` prints it.
    private static void print(Object value, List<String> printed) {
        printed.add(value.toString());
        switch (value) {
            case Record r -> {
                for (RecordComponent component : r.getClass().getRecordComponents()) {
                    try {
                        component.getAccessor().setAccessible(true);
                        print(component.getAccessor().invoke(r), printed);
                    } catch (ReflectiveOperationException e) {
                        throw new LinkageError(component.getName(), e);
                    }
                }
            }
            case Optional<?> o -> o.ifPresent(v -> print(v, printed));
            case Collection<?> c -> c.forEach(v -> print(v, printed));
            case Map<?, ?> _ -> throw new AssertionError("walk maps too");
            default -> {
                // a leaf
            }
        }
    }

    /// Everything that a logger could print of it: messages, causes, suppressed ones, and the problems one by one.
    private static void assertHidden(Throwable refusal) {
        StringWriter trace = new StringWriter();
        refusal.printStackTrace(new PrintWriter(trace));
        assertHidden(trace.toString());
        if (refusal instanceof ConfigException e) {
            for (Problem problem : e.problems()) {
                List<String> printed = new ArrayList<>();
                print(problem, printed);
                printed.forEach(SecretsStaySecretTest::assertHidden);
            }
        }
    }

    private static void assertHidden(String text) {
        assertFalse(text.contains(CANARY), text);
    }
}
