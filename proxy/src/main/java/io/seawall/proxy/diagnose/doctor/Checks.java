package io.seawall.proxy.diagnose.doctor;

import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.Credentials;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Findings in the order of their checks.
final class Checks {

    /// One check.
    interface Check {
        Finding run(String id) throws NoAnswerException;
    }

    /// What to do where a port belongs to another user.
    static final String NOT_OURS = "run this as the user who runs OpenClaw and Seawall, or set SEAWALL_GATEWAY_UID to "
            + "the number of OpenClaw's user; if the program that listens there is neither, stop it";

    private final Credentials credentials;
    private final String whom;
    private final long end;
    private final List<Finding> findings = new ArrayList<>();

    /// @param whom the server that is asked, in the middle of a sentence
    /// @param end when nothing more is asked, as `System.nanoTime`
    Checks(Credentials credentials, String whom, long end) {
        this.credentials = credentials;
        this.whom = whom;
        this.end = end;
    }

    Finding run(String id, Check check) {
        if (System.nanoTime() - end > 0) {
            return add(Finding.unknown(id, "Not asked: the time for all checks is over.",
                    "end what the checks above waited for, and run this again"));
        }
        Finding finding;
        try {
            finding = check.run(id);
        } catch (NoAnswerException e) {
            finding = noAnswer(id, e);
        }
        return add(finding);
    }

    private Finding noAnswer(String id, NoAnswerException e) {
        if (e.instead() != NoAnswerException.Instead.UNPROVEN) {
            return Finding.fail(id, "There was no answer to this from " + whom + ": " + e.words() + ".",
                    "run doctor again; then look at its log");
        }
        String sentence = "No credential was shown to " + whom + ": " + e.words() + ".";
        return e.isSomebodyElse()
                ? Finding.fail(id, sentence, NOT_OURS)
                : Finding.unknown(id, sentence, "run this on Linux, with /proc, where " + whom + " runs");
    }

    /// The finding without any secret that may have got into it by what others said.
    private Finding hidden(Finding finding) {
        return credentials.occurIn(finding.found()) || credentials.occurIn(finding.fix())
                ? new Finding(finding.id(), finding.expectation(), finding.status(),
                        "what is to be said of this holds a secret", "")
                : finding;
    }

    Finding add(Finding finding) {
        Finding safe = hidden(finding);
        findings.add(safe);
        return safe;
    }

    /// These were not asked, because another one has to be fixed first.
    void skip(Finding first, String... ids) {
        for (String id : ids) {
            add(Finding.skipped(id, "Not asked: " + first.id() + " comes first."));
        }
    }

    /// Runs it, unless something comes first.
    void runUnless(Optional<Finding> first, String id, Check check) {
        if (first.isPresent()) {
            skip(first.get(), id);
        } else {
            run(id, check);
        }
    }

    List<Finding> all() {
        return List.copyOf(findings);
    }
}
