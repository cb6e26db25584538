package io.seawall.proxy.cli;

import io.seawall.config.Problem;
import io.seawall.proxy.diagnose.Report;
import java.util.List;

/// Exit codes, stable for scripts.
final class Exit {
    static final int FINE = 0;
    /// what `health` says of another process; no refusal
    static final int UNHEALTHY = 1;
    /// what `explain` says of a request that would be refused
    static final int REFUSED = 1;
    /// what `audit` and `doctor` say where something is wrong
    static final int FINDINGS = 1;
    static final int CONFIGURATION = 2;
    static final int UPSTREAM = 3;
    static final int CERTIFICATE = 4;
    static final int BIND = 5;
    /// out of memory, or a fault of Seawall's own; `EX_SOFTWARE` of sysexits.h
    static final int INTERNAL = 70;

    private Exit() {}

    /// Of findings: 0 where nothing is wrong, and 1 otherwise.
    static int of(Report report) {
        return report.isFine() ? FINE : FINDINGS;
    }

    /// Of a refusal: [#UPSTREAM] where all that is wrong is the upstream's.
    static int of(List<Problem> problems) {
        return problems.stream().mapToInt(problem -> switch (problem.kind()) {
            case CONFIGURATION -> CONFIGURATION;
            case UPSTREAM -> UPSTREAM;
        }).min().orElse(CONFIGURATION);
    }
}
