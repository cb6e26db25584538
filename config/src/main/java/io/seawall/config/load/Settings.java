package io.seawall.config.load;

import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.config.Secret;
import io.seawall.config.Suggestion;
import io.seawall.host.BoundedFile;
import io.seawall.host.PrivateFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The raw text of every key, from the environment first, then the JSON file, then the default; and the problems met
/// on the way. Checking what the text means is the [ConfigLoader]'s.
final class Settings {
    private static final String PREFIX = "SEAWALL_";
    private static final int LARGEST_SECRET = 4096;
    // shorter names resemble PORT by chance
    private static final int SHORTEST_FOREIGN = 8;

    private final Variables variables;
    private final Map<String, String> environment;
    private final Map<Key, String> file;
    private final Map<Key, String> secretFiles = new EnumMap<>(Key.class);
    private final List<Problem> problems;

    Settings(Map<String, String> given, List<Problem> problems) {
        variables = Variables.of(given);
        environment = variables.texts();
        problems.addAll(variables.problems());
        this.problems = problems;
        String path = environment.get(Key.CONFIG.variable());
        file = path == null || path.isBlank() ? Map.of() : JsonFile.read(path.strip(), problems);
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

    /// What is odd about the environment without being wrong.
    List<String> warnings() {
        return variables.warnings();
    }

    /// Whether nothing is to be said of this key, because what was given for it is a problem already.
    boolean isUnreadable(Key key) {
        return variables.isUnreadable(key);
    }

    /// Whether something is set for this secret. Where it is not given nevertheless, that is the problem, and not that
    /// nothing is set.
    boolean isAttempted(Key key) {
        return isFileNamed(key) || isUnreadable(key);
    }

    private boolean isFileNamed(Key key) {
        String name = environment.get(key.variable() + "_FILE");
        return name != null && !name.isBlank();
    }

    Optional<String> text(Key key) {
        return given(key).or(key::fallback);
    }

    /// What every key is, whether it is secret or not.
    Map<Key, Secret> texts() {
        Map<Key, Secret> texts = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            text(key).ifPresent(text -> texts.put(key, new Secret(text)));
        }
        return texts;
    }

