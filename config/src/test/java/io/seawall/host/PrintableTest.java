package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Key;
import io.seawall.config.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {
    @ParameterizedTest
    @CsvSource({"'\u001b[2J\u001b]0;x\u0007', '\\u001b[2J\\u001b]0;x\\u0007'",
        "'a\nb\r\tc', 'a\\u000ab\\u000d\\u0009c'",
        "'\u007f\u009b31m', '\\u007f\\u009b31m'", "'a\u202eb\u2066c\u200b\ufeff', 'a\\u202eb\\u2066c\\u200b\\ufeff'",
        "'\u2028\u2029\u0085', '\\u2028\\u2029\\u0085'", "'x\ud800y', 'x\\ud800y'",
        "'\udb40\udc41', '\\udb40\\udc41'"})
    void writesOutWhatAScreenWouldObey(String text, String line) {
        assertEquals(line, Printable.line(text));
        assertFalse(Printable.isPrintable(text));
    }

    @ParameterizedTest
    @CsvSource({"loopback", "'äöü 中文 😀 e\u0301 …'", "'C:\\x'", "''"})
    void leavesTextAsItIs(String text) {
        assertSame(text, Printable.line(text));
        assertTrue(Printable.isPrintable(text));
    }

    @Test
    void hasAnEnd() {
        assertEquals("abc…", Printable.line("abcd", 3));
        assertEquals("abc", Printable.line("abc", 3));
        assertEquals("ab…", Printable.line("ab😀", 3));
        assertTrue(Printable.line("\u001b".repeat(1 << 20)).length() <= 6 * Printable.LONGEST + 1);
    }

    @Test
    void everyControlAndFormatCharacterIsWrittenOut() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            int type = Character.getType(point);
            if (type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE) {
                assertTrue(Printable.line(Character.toString(point)).startsWith("\\u"), Integer.toHexString(point));
            }
        }
    }

    /// Problems are shown and logged, and may quote a file.
    @Test
    void aProblemShowsNothingElse() {
        Problem problem = new Problem(Key.CONFIG, "a\u001b[2J", "b", "c\u202e" + "x".repeat(5_000));
        assertEquals("a\\u001b[2J", problem.found());
        assertTrue(problem.fix().startsWith("c\\u202ex") && problem.fix().length() < 2_010, problem.fix());
    }
}
