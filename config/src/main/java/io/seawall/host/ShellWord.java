package io.seawall.host;

/// A text as one word of a shell command that can be pasted, whatever it contains.
public final class ShellWord {
    private ShellWord() {}

    public static String of(Object text) {
        String word = text.toString();
        return word.matches("[A-Za-z0-9_./@%+=:,-]+") && !word.startsWith("-")
                ? word
                : "'" + word.replace("'", "'\\''") + "'";
    }
}
