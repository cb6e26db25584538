package io.seawall.config;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Why a password or token is too weak; empty means strong enough. The texts never repeat the value.
public final class Strength {
    /// What people copy from documents; found anywhere in a value, these make it guessable.
    private static final List<String> PLACEHOLDERS = List.of("changeme", "change-me", "change_me", "password",
            "placeholder", "replace", "example", "your-", "your_", "strong-pass", "secret-token", "undefined", "xxxx",
            "12345678");

    /// `<your password>` and `${PASSWORD}`; the characters alone are those of any generated password.
    private static final Pattern TEMPLATE = Pattern.compile("<[a-z][a-z0-9 _-]*>|\\$\\{[a-z]");

    private Strength() {}

    public static Optional<String> ofPassword(String value, String username) {
        if (value.codePointCount(0, value.length()) < 12) {
            return Optional.of("too short, " + value.codePointCount(0, value.length()) + " characters");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            return Optional.of("contains a control character");
        }
        if (value.equalsIgnoreCase(username)) {
            return Optional.of("is the user name");
        }
        if (value.chars().distinct().count() < 5) {
            return Optional.of("repeats the same few characters");
        }
        return placeholder(value);
    }

    /// Strong means 128 bits if the characters were drawn at random from the smallest usual alphabet that holds them.
    public static Optional<String> ofToken(String value) {
        if (!value.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return Optional.of("contains a character that no header can carry");
        }
        long bits = Math.round(value.length() * bitsPerCharacter(value) - 0.5);
        if (bits < 128) {
            return Optional.of("too weak, about " + bits + " bits");
        }
        if (value.chars().distinct().count() < 8) {
            return Optional.of("repeats the same few characters");
        }
        return placeholder(value);
    }

    private static double bitsPerCharacter(String value) {
        if (value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Math.log(10) / Math.log(2);
        }
        if (value.matches("[0-9a-f]+") || value.matches("[0-9A-F]+")) {
            return 4;
        }
        if (value.matches("[0-9a-z-]+") || value.matches("[0-9A-Z-]+")) {
            return 5;
        }
        return 6;
    }

    private static Optional<String> placeholder(String value) {
        String lower = value.toLowerCase(Locale.ROOT);
        return PLACEHOLDERS.stream().anyMatch(lower::contains) || TEMPLATE.matcher(lower).find()
                ? Optional.of("looks like a placeholder")
                : Optional.empty();
    }
}
