package io.seawall.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Suggests a known name for an unknown one: "did you mean". For keys, commands and options.
public final class Suggestion {
    // longer than any name, and short enough to be compared with all of them
    private static final int LONGEST = 64;
    private static final int MOST_ERRORS = 3;
    // one in so many letters may be wrong
    private static final int LETTERS_PER_ERROR = 3;

    private Suggestion() {}

    /// The known name that a few typing errors lead to; otherwise the only one that has one part more or less at an
    /// end.
    public static Optional<String> of(String given, Collection<String> known) {
        if (given.isEmpty() || given.length() > LONGEST) {
            return Optional.empty();
        }
        Optional<String> nearest = nearest(given, known);
        return nearest.isPresent() ? nearest : part(given, known);
    }

    /// The known name that is one typing error away, and no other: for names that may belong to other programs.
    public static Optional<String> ofOneError(String given, Collection<String> known) {
        return given.length() > LONGEST
                ? Optional.empty()
                : known.stream().filter(name -> errors(given, name) == 1).findFirst();
    }

    /// The same as a clause of a message: `; did you mean run?`, or nothing.
    public static String question(String given, Collection<String> known) {
        return of(given, known).map(name -> "; did you mean " + name + "?").orElse("");
    }

    private static Optional<String> nearest(String given, Collection<String> known) {
        Optional<String> nearest = Optional.empty();
        int least = Integer.MAX_VALUE;
        for (String name : known) {
            int shared = sharedParts(given, name);
            String left = bare(given.substring(shared));
            int errors = errors(left, bare(name.substring(shared)));
            if (errors <= Math.clamp(left.length() / LETTERS_PER_ERROR, 1, MOST_ERRORS) && errors < least) {
                nearest = Optional.of(name);
                least = errors;
            }
        }
        return nearest;
    }

    /// How far both begin with the same parts, such as `SEAWALL_`: letters in which no error can be.
    private static int sharedParts(String given, String name) {
        int parts = 0;
        for (int i = 0; i < Math.min(given.length(), name.length()) && given.charAt(i) == name.charAt(i); i++) {
            if (isSeparator(given.charAt(i))) {
                parts = i + 1;
            }
        }
        return parts;
    }

    private static boolean isSeparator(char c) {
        return c == '_' || c == '-' || c == '.';
    }

    /// Case, separators and the plural of a word in y are no errors worth counting.
    private static String bare(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "").replaceFirst("ies$", "y");
    }

    private static Optional<String> part(String given, Collection<String> known) {
        List<String> fitting = known.stream().filter(
                name -> name.length() > given.length() ? hasOneMorePart(name, given) : hasOneMorePart(given, name))
                .toList();
        return fitting.size() == 1 ? Optional.of(fitting.getFirst()) : Optional.empty();
    }

    private static boolean hasOneMorePart(String longer, String shorter) {
        int more = longer.length() - shorter.length();
        if (more < 2) {
            return false;
        }
        if (longer.startsWith(shorter) && isSeparator(longer.charAt(shorter.length()))) {
            return longer.chars().skip(shorter.length() + 1L).noneMatch(c -> isSeparator((char) c));
        }
        return longer.endsWith(shorter) && isSeparator(longer.charAt(more - 1))
                && longer.chars().limit(more - 1L).noneMatch(c -> isSeparator((char) c));
    }

    /// How many letters are missing, too many, others, or in each other's place (optimal string alignment).
    private static int errors(String left, String right) {
        int[] before = new int[right.length() + 1];
        int[] last = new int[right.length() + 1];
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int other = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + other);
                if (i > 1 && j > 1 && left.charAt(i - 1) == right.charAt(j - 2)
                        && left.charAt(i - 2) == right.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            int[] free = before;
            before = last;
            last = row;
            row = free;
        }
        return last[right.length()];
    }
}
