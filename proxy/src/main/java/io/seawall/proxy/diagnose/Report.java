package io.seawall.proxy.diagnose;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/// What all checks of a command found.
///
/// @param findings one for each check, in their order
public record Report(Kind kind, List<Finding> findings) {

    /// Two ways to look.
    public enum Kind {
        // Many rows of what is on this host; what cannot be seen from here is normal.
        CHECKLIST,
        // Some questions, each of which stands on those before it; one without an answer has to be asked again.
        QUESTIONS
    }

    public Report {
        findings = List.copyOf(findings);
    }

    public static Report ofChecklist(List<Finding> findings) {
        return new Report(Kind.CHECKLIST, findings);
    }

    public static Report ofQuestions(List<Finding> findings) {
        return new Report(Kind.QUESTIONS, findings);
    }

    public long count(Status status) {
        return findings.stream().filter(finding -> finding.status() == status).count();
    }

    /// Those that failed or warn, by severity.
    public long count(Severity severity) {
        return findings.stream().filter(finding -> finding.isWrong() && finding.has(severity)).count();
    }

    /// Whether nothing failed or warns, and no question is left without an answer.
    public boolean isFine() {
        return findings.stream().noneMatch(Finding::isWrong)
                && (kind == Kind.CHECKLIST || count(Status.UNKNOWN) == 0);
    }

    /// For a terminal.
    public String text(boolean colour) {
        return new ReportText(this, colour).toString();
    }

    /// For tickets.
    public String markdown() {
        return ReportText.markdown(this);
    }

    /// For programs: `{"summary": {"fail": 0, "warn": 0, "unknown": 0, "pass": 0, "skipped": 0}, "fine": true, "findings":
    /// [{"id", "status", "found", "fix"}, …]}`, in the order of the checks; those of a checklist have `severity`, `title` and
    /// `why`, too.
    public String json() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        ObjectNode counts = root.putObject("summary");
        for (Status status : Status.values()) {
            counts.put(status.label(), count(status));
        }
        root.put("fine", isFine());
        ArrayNode list = root.putArray("findings");
        for (Finding finding : findings) {
            ObjectNode row = list.addObject().put("id", finding.id()).put("status", finding.status().label());
            finding.expectation().ifPresent(expected -> row.put("severity", expected.severity().label())
                    .put("title", expected.title()).put("why", expected.why()));
            row.put("found", finding.found()).put("fix", finding.fix());
        }
        return root.toPrettyString();
    }
}