    static Set<Path> files(Map<String, String> given) {
        Map<String, String> environment = Variables.of(given).texts();
        Set<Path> files = new LinkedHashSet<>();
        for (Key key : Key.values()) {
            String name = key.secret() ? environment.get(key.variable() + "_FILE") : null;
            if (key == Key.CONFIG) {
                name = environment.get(key.variable());
            }
            try {
                if (name != null && !name.isBlank()) {
                    files.add(Path.of(name.strip()));
                }
            } catch (InvalidPathException e) {
                // the reader of the value reports the problem
            }
        }
        return files;
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

    /// A warning for each name that looks like a key and is none: most often a typing error. What Kubernetes injects
    /// for a service called `seawall` is left out; of names that may belong to other programs only those one typing
    /// error away from a key count.
    List<String> unknown() {
        List<String> known = names();
        SortedMap<String, String> warnings = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (known.contains(name)) {
                return;
            }
            if (name.startsWith(PREFIX)) {
                if (!isInjected(name, value)) {
                    warnings.put(name, ": unknown key, ignored" + question(name, known));
                }
            } else if (name.length() >= SHORTEST_FOREIGN && !value.isBlank()) {
                Suggestion.ofOneError(name, known)
                        .ifPresent(meant -> warnings.put(name, ": not read; did you mean " + meant + "?"));
            }
        });
        return warnings.entrySet().stream().map(warning -> warning.getKey() + warning.getValue()
                + " (see the key table in config/README.md)").toList();
    }

    /// Also where both are wrong: the prefix, which the keys of OpenClaw's image do without, and a letter of the rest.
    private static String question(String name, List<String> known) {
        String rest = name.substring(PREFIX.length());
        return Suggestion.of(name, known)
                .or(() -> Suggestion.ofOneError(rest, known))
                .map(meant -> "; did you mean " + meant + "?").orElse("");
    }

    /// Whether a name is a key's, or looks like one.
    static boolean isOurs(String name) {
        return name.startsWith(PREFIX) || names().contains(name);
    }

    /// Told from a typing error such as SEAWALL_PORT=8443 by the rest of the name, or by the value `tcp://10.0.0.1:443`.
    private static boolean isInjected(String name, String value) {
        return name
                .matches("SEAWALL_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT_[0-9]+_(TCP|UDP|SCTP)_(PROTO|PORT|ADDR))")
                || name.matches("SEAWALL_(.*_)?PORT(_[0-9]+_(TCP|UDP|SCTP))?") && value.matches("(tcp|udp|sctp)://.*");
    }

    /// All that is read: the keys, and the files that secrets can be in.
    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Key key : Key.values()) {
            names.add(key.variable());
            if (key.secret()) {
                names.add(key.variable() + "_FILE");
            }
        }
        return names;
    }

    private void readSecretFile(Key key) {
        String variable = key.variable() + "_FILE";
        String name = environment.get(variable);
        if (name == null || name.isBlank()) {
            return;
        }
        String direct = environment.get(key.variable());
        if (direct != null && !direct.isBlank()) {
            problem(variable, "set together with " + key.variable(), "one of the two", "unset " + key.variable());
            return;
        }
        Path path;
        try {
            path = Path.of(name.strip());
        } catch (InvalidPathException e) {
            missing(variable);
            return;
        }
        try {
            if (!Files.isRegularFile(path)) {
                missing(variable);
                return;
            }
            if (Files.size(path) > LARGEST_SECRET) {
                problem(variable, path + " has " + Files.size(path) + " bytes", "at most 4096",
                        "put only the secret into it");
                return;
            }
            Optional<PrivateFile.Fault> fault = PrivateFile.secret(path);
            if (fault.isPresent()) {
                problem(variable, path + " " + fault.get().found(), fault.get().expected(), fault.get().fix());
                return;
            }
            String value = Variables.trimmed(BoundedFile.text(path, LARGEST_SECRET));
            if (value.isBlank()) {
                problem(variable, path + " is empty", "a file with the secret", "write the secret into it");
                return;
            }
            lines(key, path, value);
        } catch (CharacterCodingException e) {
            problem(variable, path + " is not UTF-8 text", "a file with the secret",
                    "write the secret into it as text");
        } catch (IOException e) {
            problem(variable, path + " cannot be read", "a readable file",
                    "chown it to the user that Seawall runs as");
        }
    }

    /// A file has the secret in its first line, and may have the one before it in a second.
    private void lines(Key key, Path path, String text) {
        String[] lines = text.split("\\R", 3);
        Optional<Key> previous = key.previous();
        if (lines.length > (previous.isPresent() ? 2 : 1)) {
            problem(key.variable() + "_FILE", path + " has more lines than that",
                    previous.isPresent() ? "the secret, and the one before it in a second line" : "one line",
                    "remove the others");
        } else if (lines.length == 2 && (isSet(previous.orElseThrow().variable()) || isFileNamed(previous.get()))) {
            problem(key.variable() + "_FILE", path + " has a second line, and " + previous.get() + " is set",
                    "one of the two", "unset " + previous.get());
        } else {
            secretFiles.put(key, lines[0]);
            if (lines.length == 2) {
                secretFiles.put(previous.get(), lines[1]);
            }
        }
    }

    private boolean isSet(String variable) {
        String value = environment.get(variable);
        return value != null && !value.isBlank();
    }

    /// Does not repeat the text, which is the secret itself where someone took `_FILE` for the plain variable.
    private void missing(String variable) {
        problem(variable, "names no file", "the path of a file with the secret", "correct the path");
    }

    private void problem(String key, String found, String expected, String fix) {
        problems.add(new Problem(Problem.Kind.CONFIGURATION, key, found, expected, fix));
    }
}
