package io.seawall.proxy.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Origin;
import io.seawall.config.load.ConfigLoader;
import io.seawall.proxy.Certificates;
import io.seawall.proxy.doctor.Doctor;
import io.seawall.proxy.doctor.Finding;
import io.seawall.proxy.doctor.Finding.Status;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// `seawall doctor`
record DoctorCommand(Console console) {

    int execute(String[] arguments) {
        boolean json = false;
        Optional<Origin> url = Optional.empty();
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--json" -> json = true;
                case "--url" -> {
                    String text = ++i < arguments.length ? arguments[i] : "";
                    url = address(text);
                    if (url.isEmpty()) {
                        console.error("seawall doctor: --url "
                                + (text.isEmpty() ? "without a value" : text.replaceFirst("//[^/]*@", "//…@"))
                                + " (expected: https://NAME or https://NAME:PORT)");
                        return Exit.CONFIGURATION;
                    }
                }
                default -> {
                    console.error("seawall doctor: unexpected argument " + arguments[i]
                            + " (see: seawall doctor --help)");
                    return Exit.CONFIGURATION;
                }
            }
        }
        Config config;
        try {
            config = ConfigLoader.load(Configuration.environment(console)).config();
        } catch (ConfigException e) {
            Configuration.report(console, e.problems());
            return Exit.CONFIGURATION;
        }
        List<Finding> findings = new Doctor(config, host(config), url, InstantSource.system()).examine();
        if (json) {
            console.out(json(findings));
        } else {
            print(findings);
        }
        return exitCode(findings);
    }

    private Doctor.Host host(Config config) {
        int uid = Start.facts().uid();
        Map<String, String> environment = console.environment();
        String home = environment.getOrDefault("OPENCLAW_HOME", environment.getOrDefault("HOME", ""));
        String state = environment.getOrDefault("OPENCLAW_STATE_DIR", home.isBlank() ? "" : home + "/.openclaw");
        return new Doctor.Host(Path.of("/proc"), uid < 0 ? OptionalLong.empty() : OptionalLong.of(uid),
                Certificates.stored(config), state.isBlank() ? List.of() : List.of(console.folder().resolve(state)));
    }

    /// Empty for what is none, with a user and a password in it for example.
    private static Optional<Origin> address(String text) {
        try {
            return Optional.of(Origin.parse(text.replaceFirst("/$", "")))
                    .filter(origin -> origin.scheme().equals("https"));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void print(List<Finding> findings) {
        for (Finding finding : findings) {
            console.out(String.format("%-7s %-20s %s", word(finding.status()), finding.id(), finding.sentence()));
            if (!finding.fix().isEmpty()) {
                console.out("        fix: " + finding.fix());
            }
        }
        console.out("");
        console.out(summary(findings));
    }

    private static String word(Status status) {
        return switch (status) {
            case FAIL, WARN -> status.name();
            case OK, UNKNOWN, SKIPPED -> status.label();
        };
    }

    private static String summary(List<Finding> findings) {
        StringBuilder summary = new StringBuilder();
        for (Status status : List.of(Status.FAIL, Status.WARN, Status.UNKNOWN, Status.SKIPPED, Status.OK)) {
            long count = count(findings, status);
            if (count > 0) {
                summary.append(summary.isEmpty() ? "" : ", ").append(count).append(' ').append(status.label());
            }
        }
        return summary.toString().toLowerCase(Locale.ROOT);
    }

    private static long count(List<Finding> findings, Status status) {
        return findings.stream().filter(finding -> finding.status() == status).count();
    }

    private static String json(List<Finding> findings) {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        ArrayNode checks = report.putArray("checks");
        for (Finding finding : findings) {
            checks.addObject().put("id", finding.id()).put("status", finding.status().label())
                    .put("sentence", finding.sentence()).put("fix", finding.fix());
        }
        ObjectNode summary = report.putObject("summary");
        for (Status status : Status.values()) {
            summary.put(status.label(), count(findings, status));
        }
        return report.toPrettyString();
    }

    private static int exitCode(List<Finding> findings) {
        return count(findings, Status.FAIL) > 0
                ? Exit.CONFIGURATION
                : count(findings, Status.WARN) + count(findings, Status.UNKNOWN) > 0 ? Exit.UNHEALTHY : Exit.FINE;
    }
}
