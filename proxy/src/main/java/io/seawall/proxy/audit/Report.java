package io.seawall.proxy.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What an audit came to, and the ways to show it.
///
/// @param findings one for each check, in their order
public record Report(List<Finding> findings) {
    private static final Comparator<Finding> WORST_FIRST = Comparator.comparing(Finding::status)
            .thenComparing(Finding::severity);

    public Report {
        findings = List.copyOf(findings);
    }

    public long count(Status status) {
        return findings.stream().filter(finding -> finding.status() == status).count();
    }

    /// Those that failed or warn, by severity.
    public long count(Severity severity) {
        return findings.stream().filter(f -> f.severity() == severity)
                .filter(f -> f.status() == Status.FAIL || f.status() == Status.WARN).count();
    }

    /// 0 when nothing is wrong, 1 with warnings, 2 with failures. What could not be seen does not count.
    public int exitCode() {
        return count(Status.FAIL) > 0 ? 2 : count(Status.WARN) > 0 ? 1 : 0;
    }

    private List<Finding> of(Status status) {
        return findings.stream().filter(finding -> finding.status() == status).sorted(WORST_FIRST).toList();
    }

    private String summary() {
        return Arrays.stream(Status.values()).filter(status -> count(status) > 0)
                .map(status -> count(status) + " " + status.label()).collect(Collectors.joining(", "));
    }

    /// For a terminal: the worst first, what passes by group.
    public String text(boolean colour) {
        List<String> lines = new ArrayList<>();
        for (Status status : List.of(Status.FAIL, Status.WARN, Status.UNKNOWN)) {
            for (Finding f : of(status)) {
                lines.add(paint(colour, status, String.format("%-8s", status.label())) + f.id() + " ("
                        + f.severity().label()
                        + "): " + f.found());
                lines.add("        " + (status == Status.UNKNOWN ? "to know: " : "fix: ") + f.fix());
            }
        }
        Map<String, List<String>> groups = new LinkedHashMap<>();
        findings.stream().filter(f -> f.status() == Status.PASS).forEach(f -> groups
                .computeIfAbsent(f.id().replaceFirst("\\..*", ""), g -> new ArrayList<>())
                .add(f.id().replaceFirst(".*\\.", "")));
        groups.forEach((group, names) -> lines
                .add(paint(colour, Status.PASS, "pass    ") + group + ": " + String.join(", ", names)));
        of(Status.SKIPPED).forEach(f -> lines.add("skipped " + f.id() + ": " + f.fix()));
        lines.add("");
        lines.add(summary() + " (--json tells why each matters)");
        return String.join("\n", lines);
    }

    private static String paint(boolean colour, Status status, String text) {
        if (!colour) {
            return text;
        }
        String code = switch (status) {
            case FAIL -> "31";
            case WARN -> "33";
            case UNKNOWN -> "36";
            case PASS -> "32";
            case SKIPPED -> "2";
        };
        return "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /// For tickets.
    public String markdown() {
        List<String> lines = new ArrayList<>(
                List.of("| status | severity | check | found | fix |", "|---|---|---|---|---|"));
        findings.stream().sorted(WORST_FIRST).forEach(f -> lines.add("| " + String.join(" | ", f.status().label(),
                f.severity().label(), "`" + f.id() + "` " + cell(f.title()), cell(f.found()), cell(f.fix())) + " |"));
        lines.add("");
        lines.add(summary());
        return String.join("\n", lines);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }

    /// For programs: `{"summary": {"fail": 0, …}, "exit": 0, "findings": [{"id", "severity", "status", "title", "found",
    /// "why", "fix"}, …]}`, in the order of the checks.
    public String json() {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode root = mapper.createObjectNode();
        ObjectNode counts = root.putObject("summary");
        for (Status status : Status.values()) {
            counts.put(status.label(), count(status));
        }
        root.put("exit", exitCode());
        ArrayNode list = root.putArray("findings");
        for (Finding f : findings) {
            list.addObject().put("id", f.id()).put("severity", f.severity().label()).put("status", f.status().label())
                    .put("title", f.title()).put("found", f.found()).put("why", f.why()).put("fix", f.fix());
        }
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of texts and numbers", e);
        }
    }
}
