package io.seawall.proxy.diagnose.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.config.Site;
import io.seawall.host.ShellWord;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.diagnose.facts.OpenClaw;
import io.seawall.proxy.diagnose.facts.Texts;
import io.seawall.proxy.upstream.StrippedFields;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What OpenClaw has to know of the proxy in front of it, and what it ought not to allow.
final class OpenClawChecks {
    private static final List<String> DANGEROUS = List.of("gateway.allowRealIpFallback",
            "gateway.controlUi.allowInsecureAuth", "gateway.controlUi.dangerouslyDisableDeviceAuth",
            "gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback");

    private OpenClawChecks() {}

    static List<Check> all() {
        return List.of(
                known("openclaw.trusted-proxies", Severity.HIGH, "OpenClaw trusts Seawall's word on who the client is",
                        "Without it the gateway answers 403 to everything that Seawall forwards.",
                        OpenClawChecks::trustedProxies),
                known("openclaw.allowed-origins", Severity.HIGH, "OpenClaw lets exactly our origins open its UI",
                        "With * any page in a browser may; without ours the UI says \"origin not allowed\".",
                        OpenClawChecks::allowedOrigins),
                known("openclaw.public-origin", Severity.LOW, "OpenClaw knows its public origin",
                        "Shared links and node addresses are made of it.", OpenClawChecks::publicOrigin),
                known("openclaw.auth", Severity.CRITICAL, "OpenClaw asks for its own token",
                        "Otherwise every process on this host is its owner.", OpenClawChecks::auth),
                known("openclaw.identity-headers", Severity.HIGH,
                        "No client can send the headers by which OpenClaw knows its owner",
                        "In its trusted-proxy mode, every client that sends that header is the owner.",
                        OpenClawChecks::identityHeaders),
                known("openclaw.token", Severity.MEDIUM, "OpenClaw's token is the one that Seawall knows",
                        "With two, API clients are refused by the one or by the other.", OpenClawChecks::token),
                known("openclaw.flags", Severity.HIGH, "No switch of OpenClaw's undoes its protection",
                        "They are for debugging, and each opens a way in.", OpenClawChecks::flags),
                known("openclaw.hooks", Severity.HIGH, "OpenClaw's webhooks are the ones that Seawall guards",
                        "Requests to a webhook path that Seawall does not know are refused, or meet another layer.",
                        OpenClawChecks::hooks),
                known("openclaw.sandbox", Severity.MEDIUM, "Tools run in a sandbox",
                        "Otherwise commands of the agent run on the host itself.", OpenClawChecks::sandbox),
                new Check("openclaw.file-modes", Severity.HIGH, "OpenClaw's files are its owner's alone: 700 and 600",
                        "They hold tokens, conversations and what the agent may do.", OpenClawChecks::modes),
                known("openclaw.version", Severity.HIGH, "No advisory is known for this version of OpenClaw",
                        "What is published is tried on every address within days.", OpenClawChecks::version));
    }

    /// One that needs an openclaw.json to know.
    private static Check known(String id, Severity severity, String title, String why,
            Function<Host, Result> test) {
        return new Check(id, severity, title, why,
                host -> host.openclaw().isKnown() ? test.apply(host) : Result.noOpenClaw(host.openclaw()));
    }

    private static Result trustedProxies(Host host) {
        List<String> trusted = host.openclaw().texts("gateway.trustedProxies");
        if (!trusted.contains("127.0.0.1") && !trusted.contains("127.0.0.0/8")) {
            return Result.fail("gateway.trustedProxies " + (trusted.isEmpty() ? "is not set" : "lacks 127.0.0.1"),
                    "gateway.trustedProxies: [\"127.0.0.1\"]");
        }
        List<String> wide = trusted.stream()
                .filter(entry -> !entry.startsWith("127.") && !entry.equals("::1") && !entry.equals("::1/128"))
                .toList();
        return wide.isEmpty()
                ? Result.pass("gateway.trustedProxies is " + String.join(", ", trusted))
                : Result.warn("gateway.trustedProxies also trusts " + Texts.some(wide),
                        "gateway.trustedProxies: [\"127.0.0.1\"]: clients from those addresses are taken for proxies");
    }

    /// The origins under which people come.
    private static Set<String> origins(Config config) {
        Set<String> origins = new LinkedHashSet<>();
        config.allowedOrigins().stream().map(Origin::toString).forEach(origins::add);
        if (origins.isEmpty()) {
            config.hosts().forEach(host -> origins.add(config.ownOrigins().stream()
                    .filter(origin -> origin.host().equals(host)).findFirst().map(Origin::toString)
                    .orElse("https://" + host)));
        }
        return origins;
    }

