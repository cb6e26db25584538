package io.seawall.host;

/// The one filter for text that others wrote (files of the gateway, answers, names of files) on its way to a screen or a
/// log: one line, of a bounded length, without anything that moves a cursor, hides text or turns its direction.
public final class Printable {
    /// Characters of one message.
    public static final int LONGEST = 2_000;

    private Printable() {}

    /// Control and format characters, line and paragraph separators, lone surrogates and what Unicode has not assigned
    /// are written as `\u001b`; what is longer than the bound ends with `…`.
    public static String line(String text, int most) {
        StringBuilder line = null; // most texts need nothing
        for (int at = 0; at < text.length();) {
            int point = text.codePointAt(at);
            int next = at + Character.charCount(point);
            if (next > most) {
                return (line == null ? text.substring(0, at) : line.toString()) + "…";
            }
            if (isHarmless(point)) {
                if (line != null) {
                    line.appendCodePoint(point);
                }
            } else {
                line = line == null ? new StringBuilder(text.length() + 16).append(text, 0, at) : line;
                for (int i = at; i < next; i++) {
                    line.append(String.format("\\u%04x", (int) text.charAt(i)));
                }
            }
            at = next;
        }
        return line == null ? text : line.toString();
    }

    public static String line(String text) {
        return line(text, LONGEST);
    }

    /// Whether the text is shown as it is.
    public static boolean isPrintable(String text) {
        return line(text).equals(text);
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE,
                    Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                false;
            default -> true;
        };
    }
}
