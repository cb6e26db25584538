package io.seawall.proxy.cli;

import io.seawall.config.Problem;
import io.seawall.proxy.diagnose.Report;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How a command ends: the exit codes, stable for scripts. proxy/README.md has the same table.
enum Exit {
    FINE(0, "fine"),
    // what `health` says of another process, `explain` of a request, `audit` and `doctor` of what they looked at
    NO(1, "the answer is no: findings, a refused request, unhealthy"),
    CONFIGURATION(2, "usage or configuration refused"),
    UPSTREAM(3, "upstream refused: the gateway is exposed, or not on 127.0.0.1"),
    CERTIFICATES(4, "certificates"),
    BIND(5, "the port cannot be bound"),
    // `EX_SOFTWARE` of sysexits.h; the launcher's, too, where it cannot start Seawall
    INTERNAL(70, "internal failure, or out of memory");

    private final int code;
    private final String meaning;

    Exit(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    int code() {
        return code;
    }

    String meaning() {
        return meaning;
    }

    static Exit of(Report report) {
        return report.isFine() ? FINE : NO;
    }

    /// Of a refusal: [#UPSTREAM] where all that is wrong is the upstream's.
    static Exit of(List<Problem> problems) {
        return !problems.isEmpty() && problems.stream().allMatch(p -> p.kind() == Problem.Kind.UPSTREAM)
                ? UPSTREAM
                : CONFIGURATION;
    }

    /// The end of a help screen.
    ///
    /// @param meanings what each means there
    static String help(Collection<Exit> exits, Function<Exit, String> meanings) {
        return "exit codes:\n" + exits.stream()
                .map(exit -> "  %-3d %s".formatted(exit.code, meanings.apply(exit)))
                .collect(Collectors.joining("\n"));
    }
}
