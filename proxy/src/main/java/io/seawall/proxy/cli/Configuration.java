package io.seawall.proxy.cli;

import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.proxy.credential.HashCheck;
import io.seawall.proxy.server.StartRefusedException;
import java.util.List;
import java.util.Map;

/// How commands read the configuration, and print what is wrong with it.
final class Configuration {
    private Configuration() {}

    /// @throws ConfigException with every problem, `.env`'s own included
    static ConfigLoader.Loaded load(Console console) throws ConfigException {
        return console.sources().load(HashCheck::matches);
    }

    /// @throws ConfigException with every problem
    static ConfigLoader.Loaded load(Map<String, String> environment) throws ConfigException {
        return ConfigLoader.load(environment, HashCheck::matches);
    }

    /// The environment, over `.env`.
    ///
    /// @throws ConfigException where `.env` cannot be read
    static Map<String, String> environment(Console console) throws ConfigException {
        return console.sources().environment();
    }

    /// Prints the problems as people read them, and answers how to end.
    static Exit report(Console console, List<Problem> problems) {
        console.error("seawall: refused, " + problems.size() + (problems.size() == 1 ? " problem" : " problems"));
        for (Problem problem : problems) {
            console.error("");
            console.error("  " + problem.key() + ": " + problem.found());
            console.error("    expected: " + problem.expected());
            console.error("    fix:      " + problem.fix());
        }
        return Exit.of(problems);
    }

    /// Prints why Seawall does not start, and answers how to end.
    static Exit report(Console console, StartRefusedException refused) {
        return switch (refused.reason()) {
            case StartRefusedException.Problems(var problems) -> report(console, problems);
            case StartRefusedException.Certificates(var message) -> report(console, message, Exit.CERTIFICATES);
            case StartRefusedException.State(var message) -> report(console, message, Exit.CONFIGURATION);
            case StartRefusedException.Bind(var message) -> report(console, message, Exit.BIND);
        };
    }

    /// Prints the one reason there is, and answers how to end.
    static Exit report(Console console, String message, Exit exit) {
        console.error("seawall: refused\n\n  " + message);
        return exit;
    }
}
