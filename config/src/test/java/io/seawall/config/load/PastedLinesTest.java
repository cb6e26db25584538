package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whatever line a message, a page or a document tells people to set is accepted when it is pasted.
class PastedLinesTest {
    private static final Pattern LINE = Pattern
            .compile("(?<![A-Z0-9_])(" + Arrays.stream(Key.values()).filter(key -> !key.secret()).map(Key::variable)
                    .collect(Collectors.joining("|")) + ")=([^\\s\"'`<>|)}]*)");
    /// Capitals where people write their own, and what a program or a shell puts in.
    private static final Pattern PLACEHOLDER = Pattern.compile(".*([A-Z]{4}|[$%{…\\\\]).*|[A-Z]+|");
    /// What is wrong by itself, and what documents quote because it is refused.
    private static final Set<String> NOT_ALONE = Set.of("SEAWALL_TLS=off", "OPENCLAW_GATEWAY_BIND=lan");

    private static final List<Key> LISTS = List.of(Key.HOSTS, Key.TRUSTED_PROXIES, Key.ALLOWED_ORIGINS,
            Key.PUBLIC_PATHS, Key.API_PATHS, Key.STRIP_HEADERS, Key.ACCEPT_RISK);

    @Test
    void isTrueOfEveryLineInAMessage() throws IOException {
        Set<String> lines = lines(List.of("config/src/main/java", "certs/src/main/java", "proxy/src/main/java"),
                ".java");
        assertTrue(lines.contains("SEAWALL_HOSTS=claw.example.com"), lines.toString());
        assertTrue(lines.contains("SEAWALL_UPSTREAM=127.0.0.1:18789"), lines.toString());
        assertTrue(lines.size() > 20, lines.toString());
        assertEquals(Set.of(), refused(lines));
    }

    @Test
    void isTrueOfEveryLineInADocument() throws IOException {
        Set<String> lines = lines(
                List.of("README.md", "THREAT_MODEL.md", "SECURITY.md", "CHANGELOG.md", "config", "certs", "proxy",
                        "docker"),
                ".md");
        assertTrue(lines.contains("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8"), lines.toString());
        assertTrue(lines.size() > 30, lines.toString());
        assertEquals(Set.of(), refused(lines));
    }

    /// A line that names a list replaces what the list holds: a message says what to append ([Key#append]), or gives an
    /// example, or the whole list.
    @Test
    void namesAListOnlyWithWhatItHoldsAlready() throws IOException {
        String lists = LISTS.stream().map(Key::variable).collect(Collectors.joining("|"));
        Pattern built = Pattern.compile("(?:" + lists + ")=\"\\s*\\+|Key\\.[A-Z_]+ \\+ \"=\"");
        Set<String> found = new TreeSet<>();
        for (String place : List.of("config/src/main/java", "certs/src/main/java", "proxy/src/main/java")) {
            try (Stream<Path> files = Files.walk(Path.of("..", place))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    if (built.matcher(Files.readString(file)).find()) {
                        found.add(String.valueOf(file.getFileName()));
                    }
                }
            }
        }
        assertEquals(Set.of("Origin.java"), found, "that one has the whole list");
    }

    @Test
    void saysWhatToAppendInALineThatIsAccepted() {
        Map<Key, String> entries = Map.of(Key.HOSTS, "claw.example.com", Key.TRUSTED_PROXIES, "2001:db8::7",
                Key.ALLOWED_ORIGINS, "https://claw.example.com:8443", Key.PUBLIC_PATHS, "ws:/x", Key.API_PATHS,
                "/api/v1/admin/rpc", Key.STRIP_HEADERS, "x-user", Key.ACCEPT_RISK, "container.engine-socket");
        assertEquals(Set.copyOf(LISTS), entries.keySet());
        entries.forEach((key, entry) -> {
            Set<String> lines = lines(key.append(entry));
            assertEquals(1, lines.size(), lines.toString());
            assertTrue(key.append(entry).startsWith("append " + entry + " to " + key + " ("), key.append(entry));
            assertEquals(Set.of(), refused(lines));
        });
    }

    @Test
    void isTrueOfWhatARefusalSays() {
        for (String wrong : List.of("SEAWALL_HOSTS=a b..c", "PORT=x", "SEAWALL_BIND=eth0", "SEAWALL_LOG=xml",
                "SEAWALL_TLS=on", "SEAWALL_UPSTREAM=openclaw:18789", "SEAWALL_ADMIN=9464", "HOOKS_PATH=/",
                "SEAWALL_ACME_DIRECTORY=http://a", "SEAWALL_MAX_BODY_UI=2GB", "SEAWALL_STATE_DIR=\0",
                "SEAWALL_ACME_CHALLENGE=dns-01", "OPENCLAW_GATEWAY_BIND=lan", "SEAWALL_ALLOW_ROOT=maybe")) {
            for (Problem problem : Given.refusal(wrong).problems()) {
                Set<String> lines = lines(problem.fix());
                assertFalse(lines.isEmpty(), problem.toString());
                assertEquals(Set.of(), refused(lines), problem.toString());
            }
        }
    }

    private static Set<String> lines(List<String> places, String ending) throws IOException {
        Set<String> lines = new TreeSet<>();
        for (String place : places) {
            try (Stream<Path> files = Files.walk(Path.of("..", place))) {
                for (Path file : files
                        .filter(f -> f.toString().endsWith(ending) && !f.toString().contains("/target/")).toList()) {
                    lines.addAll(lines(Files.readString(file)));
                }
            }
        }
        return lines;
    }

    private static Set<String> lines(String text) {
        Set<String> lines = new TreeSet<>();
        Matcher line = LINE.matcher(text);
        while (line.find()) {
            String value = line.group(2).replaceFirst("[,;.:…*]+$", "");
            if (!PLACEHOLDER.matcher(value).matches() && !NOT_ALONE.contains(line.group(1) + "=" + value)) {
                lines.add(line.group(1) + "=" + value);
            }
        }
        return lines;
    }

    /// Those that the loader has something against; not what else it wants to be set with them.
    private static Set<String> refused(Set<String> lines) {
        Set<String> refused = new TreeSet<>();
        for (String line : lines) {
            String key = line.substring(0, line.indexOf('='));
            String value = line.substring(line.indexOf('=') + 1);
            try {
                Given.config(line);
            } catch (ConfigException e) {
                e.problems().stream().filter(p -> p.key().equals(key) && p.found().contains(value))
                        .forEach(p -> refused.add(p.toString()));
            }
        }
        return refused;
    }
}
