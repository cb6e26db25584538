package io.seawall.proxy.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Findings in the order of their checks.
final class Checks {

    /// One check.
    interface Check {
        Finding run(String id) throws Missed;
    }

    private final Credentials credentials;
    private final String whom;
    private final List<Finding> findings = new ArrayList<>();

    /// @param whom who is asked, in the middle of a sentence
    Checks(Credentials credentials, String whom) {
        this.credentials = credentials;
        this.whom = whom;
    }

    Finding run(String id, Check check) {
        Finding finding;
        try {
            finding = check.run(id);
        } catch (Missed e) {
            finding = Finding.fail(id, "Asked this, " + whom + " gives no answer: " + e.words() + ".",
                    "ask again; then look at its log");
        }
        return add(finding);
    }

    Finding add(Finding finding) {
        Finding safe = credentials.hidden(finding);
        findings.add(safe);
        return safe;
    }

    /// These were not asked, because another one has to be mended first.
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
