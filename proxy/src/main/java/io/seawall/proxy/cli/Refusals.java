package io.seawall.proxy.cli;

import io.seawall.config.Problem;
import io.seawall.proxy.server.StartRefusedException;
import java.util.List;

/// Prints why something is refused.
final class Refusals {
    private Refusals() {}

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
