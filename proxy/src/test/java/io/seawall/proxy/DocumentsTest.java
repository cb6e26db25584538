package io.seawall.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The documents lead to files, headings and scripts that exist.
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|srcset)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```\\s*?$");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern SCRIPT = Pattern.compile("(?:proxy/src|docker)/[a-z0-9]+/(?:run|test|scale)\\b");
    private static final int LINES_OF_THE_README = 150;
    private static final String MARKDOWN = ".*\\.md";

    @Test
    void leadToWhatExists() throws IOException {
        List<String> broken = new ArrayList<>();
        int count = 0;
        for (Path document : Documents.named(MARKDOWN)) {
            Matcher link = LINK.matcher(FENCE.matcher(Files.readString(document)).replaceAll(""));
            while (link.find()) {
                String target = link.group(1) != null ? link.group(1) : link.group(2);
                if (!ELSEWHERE.matcher(target).matches()) {
                    count++;
                    if (!exists(document, target)) {
                        broken.add(Documents.ROOT.relativize(document) + ": " + target);
                    }
                }
            }
        }
        assertEquals(List.of(), broken);
        assertTrue(count > 100, count + " links");
    }

    @Test
    void nameOnlyScriptsThatCanBeRun() throws IOException {
        Set<String> wrong = new HashSet<>();
        int count = 0;
        for (Path document : Documents.named(MARKDOWN)) {
            Matcher script = SCRIPT.matcher(Files.readString(document));
            while (script.find()) {
                count++;
                if (!Files.isExecutable(Documents.ROOT.resolve(script.group()))) {
                    wrong.add(Documents.ROOT.relativize(document) + ": " + script.group());
                }
            }
        }
        assertEquals(Set.of(), wrong);
        assertTrue(count > 20, count + " scripts");
    }

    @Test
    void theReadmeStaysShort() throws IOException {
        int lines = Files.readAllLines(Documents.ROOT.resolve("README.md")).size();
        assertTrue(lines <= LINES_OF_THE_README, lines + " lines");
    }

    private static boolean exists(Path document, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path path = file.isEmpty() ? document : document.resolveSibling(file).normalize();
        return Files.exists(path)
                && (hash < 0 || path.toString().endsWith(".md") && anchors(path).contains(target.substring(hash + 1)));
    }

    /// As GitHub makes them of headings: lower case, without punctuation, a hyphen for each blank, and a number where one
    /// came before.
    private static Set<String> anchors(Path document) throws IOException {
        Set<String> anchors = new HashSet<>();
        Map<String, Integer> seen = new HashMap<>();
        Matcher heading = HEADING.matcher(FENCE.matcher(Files.readString(document)).replaceAll(""));
        while (heading.find()) {
            String text = heading.group(1).strip().replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
                    .toLowerCase(Locale.ROOT)
                    .replaceAll("[^\\p{L}\\p{N}\\s_-]", "").replace(' ', '-');
            int before = seen.merge(text, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? text : text + "-" + before);
        }
        return anchors;
    }
}
