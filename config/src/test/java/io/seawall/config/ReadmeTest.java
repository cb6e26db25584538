package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path README = Path.of("README.md");

    @Test
    void showsEveryKeyWithItsDefaultAndMeaning() throws IOException {
        String text = Files.readString(README);
        int start = text.indexOf('\n', text.indexOf("<!-- keys:")) + 1;
        assertEquals(table(), text.substring(start, text.indexOf("<!-- /keys -->")));
    }

    private static String table() {
        List<String> rows = new ArrayList<>(List.of("| key | default | in the file | |", "|---|---|---|---|"));
        for (Key key : Key.values()) {
            rows.add("| `" + key.variable() + (key.secret() ? "`, `" + key.variable() + "_FILE" : "") + "` | "
                    + key.fallback().map(f -> "`" + f + "`").orElse("") + " | "
                    + key.path().map(p -> "`" + p + "`").orElse("") + " | " + key.meaning() + " |");
        }
        return String.join("\n", rows) + "\n";
    }
}
