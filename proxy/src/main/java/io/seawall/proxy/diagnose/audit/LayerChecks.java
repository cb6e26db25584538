package io.seawall.proxy.diagnose.audit;

import io.seawall.config.Authentication.Basic.Credential;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.diagnose.facts.OpenClaw;
import io.seawall.proxy.diagnose.facts.Texts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The three layers' credentials: there, strong, different, and not for ever.
final class LayerChecks {
    private static final int GOOD_BITS = 50;
    private static final Duration OLD = Duration.ofDays(365);
    private static final Pattern IN_URL = Pattern.compile(
            "(?i)[?&#](?:token|access_token|api_?key|key|password|secret)=([^&\\s\"'${}<]{8,})|://[^/\\s:@]+:[^/\\s@${}]+@");
    private static final Pattern RECORDED = Pattern.compile("(?m)^\\s*#\\s*rotated:?\\s+(\\d{4}-\\d\\d-\\d\\d)\\b");
    private static final List<Key> SECRETS = List.of(Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_HASH, Key.GATEWAY_TOKEN,
            Key.HOOKS_TOKEN, Key.ADMIN_TOKEN);

    private LayerChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("layers.password", Severity.CRITICAL, "People log in with a strong password",
                        "It is what keeps the internet from the agent's shell.", LayerChecks::password),
                new Check("layers.gateway-token", Severity.CRITICAL, "API clients need a random token of 128 bits",
                        "A client that has it can run tools, and a short one can be guessed.",
                        host -> token(host, Key.GATEWAY_TOKEN)),
                new Check("layers.hooks-token", Severity.HIGH, "Webhooks need a token of their own",
                        "A webhook starts the agent with a text that its sender chose.", LayerChecks::hooks),
                new Check("layers.distinct", Severity.CRITICAL, "No credential opens two layers",
                        "With one secret for two layers, the one that leaks from the weaker opens the stronger.",
                        LayerChecks::distinct),
                new Check("layers.age", Severity.LOW, "Credentials were rotated within a year",
                        "A credential that leaked unnoticed works until it is changed.", LayerChecks::age),
                new Check("layers.url-tokens", Severity.MEDIUM, "No token stands in a URL",
                        "URLs end up in histories, in logs and in Referer headers.", LayerChecks::urls));
    }

    private static Optional<Problem> problem(Host host, Key key) {
        return host.problems().stream()
                .filter(p -> p.key().equals(key.variable()) || p.key().equals(key.variable() + "_FILE")).findFirst();
    }

    /// The secret's text, as far as this process may read it.
    static String text(Host host, Key key) {
        String value = host.variable(key.variable());
        String file = host.variable(key.variable() + "_FILE");
        return !value.isEmpty() || file.isEmpty()
                ? value
                : Host.read(host.folder().resolve(file)).orElse("").lines().findFirst().orElse("").strip();
    }

    private static Result password(Host host) {
        for (Key key : List.of(Key.AUTH_PASSWORD, Key.AUTH_PASSWORD_HASH)) {
            Optional<Problem> problem = problem(host, key);
            if (problem.isPresent()) {
                return failed(problem.get());
            }
        }
        if (host.config().isPresent()
                && host.config().get().basic().credential() instanceof Credential.Hashed(var hash)) {
            return Result.pass("kept as " + hash);
        }
        String password = text(host, Key.AUTH_PASSWORD);
        if (password.isEmpty()) {
            return Result.fail("AUTH_PASSWORD is not set", "./seawall init, or AUTH_PASSWORD=$(./seawall gen-token)");
        }
        long bits = PasswordEntropy.bits(password);
        return bits < GOOD_BITS
                ? Result.warn("about " + bits + " bits, by what it is made of",
                        "five random words or 12 random characters: ./seawall gen-token prints more than enough")
                : Result.pass("about " + bits + " bits");
    }

    private static Result failed(Problem problem) {
        return Result.fail(problem.key() + ": " + problem.found(), problem.fix());
    }

    private static Result token(Host host, Key key) {
        Optional<Problem> problem = problem(host, key);
        if (problem.isPresent()) {
            return failed(problem.get());
        }
        return text(host, key).isEmpty()
                ? Result.fail(key.variable() + " is not set", key.variable() + "=$(./seawall gen-token)")
                : Result.pass(text(host, key).length() + " characters");
    }

    private static Result hooks(Host host) {
        boolean on = host.config().map(c -> c.hooks().token().isPresent())
                .orElse(Boolean.parseBoolean(host.variable(Key.HOOKS_ENABLED.variable())));
        return on ? token(host, Key.HOOKS_TOKEN) : Result.pass("webhooks are off");
    }

    private static Result distinct(Host host) {
        Map<String, String> seen = new LinkedHashMap<>();
        List<String> same = new ArrayList<>();
        for (Key key : SECRETS) {
            note(seen, same, key.variable(), text(host, key));
        }
        OpenClaw openclaw = host.openclaw();
        String gateway = seen.getOrDefault(openclaw.text("gateway.auth.token"), "");
        if (!gateway.equals(Key.GATEWAY_TOKEN.variable())) {
            note(seen, same, "gateway.auth.token", openclaw.text("gateway.auth.token"));
        }
        String hooks = seen.getOrDefault(openclaw.text("hooks.token"), "");
        if (!hooks.equals(Key.HOOKS_TOKEN.variable())) {
            note(seen, same, "hooks.token", openclaw.text("hooks.token"));
        }
        return same.isEmpty()
                ? Result.pass(seen.size() + " credentials, all different")
                : Result.fail(String.join("; ", same), "a new one for each: ./seawall gen-token");
    }

    private static void note(Map<String, String> seen, List<String> same, String name, String value) {
        String other = value.isEmpty() ? null : seen.putIfAbsent(value, name);
        if (other != null) {
            same.add(name + " is the same as " + other);
        }
    }

    private static Result age(Host host) {
        List<String> old = new ArrayList<>();
        boolean seen = false;
        for (Key key : SECRETS) {
            String file = host.variable(key.variable() + "_FILE");
            Path where = file.isEmpty() ? host.folder().resolve(".env") : host.folder().resolve(file);
            if (text(host, key).isEmpty() || file.isEmpty() && !names(where, key.variable())) {
                continue;
            }
            Optional<Duration> age = age(where, host.now());
            seen |= age.isPresent();
            age.filter(a -> a.compareTo(OLD) > 0)
                    .ifPresent(a -> old.add(key.variable() + " for " + a.toDays() + " days"));
        }
        if (!old.isEmpty()) {
            return Result.warn("unchanged: " + String.join(", ", old),
                    "a new one, with the old one in …_PREVIOUS for the time of the change");
        }
        return seen
                ? Result.pass("the files they are in were changed within a year")
                : Result.unknown("they are in the environment, which has no date",
                        "keep them in files (…_FILE), whose time tells; or in .env, where a line \"# rotated 2026-11-23\" tells more");
    }

    private static boolean names(Path file, String variable) {
        return Host.read(file).orElse("").lines()
                .anyMatch(line -> line.strip().replaceFirst("^export\\s+", "").startsWith(variable + "="));
    }

    /// Since the date that is written in the file (`# rotated 2026-11-23`), else since it was last changed.
    static Optional<Duration> age(Path file, Instant now) {
        Matcher recorded = RECORDED.matcher(Host.read(file).orElse(""));
        if (recorded.find()) {
            try {
                return Optional.of(Duration.between(
                        LocalDate.parse(recorded.group(1)).atStartOfDay(ZoneOffset.UTC).toInstant(), now));
            } catch (DateTimeParseException e) {
                // no such day
            }
        }
        try {
            return Optional.of(Duration.between(Files.getLastModifiedTime(file).toInstant(), now));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Result urls(Host host) {
        List<String> found = new ArrayList<>();
        host.environment().forEach((name, value) -> {
            if (IN_URL.matcher(value).find()) {
                found.add(name);
            }
        });
        host.openclaw().files().forEach((file, tree) -> Texts.each(tree, (path, value) -> {
            if (IN_URL.matcher(value).find()) {
                found.add(path + " in " + file.getFileName());
            }
        }));
        return found.isEmpty()
                ? Result.pass("none found")
                : Result.warn(Texts.some(found.stream().sorted().toList()),
                        "send it in a header (Authorization: Bearer …); hooks take x-openclaw-token");
    }
}
