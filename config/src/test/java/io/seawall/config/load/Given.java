package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An environment that is accepted, and what becomes of it when lines are added. A line `NAME=` unsets a name, because
/// blank counts as not set.
final class Given {
    static final String PASSWORD = "seven calm otters";
    static final String GATEWAY_TOKEN = "8d1f4b7e02c95a63f0e8b21d7c6a9435";
    static final String HOOKS_TOKEN = "k2v9QzR4mT7xW1bN6cY3hJ";
    static final String ADMIN_TOKEN = "p8Lf3sD0gZ5uE7aV2iB9oK";
    static final String EAB_KEY = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";
    static final String BCRYPT = "$2b$12$" + "R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW";
    static final String ARGON2ID = "$argon2id$v=19$m=19456,t=2,p=1$c2VhbGlvbnNhbHRzZWE1MQ$"
            + "Q5oYv0n3kT7mH2bXw9ZrLs4eGdUfJ1cPiA6yNqV8xKE";

    private Given() {}

    static Map<String, String> environment(String... lines) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("AUTH_PASSWORD", PASSWORD);
        environment.put("OPENCLAW_GATEWAY_TOKEN", GATEWAY_TOKEN);
        for (String line : lines) {
            int equals = line.indexOf('=');
            environment.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return environment;
    }

    static Config config(String... lines) throws ConfigException {
        return ConfigLoader.load(environment(lines)).config();
    }

    static List<String> warnings(String... lines) throws ConfigException {
        return ConfigLoader.load(environment(lines)).warnings();
    }

    static ConfigException refusal(String... lines) {
        return assertThrows(ConfigException.class, () -> ConfigLoader.load(environment(lines)));
    }

    static List<String> problems(String... lines) {
        return refusal(lines).problems().stream().map(Problem::toString).toList();
    }

    static Path file(Path folder, String name, String content) throws IOException {
        return file(folder, name, content.getBytes(StandardCharsets.UTF_8));
    }

    /// A file that only its owner reads.
    static Path file(Path folder, String name, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
