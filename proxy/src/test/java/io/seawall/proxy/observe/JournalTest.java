package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seawall.config.Operation.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    private static final System.Logger.Level INFO = System.Logger.Level.INFO;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private Journal journal(LogFormat format) {
        return new Journal(new PrintStream(out, true, StandardCharsets.UTF_8), format);
    }

    private List<String> logged(LogFormat format, String message, Map<String, Object> fields) {
        try (Journal journal = journal(format)) {
            journal.log(INFO, message, fields);
        }
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void writesOneJsonObjectAnEvent() throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("path", "/a");
        fields.put("status", 200);
        fields.put("sent", 7L);
        fields.put("ms", 1.25);
        fields.put("websocket", true);
        String line = logged(LogFormat.JSON, "request", fields).getFirst();
        assertTrue(line
                .matches("\\{\"time\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z\",\"level\":\"INFO\","
                        + "\"message\":\"request\",\"path\":\"/a\",\"status\":200,\"sent\":7,\"ms\":1.25,\"websocket\":true}"),
                line);
        assertEquals(8, new ObjectMapper().readTree(line).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\nlevel=ERROR", "\u001b[2J\u001b]0;x\u0007", "\"},{\"level\":\"ERROR", "\\\"",
        "\u2028\u2029",
        "\u0085", "\u009b2J", "äöü 🦦", "\u202eevil", "\0", "\u007f\t"})
    void keepsWhateverItIsGivenInOneLineOfAscii(String text) throws IOException {
        List<String> lines = logged(LogFormat.JSON, text, Map.of("field", text, text, "x"));
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().chars().allMatch(c -> c >= ' ' && c <= 0x7f), lines.getFirst());
        JsonNode node = new ObjectMapper().readTree(lines.getFirst());
        assertEquals(text, node.get("message").asText());
        assertEquals(text, node.get("field").asText());
        assertEquals("INFO", node.get("level").asText());
        assertEquals(5, node.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\u001b", "\u0007", "\0", "\u007f", "\u0085", "\u009b", "\u2028", "\u2029",
        "\u202e",
        "\u200b", "\u2066", "\ufeff"})
    void replacesWhatATerminalWouldObeyOrHide(String character) {
        List<String> lines = logged(LogFormat.TEXT, "a" + character + "b", Map.of("field", "c" + character + "d"));
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().endsWith(" INFO a?b field=c?d"), lines.getFirst());
    }

    @Test
    void writesReadableTextForPeople() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("path", "/ä");
        fields.put("status", 200);
        String line = logged(LogFormat.TEXT, "request", fields).getFirst();
        assertTrue(line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO request path=/ä status=200"),
                line);
    }

    @Test
    void writesJsonWhereThereIsNoTerminal() {
        assertTrue(logged(LogFormat.AUTO, "x", Map.of()).getFirst().startsWith("{\"time\""));
    }

    @ParameterizedTest
    @EnumSource
    void writesEveryLineInOrderBeforeItIsClosed(LogFormat format) {
        try (Journal journal = journal(format)) {
            for (int i = 0; i < 1000; i++) {
                journal.log(INFO, "line " + i, Map.of());
            }
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1000, lines.size());
        for (int i = 0; i < 1000; i++) {
            assertTrue(lines.get(i).contains("line " + i), lines.get(i));
        }
    }

    @Test
    void keepsNoMoreThanTwoMebibytesOfLinesForAnOutputThatStandsStill() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        OutputStream still = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("written in pieces");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writing.countDown();
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                out.write(bytes, from, length);
            }
        };
        try (Journal journal = new Journal(new PrintStream(still, false, StandardCharsets.UTF_8), LogFormat.JSON)) {
            journal.log(INFO, "first", Map.of());
            writing.await();
            for (int i = 0; i < 1_000; i++) {
                journal.log(INFO, "x".repeat(8_000), Map.of());
            }
            assertTrue(journal.dropped() > 700, "dropped: " + journal.dropped());
            mayGoOn.countDown();
        }
        assertTrue(out.size() < 2_200_000, "kept: " + out.size());
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("log lines dropped"));
    }

    @Test
    void losesLinesRatherThanTimeAndCountsThem() throws InterruptedException {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        OutputStream slow = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("written in pieces");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                writing.countDown();
                try {
                    mayGoOn.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                out.write(bytes, from, length);
            }
        };
        try (Journal journal = new Journal(new PrintStream(slow, false, StandardCharsets.UTF_8), LogFormat.JSON)) {
            journal.log(INFO, "first", Map.of());
            writing.await(); // the writer hangs in its output now
            for (int i = 0; i < 16_384 + 100; i++) {
                journal.log(INFO, "line", Map.of());
            }
            assertEquals(100, journal.dropped());
            mayGoOn.countDown();
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(16_384 + 2, lines.size());
        List<String> told = lines.stream().filter(line -> line.contains("log lines dropped")).toList();
        assertEquals(1, told.size());
        assertTrue(told.getFirst().endsWith("\"level\":\"WARNING\",\"message\":\"log lines dropped\",\"lines\":100}"),
                told.getFirst());
    }

    /// A closed pipe, or a full disk that is emptied again.
    @Test
    void countsWhatItsOutputDoesNotTake() throws InterruptedException {
        AtomicBoolean full = new AtomicBoolean(true);
        CountDownLatch tried = new CountDownLatch(3);
        OutputStream disk = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("written in pieces");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                tried.countDown();
                if (full.get()) {
                    throw new IOException("No space left on device");
                }
                out.write(bytes, from, length);
            }
        };
        try (Journal journal = new Journal(disk, LogFormat.JSON)) {
            for (int i = 0; i < 3; i++) {
                journal.log(INFO, "lost", Map.of());
                long before = i;
                for (int tries = 0; journal.dropped() == before && tries < 10_000; tries++) {
                    Thread.sleep(1);
                }
            }
            assertTrue(tried.await(10, TimeUnit.SECONDS));
            assertEquals(3, journal.dropped());
            full.set(false);
            journal.log(INFO, "kept", Map.of());
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.getFirst().endsWith("\"message\":\"kept\"}"), lines.toString());
        assertTrue(lines.getLast().endsWith("\"message\":\"log lines dropped\",\"lines\":3}"), lines.toString());
    }

    @Test
    void triesABrokenOutputAgainWithTheNextLineOnly() throws InterruptedException {
        AtomicInteger tried = new AtomicInteger();
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) {
                throw new AssertionError("written in pieces");
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                tried.incrementAndGet();
                throw new IOException("Broken pipe");
            }
        };
        try (Journal journal = new Journal(closed, LogFormat.JSON)) {
            journal.log(INFO, "lost", Map.of());
            for (int tries = 0; journal.dropped() == 0 && tries < 10_000; tries++) {
                Thread.sleep(1);
            }
            Thread.sleep(700); // it looks for lines five times a second
            assertEquals(1, tried.get());
            assertEquals(1, journal.dropped());
        }
    }

    @Test
    void saysNothingOfLostLinesWhereNoneAreLost() {
        assertFalse(logged(LogFormat.JSON, "x", Map.of()).toString().contains("dropped"));
    }

    // ---- levels

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"ALL|INFO WARNING ERROR", "DEBUG|INFO WARNING ERROR",
        "INFO|INFO WARNING ERROR",
        "WARNING|WARNING ERROR", "ERROR|ERROR", "OFF|''"})
    void writesWhatItsLevelSays(System.Logger.Level level, String written) {
        try (Journal journal = journal(LogFormat.JSON)) {
            journal.level(level);
            for (System.Logger.Level of : List.of(INFO, System.Logger.Level.WARNING, System.Logger.Level.ERROR)) {
                journal.log(of, of.getName(), Map.of());
            }
        }
        assertEquals(written, String.join(" ", out.toString(StandardCharsets.UTF_8).lines()
                .map(line -> line.replaceFirst(".*\"message\":\"([A-Z]*)\".*", "$1")).toList()));
    }

    @Test
    void changesItsLevelWhileItRuns() {
        try (Journal journal = journal(LogFormat.JSON)) {
            journal.level(System.Logger.Level.WARNING);
            journal.log(INFO, "hidden", Map.of());
            journal.level(INFO);
            journal.log(INFO, "shown", Map.of());
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(1, lines.size());
        assertTrue(lines.getFirst().contains("shown"), lines.getFirst());
    }

    @Test
    void writesFailedLoginsAtEveryLevelAndOtherLinesOfUnauthenticatedClientsByIt() {
        try (Journal journal = journal(LogFormat.JSON)) {
            journal.level(System.Logger.Level.OFF);
            for (LineBudget.Kind kind : LineBudget.Kind.values()) {
                journal.log(kind, "client", System.Logger.Level.WARNING, kind.label(), Map.of());
            }
        }
        assertEquals(List.of("auth_failure", "no_guess"), out.toString(StandardCharsets.UTF_8).lines()
                .map(line -> line.replaceFirst(".*\"message\":\"([a-z_]*)\".*", "$1")).toList());
    }

    // ---- floods

    @Test
    @Timeout(30)
    void writesSomeOfAFloodAndHowManyMoreThereWere() {
        AtomicLong now = new AtomicLong();
        try (Journal journal = new Journal(new PrintStream(out, true, StandardCharsets.UTF_8), LogFormat.JSON,
                now::get)) {
            for (int i = 0; i < 1000; i++) {
                journal.log(LineBudget.Kind.AUTH_FAILURE, "one client", System.Logger.Level.WARNING, "x", Map.of());
            }
            assertEquals(970, journal.suppressed(LineBudget.Kind.AUTH_FAILURE));
            while (out.toString(StandardCharsets.UTF_8).lines().count() < 30) {
                Thread.onSpinWait(); // else the summary may come between them
            }
            now.addAndGet(TimeUnit.SECONDS.toNanos(12));
            while (!out.toString(StandardCharsets.UTF_8).contains("lines suppressed")) {
                Thread.onSpinWait(); // its thread looks five times a second
            }
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(31, lines.size());
        assertTrue(lines.getLast().endsWith("\"level\":\"WARNING\",\"message\":\"lines suppressed\","
                + "\"kind\":\"auth_failure\",\"count\":970,\"seconds\":12}"), lines.getLast());
    }

    @Test
    void tellsOfAFloodBeforeItIsClosed() {
        try (Journal journal = journal(LogFormat.TEXT)) {
            for (int i = 0; i < 7; i++) {
                journal.log(LineBudget.Kind.NO_GUESS, "one client", System.Logger.Level.WARNING, "x", Map.of());
            }
        }
        List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(6, lines.size());
        assertTrue(lines.getLast().endsWith(" WARNING lines suppressed kind=no_guess count=2 seconds=0"),
                lines.getLast());
    }

    /// A hidden line is none that a flood could have made.
    @Test
    void countsNoLineThatItsLevelHides() {
        try (Journal journal = journal(LogFormat.JSON)) {
            journal.level(System.Logger.Level.WARNING);
            for (int i = 0; i < 1000; i++) {
                journal.log(LineBudget.Kind.REFUSAL, "one client", INFO, "request", Map.of());
            }
            assertEquals(0, journal.suppressed(LineBudget.Kind.REFUSAL));
        }
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }
}
