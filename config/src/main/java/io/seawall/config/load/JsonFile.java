package io.seawall.config.load;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.config.Suggestion;
import io.seawall.host.BoundedFile;
import io.seawall.host.PrivateFile;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the optional JSON file. A key that it does not know, a secret, or a value of the wrong type is a problem with
/// line and column.
final class JsonFile {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private static final int LARGEST = 256 * 1024;

    private final Path file;
    private final List<Problem> problems;
    private final Map<Key, String> values = new EnumMap<>(Key.class);

    private JsonFile(Path file, List<Problem> problems) {
        this.file = file;
        this.problems = problems;
    }

    static Map<Key, String> read(String path, List<Problem> problems) {
        Path file;
        try {
            file = Path.of(path);
        } catch (InvalidPathException e) {
            problems.add(new Problem(Key.CONFIG, "not a path", "a readable JSON file", "correct the path"));
            return Map.of();
        }
        JsonFile reader = new JsonFile(file, problems);
        try {
            Optional<PrivateFile.Fault> fault = PrivateFile.decisive(file);
            if (fault.isPresent()) {
                problems.add(new Problem(Key.CONFIG, file + " " + fault.get().found(), fault.get().expected(),
                        fault.get().fix()));
                return Map.of();
            }
        } catch (IOException e) {
            problems.add(unreadable(file));
            return Map.of();
        }
        try (JsonParser parser = MAPPER.createParser(BoundedFile.bytes(file, LARGEST))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                reader.problem(parser, "no object", "a JSON object", "start the file with {");
            } else {
                reader.object(parser, "");
                if (parser.nextToken() != null) {
                    reader.problem(parser, "more after the object", "the end of the file", "remove it");
                }
            }
        } catch (JsonProcessingException e) {
            problems.add(new Problem(Key.CONFIG,
                    file + " line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr()
                            + " is not JSON",
                    "a JSON object", "correct that place"));
        } catch (BoundedFile.UnfitException e) {
            problems.add(new Problem(Key.CONFIG, file + " " + e.words(), "a regular file of at most 256 KiB",
                    "correct the path, or put only the keys into the file"));
        } catch (IOException e) {
            problems.add(unreadable(file));
        }
        return reader.values;
    }

    private static Problem unreadable(Path file) {
        return new Problem(Key.CONFIG, file + " cannot be read", "a readable JSON file",
                "correct the path or the file's mode");
    }

    private void object(JsonParser parser, String prefix) throws IOException {
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String path = prefix + parser.currentName();
            if (!seen.add(path)) {
                problem(parser, path + " for the second time", "every key once", "remove one of the two");
            }
            Key key = byPath(path);
            if (key == null && isSecret(path)) {
                problem(parser, "the secret " + path, "no secret in this file",
                        "set it in the environment or in a file that <NAME>_FILE names");
                parser.nextToken();
                parser.skipChildren();
            } else if (key == null && isGroup(path)) {
                group(parser, path);
            } else if (key == null) {
                problem(parser, "unknown key " + path + didYouMean(path),
                        "a key of config/seawall.example.json", "correct or remove it");
                parser.nextToken();
                parser.skipChildren();
            } else {
                value(parser, key);
            }
        }
    }

    private void group(JsonParser parser, String path) throws IOException {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            object(parser, path + ".");
        } else {
            problem(parser, path + " is not an object", "an object", "write \"" + path + "\": {…}");
            parser.skipChildren();
        }
    }

    private void value(JsonParser parser, Key key) throws IOException {
        JsonToken token = parser.nextToken();
        if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
            values.put(key, parser.getText());
        } else if (token == JsonToken.START_ARRAY) {
            List<String> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == JsonToken.VALUE_STRING) {
                    items.add(parser.getText());
                } else {
                    problem(parser, "an item of " + key.path().orElseThrow() + " is not a string", "strings",
                            "quote it");
                    parser.skipChildren();
                }
            }
            values.put(key, String.join(",", items));
        } else {
            problem(parser, key.path().orElseThrow() + (token == JsonToken.VALUE_NULL ? " is null" : " is an object"),
                    "a string, number, boolean or list of strings", "give it such a value or remove the key");
            parser.skipChildren();
        }
    }

    private void problem(JsonParser parser, String found, String expected, String fix) {
        problems.add(new Problem(Key.CONFIG,
                file + " line " + parser.currentTokenLocation().getLineNr() + ", column "
                        + parser.currentTokenLocation().getColumnNr() + ": " + found,
                expected, fix));
    }

    private static @Nullable Key byPath(String path) {
        for (Key key : Key.values()) {
            if (key.path().filter(path::equals).isPresent()) {
                return key;
            }
        }
        return null;
    }

    /// Also for people who write a key by its name in the environment.
    private static String didYouMean(String path) {
        for (Key key : Key.values()) {
            if (path.equals(key.variable()) && key.path().isPresent()) {
                return "; did you mean " + key.path().get() + "?";
            }
        }
        Set<String> names = new LinkedHashSet<>();
        for (Key key : Key.values()) {
            key.path().ifPresent(known -> {
                names.add(known);
                for (int dot = known.indexOf('.'); dot > 0; dot = known.indexOf('.', dot + 1)) {
                    names.add(known.substring(0, dot));
                }
            });
        }
        return Suggestion.question(path, names);
    }

    private static boolean isGroup(String path) {
        for (Key key : Key.values()) {
            if (key.path().filter(p -> p.startsWith(path + ".")).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /// Catches a secret under its environment name and under the names that people would guess for it.
    private static boolean isSecret(String path) {
        return path.toLowerCase(Locale.ROOT).matches(".*(password|token|hash|secret|hmac_?key)(_?previous)?");
    }
}
