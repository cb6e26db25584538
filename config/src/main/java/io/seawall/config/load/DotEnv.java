package io.seawall.config.load;

import io.seawall.host.BoundedFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a `.env` file: `NAME=value` lines, `#` comments, optional `export`, single or double quotes around a value.
/// Nothing is expanded: a `$` is a `$`.
public final class DotEnv {
    private static final int LARGEST = 256 * 1024;

    private DotEnv() {}

    /// What such a file says.
    ///
    /// @param values the last of each name
    /// @param repeated the names that were given before, with all their lines' numbers
    record Contents(Map<String, String> values, Map<String, List<Integer>> repeated) {
        @Override
        public String toString() {
            return "contents of .env"; // values can be credentials
        }
    }

    /// @throws IllegalArgumentException naming file and line, never the value, when a line is none of these
    public static Map<String, String> read(Path file) throws IOException {
        return contents(file).values();
    }

    /// @throws IllegalArgumentException naming file and line, never the value, when a line is none of these
    static Contents contents(Path file) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, List<Integer>> given = new LinkedHashMap<>();
        List<String> lines;
        try {
            lines = BoundedFile.text(file, LARGEST).lines().toList();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": not UTF-8", e);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith("export ")) {
                line = line.substring(7).strip();
            }
            int equals = line.indexOf('=');
            if (equals < 1 || !line.substring(0, equals).matches("[A-Za-z_][A-Za-z0-9_]*")) {
                throw new IllegalArgumentException(file + " line " + (i + 1) + ": not NAME=value");
            }
            String name = line.substring(0, equals);
            String before = values.put(name, unquote(line.substring(equals + 1), file, i + 1));
            List<Integer> numbers = given.computeIfAbsent(name, first -> new ArrayList<>());
            if (before != null && before.isBlank()) {
                numbers.clear(); // blank is not set, so nothing is lost
            }
            numbers.add(i + 1);
        }
        given.values().removeIf(numbers -> numbers.size() < 2);
        return new Contents(values, given);
    }

    private static String unquote(String text, Path file, int line) {
        String value = text.strip();
        char quote = value.isEmpty() ? 0 : value.charAt(0);
        if (quote == '"' || quote == '\'') {
            int end = value.indexOf(quote, 1);
            String rest = end < 0 ? "" : value.substring(end + 1).strip();
            if (end < 0) {
                throw new IllegalArgumentException(file + " line " + line + ": the quote does not end");
            }
            if (!(rest.isEmpty() || rest.startsWith("#"))) {
                throw new IllegalArgumentException(file + " line " + line + ": text after the closing quote");
            }
            return value.substring(1, end);
        }
        // before stripping: the blank in front of the comment may be all there is, as in NAME= # not set
        return text.replaceFirst("\\s#.*", "").strip();
    }
}
