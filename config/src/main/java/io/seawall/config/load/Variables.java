package io.seawall.config.load;

import io.seawall.config.Key;
import io.seawall.config.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The values of our keys in an environment, without what Docker, Kubernetes and editors leave in them. An ambiguous
/// value is a problem.
///
/// @param texts of every variable, those of others as they are
/// @param warnings in the order of the keys
record Variables(Map<String, String> texts, List<Problem> problems, List<String> warnings) {
    private static final Pattern SERVICE_LINK = Pattern.compile("(tcp|udp|sctp)://[0-9A-Fa-f.:\\[\\]]+:[0-9]{1,5}");
    private static final char LOST = '\ufffd';
    private static final String FILE = "_FILE";

    Variables {
        texts = Map.copyOf(texts);
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    static Variables of(Map<String, String> environment) {
        Reader reader = new Reader(new HashMap<>(environment), new ArrayList<>(),
                new ArrayList<>());
        for (Key key : Key.values()) {
            reader.read(key.variable(), key.secret() || key == Key.AUTH_USERNAME);
            if (key.secret()) {
                reader.read(key.variable() + FILE, false);
            }
        }
        return new Variables(reader.texts, reader.problems, reader.warnings);
    }

    /// Whether nothing can be said of a key because what was there for it could not be read.
    boolean isUnreadable(Key key) {
        return problems.stream()
                .anyMatch(p -> p.key().equals(key.variable()) || p.key().equals(key.variable() + FILE));
    }

    /// Text as editors and `$(cat file)` leave it: a byte order mark before it, line ends behind it.
    static String trimmed(String text) {
        return (text.startsWith("\ufeff") ? text.substring(1) : text).replaceFirst("\\R+\\z", "");
    }

    private record Reader(Map<String, String> texts, List<Problem> problems, List<String> warnings) {

        /// @param free whether any text can be meant, quotes included
        void read(String name, boolean free) {
            String given = texts.get(name);
            if (given == null) {
                return;
            }
            String text = trimmed(given);
            texts.put(name, text);
            if (SERVICE_LINK.matcher(text.strip()).matches()) {
                warnings.add(
                        name + ": " + text.strip() + " is what Kubernetes sets for a service of that name, ignored."
                                + " Fix: enableServiceLinks: false in the pod's spec");
                texts.remove(name);
            } else if (text.indexOf(LOST) >= 0) {
                problem(name, "contains a character that was lost (U+FFFD): the locale of this process is not UTF-8",
                        "text in UTF-8", "LC_ALL=C.UTF-8 in the environment that Seawall is started with");
                texts.remove(name);
            } else if (isQuoted(text.strip())) {
                String bare = text.strip().substring(1, text.strip().length() - 1);
                if (free) {
                    problem(name, "stands in quotes, which docker run --env-file takes for a part of the value",
                            "the value itself",
                            name.equals(Key.AUTH_USERNAME.variable())
                                    ? "remove the quotes"
                                    : "remove the quotes; if they do belong to it, put it into a file, and the file's path into "
                                            + name + FILE);
                    texts.remove(name);
                } else {
                    warnings.add(
                            name + ": the quotes around the value are not taken for a part of it. Fix: remove them");
                    texts.put(name, bare);
                }
            }
        }

        private void problem(String name, String found, String expected, String fix) {
            problems.add(new Problem(Problem.Kind.CONFIGURATION, name, found, expected, fix));
        }
    }

    private static boolean isQuoted(String text) {
        return text.length() > 1 && (text.startsWith("\"") && text.endsWith("\"")
                || text.startsWith("'") && text.endsWith("'"));
    }
}
