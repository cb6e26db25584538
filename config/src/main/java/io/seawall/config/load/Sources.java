package io.seawall.config.load;

import io.seawall.config.ConfigException;
import io.seawall.config.PasswordHash;
import io.seawall.config.Problem;
import io.seawall.host.BoundedFile;
import io.seawall.host.PrivateFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// Where a configuration comes from: the process's environment, over `.env` in the working folder.
///
/// @param process the environment of the process alone
/// @param folder the working folder
public record Sources(Map<String, String> process, Path folder) {

    /// @param hashes whether a hash is the hash of a text: finds a token that is also the hashed password
    /// @throws ConfigException with every problem, `.env`'s own included
    public ConfigLoader.Loaded load(BiPredicate<PasswordHash, String> hashes) throws ConfigException {
        Read read = read();
        ConfigLoader.Loaded loaded = ConfigLoader.load(read.environment(), hashes);
        List<String> warnings = new ArrayList<>(read.warnings());
        warnings.addAll(loaded.warnings());
        return new ConfigLoader.Loaded(loaded.config(), warnings, loaded.texts());
    }

    /// The files that it comes from, which need not exist.
    public Set<Path> files() {
        Set<Path> files = new LinkedHashSet<>(List.of(dotEnv()));
        try {
            files.addAll(ConfigLoader.files(environment()));
        } catch (ConfigException e) {
            files.addAll(ConfigLoader.files(process));
        }
        return files;
    }

    private Path dotEnv() {
        return folder.resolve(".env");
    }

    /// The process's environment, over `.env`.
    ///
    /// @throws ConfigException where `.env` cannot be read
    public Map<String, String> environment() throws ConfigException {
        return read().environment();
    }

    private record Read(Map<String, String> environment, List<String> warnings) {
        @Override
        public String toString() {
            return "environment"; // it holds secrets
        }
    }

    private Read read() throws ConfigException {
        Map<String, String> environment = new HashMap<>();
        List<String> warnings = new ArrayList<>();
        Path file = dotEnv();
        try {
            // not: unless it exists, because one that cannot be opened may hold more than the environment
            if (!Files.notExists(file)) {
                Optional<PrivateFile.Fault> fault = PrivateFile.secret(file);
                if (fault.isPresent()) {
                    throw refused(file + " " + fault.get().found(), fault.get().expected(), fault.get().fix());
                }
                DotEnv.Contents contents = DotEnv.contents(file);
                environment.putAll(contents.values());
                contents.repeated().forEach((name, lines) -> {
                    // another name can be the beginning of a pasted secret
                    if (Settings.isOurs(name)) {
                        warnings.add(repeated(file, name, lines));
                    }
                });
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
        environment.putAll(process);
        return new Read(environment, warnings);
    }

    private static String repeated(Path file, String name, List<Integer> lines) {
        String numbers = lines.stream().limit(lines.size() - 1L).map(String::valueOf)
                .collect(Collectors.joining(", "));
        return name + ": given " + lines.size() + " times in " + file + ", in lines " + numbers + " and "
                + lines.getLast() + "; the last one counts. Fix: remove the others";
    }

    /// The same also where `.env` is refused: as much of it as can be read.
    public Map<String, String> anyEnvironment() {
        Map<String, String> environment = new HashMap<>();
        try {
            environment.putAll(DotEnv.read(dotEnv()));
        } catch (IOException | IllegalArgumentException e) {
            // then without it
        }
        environment.putAll(process);
        return environment;
    }

    private static ConfigException refused(String found, String expected, String fix) {
        return new ConfigException(
                List.of(new Problem(Problem.Kind.CONFIGURATION, ".env", found, expected, fix)));
    }

    @Override
    public String toString() {
        return "sources in " + folder; // the environment holds secrets
    }
}