    private static Result allowedOrigins(Host host) {
        List<String> allowed = host.openclaw().texts("gateway.controlUi.allowedOrigins");
        if (allowed.contains("*")) {
            return Result.fail("gateway.controlUi.allowedOrigins holds *", "the exact origins: "
                    + origins(host).orElse("https://claw.example.com"));
        }
        List<String> hosts = allowed.stream().map(origin -> origin.replaceFirst(":\\d+$", "")).toList();
        List<String> missing = host.config().map(c -> origins(c).stream()
                .filter(origin -> !allowed.contains(origin) && !hosts.contains(origin)).toList()).orElse(List.of());
        if (!missing.isEmpty() || allowed.isEmpty()) {
            return Result.warn("gateway.controlUi.allowedOrigins "
                    + (allowed.isEmpty() ? "is not set" : "lacks " + Texts.some(missing)),
                    "gateway.controlUi.allowedOrigins: [" + origins(host).orElse("\"https://YOUR-NAME\"") + "]");
        }
        return Result.pass(Texts.some(allowed));
    }

    private static Optional<String> origins(Host host) {
        return host.config().map(OpenClawChecks::origins).filter(all -> !all.isEmpty())
                .map(all -> "\"" + String.join("\", \"", all) + "\"");
    }

    private static Result publicOrigin(Host host) {
        String origin = host.openclaw().text("gateway.publicOrigin");
        return origin.startsWith("https://")
                ? Result.pass(origin)
                : Result.warn("gateway.publicOrigin " + (origin.isEmpty() ? "is not set" : "is " + origin),
                        "gateway.publicOrigin: " + host.config().map(OpenClawChecks::origins)
                                .flatMap(all -> all.stream().findFirst()).map(first -> "\"" + first + "\"")
                                .orElse("\"https://YOUR-NAME\""));
    }

    private static Result auth(Host host) {
        String mode = host.openclaw().text("gateway.auth.mode");
        return switch (mode) {
            case "none" -> Result.fail("gateway.auth.mode is none", "gateway.auth.mode: \"token\"");
            case "trusted-proxy" ->
                Result.warn("gateway.auth.mode is trusted-proxy: any local process can name itself the owner",
                        "gateway.auth.mode: \"token\", unless nothing else runs on this host");
            case "" -> Result.pass("the default, a token");
            default -> Result.pass("gateway.auth.mode is " + mode);
        };
    }

    private static Result identityHeaders(Host host) {
        List<String> named = new ArrayList<>(host.openclaw().texts("gateway.auth.trustedProxy.requiredHeaders"));
        named.addFirst(host.openclaw().text("gateway.auth.trustedProxy.userHeader"));
        List<String> names = named.stream().map(name -> name.strip().toLowerCase(Locale.ROOT))
                .filter(name -> name.matches("[a-z0-9!#$%&'*+.^_`|~-]+")).distinct().toList();
        Set<String> also = new LinkedHashSet<>(host.config().map(Config::stripHeaders).orElse(Set.of()));
        StrippedFields stripped = new StrippedFields(also);
        List<String> passing = names.stream().filter(name -> !stripped.contains(name)).toList();
        if (passing.isEmpty()) {
            return Result.pass(names.isEmpty() ? "it knows none" : "Seawall strips " + Texts.some(names));
        }
        List<String> needed = passing.stream().filter(Site.REQUIRED_HEADERS::contains).toList();
        also.addAll(passing);
        String says = "gateway.auth.trustedProxy names " + Texts.some(passing) + ", which Seawall lets clients send";
        String fix = needed.isEmpty()
                ? Key.STRIP_HEADERS.variable() + "=" + ShellWord.of(String.join(",", also))
                : "gateway.auth.trustedProxy: name headers that Seawall strips, such as x-forwarded-user, instead of "
                        + Texts.some(needed);
        // it may be switched on any time
        return host.openclaw().text("gateway.auth.mode").equals("trusted-proxy")
                ? Result.fail(says, fix)
                : Result.warn(says, fix);
    }

    private static Result token(Host host) {
        String theirs = host.openclaw().text("gateway.auth.token");
        String ours = LayerChecks.text(host, Key.GATEWAY_TOKEN);
        if (theirs.isEmpty()) {
            return Result.pass("OpenClaw takes it from its environment");
        }
        return theirs.equals(ours)
                ? Result.pass("it is")
                : Result.warn("gateway.auth.token is not OPENCLAW_GATEWAY_TOKEN",
                        "gateway.auth.token: \"${OPENCLAW_GATEWAY_TOKEN}\", and the same variable for both");
    }

