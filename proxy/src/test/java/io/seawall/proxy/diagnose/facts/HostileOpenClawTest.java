package io.seawall.proxy.diagnose.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.seawall.host.Printable;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.Status;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the agent may write into its own folder, against the Seawall that reads it while it serves.
@Timeout(60)
@EnabledOnOs(OS.LINUX)
class HostileOpenClawTest {
    @TempDir
    private Path root = Path.of("");

    private Path folder() throws IOException {
        return Files.createDirectories(root.resolve("state"));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder().resolve(name), text);
    }

    private OpenClaw look() {
        return OpenClaw.find(Map.of("OPENCLAW_STATE_DIR", "/state"), root);
    }

    private static void pipe(Path file) throws IOException, InterruptedException {
        Files.deleteIfExists(file);
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    }

    @Test
    void readsNoPipeAndNoDevice() throws Exception {
        pipe(folder().resolve("openclaw.json"));
        assertFalse(look().isKnown());
        Files.delete(folder().resolve("openclaw.json"));
        Files.createSymbolicLink(folder().resolve("openclaw.json"), Path.of("/dev/zero"));
        assertFalse(look().isKnown());
        Files.delete(folder().resolve("openclaw.json"));
        pipe(folder().resolve("openclaw.json.bak"));
        pipe(folder().resolve("part.json5"));
        write("openclaw.json", "{ $include: ['./part.json5', '/dev/zero', './gone', '\u0000'], found: 1 }");
        OpenClaw openclaw = look();
        assertEquals(1, openclaw.at("found").asInt());
        assertEquals(5, openclaw.unreadable().size(), openclaw.unreadable().toString());
    }

    /// An audit as root would show parts of files that the agent cannot read itself, and change their modes.
    @Test
    void readsNothingOutsideOfItsFolder() throws IOException {
        Files.writeString(root.resolve("other.json"), "{ outside: 1 }");
        Files.createSymbolicLink(folder().resolve("link.json"), root.resolve("other.json"));
        Files.createSymbolicLink(folder().resolve("openclaw.json.bak"), root.resolve("other.json"));
        write("openclaw.json", "{ $include: ['../other.json', './link.json', '" + root.resolve("other.json")
                + "', './in.json'], found: 1 }");
        write("in.json", "{ inside: 1 }");
        OpenClaw openclaw = look();
        assertTrue(openclaw.at("outside").isMissingNode());
        assertEquals(1, openclaw.at("inside").asInt());
        assertTrue(openclaw.files().values().stream().noneMatch(tree -> tree.has("outside")));
    }

    static Stream<String> tooMuch() {
        return Stream.of("[" + "[],".repeat(30_000) + "[]]", "{a:" + "[".repeat(100_000),
                "{" + "a:{".repeat(2_000) + "}".repeat(2_000) + "}", "{a:'" + "x".repeat(600_000) + "'}",
                "{" + "n".repeat(2_000) + ": 1}", "{a: " + "1".repeat(5_000) + "}", "/*".repeat(300_000),
                IntStream.range(0, 30_000).mapToObj(i -> "k" + i + ":1").toList().toString().replace('[', '{')
                        .replace(']', '}'));
    }

    @ParameterizedTest
    @MethodSource("tooMuch")
    void readsNoMoreThanItCanHold(String json) throws IOException {
        write("openclaw.json", json);
        OpenClaw openclaw = look();
        assertFalse(openclaw.isKnown());
        assertEquals(1, openclaw.unreadable().size());
    }

    @Test
    void hasOneBudgetForAllFiles() throws IOException {
        for (int i = 0; i < 40; i++) {
            write("openclaw.json." + i, "{}");
            write("part" + i, "{ $include: './part" + (i + 1) + "', p" + i + ": 1 }");
        }
        write("openclaw.json", "{ $include: [" + String.join(",", IntStream.range(0, 40)
                .mapToObj(i -> "'./part" + i + "'").toList()) + "] }");
        OpenClaw openclaw = look();
        assertTrue(openclaw.isKnown());
        assertTrue(openclaw.files().values().stream().filter(tree -> !tree.isMissingNode()).count() <= 16,
                openclaw.files().keySet().toString());
        assertTrue(openclaw.unreadable().size() <= 18, openclaw.unreadable().toString());
        // eight files, each of which alone would do
        for (int i = 8; i < 40; i++) {
            Files.delete(folder().resolve("openclaw.json." + i));
        }
        for (int i = 0; i < 8; i++) {
            write("openclaw.json." + i, "[" + "[],".repeat(5_000) + "[]]");
        }
        write("openclaw.json", "{}");
        assertEquals(1, look().files().values().stream().filter(tree -> tree.size() > 0).count());
    }

    /// The two that are the largest of those above: as many values as are let through, and as much text. What is
    /// allocated in all, live or not, bounds what is live at once.
    @Test
    void holdsLessThan8MiB() throws Exception {
        // characters of three bytes, and two on the heap; a name each; every value an object
        String texts = "{" + String.join(",", IntStream.range(0, 80)
                .mapToObj(i -> "k" + i + ": '\u4e2d" + "x".repeat(6_000) + "'").toList()) + "}";
        String nodes = "[" + "{a:[]},".repeat(3_200) + "1]";
        write("openclaw.json", texts);
        write("openclaw.json.bak", texts);
        write("openclaw.json.old", nodes);
        look();
        for (int i = 0; i < 3; i++) {
            System.gc();
            long before = live();
            OpenClaw openclaw = look();
            System.gc();
            long held = live() - before;
            assertEquals(3, openclaw.files().values().stream().filter(tree -> tree.size() > 0).count());
            if (held < 8 << 20) {
                return;
            }
        }
        throw new AssertionError("more than 8 MiB");
    }

    private static long live() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// What a scan and a message make of names that are long and nested: nothing that grows with both.
    @Test
    void makesNoLongMessagesOfLongNames() throws IOException {
        String name = "n".repeat(900);
        StringBuilder json = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            json.append('{').append(name).append(':');
        }
        json.append('[').append("{token:'abcdefgh'},".repeat(3_000)).append("1]").append("}".repeat(60));
        write("openclaw.json", json.toString());
        OpenClaw openclaw = look();
        assertTrue(openclaw.isKnown());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        List<SecretScan.Exposed> found = SecretScan.scan(openclaw.files().values().iterator().next());
        Texts.each(openclaw.at("n"), (path, text) -> {});
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertEquals(100, found.size());
        assertTrue(found.getFirst().path().length() < 500, found.getFirst().path());
        assertTrue(allocated < 64 << 20, allocated + " bytes");
    }

    @Test
    void survivesTextThatAPatternCouldDrownIn() {
        assertEquals("", SecretScan.shape("-----BEGIN " + "A ".repeat(200_000)));
        assertEquals("", SecretScan.shape("eyJaaaaaaaaaa.x ".repeat(20_000)));
        assertEquals("PEM private key", SecretScan.shape("-----BEGIN RSA PRIVATE KEY-----"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u001b[2J\\u001b]0;owned\\u0007loopback", "\\u202elan", "a\\nb", "\\u009b31m"})
    void showsNothingThatAScreenWouldObey(String bind) throws IOException {
        Installation installation = new Installation(root);
        installation.replace(Installation.JSON, "bind: 'loopback'", "bind: \"" + bind + "\"");
        installation.replace(Installation.JSON, "path: '/hooks'", "path: \"/" + bind + "; rm x\"");
        installation.replace(Installation.JSON, "mode: 'token'", "mode: \"" + bind + "\"");
        Report report = installation.report();
        for (String screen : List.of(report.text(false), report.markdown(), report.json())) {
            screen.lines().forEach(line -> assertTrue(Printable.isPrintable(line), line));
        }
        for (Finding finding : report.findings()) {
            assertTrue(Printable.isPrintable(finding.found()) && finding.found().length() < 13_000, finding.found());
            assertFalse(finding.fix().contains("HOOKS_PATH="), finding.fix());
        }
    }

    @Test
    void saysThatItCannotBeReadAndNotThatThereIsNone() throws Exception {
        Installation installation = new Installation(root);
        pipe(root.resolve(Installation.JSON));
        Finding finding = installation.report().findings().stream()
                .filter(f -> f.id().equals("binding.config")).findFirst().orElseThrow();
        assertEquals(Status.UNKNOWN, finding.status());
        assertTrue(finding.found().startsWith("openclaw.json cannot be read"), finding.found());
    }
}
