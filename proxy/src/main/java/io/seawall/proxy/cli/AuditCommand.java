package io.seawall.proxy.cli;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import io.seawall.config.load.DotEnv;
import io.seawall.proxy.Certificates;
import io.seawall.proxy.audit.Audit;
import io.seawall.proxy.audit.Remedy;
import io.seawall.proxy.audit.Report;
import io.seawall.proxy.audit.World;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            if (fix && !new AuditFix(console).apply(Remedy.of(world(console)), agreed)) {
                return Exit.CONFIGURATION;
            }
            Report report = Audit.run(world(console), selection);
            console.out(switch (form) {
                case TEXT -> report.text(isTerminal());
                case JSON -> report.json();
                case MARKDOWN -> report.markdown();
            });
            return report.exitCode();
        } catch (IllegalArgumentException e) {
            return wrong(String.valueOf(e.getMessage()));
        }
    }

    private int wrong(String what) {
        console.error("seawall audit: " + what + " (see: seawall audit --help)");
        return Exit.CONFIGURATION;
    }

    @SuppressWarnings("SystemConsoleNull") // it is null where the JDK has no terminal
    private boolean isTerminal() {
        java.io.Console terminal = System.console();
        return terminal != null && terminal.isTerminal() && !console.environment().containsKey("NO_COLOR");
    }

    /// This host, also where the configuration is refused: that is a finding, not the end.
    static World world(Console console) {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> environment;
        try {
            environment = Configuration.environment(console);
        } catch (ConfigException e) {
            problems.addAll(e.problems());
            environment = anyEnvironment(console);
        }
        Optional<Config> config = Optional.empty();
        try {
            config = Optional.of(Configuration.load(environment).config());
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
        return world(console, environment, config, problems);
    }

    /// The same with a configuration that was found to be valid.
    static World world(Console console, Config config) {
        Map<String, String> environment;
        try {
            environment = Configuration.environment(console);
        } catch (ConfigException e) {
            environment = console.environment();
        }
        return world(console, environment, Optional.of(config), List.of());
    }

    private static World world(Console console, Map<String, String> environment, Optional<Config> config,
            List<Problem> problems) {
        return new World(environment, config, problems, config.map(Certificates::stored).orElse(List.of()),
                console.folder(), Instant.now());
    }

    private static Map<String, String> anyEnvironment(Console console) {
        Map<String, String> environment = new HashMap<>();
        try {
            environment.putAll(DotEnv.read(console.folder().resolve(".env")));
        } catch (IOException | IllegalArgumentException e) {
            // then without it
        }
        environment.putAll(console.environment());
        return environment;
    }
}
