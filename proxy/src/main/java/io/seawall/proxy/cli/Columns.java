package io.seawall.proxy.cli;

import java.util.ArrayList;
import java.util.List;

/// Lays text out for terminals of 80 columns. A word that is longer than its column stands out of it: it may have to be
/// copied.
final class Columns {
    static final int WIDTH = 80;

    private Columns() {}

    /// Each column as wide as its longest cell, a blank between them.
    static List<String> table(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(width, widths.get(i)));
                }
            }
        }
        return rows.stream().map(row -> {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(padded(row.get(i), widths.get(i))).append(' ');
            }
            return line.toString().stripTrailing();
        }).toList();
    }

    /// A text, broken into lines behind a first column.
    ///
    /// @param first what stands in front of its first line
    /// @param indent columns that its lines begin after
    static String beside(String first, int indent, String text) {
        StringBuilder lines = new StringBuilder(padded(first, indent));
        int column = lines.length();
        boolean empty = true;
        for (String word : text.split(" ", -1)) {
            if (!empty && column + 1 + word.length() > WIDTH) {
                lines.append('\n').repeat(' ', indent);
                column = indent;
                empty = true;
            }
            lines.append(empty ? "" : " ").append(word);
            column += word.length() + (empty ? 0 : 1);
            empty = false;
        }
        return lines.toString().stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
