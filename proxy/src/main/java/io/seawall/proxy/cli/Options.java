package io.seawall.proxy.cli;

import io.seawall.config.Suggestion;
import io.seawall.host.Printable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The words behind a command, read as GNU programs read theirs: `--name value`, `--name=value`, `-X value`, `-Xvalue`,
/// anywhere among the arguments; what follows `--` is an argument. A value that begins with a hyphen needs the `=`, so
/// that a forgotten value does not swallow the next option.
final class Options {
    // a word can be a misplaced secret: no more of it is shown than can be an option's name
    private static final Pattern SHOWN = Pattern.compile("--?[A-Za-z][A-Za-z-]{0,23}|-.?");

    private static final int MOST_SHOWN = 60;

    private final Map<Option, List<String>> values = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private final List<Option> known;
    private final int mostArguments;

    private Options(List<Option> known, int mostArguments) {
        this.known = known;
        this.mostArguments = mostArguments;
    }

    /// @param known what the command takes
    /// @param mostArguments how many words may be no options
    static Options parse(List<String> words, List<Option> known, int mostArguments) throws UsageException {
        Options options = new Options(known, mostArguments);
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String word = rest.next();
            if (word.equals("--")) {
                rest.forEachRemaining(options.arguments::add);
            } else if (word.startsWith("-") && word.length() > 1) {
                options.option(word, rest);
            } else {
                options.arguments.add(word);
            }
        }
        if (options.arguments.size() > mostArguments) {
            throw new UsageException("unexpected argument "
                    + Printable.line(options.arguments.get(mostArguments), MOST_SHOWN));
        }
        return options;
    }

    /// Whether help is asked for: `--help` or `-h`, in front of a `--`.
    static boolean askForHelp(List<String> words) {
        return words.stream().takeWhile(word -> !word.equals("--"))
                .anyMatch(word -> word.equals("--help") || word.equals("-h"));
    }

    boolean has(Option option) {
        return values.containsKey(option);
    }

    Optional<String> value(Option option) {
        return values(option).stream().findFirst();
    }

    /// In the order in which they were given.
    List<String> values(Option option) {
        return List.copyOf(values.getOrDefault(option, List.of()));
    }

    List<String> arguments() {
        return List.copyOf(arguments);
    }

    private void option(String word, Iterator<String> rest) throws UsageException {
        for (Option option : known) {
            if (!option.letter().isEmpty() && word.startsWith(option.letter()) && !word.startsWith("--")) {
                if (word.startsWith("=", option.letter().length())) {
                    // no value of ours begins with it: it is meant as in --name=value
                    throw new UsageException(option.letter() + "=… is not understood (expected: " + option.letter()
                            + " or " + option.name() + "=, then " + option.expected() + ")");
                }
                give(option, option.letter(), word.equals(option.letter())
                        ? next(option, option.letter(), rest)
                        : attached(option, option.letter(), word.substring(option.letter().length())));
                return;
            }
        }
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        for (Option option : known) {
            if (option.name().equals(name)) {
                give(option, name,
                        equals < 0 ? next(option, name, rest) : attached(option, name, word.substring(equals + 1)));
                return;
            }
        }
        throw unknown(name);
    }

    private void give(Option option, String name, String value) throws UsageException {
        List<String> given = values.computeIfAbsent(option, first -> new ArrayList<>());
        if (!given.isEmpty() && !option.isRepeatable()) {
            throw new UsageException(name + ": given twice (expected: once)");
        }
        given.add(value);
    }

    private static String next(Option option, String name, Iterator<String> rest) throws UsageException {
        if (!option.takesValue()) {
            return "";
        }
        String value = rest.hasNext() ? rest.next() : "";
        if (value.startsWith("-") && value.length() > 1) {
            throw new UsageException(name + ": without a value (expected: " + option.expected()
                    + "; one that begins with -: " + option.name() + "=-…)");
        }
        return filled(option, name, value);
    }

    private static String attached(Option option, String name, String value) throws UsageException {
        if (!option.takesValue()) {
            throw new UsageException(name + ": takes no value (expected: " + name + " alone)");
        }
        return filled(option, name, value);
    }

    private static String filled(Option option, String name, String value) throws UsageException {
        if (value.isBlank()) {
            throw new UsageException(name + ": without a value (expected: " + option.expected() + ")");
        }
        return value;
    }

    private UsageException unknown(String name) {
        Matcher shown = SHOWN.matcher(name);
        String start = shown.lookingAt() ? shown.group() : "-";
        boolean cut = start.length() < name.length();
        List<String> names = new ArrayList<>(known.stream().map(Option::name).toList());
        names.add("--help");
        return new UsageException("unknown option " + start + (cut ? "…" : "") + Suggestion.question(start, names)
                + (cut && mostArguments > 0 ? " (an argument that begins with - stands behind a --)" : ""));
    }

    @Override
    public String toString() {
        return "options"; // values can be credentials
    }
}
