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
import java.util.stream.Stream;

/// `seawall audit`
record AuditCommand(Console console) implements Command {
    private static final Option JSON = Option.flag("--json");
    private static final Option MARKDOWN = Option.flag("--markdown");
    private static final Option ONLY = Option.valued("--only", "ids, or groups of them, comma-separated").repeatable();
    private static final Option SKIP = Option.valued("--skip", "ID=REASON").repeatable();
    private static final Option FIX = Option.flag("--fix");
    private static final Option YES = Option.flag("--yes");

    /// How the report is shown.
    private enum Form {
        TEXT, JSON, MARKDOWN
    }

    @Override
    public String word() {
        return "audit";
    }

    @Override
    public String summary() {
        return "go through the hardening checklist, and fix what can be";
    }

    @Override
    public String help() {
        return """
                usage: seawall audit [--json | --markdown] [--only IDS] [--skip ID=REASON]...
                                     [--fix [--yes]]

                Looks at what is here; without --fix it changes nothing, and it asks no network.
                Prints what is wrong, worst first, with the fix of each; what could not be seen,
                with what it would take; and what is fine.

                --json            every check with a stable id, and why it matters; for programs
                --markdown        a table, for tickets
                --only IDS        only these checks or groups, comma-separated:
                                  binding,keys.env-git
                --skip ID=REASON  leaves one out, and says why
                --fix             first fixes what can be fixed without asking what you meant:
                                  file modes, and secrets that are missing from .env; shows
                                  what, and asks, unless --yes

                OpenClaw's state is looked for in OPENCLAW_STATE_DIR, ~/.openclaw,
                /home/node/.openclaw and /data/.openclaw.
                """;
    }

    @Override
    public List<Exit> exits() {
        return List.of(Exit.FINE, Exit.NO, Exit.CONFIGURATION);
    }

    @Override
    public String no() {
        return "at least one fail or warn";
    }

    @Override
    public List<Option> options() {
        return List.of(JSON, MARKDOWN, ONLY, SKIP, FIX, YES);
    }

    @Override
    public Exit execute(Options options) throws UsageException {
        if (options.has(JSON) && options.has(MARKDOWN)) {
            throw new UsageException("--markdown: not with --json (expected: one of the two)");
        }
        Form form = options.has(JSON) ? Form.JSON : options.has(MARKDOWN) ? Form.MARKDOWN : Form.TEXT;
        Set<String> only = new LinkedHashSet<>();
        options.values(ONLY).forEach(ids -> only
                .addAll(Stream.of(ids.split(",", -1)).filter(id -> !id.isBlank()).toList()));
        Map<String, String> skip = new LinkedHashMap<>();
        for (String text : options.values(SKIP)) {
            int equals = text.indexOf('=');
            if (equals < 1 || text.substring(equals + 1).isBlank()) {
                throw new UsageException("--skip: " + text + " (expected: " + SKIP.expected() + ")");
            }
            skip.put(text.substring(0, equals), text.substring(equals + 1));
        }
        boolean fix = options.has(FIX);
        boolean agreed = options.has(YES);
        if (agreed && !fix) {
            throw new UsageException("--yes: without --fix there is nothing to agree to");
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
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private Host host() {
        return Host.of(console.sources());
    }
}
