package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnsTest {
    @Test
    void makesEachColumnAsWideAsItsLongestCell() {
        assertEquals(List.of("path   layer", "/      none", "/v1/…  gateway", "longer"),
                Columns.table(List.of(List.of("path  ", "layer"), List.of("/", "none"), List.of("/v1/…", "gateway"),
                        List.of("longer"))));
    }

    @Test
    void breaksATextBehindItsFirstColumn() {
        String word = "a".repeat(9);
        assertEquals("  NAME    " + (word + " ").repeat(7).strip() + "\n" + " ".repeat(10) + word + " bb",
                Columns.beside("  NAME", 10, (word + " ").repeat(8) + "bb"));
    }

    @Test
    void leavesAWordThatIsTooLongAsItIs() {
        String word = "x".repeat(100);
        assertEquals("n a\n  " + word + "\n  b", Columns.beside("n", 2, "a " + word + " b"));
        assertEquals("n " + word, Columns.beside("n", 2, word));
        assertEquals("longer a", Columns.beside("longer ", 2, "a"));
    }

    @Test
    void fillsEightyColumnsAndNoMore() {
        assertEquals("x".repeat(39) + " " + "y".repeat(40),
                Columns.beside("", 0, "x".repeat(39) + " " + "y".repeat(40)));
        assertEquals("x".repeat(40) + "\n" + "y".repeat(40),
                Columns.beside("", 0, "x".repeat(40) + " " + "y".repeat(40)));
    }
}
