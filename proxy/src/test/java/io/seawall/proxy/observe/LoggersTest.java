package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.util.internal.logging.InternalLogLevel;
import io.netty.util.internal.logging.InternalLogger;
import io.seawall.config.Operation.LogFormat;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/// Our own code's logger and Netty's, down to the journal. The journal in use is the process's.
@Isolated
class LoggersTest {
    private static final String CONTENT = "Authorization: Bearer k2v9QzR4mT7xW1bN6cY3hJ";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Journal journal = new Journal(new PrintStream(out, true, StandardCharsets.UTF_8), LogFormat.JSON);
    private final System.Logger ours = System.getLogger("io.seawall.proxy.Test");
    private final System.Logger theirs = System.getLogger("org.example.Library");
    private final InternalLogger netty = new NettyLoggerFactory().newInstance("io.netty.test");

    LoggersTest() {
        JournalLoggerFinder.use(journal);
    }

    @AfterEach
    void restore() {
        JournalLoggerFinder.use(null);
        journal.close();
    }

    private List<String> log() {
        journal.close();
        return out.toString(StandardCharsets.UTF_8).lines()
                .map(line -> line.replaceFirst("\\{\"time\":\"[^\"]*\",\"level\":\"([A-Z]*)\",\"message\":\"(.*)\"}",
                        "$1 $2"))
                .toList();
    }

    @Test
    void isTheLoggerOfThePlatform() {
        assertInstanceOf(JournalLoggerFinder.class, System.LoggerFinder.getLoggerFinder());
        assertEquals(1, ServiceLoader.load(System.LoggerFinder.class).stream().count());
    }

    @Test
    void writesOurOwnInformationAndTheLibrariesWarningsOnly() {
        for (System.Logger logger : List.of(ours, theirs)) {
            for (System.Logger.Level level : List.of(System.Logger.Level.DEBUG, System.Logger.Level.INFO,
                    System.Logger.Level.WARNING, System.Logger.Level.ERROR)) {
                logger.log(level, logger.getName());
            }
        }
        assertEquals(
                List.of("INFO io.seawall.proxy.Test", "WARNING io.seawall.proxy.Test", "ERROR io.seawall.proxy.Test",
                        "WARNING org.example.Library", "ERROR org.example.Library"),
                log());
        assertFalse(theirs.isLoggable(System.Logger.Level.INFO));
        assertTrue(ours.isLoggable(System.Logger.Level.INFO));
    }

    @Test
    void namesAnExceptionByClassAndPlaceOnly() {
        ours.log(System.Logger.Level.ERROR, "a watcher failed", new IllegalStateException(CONTENT,
                new IllegalArgumentException(CONTENT)));
        String line = log().getFirst();
        assertTrue(line.startsWith("ERROR a watcher failed: java.lang.IllegalStateException at io.seawall.proxy."
                + "observe.LoggersTest.namesAnExceptionByClassAndPlaceOnly(LoggersTest.java:"), line);
        assertFalse(line.contains("Bearer"), line);
    }

    @Test
    void putsInTheArgumentsOfOthers() {
        theirs.log(System.Logger.Level.WARNING, "{0} of {1}", 1, 2);
        assertEquals(List.of("WARNING 1 of 2"), log());
    }

    @Test
    void doesNotFailAtAPatternThatIsNone() {
        theirs.log(System.Logger.Level.WARNING, "{ of {1}", 1, 2);
        assertEquals(List.of("WARNING { of {1}"), log());
    }

    @Test
    void letsNoArgumentOfNettysOut() {
        RuntimeException failure = new IllegalStateException(CONTENT);
        netty.warn(CONTENT.length() + " {}", CONTENT);
        netty.warn("two {} {}", CONTENT, CONTENT);
        netty.warn("three {} {} {}", CONTENT, CONTENT, CONTENT);
        netty.warn("thrown", failure);
        netty.warn("thrown {}", CONTENT, failure);
        netty.warn("thrown {} {}", CONTENT, CONTENT, failure);
        netty.error("one {}", CONTENT);
        netty.error("two {} {}", CONTENT, CONTENT);
        netty.error("three {} {} {}", CONTENT, CONTENT, CONTENT);
        netty.error("thrown", failure);
        netty.error("thrown {}", CONTENT, failure);
        netty.error(failure);
        netty.log(InternalLogLevel.ERROR, "level {}", CONTENT);
        List<String> lines = log();
        assertEquals(13, lines.size());
        for (String line : lines) {
            assertFalse(line.contains("Bearer"), line);
        }
        assertEquals("WARNING two {} {}", lines.get(1));
        assertTrue(lines.get(4).startsWith("WARNING thrown {}: java.lang.IllegalStateException at "), lines.get(4));
    }

    @Test
    void dropsWhatNettySaysBelowAWarning() {
        for (InternalLogLevel level : List.of(InternalLogLevel.TRACE, InternalLogLevel.DEBUG, InternalLogLevel.INFO)) {
            assertFalse(netty.isEnabled(level));
            netty.log(level, CONTENT);
            netty.log(level, CONTENT, new IllegalStateException());
            netty.log(level, "{}", CONTENT);
            netty.log(level, "{} {}", CONTENT, CONTENT);
            netty.log(level, "{} {} {}", CONTENT, CONTENT, CONTENT);
        }
        assertEquals(List.of(), log());
    }

    @Test
    void obeysTheJournalsLevel() {
        journal.level(System.Logger.Level.ERROR);
        assertFalse(ours.isLoggable(System.Logger.Level.WARNING));
        assertFalse(theirs.isLoggable(System.Logger.Level.WARNING));
        assertFalse(netty.isWarnEnabled());
        assertTrue(netty.isErrorEnabled());
        ours.log(System.Logger.Level.WARNING, "hidden");
        netty.warn("hidden");
        netty.error("shown");
        journal.level(System.Logger.Level.OFF);
        assertFalse(netty.isErrorEnabled());
        netty.error("hidden");
        journal.level(System.Logger.Level.ALL);
        theirs.log(System.Logger.Level.INFO, "hidden: libraries speak only when something is wrong");
        ours.log(System.Logger.Level.DEBUG, "shown, too");
        assertTrue(netty.isWarnEnabled());
        assertFalse(netty.isInfoEnabled());
        assertEquals(List.of("ERROR shown", "DEBUG shown, too"), log());
    }

    /// An unauthenticated client may be able to cause their lines.
    @Test
    void countsWhatALoggerSaysTooOften() {
        for (int i = 0; i < 1000; i++) {
            netty.warn("again");
        }
        ours.log(System.Logger.Level.ERROR, "still heard");
        List<String> lines = log();
        assertTrue(lines.size() < 100, "lines: " + lines.size());
        assertEquals("ERROR still heard", lines.get(lines.size() - 2));
        assertTrue(lines.getLast().contains("\"message\":\"lines suppressed\",\"kind\":\"event\""), lines.getLast());
    }
}
