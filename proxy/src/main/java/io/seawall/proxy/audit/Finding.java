package io.seawall.proxy.audit;

import io.seawall.host.Printable;

/// A check and what it came to. Holds no secret.
///
/// @param id stable, `group.name`
/// @param title what ought to be so
/// @param why what happens otherwise
/// @param found what is so
/// @param fix what to do; of an unknown, what would be needed to know; of a skipped one, the operator's reason
public record Finding(String id, Severity severity, String title, String why, Status status, String found, String fix) {
    /// What was found, and what to do about it, may quote what others wrote.
    public Finding {
        found = Printable.line(found);
        fix = Printable.line(fix);
    }

    public boolean isCriticalFailure() {
        return status == Status.FAIL && severity == Severity.CRITICAL;
    }

    Finding skipped(String reason) {
        return new Finding(id, severity, title, why, Status.SKIPPED, found, reason);
    }
}
