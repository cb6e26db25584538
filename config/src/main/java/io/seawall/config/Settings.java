package io.seawall.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The raw text of every key, from the environment first, then the JSON file, then the default; and the problems met
/// on the way. Checking what the text means is the [ConfigLoader]'s.
final class Settings {
    private final Map<String, String> environment;
    private final Map<Key, String> file;
    private final Map<Key, String> secretFiles = new EnumMap<>(Key.class);
    private final List<Problem> problems;

    Settings(Map<String, String> environment, List<Problem> problems) {
        this.environment = environment;
        this.problems = problems;
        String path = environment.get(Key.CONFIG.variable());
        file = path == null || path.isBlank() ? Map.of() : JsonFile.read(Path.of(path.strip()), problems);
        for (Key key : Key.values()) {
            if (key.secret()) {
                readSecretFile(key);
            }
        }
    }

    /// The text of a key without its default; blank counts as not set, as it does for the OpenClaw image.
    Optional<String> given(Key key) {
        String value = environment.get(key.variable());
        if (value == null || value.isBlank()) {
            value = key.secret() ? secretFiles.get(key) : file.get(key);
        }
        return Optional.ofNullable(value).filter(v -> !v.isBlank()).map(v -> key.secret() ? v : v.strip());
    }

    Optional<String> text(Key key) {
        return given(key).or(key::fallback);
    }

    List<String> list(Key key) {
        List<String> items = new ArrayList<>();
        for (String item : text(key).orElse("").split("[,\\s]+")) {
            if (!item.isEmpty()) {
                items.add(item);
            }
        }
        return items;
    }

    /// Names that look like ours and are none of ours: most often a typing error. What Kubernetes injects for a service
    /// called `seawall` is left out.
    List<String> unknown() {
        List<String> names = new ArrayList<>();
        for (String name : environment.keySet()) {
            if (name.startsWith("SEAWALL_") && !isKnown(name) && !name.matches("SEAWALL_(.*_)?(PORT|SERVICE)(_.*)?")) {
                names.add(name);
            }
        }
        names.sort(null);
        return names;
    }

    private static boolean isKnown(String name) {
        for (Key key : Key.values()) {
            if (name.equals(key.variable()) || key.secret() && name.equals(key.variable() + "_FILE")) {
                return true;
            }
        }
        return false;
    }

    private void readSecretFile(Key key) {
        String variable = key.variable() + "_FILE";
        String name = environment.get(variable);
        if (name == null || name.isBlank()) {
            return;
        }
        Path path = Path.of(name.strip());
        String direct = environment.get(key.variable());
        if (direct != null && !direct.isBlank()) {
            problem(variable, "set together with " + key.variable(), "one of the two", "unset " + key.variable());
            return;
        }
        try {
            if (!Files.isRegularFile(path)) {
                problem(variable, path + " is not a file", "a file with the secret", "correct the path");
                return;
            }
            if (Files.size(path) > 4096) {
                problem(variable, path + " has " + Files.size(path) + " bytes", "at most 4096",
                        "put only the secret into it");
                return;
            }
            if (worldReadable(path)) {
                problem(variable, path + " is readable by everybody", "a file that only its owner reads",
                        "chmod 600 " + path);
                return;
            }
            String value = Files.readString(path).replaceFirst("\\R\\z", "");
            if (value.isBlank()) {
                problem(variable, path + " is empty", "a file with the secret", "write the secret into it");
                return;
            }
            secretFiles.put(key, value);
        } catch (CharacterCodingException e) {
            problem(variable, path + " is not UTF-8 text", "a file with the secret",
                    "write the secret into it as text");
        } catch (IOException e) {
            problem(variable, path + " cannot be read", "a readable file",
                    "chown it to the user that Seawall runs as");
        }
    }

    /// Whether every user of the machine may read the file; false where the file system knows no modes.
    static boolean worldReadable(Path path) throws IOException {
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path, new LinkOption[0]);
            return mode.contains(PosixFilePermission.OTHERS_READ);
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    private void problem(String key, String found, String expected, String fix) {
        problems.add(new Problem(Problem.Kind.CONFIGURATION, key, found, expected, fix));
    }
}