    private static Result flags(Host host) {
        List<String> on = new ArrayList<>(DANGEROUS.stream()
                .filter(flag -> host.openclaw().at(flag).asBoolean(false)).toList());
        String tailscale = host.openclaw().text("gateway.tailscale.mode");
        if (tailscale.equals("funnel")) {
            on.add("gateway.tailscale.mode: \"funnel\"");
        }
        return on.isEmpty()
                ? Result.pass("none is on")
                : Result.fail(Texts.some(on), "take it out of openclaw.json");
    }

    private static Result hooks(Host host) {
        OpenClaw openclaw = host.openclaw();
        boolean theirs = openclaw.at("hooks.enabled").asBoolean(false);
        Optional<Config> config = host.config();
        if (!theirs) {
            return Result.pass("OpenClaw's are off");
        }
        if (config.isEmpty()) {
            return Result.noConfiguration();
        }
        String path = openclaw.text("hooks.path").isEmpty() ? "/hooks" : openclaw.text("hooks.path");
        if (path.equals("/")) {
            return Result.fail("hooks.path is /", "hooks.path: \"/hooks\"");
        }
        if (config.get().hooks().token().isEmpty()) {
            return Result.warn("OpenClaw's are on, Seawall's are off: they cannot be reached from outside",
                    "HOOKS_ENABLED=true and HOOKS_TOKEN, or hooks.enabled: false");
        }
        return path.equals(config.get().hooks().path())
                ? Result.pass("both on " + path)
                : Result.warn("hooks.path is " + path + ", HOOKS_PATH " + config.get().hooks().path(),
                        path.matches("/[A-Za-z0-9._~/-]{1,200}")
                                ? "HOOKS_PATH=" + path
                                : "hooks.path: \"/hooks\" in openclaw.json");
    }

    private static Result sandbox(Host host) {
        JsonNode sandbox = host.openclaw().at("agents.defaults.sandbox");
        if (sandbox.isBoolean()) {
            return Result.fail("agents.defaults.sandbox is " + sandbox + ", which today's OpenClaw refuses",
                    "agents.defaults.sandbox: { mode: \"non-main\" }");
        }
        String mode = host.openclaw().text("agents.defaults.sandbox.mode");
        return mode.equals("all") || mode.equals("non-main")
                ? Result.pass("agents.defaults.sandbox.mode is " + mode)
                : Result.warn("agents.defaults.sandbox.mode " + (mode.isEmpty() ? "is not set" : "is " + mode),
                        "agents.defaults.sandbox: { mode: \"non-main\" }, where others than you write to the agent");
    }

    private static Result modes(Host host) {
        Optional<Path> folder = host.openclaw().folder();
        if (folder.isEmpty()) {
            return Result.noOpenClaw(host.openclaw());
        }
        List<String> open = new ArrayList<>();
        List<String> fixes = new ArrayList<>();
        note(host, folder.get(), "700", open, fixes);
        host.openclaw().files().keySet().forEach(file -> note(host, file, "600", open, fixes));
        return open.isEmpty()
                ? Result.pass("they are")
                : Result.fail(Texts.some(open), fixes.getFirst());
    }

    private static void note(Host host, Path file, String wanted, List<String> open, List<String> fixes) {
        host.facts(file).filter(facts -> !facts.isForOwnerOnly()).ifPresent(facts -> {
            open.add(file.getFileName() + " has mode " + facts.octal());
            fixes.add("chmod " + wanted + " " + ShellWord.of(file));
        });
    }

    private static Result version(Host host) {
        String version = host.openclaw().text("meta.lastTouchedVersion");
        if (version.isEmpty()) {
            return Result.unknown("openclaw.json does not say which version wrote it",
                    "openclaw --version, and compare: "
                            + "https://github.com/openclaw/openclaw/security/advisories");
        }
        Advisories advisories = Advisories.ofTree();
        List<Advisories.Advisory> known = advisories.of(version);
        if (known.isEmpty()) {
            return Result.pass(version + ", by the list of " + advisories.date());
        }
        return Result.fail(version + ": " + Texts.some(known.stream().map(Advisories.Advisory::id).toList()),
                "OpenClaw " + advisories.fixed(known) + " or newer");
    }
}
