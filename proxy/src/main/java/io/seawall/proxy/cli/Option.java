package io.seawall.proxy.cli;

/// An option of a command.
///
/// @param name with its hyphens: `--only`
/// @param letter the short form, such as `-X`; empty where there is none
/// @param expected what its value is, as messages say it; empty for one that takes none
/// @param isRepeatable whether it may be given more than once
record Option(String name, String letter, String expected, boolean isRepeatable) {

    static Option flag(String name) {
        return new Option(name, "", "", false);
    }

    static Option valued(String name, String expected) {
        return new Option(name, "", expected, false);
    }

    Option withLetter(String letter) {
        return new Option(name, letter, expected, isRepeatable);
    }

    Option repeatable() {
        return new Option(name, letter, expected, true);
    }

    boolean takesValue() {
        return !expected.isEmpty();
    }
}
