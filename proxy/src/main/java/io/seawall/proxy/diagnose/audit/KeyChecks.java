package io.seawall.proxy.diagnose.audit;

import io.seawall.host.ShellWord;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.GitIndex;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.diagnose.facts.OpenClaw;
import io.seawall.proxy.diagnose.facts.SecretScan;
import io.seawall.proxy.diagnose.facts.Texts;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Where the providers' API keys are.
final class KeyChecks {
    private static final Duration OLD = Duration.ofDays(180);
    private static final int MOST_AGENTS = 200;
    private static final Pattern API_KEY = Pattern
            .compile("(?m)^\\s*(?:export\\s+)?(\\w*(?:API_KEY|BOT_TOKEN|APP_TOKEN))=.+");

    private KeyChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("keys.openclaw-json", Severity.HIGH, "No API key stands in openclaw.json",
                        "The file is copied, backed up, shown to the agent and shared when people ask for help.",
                        KeyChecks::configuration),
                new Check("keys.auth-profiles", Severity.MEDIUM, "No API key is left in auth-profiles.json",
                        "Older versions of OpenClaw kept keys there; today's keep them elsewhere and leave the file.",
                        KeyChecks::profiles),
                new Check("keys.env-mode", Severity.HIGH, "Only its owner reads .env",
                        "It holds every credential at once.", KeyChecks::mode),
                new Check("keys.env-git", Severity.HIGH, ".env is not in git",
                        "What is committed once stays in the history, and goes wherever the repository goes.",
                        KeyChecks::git),
                new Check("keys.rotation", Severity.LOW, "API keys were rotated within half a year",
                        "A key that leaked costs money until it is replaced.", KeyChecks::rotation));
    }

    private static Result configuration(Host host) {
        OpenClaw openclaw = host.openclaw();
        if (openclaw.files().isEmpty()) {
            return Result.noOpenClaw(host.openclaw());
        }
        List<String> found = new ArrayList<>();
        openclaw.files().forEach((file, tree) -> SecretScan.scan(tree)
                .forEach(
                        exposed -> found.add(exposed.path() + " in " + file.getFileName() + " (" + exposed.what() + ", "
                                + exposed.masked() + ")")));
        if (!found.isEmpty()) {
            return Result.fail(Texts.some(found),
                    "${NAME} there and the key in the environment, or: openclaw secrets configure; delete old copies; then rotate the key");
        }
        return openclaw.unreadable().isEmpty()
                ? Result.pass(
                        "none in " + openclaw.files().size() + (openclaw.files().size() == 1 ? " file" : " files"))
                : Result.unknown(names(openclaw.unreadable()) + " cannot be read",
                        "run this as the user who owns it, and see: openclaw config validate");
    }

    private static String names(List<Path> files) {
        return Texts.some(files.stream().map(f -> String.valueOf(f.getFileName())).toList());
    }

    private static Result profiles(Host host) {
        Optional<Path> folder = host.openclaw().folder();
        if (folder.isEmpty()) {
            return Result.noOpenClaw(host.openclaw());
        }
        List<String> found = new ArrayList<>();
        for (Path file : profileFiles(folder.get())) {
            Host.read(file).ifPresent(text -> text.lines().filter(line -> !SecretScan.shape(line).isEmpty())
                    .findFirst().ifPresent(line -> found.add(folder.get().relativize(file) + " ("
                            + SecretScan.shape(line) + ")")));
        }
        return found.isEmpty()
                ? Result.pass("none found")
                : Result.warn(Texts.some(found), "openclaw doctor moves them; then delete the file and rotate the key");
    }

    private static List<Path> profileFiles(Path folder) {
        List<Path> files = new ArrayList<>();
        for (String pattern : List.of("agents", "credentials")) {
            try (DirectoryStream<Path> agents = Files.newDirectoryStream(folder.resolve(pattern))) {
                int count = 0;
                for (Path agent : agents) {
                    if (count++ == MOST_AGENTS) {
                        break;
                    }
                    files.add(agent.resolve("agent").resolve("auth-profiles.json"));
                    files.add(agent.resolve("auth-profiles.json"));
                }
            } catch (IOException | DirectoryIteratorException e) {
                // none there
            }
        }
        return files.stream().filter(Files::isRegularFile).toList();
    }

    /// `.env` of Seawall, and that of OpenClaw.
    static Set<Path> environments(Host host) {
        Set<Path> files = new LinkedHashSet<>();
        files.add(host.folder().resolve(".env"));
        host.openclaw().folder().ifPresent(folder -> files.add(folder.resolve(".env")));
        files.removeIf(file -> !Files.exists(file));
        return files;
    }

    private static Result mode(Host host) {
        Set<Path> files = environments(host);
        List<String> open = new ArrayList<>();
        List<String> fixes = new ArrayList<>();
        for (Path file : files) {
            host.facts(file).filter(facts -> !facts.isForOwnerOnly())
                    .ifPresent(facts -> {
                        open.add(file + " has mode " + facts.octal());
                        fixes.add("chmod 600 " + ShellWord.of(file));
                    });
        }
        if (!open.isEmpty()) {
            return Result.fail(String.join(", ", open), fixes.getFirst());
        }
        return Result.pass(files.isEmpty() ? "there is none" : "mode 600");
    }

    private static Result git(Host host) {
        List<String> tracked = new ArrayList<>();
        for (Path file : environments(host)) {
            Optional<GitIndex> index = GitIndex.of(file);
            if (index.isPresent() && !index.get().isReadable()) {
                return Result.unknown(index.get() + " cannot be read", "git ls-files .env must print nothing");
            }
            if (index.isPresent() && index.get().tracks()) {
                tracked.add(file.toString());
            }
        }
        return tracked.isEmpty()
                ? Result.pass("not tracked")
                : Result.fail(String.join(", ", tracked) + " is tracked by git",
                        "git rm --cached .env; echo .env >>.gitignore; commit; and rotate everything in it");
    }

    private static Result rotation(Host host) {
        List<String> old = new ArrayList<>();
        boolean seen = false;
        for (Path file : environments(host)) {
            if (!API_KEY.matcher(Host.read(file).orElse("")).find()) {
                continue;
            }
            seen = true;
            LayerChecks.age(file, host.now()).filter(age -> age.compareTo(OLD) > 0)
                    .ifPresent(age -> old.add(file + " unchanged for " + age.toDays() + " days"));
        }
        if (!old.isEmpty()) {
            return Result.warn(String.join(", ", old),
                    "new keys at the providers, into the file; and a date in your calendar");
        }
        boolean elsewhere = host.environment().keySet().stream()
                .anyMatch(name -> API_KEY.matcher(name + "=x").find());
        return seen || !elsewhere
                ? Result.pass(seen ? "their file was changed within half a year" : "there is none here")
                : Result.unknown("they are in the environment, which has no date",
                        "keep them in a file, whose time tells");
    }
}
