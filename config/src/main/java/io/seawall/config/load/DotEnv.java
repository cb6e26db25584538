package io.seawall.config.load;

import io.seawall.host.BoundedFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads a `.env` file: `NAME=value` lines, `#` comments, optional `export`, single or double quotes around a value.
/// Nothing is expanded: a `$` is a `$`.
public final class DotEnv {
    private static final int LARGEST = 256 * 1024;

    private DotEnv() {}

    /// @throws IllegalArgumentException naming file and line, never the value, when a line is none of these
    public static Map<String, String> read(Path file) throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
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
            values.put(line.substring(0, equals), unquote(line.substring(equals + 1), file, i + 1));
        }
        return values;
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
