package io.seawall.proxy.cli;

import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.DotEnv;
import io.seawall.host.BoundedFile;
import io.seawall.proxy.credential.HashCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// `seawall check --from-nginx`: what each variable of the nginx image (coollabsio/openclaw, scripts/entrypoint.sh and
/// configure.js of 2026-05-03) means to Seawall. Prints names, never values.
record FromNginx(Console console) {

    /// What becomes of a variable.
    private enum Fate {
        KEPT("kept, under the same name"),
        REPLACED("not read by Seawall: do this instead"),
        OPENCLAW(
                "OpenClaw's: leave it with OpenClaw, Seawall needs none of it");

        private final String title;

        Fate(String title) {
            this.title = title;
        }
    }

    private record Rule(Pattern name, Fate fate, String text) {
        static Rule of(String name, Fate fate, String text) {
            return new Rule(Pattern.compile(name), fate, text);
        }
    }

    private static final String IN_OPENCLAW_JSON = "its script wrote this into openclaw.json, where it still is if you keep the volume; from now on edit it there";
    /// The first that matches counts.
    private static final List<Rule> RULES = List.of(
            Rule.of("PORT", Fate.KEPT,
                    "https now; plain http only with SEAWALL_TLS=off, behind SEAWALL_TRUSTED_PROXIES"),
            Rule.of("AUTH_USERNAME", Fate.KEPT, "for people"),
            Rule.of("AUTH_PASSWORD", Fate.KEPT, "for people, and required: asked for once, then there is a session"),
            Rule.of("OPENCLAW_GATEWAY_TOKEN", Fate.KEPT,
                    "for API clients; no longer given to everybody who has the password, so each browser is asked for it, and approved, once"),
            Rule.of("OPENCLAW_GATEWAY_PORT", Fate.KEPT, "on 127.0.0.1"),
            Rule.of("OPENCLAW_GATEWAY_BIND", Fate.KEPT, "must be loopback"),
            Rule.of("OPENCLAW_ALLOWED_ORIGINS", Fate.KEPT,
                    "exact origins, comma-separated; OpenClaw needs them in gateway.controlUi.allowedOrigins, too"),
            Rule.of("COOLIFY_FQDN", Fate.KEPT,
                    "names that are answered; others get 421. OpenClaw needs the origin in gateway.controlUi.allowedOrigins"),
            Rule.of("HOOKS_ENABLED", Fate.KEPT, "webhooks, POST only"),
            Rule.of("HOOKS_PATH", Fate.KEPT, "a folder, no longer a prefix: /hooksX is refused"),
            Rule.of("HOOKS_TOKEN", Fate.KEPT,
                    "required where webhooks are on; Seawall checks it, too, and not in a query"),

            Rule.of("COOLIFY_URL", Fate.REPLACED, "the host in it in SEAWALL_HOSTS"),
            Rule.of("SLACK_WEBHOOK_PATH", Fate.REPLACED,
                    "that path in SEAWALL_PUBLIC_PATHS, if Slack is to reach it; OpenClaw checks Slack's signature"),
            Rule.of("BROWSER_CDP_URL", Fate.REPLACED,
                    "leave it with OpenClaw; the sidecar's screen under /browser/ is not served, reach it by ssh or a tunnel of its own"),
            Rule.of("OPENCLAW__hooks__.*|OPENCLAW_HOOKS_.*", Fate.REPLACED,
                    "HOOKS_ENABLED, HOOKS_PATH and HOOKS_TOKEN; Seawall does not read openclaw.json"),
            Rule.of("OPENCLAW__.*|OPENCLAW_CONFIG_JSON|OPENCLAW_PRIMARY_MODEL", Fate.REPLACED, IN_OPENCLAW_JSON),
            Rule.of("OPENCLAW_CUSTOM_CONFIG", Fate.REPLACED,
                    IN_OPENCLAW_JSON + ". Does it switch hooks on? Then set HOOKS_ENABLED and HOOKS_TOKEN"),
            Rule.of("OPENCLAW_DOCKER_.*", Fate.REPLACED, "the image's own, gone with it"),
            Rule.of("(TELEGRAM|DISCORD|SLACK|WHATSAPP|BROWSER)_.*", Fate.OPENCLAW, ""),
            Rule.of("OPENCLAW_.*|AWS_.*|BEDROCK_.*|COPILOT_GITHUB_TOKEN|\\w+_API_KEY|(OLLAMA|MOONSHOT|KIMI)_BASE_URL",
                    Fate.OPENCLAW, ""));

    /// @param file an environment of the nginx image, NAME=value lines; empty: this one
    Exit execute(String file) throws UsageException, ConfigException {
        Map<String, String> environment;
        try {
            environment = file.isEmpty()
                    ? console.sources().environment()
                    : DotEnv.read(console.folder().resolve(Path.of(file)));
        } catch (BoundedFile.UnfitException e) {
            throw new UsageException(
                    file + " " + e.words() + " (expected: a regular file of at most 256 KiB with NAME=value lines)");
        } catch (IOException | IllegalArgumentException e) {
            throw new UsageException(file + " cannot be read as NAME=value lines"
                    + (e instanceof IllegalArgumentException ? ": " + e.getMessage() : ""));
        }
        List<Problem> problems = problems(environment);
        explain(environment, problems);
        console.out("");
        console.out("OpenClaw has to know Seawall, in openclaw.json: gateway.bind: \"loopback\", and");
        console.out("gateway.trustedProxies: [\"127.0.0.1\"]. Then: seawall check");
        return problems.isEmpty() ? Exit.FINE : Refusals.report(console, problems);
    }

    private static List<Problem> problems(Map<String, String> environment) {
        try {
            ConfigLoader.load(environment, HashCheck::matches);
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    private void explain(Map<String, String> environment, List<Problem> problems) {
        Map<Fate, Map<String, String>> found = new EnumMap<>(Fate.class);
        new TreeMap<>(environment).forEach((name, value) -> {
            if (value.isBlank()) {
                return; // not set, for the image as for Seawall
            }
            RULES.stream().filter(rule -> rule.name().matcher(name).matches()).findFirst()
                    .ifPresent(
                            rule -> found.computeIfAbsent(rule.fate(), fate -> new TreeMap<>()).put(name, rule.text()));
        });
        if (found.isEmpty()) {
            console.out("nothing is set here that the nginx image reads");
        }
        found.forEach((fate, names) -> {
            console.out((fate == found.keySet().iterator().next() ? "" : "\n") + fate.title);
            if (fate == Fate.OPENCLAW) {
                console.out(Columns.beside("", 2, String.join(" ", names.keySet())));
            } else {
                names.forEach((name, text) -> console.out(Columns.beside("  " + name + " ", 28,
                        (problems.stream().anyMatch(p -> p.key().equals(name)) ? "REFUSED as it is, see below; " : "")
                                + text)));
            }
        });
    }
}
