package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.Documents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Every command line of Seawall's in a document is one that the command line accepts.
class DocumentedCommandsTest {
    /// `./seawall check --from-nginx old.env` up to where another command, a comment or prose begins.
    private static final Pattern LINE = Pattern
            .compile("(?:\\./|/opt/seawall/)seawall +([a-z][a-z-]*)([^`\\n|;#&>)]*)");
    private static final Pattern OPTION = Pattern.compile("(?<=\\s)--?[A-Za-z][a-z-]*");
    private static final Set<String> OF_EVERY_COMMAND = Set.of("--help", "-h");

    private final Map<String, Command> commands = Commands.of(new World(Path.of("/nowhere"), Map.of()).console).stream()
            .collect(Collectors.toMap(Command::word, Function.identity()));

    @Test
    void areCommandsWithTheirOptions() throws IOException {
        Set<String> wrong = new TreeSet<>();
        int count = 0;
        for (Path file : Documents.named(".*\\.(md|service|ya?ml)|\\.env\\.example")) {
            Matcher line = LINE.matcher(Files.readString(file));
            while (line.find()) {
                count++;
                problem(line.group(1), line.group(2))
                        .ifPresent(problem -> wrong.add(Documents.ROOT.relativize(file) + ": " + problem));
            }
        }
        assertEquals(Set.of(), wrong);
        assertTrue(count > 40, count + " lines");
    }

    private Optional<String> problem(String word, String arguments) {
        Command command = commands.get(word);
        if (command == null) {
            return word.equals("help") ? Optional.empty() : Optional.of("no command " + word);
        }
        Matcher option = OPTION.matcher(arguments);
        while (option.find()) {
            String name = option.group();
            if (!OF_EVERY_COMMAND.contains(name) && command.options().stream()
                    .noneMatch(known -> known.name().equals(name) || known.letter().equals(name))) {
                return Optional.of(word + " has no option " + name);
            }
        }
        return Optional.empty();
    }
}
