package io.seawall.proxy.server;

import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.Status;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// Repeats the audit each day, for the metrics.
public final class AuditWatch {
    private static final System.Logger LOG = System.getLogger(AuditWatch.class.getName());
    static final int FIRST_SECONDS = 60;
    static final int SECONDS = 86_400;

    private final Supplier<Report> audit;
    private final Executor executor;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile Optional<Report> last = Optional.empty();

    /// @param executor where it may take long: others write the files that it reads
    public AuditWatch(Supplier<Report> audit, Executor executor) {
        this.audit = audit;
        this.executor = executor;
    }

    /// A thread of its own for each audit, so that none delays the watchers of the gateway.
    public AuditWatch(Supplier<Report> audit) {
        this(audit, task -> Thread.ofPlatform().daemon().name("seawall-audit").start(task));
    }

    /// One at a time; when it cannot be made, the last one counts.
    void look() {
        if (!looking.compareAndSet(false, true)) {
            LOG.log(System.Logger.Level.WARNING, "the last audit is still running, so today's is left out");
            return;
        }
        executor.execute(() -> {
            try {
                last = Optional.of(audit.get());
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the audit failed; the last one still counts", e);
            } finally {
                looking.set(false);
            }
        });
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
