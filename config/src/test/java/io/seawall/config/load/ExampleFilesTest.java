package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The files that people copy: complete, in step with the keys, and of no use to an attacker.
class ExampleFilesTest {
    private static final Path JSON = Path.of("seawall.example.json");
    private static final Path DOT_ENV = Path.of("..", ".env.example");
    private static final Pattern SETTING = Pattern.compile("#?([A-Za-z_][A-Za-z0-9_]*)=(.*)");

    @Test
    void theJsonExampleHasEveryKeyThatHasAPlaceInIt() {
        List<Problem> problems = new ArrayList<>();
        Set<Key> keys = JsonFile.read(JSON.toString(), problems).keySet();
        assertEquals(List.of(), problems);
        assertEquals(Stream.of(Key.values()).filter(key -> key.path().isPresent()).collect(Collectors.toSet()), keys);
    }

    @Test
    void theJsonExampleChangesNothing() throws ConfigException {
        assertEquals(Given.config().toString(), Given.config("SEAWALL_CONFIG=" + JSON).toString());
    }

    @Test
    void theEnvironmentExampleIsRefusedAsItStands() throws IOException {
        Map<String, String> environment = DotEnv.read(DOT_ENV);
        ConfigException refusal = assertThrows(ConfigException.class, () -> ConfigLoader.load(environment));
        assertEquals(List.of("AUTH_PASSWORD: not set", "OPENCLAW_GATEWAY_TOKEN: not set"),
                refusal.problems().stream().map(p -> p.key() + ": " + p.found()).toList());
    }

    @Test
    void theEnvironmentExampleNamesNothingButKeys() throws IOException {
        Set<String> known = new TreeSet<>();
        for (Key key : Key.values()) {
            known.add(key.variable());
            if (key.secret()) {
                known.add(key.variable() + "_FILE");
            }
        }
        Set<String> unknown = new TreeSet<>(settings().keySet());
        unknown.removeAll(known);
        assertEquals(Set.of(), unknown);
    }

    @Test
    void theEnvironmentExampleNamesEveryKey() throws IOException {
        Set<String> missing = Stream.of(Key.values()).map(Key::variable).collect(Collectors.toCollection(TreeSet::new));
        missing.removeAll(settings().keySet());
        assertEquals(Set.of(), missing);
    }

    @Test
    void theEnvironmentExampleNamesEverySecretAndGivesNone() throws IOException {
        Map<String, String> settings = settings();
        for (Key key : Key.values()) {
            if (key.secret()) {
                assertEquals("", settings.get(key.variable()), key::variable);
            }
        }
    }

    @Test
    void theEnvironmentExampleIsAcceptedOnceTheSecretsAreSet() throws Exception {
        Map<String, String> environment = new LinkedHashMap<>(DotEnv.read(DOT_ENV));
        environment.put("AUTH_PASSWORD", Given.PASSWORD);
        environment.put("OPENCLAW_GATEWAY_TOKEN", Given.GATEWAY_TOKEN);
        assertEquals(Given.config().toString(), ConfigLoader.load(environment).config().toString());
    }

    @Test
    void theEnvironmentExampleIsAcceptedWithEveryCommentMarkRemoved() throws Exception {
        Map<String, String> environment = settings();
        environment.keySet().removeIf(name -> name.endsWith("_FILE") || name.equals("SEAWALL_CONFIG"));
        environment.put("AUTH_PASSWORD", Given.PASSWORD);
        environment.put("OPENCLAW_GATEWAY_TOKEN", Given.GATEWAY_TOKEN);
        environment.put("HOOKS_TOKEN", Given.HOOKS_TOKEN);
        assertEquals(List.of(), ConfigLoader.load(environment).warnings());
    }

    /// The settings in effect and those behind a comment mark; prose is told from them by the blank after the mark.
    private static Map<String, String> settings() throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line : Files.readAllLines(DOT_ENV)) {
            var setting = SETTING.matcher(line);
            if (setting.matches()) {
                settings.put(setting.group(1), setting.group(2));
            } else {
                assertTrue(line.isEmpty() || line.startsWith("# "), line);
            }
        }
        return settings;
    }
}
