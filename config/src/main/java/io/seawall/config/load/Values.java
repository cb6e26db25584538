package io.seawall.config.load;

import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.host.Addresses;
import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Reads the keys that are flags, choices, addresses and paths. What is none becomes a problem, and is empty.
final class Values {
    private final Settings settings;
    private final List<Problem> problems;

    Values(Settings settings, List<Problem> problems) {
        this.settings = settings;
        this.problems = problems;
    }

    Optional<InetAddress> address(Key key) {
        String text = settings.text(key).orElseThrow();
        try {
            return Optional.of(Addresses.parse(text.equals("localhost") ? "127.0.0.1" : text));
        } catch (IllegalArgumentException e) {
            problem(key, text, "an IP address", key + "=" + key.fallback().orElse("127.0.0.1"));
            return Optional.empty();
        }
    }

    Optional<Path> path(Key key) {
        return settings.text(key).flatMap(text -> path(key, text));
    }

    /// Comma-separated, because a path may have spaces in it. Empty when nothing is set.
    List<Path> paths(Key key) {
        List<Path> paths = new ArrayList<>();
        for (String text : settings.text(key).orElse("").split(",")) {
            if (!text.isBlank()) {
                path(key, text.strip()).ifPresent(paths::add);
            }
        }
        return paths;
    }

    Optional<Path> path(Key key, String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            problem(key, "not a path", "a path that this system can name", key.fallback().map(f -> key + "=" + f)
                    .orElse("correct it"));
            return Optional.empty();
        }
    }

    Optional<Boolean> flag(Key key) {
        String text = settings.text(key).orElseThrow().toLowerCase(Locale.ROOT);
        return switch (text) {
            case "true", "1", "yes", "on" -> Optional.of(true);
            case "false", "0", "no", "off" -> Optional.of(false);
            default -> {
                problem(key, text, "true or false", key + "=" + key.fallback().orElseThrow());
                yield Optional.empty();
            }
        };
    }

    <E extends Enum<E>> Optional<E> choice(Key key, E[] values) {
        String text = settings.text(key).orElseThrow();
        List<String> names = new ArrayList<>();
        for (E value : values) {
            String name = value.name().toLowerCase(Locale.ROOT);
            if (name.equals(text)) {
                return Optional.of(value);
            }
            names.add(name);
        }
        problem(key, text, String.join(", ", names), key + "=" + key.fallback().orElseThrow());
        return Optional.empty();
    }

    void problem(Key key, String found, String expected, String fix) {
        if (!settings.isUnreadable(key)) {
            problems.add(new Problem(key, found, expected, fix));
        }
    }

    /// One that ends the process as an unfit gateway does.
    void upstreamProblem(Key key, String found, String expected, String fix) {
        problems.add(new Problem(Problem.Kind.UPSTREAM, key.variable(), found, expected, fix));
    }
}
