package io.seawall.proxy.cli;

import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.DotEnv;
import io.seawall.host.BoundedFile;
import io.seawall.host.PrivateFile;
import io.seawall.proxy.auth.HashCheck;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Where `run`, `check` and `routes` find the configuration: the environment, over `.env` in the working folder.
final class Configuration {
    private Configuration() {}

    /// @throws ConfigException with every problem, `.env`'s own included
    static ConfigLoader.Loaded load(Console console) throws ConfigException {
        return load(environment(console));
    }

    /// @throws ConfigException with every problem
    static ConfigLoader.Loaded load(Map<String, String> environment) throws ConfigException {
        return ConfigLoader.load(environment,
                (hash, token) -> HashCheck.matches(hash, token.getBytes(StandardCharsets.UTF_8)));
    }

    /// The files that it comes from, which need not exist.
    static Set<Path> files(Console console) {
        Set<Path> files = new LinkedHashSet<>(List.of(dotEnv(console)));
        try {
            files.addAll(ConfigLoader.files(environment(console)));
        } catch (ConfigException e) {
            files.addAll(ConfigLoader.files(console.environment()));
        }
        return files;
    }

    private static Path dotEnv(Console console) {
        return console.folder().resolve(".env");
    }

    /// The environment, over `.env`.
    ///
    /// @throws ConfigException where `.env` cannot be read
    static Map<String, String> environment(Console console) throws ConfigException {
        Map<String, String> environment = new HashMap<>();
        Path file = dotEnv(console);
        try {
            // not: unless it exists, because one that cannot be looked at may say more than the environment
            if (!Files.notExists(file)) {
                Optional<PrivateFile.Fault> fault = PrivateFile.secret(file);
                if (fault.isPresent()) {
                    throw refused(file + " " + fault.get().found(), fault.get().expected(), fault.get().fix());
                }
                environment.putAll(DotEnv.read(file));
            }
        } catch (IllegalArgumentException e) {
            throw refused(String.valueOf(e.getMessage()), "NAME=value lines and # comments",
                    e.getCause() instanceof CharacterCodingException ? "save it as UTF-8" : "correct that line");
        } catch (BoundedFile.UnfitException e) {
            throw refused(file + " " + e.words(), "a regular file of at most 256 KiB",
                    "write the NAME=value lines into a file of their own");
        } catch (IOException e) {
            throw refused(file + " cannot be read", "a readable file", "chown it to the user that Seawall runs as");
        }
        environment.putAll(console.environment());
        return environment;
    }

    private static ConfigException refused(String found, String expected, String fix) {
        return new ConfigException(
                List.of(new Problem(Problem.Kind.CONFIGURATION, ".env", found, expected, fix)));
    }

    /// Prints the problems as people read them, and answers the exit code.
    static int report(Console console, List<Problem> problems) {
        console.error("seawall: refused, " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        for (Problem problem : problems) {
            console.error("");
            console.error("  " + problem.key() + ": " + problem.found());
            console.error("    expected: " + problem.expected());
            console.error("    fix:      " + problem.fix());
        }
        return Exit.of(problems);
    }
}
