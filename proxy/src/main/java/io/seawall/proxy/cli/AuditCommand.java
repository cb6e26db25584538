package io.seawall.proxy.cli;

import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.audit.Audit;
import io.seawall.proxy.diagnose.audit.Remedy;
import io.seawall.proxy.diagnose.facts.Host;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// `seawall audit`
record AuditCommand(Console console) {

    /// How the report is shown.
    private enum Form {
        TEXT, JSON, MARKDOWN
    }

    int execute(String[] arguments) {
        Form form = Form.TEXT;
        Set<String> only = new LinkedHashSet<>();
        Map<String, String> skip = new LinkedHashMap<>();
        boolean fix = false;
        boolean agreed = false;
        for (int i = 0; i < arguments.length; i++) {
            String word = arguments[i];
            String next = i + 1 < arguments.length ? arguments[i + 1] : "";
            switch (word) {
                case "--json" -> form = Form.JSON;
                case "--markdown" -> form = Form.MARKDOWN;
                case "--fix" -> fix = true;
                case "--yes" -> agreed = true;
                case "--only" -> {
                    if (next.isBlank()) {
                        return wrong("--only: nothing behind it (expected: ids, or groups of them, comma-separated)");
                    }
                    only.addAll(List.of(next.split(",")));
                    i++;
                }
                case "--skip" -> {
                    int equals = next.indexOf('=');
                    if (equals < 1 || next.substring(equals + 1).isBlank()) {
                        return wrong("--skip: " + next + " (expected: id=reason)");
                    }
                    skip.put(next.substring(0, equals), next.substring(equals + 1));
                    i++;
                }
                default -> {
                    return wrong("unexpected argument " + word);
                }
            }
        }
        if (agreed && !fix) {
            return wrong("--yes: without --fix there is nothing to agree to");
        }
        try {
            Audit.Selection selection = new Audit.Selection(only, skip);
            if (fix && !new AuditFix(console).apply(Remedy.of(host()), agreed)) {
                return Exit.CONFIGURATION;
            }
            Report report = Audit.run(host(), selection);
            console.out(switch (form) {
                case TEXT -> report.text(console.isColoured());
                case JSON -> report.json();
                case MARKDOWN -> report.markdown();
            });
            return Exit.of(report);
        } catch (IllegalArgumentException e) {
            return wrong(String.valueOf(e.getMessage()));
        }
    }

    private int wrong(String what) {
        console.error("seawall audit: " + what + " (see: seawall audit --help)");
        return Exit.CONFIGURATION;
    }

    private Host host() {
        return Host.of(console.sources());
    }
}
