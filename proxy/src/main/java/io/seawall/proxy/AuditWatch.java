package io.seawall.proxy;

import io.seawall.proxy.audit.Report;
import io.seawall.proxy.audit.Severity;
import io.seawall.proxy.audit.Status;
import java.util.Optional;
import java.util.function.Supplier;

/// Ticks the checklist again each day, for those who read metrics.
public final class AuditWatch {
    static final int FIRST_SECONDS = 60;
    static final int SECONDS = 86_400;

    private final Supplier<Report> audit;
    private volatile Optional<Report> last = Optional.empty();

    public AuditWatch(Supplier<Report> audit) {
        this.audit = audit;
    }

    void look() {
        last = Optional.of(audit.get());
    }

    /// Failed and warning checks of that severity; not a number before the first look.
    double findings(Severity severity) {
        return last.map(report -> (double) report.count(severity)).orElse(Double.NaN);
    }

    /// What is wrong, a line; empty when nothing has failed.
    String detail() {
        return last.filter(report -> report.count(Status.FAIL) > 0)
                .map(report -> "audit: " + report.count(Status.FAIL) + " failed (seawall audit says what)\n")
                .orElse("");
    }
}
