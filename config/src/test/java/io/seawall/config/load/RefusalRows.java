package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/// What the loader refuses, and the exact words it refuses it with. The messages are part of the product: people act on
/// them.
abstract class RefusalRows {
    /// A refused environment: what is wrong with it in words, the lines that differ from an accepted one, and every
    /// message in order.
    record Row(String sentence, List<String> lines, List<String> messages) {
        Row because(String... texts) {
            return new Row(sentence, lines, List.of(texts));
        }

        @Override
        public String toString() {
            return sentence;
        }
    }

    static Row row(String sentence, String... lines) {
        return new Row(sentence, List.of(lines), List.of());
    }

    static void refuses(Row row) {
        assertEquals(row.messages(), Given.problems(row.lines().toArray(String[]::new)));
    }
}
