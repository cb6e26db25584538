package io.seawall.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// THREAT_MODEL.md promises nothing without a test.
class ThreatModelTest {
    private static final Path HOME = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|IT))(?:\\.([a-z][A-Za-z0-9]*))?`");
    private static final Pattern SCRIPT = Pattern.compile("`((?:docker|proxy)/[a-z0-9/]+)`");

    private static String text() throws IOException {
        return Files.readString(HOME.resolve("THREAT_MODEL.md"));
    }

    /// Names of test classes to all that is in them; two packages may have one of the same name.
    private static Map<String, String> tests() throws IOException {
        Map<String, String> tests = new TreeMap<>();
        for (String module : List.of("config", "certs", "proxy")) {
            try (Stream<Path> files = Files.walk(HOME.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    tests.merge(file.getFileName().toString().replace(".java", ""), Files.readString(file),
                            String::concat);
                }
            }
        }
        return tests;
    }

    @Test
    void namesOnlyTestsThatExist() throws IOException {
        Map<String, String> tests = tests();
        List<String> gone = new ArrayList<>();
        Matcher named = TEST.matcher(text());
        int count = 0;
        while (named.find()) {
            count++;
            String source = tests.getOrDefault(named.group(1), "");
            if (source.isEmpty() || named.group(2) != null && !source.contains("void " + named.group(2) + "(")) {
                gone.add(named.group());
            }
        }
        assertEquals(List.of(), gone);
        assertTrue(count > 50, count + " tests named");
    }

    @Test
    void namesOnlyScriptsThatCanBeRun() throws IOException {
        Matcher named = SCRIPT.matcher(text());
        while (named.find()) {
            assertTrue(Files.isExecutable(HOME.resolve(named.group(1))), named::group);
        }
    }

    @Test
    void everyPromiseIsHeldBySomething() throws IOException {
        for (String section : text().split("\n## Not promised")[0].split("\n### ")) {
            if (section.contains("| held by |")) {
                section.lines().filter(line -> line.startsWith("| ") && !line.contains("held by"))
                        .forEach(line -> assertTrue(TEST.matcher(line).find() || SCRIPT.matcher(line).find(), line));
            }
        }
    }

    @Test
    void showsEveryRuleOfHygiene() throws IOException {
        List<String> rows = new ArrayList<>(
                List.of("| rule | status | source | refused because |", "|---|---|---|---|"));
        for (Rule rule : Rule.values()) {
            rows.add("| `" + rule.label() + "` | " + rule.status() + " | " + rule.source() + " | " + rule.meaning()
                    + " |");
        }
        String text = text();
        int start = text.indexOf('\n', text.indexOf("<!-- rules:")) + 1;
        assertEquals(String.join("\n", rows) + "\n", text.substring(start, text.indexOf("<!-- /rules -->")));
    }
}
