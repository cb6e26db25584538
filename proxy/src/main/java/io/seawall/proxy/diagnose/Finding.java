package io.seawall.proxy.diagnose;

import io.seawall.host.Printable;
import java.util.Optional;

/// What one check found. Holds no secret.
///
/// @param id stable, `group.name`
/// @param expectation of a check that is on a list; the doctor's questions have none
/// @param found the facts, a sentence for people
/// @param fix the line to change or the command to run; of an unknown, what is needed to know; empty where nothing has
/// to be done
public record Finding(String id, Optional<Expectation> expectation, Status status, String found, String fix) {
    /// Both may quote what others wrote.
    public Finding {
        found = Printable.line(found);
        fix = Printable.line(fix);
    }

    public static Finding pass(String id, String found) {
        return new Finding(id, Optional.empty(), Status.PASS, found, "");
    }

    public static Finding warn(String id, String found, String fix) {
        return new Finding(id, Optional.empty(), Status.WARN, found, fix);
    }

    public static Finding fail(String id, String found, String fix) {
        return new Finding(id, Optional.empty(), Status.FAIL, found, fix);
    }

    public static Finding unknown(String id, String found, String needed) {
        return new Finding(id, Optional.empty(), Status.UNKNOWN, found, needed);
    }

    public static Finding skipped(String id, String why) {
        return new Finding(id, Optional.empty(), Status.SKIPPED, why, "");
    }

    /// The same, as it does not count because of a reason that the operator gave.
    public Finding skipped(String reason) {
        return new Finding(id, expectation, Status.SKIPPED, reason + " (found: " + found + ")", "");
    }

    public boolean isFail() {
        return status == Status.FAIL;
    }

    public boolean isPass() {
        return status == Status.PASS;
    }

    /// Whether it failed or warns.
    public boolean isWrong() {
        return status == Status.FAIL || status == Status.WARN;
    }

    public boolean isCriticalFailure() {
        return isFail() && has(Severity.CRITICAL);
    }

    boolean has(Severity severity) {
        return expectation.filter(expected -> expected.severity() == severity).isPresent();
    }
}
