package io.seawall.proxy.diagnose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A report as people read it. What several checks found alike is one entry; of a checklist the worst comes first, and what
/// passes is a line for each group.
final class ReportText {
    private static final Comparator<Finding> WORST_FIRST = Comparator.comparing(Finding::status)
            .thenComparing(finding -> finding.expectation().map(Expectation::severity).orElse(Severity.LOW));
    private static final int WIDEST = 40;

    private final Report report;
    private final boolean colour;

    ReportText(Report report, boolean colour) {
        this.report = report;
        this.colour = colour;
    }

    /// One entry: findings with the same text.
    private record Entry(Status status, String label, String found, String fix) {}

    private record Same(Status status, String found, String fix) {
        static Same of(Finding finding) {
            return new Same(finding.status(), finding.found(), finding.fix());
        }
    }

    @Override
    public String toString() {
        List<Entry> entries = report.kind() == Report.Kind.CHECKLIST ? checklist() : entries(report.findings());
        int width = entries.stream().mapToInt(entry -> entry.label().length()).filter(length -> length <= WIDEST).max()
                .orElse(0);
        List<String> lines = new ArrayList<>();
        for (Entry entry : entries) {
            String label = entry.label() + " ".repeat(Math.max(0, width - entry.label().length()));
            lines.add(paint(entry.status(), String.format("%-8s", entry.status().label())) + label + "  "
                    + entry.found());
            if (!entry.fix().isEmpty()) {
                lines.add("        " + (entry.status() == Status.UNKNOWN ? "to know: " : "fix: ") + entry.fix());
            }
        }
        lines.add("");
        lines.add(summary(report)
                + (report.kind() == Report.Kind.CHECKLIST ? " (--json tells why each matters)" : ""));
        return String.join("\n", lines);
    }

    private List<Entry> checklist() {
        List<Entry> entries = new ArrayList<>(entries(report.findings().stream()
                .filter(finding -> finding.isWrong() || finding.status() == Status.UNKNOWN).sorted(WORST_FIRST)
                .toList()));
        Map<String, List<String>> passed = new LinkedHashMap<>();
        report.findings().stream().filter(Finding::isPass).forEach(finding -> passed
                .computeIfAbsent(group(finding.id()), _ -> new ArrayList<>()).add(name(finding.id())));
        passed.forEach((group, names) -> entries.add(new Entry(Status.PASS, group, String.join(", ", names), "")));
        entries.addAll(entries(report.findings().stream().filter(f -> f.status() == Status.SKIPPED).toList()));
        return entries;
    }

    private List<Entry> entries(List<Finding> findings) {
        Map<Same, List<Finding>> alike = findings.stream()
                .collect(Collectors.groupingBy(Same::of, LinkedHashMap::new, Collectors.toList()));
        List<Entry> entries = new ArrayList<>();
        alike.forEach((same, those) -> entries.add(new Entry(same.status(), label(those), same.found(), same.fix())));
        return entries;
    }

    /// The id with its severity; of several their ids, and `group.*` for all of a group.
    private String label(List<Finding> those) {
        if (those.size() == 1) {
            Finding one = those.getFirst();
            return one.id() + one.expectation().map(expected -> " (" + expected.severity().label() + ")").orElse("");
        }
        List<String> ids = report.findings().stream().filter(those::contains).map(Finding::id).toList();
        Map<String, List<String>> groups = ids.stream()
                .collect(Collectors.groupingBy(ReportText::group, LinkedHashMap::new, Collectors.toList()));
        List<String> parts = new ArrayList<>();
        groups.forEach((group, members) -> {
            boolean isWhole = members.size() > 1
                    && report.findings().stream().map(Finding::id).filter(id -> group(id).equals(group))
                            .allMatch(members::contains);
            parts.add(isWhole ? group + ".*" : String.join(", ", members));
        });
        return String.join(", ", parts);
    }

    private static String group(String id) {
        return id.replaceFirst("\\..*", "");
    }

    private static String name(String id) {
        return id.replaceFirst(".*\\.", "");
    }

    private static String summary(Report report) {
        return Arrays.stream(Status.values()).filter(status -> report.count(status) > 0)
                .map(status -> report.count(status) + " " + status.label()).collect(Collectors.joining(", "));
    }

    private String paint(Status status, String text) {
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

    static String markdown(Report report) {
        List<String> lines = new ArrayList<>(
                List.of("| status | severity | check | found | fix |", "|---|---|---|---|---|"));
        report.findings().stream().sorted(WORST_FIRST).forEach(finding -> lines.add("| " + String.join(" | ",
                finding.status().label(), finding.expectation().map(expected -> expected.severity().label()).orElse(""),
                "`" + finding.id() + "`"
                        + finding.expectation().map(expected -> " " + cell(expected.title())).orElse(""),
                cell(finding.found()), cell(finding.fix())) + " |"));
        lines.add("");
        lines.add(summary(report));
        return String.join("\n", lines);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
