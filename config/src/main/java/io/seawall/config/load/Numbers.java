package io.seawall.config.load;

import io.seawall.config.Key;
import io.seawall.config.Problem;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the keys that are numbers. What is none, or too small or too large, becomes a problem; the number returned
/// then is the least one, which is never used, because a configuration with a problem is never made.
final class Numbers {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9})(KiB|MiB|k|m)?", Pattern.CASE_INSENSITIVE);
    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;
    // the one above it is reserved (-1)
    private static final long LARGEST_UID = 4_294_967_294L;

    private final Settings settings;
    private final List<Problem> problems;
    private final Set<Key> failed = EnumSet.noneOf(Key.class);

    Numbers(Settings settings, List<Problem> problems) {
        this.settings = settings;
        this.problems = problems;
    }

    /// Empty where the key has no default and is not set, or is none.
    Optional<Integer> given(Key key, int least, int most) {
        return settings.text(key).map(text -> number(key, text, least, most)).filter(number -> !failed.contains(key));
    }

    /// Whether what is set is none, and was said to be: what it does to another key is not known.
    boolean hasFailed(Key key) {
        return failed.contains(key);
    }

    int count(Key key, int least, int most) {
        return number(key, settings.text(key).orElseThrow(), least, most);
    }

    /// A user's number, which the kernel has in 32 bits; empty where the key is not set.
    OptionalLong uid(Key key) {
        Optional<String> text = settings.text(key);
        if (text.isEmpty()) {
            return OptionalLong.empty();
        }
        if (text.get().matches("[0-9]{1,10}") && Long.parseLong(text.get()) <= LARGEST_UID) {
            return OptionalLong.of(Long.parseLong(text.get()));
        }
        problem(key, text.get(), "the number of a user, 0 to " + LARGEST_UID + " (id -u NAME prints it)");
        return OptionalLong.empty();
    }

    Duration seconds(Key key, int least, int most) {
        return Duration.ofSeconds(count(key, least, most));
    }

    /// A size as nginx writes it: bytes, or with `k`, `m`, `KiB`, `MiB` behind the number.
    long bytes(Key key, long least, long most) {
        String text = settings.text(key).orElseThrow();
        Matcher size = SIZE.matcher(text);
        if (size.matches()) {
            String unit = size.group(2) == null ? "" : size.group(2).substring(0, 1);
            long bytes = Long.parseLong(size.group(1))
                    * (unit.isEmpty() ? 1 : unit.equalsIgnoreCase("k") ? KIB : MIB);
            if (bytes >= least && bytes <= most) {
                return bytes;
            }
        }
        problem(key, text, "a size such as 256KiB or 25MiB, " + written(least) + " to " + written(most));
        return least;
    }

    static boolean isPort(String text) {
        return text.matches("[0-9]{1,5}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65_535;
    }

    /// A size as people write it.
    static String written(long bytes) {
        return bytes >= MIB && bytes % MIB == 0
                ? bytes / MIB + "MiB"
                : bytes >= KIB && bytes % KIB == 0 ? bytes / KIB + "KiB" : Long.toString(bytes);
    }

    private int number(Key key, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message for both
        }
        problem(key, text, "a whole number, " + least + " to " + most);
        return least;
    }

    private void problem(Key key, String text, String expected) {
        failed.add(key);
        problems.add(new Problem(key, text, expected,
                key.fallback().map(f -> key + "=" + f).orElse("correct or unset it")));
    }
}
