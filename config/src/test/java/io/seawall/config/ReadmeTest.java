package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadmeTest {
    private static final Path README = Path.of("README.md");
    /// The heading above each group's first key.
    private static final Map<Key, String> HEADINGS = Map.ofEntries(Map.entry(Key.CONFIG, "The file"),
            Map.entry(Key.PORT, "Listeners"), Map.entry(Key.TLS, "TLS and certificates"),
            Map.entry(Key.HOSTS, "Names and origins"), Map.entry(Key.AUTH_USERNAME, "People's login"),
            Map.entry(Key.GATEWAY_TOKEN, "API token"), Map.entry(Key.HOOKS_ENABLED, "Webhooks"),
            Map.entry(Key.UPSTREAM, "The gateway"), Map.entry(Key.TRUSTED_PROXIES, "In front of Seawall"),
            Map.entry(Key.ADMIN, "Metrics and readiness"), Map.entry(Key.READ_TIMEOUT, "Timeouts"),
            Map.entry(Key.MAX_CONNECTIONS, "Limits"), Map.entry(Key.LOCKOUT_GUESSES, "Lockouts"),
            Map.entry(Key.SESSION_IDLE, "Sessions"), Map.entry(Key.STATE_DIR, "State"),
            Map.entry(Key.API_PATHS, "Paths and headers"), Map.entry(Key.LOG, "Log and start"));

    @Test
    void showsEveryKeyWithItsDefaultAndMeaning() throws IOException {
        String text = Files.readString(README);
        int start = text.indexOf('\n', text.indexOf("<!-- keys:")) + 1;
        assertEquals(tables(), text.substring(start, text.indexOf("<!-- /keys -->")));
    }

    private static String tables() {
        List<String> rows = new ArrayList<>();
        for (Key key : Key.values()) {
            if (HEADINGS.containsKey(key)) {
                rows.addAll(List.of("", "### " + HEADINGS.get(key), "", "| key | default | in the file | |",
                        "|---|---|---|---|"));
            }
            rows.add("| `" + key.variable() + (key.secret() ? "`, `" + key.variable() + "_FILE" : "") + "` | "
                    + key.fallback().map(f -> "`" + f + "`").orElse("") + " | "
                    + key.path().map(p -> "`" + p + "`").orElse("") + " | " + key.meaning() + " |");
        }
        return String.join("\n", rows) + "\n\n";
    }
}
