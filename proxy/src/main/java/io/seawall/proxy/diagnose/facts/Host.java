package io.seawall.proxy.diagnose.facts;

import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.Sources;
import io.seawall.host.BoundedFile;
import io.seawall.host.ProcessFacts;
import io.seawall.proxy.credential.HashCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// What the checks see, so that tests can give them another one. Holds secrets, prints none.
public final class Host {
    private static final int LARGEST = 512 * 1024;

    private final Settings settings;
    private final Machine machine;
    private final OpenClaw openclaw;

    /// How Seawall is set up here.
    ///
    /// @param environment with `.env`
    /// @param config empty where it is not valid
    /// @param problems what is wrong with it then
    /// @param certificates those that would be served; none where TLS is off, or where there is none that can be read
    record Settings(Map<String, String> environment, Optional<Config> config, List<Problem> problems,
            List<X509Certificate> certificates) {
        Settings {
            environment = Map.copyOf(environment);
            problems = List.copyOf(problems);
            certificates = List.copyOf(certificates);
        }

        @Override
        public String toString() {
            return "settings"; // they hold secrets
        }
    }

    /// What it runs on.
    ///
    /// @param root of the file system
    /// @param folder where Seawall runs, and `.env` is
    /// @param owners of files
    record Machine(Path root, Path folder, Instant now, Reach reach, Function<Path, Optional<FileFacts>> owners) {}

    /// This host, also where the configuration is refused: that is a finding, not the end.
    public static Host of(Sources sources) {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> environment;
        try {
            environment = sources.environment();
        } catch (ConfigException e) {
            problems.addAll(e.problems());
            environment = sources.anyEnvironment();
        }
        Optional<Config> config = Optional.empty();
        try {
            config = Optional.of(ConfigLoader.load(environment, HashCheck::matches).config());
        } catch (ConfigException e) {
            problems.addAll(e.problems());
        }
        return of(environment, config, problems, sources.folder());
    }

    /// The same with a configuration that was found to be valid.
    public static Host of(Sources sources, Config config) {
        return of(sources.anyEnvironment(), Optional.of(config), List.of(), sources.folder());
    }

    private static Host of(Map<String, String> environment, Optional<Config> config, List<Problem> problems,
            Path folder) {
        return new Host(
                new Settings(environment, config, problems, config.map(StoredCertificates::of).orElse(List.of())),
                new Machine(Path.of("/"), folder, Instant.now(), Reach.ofHost(), FileFacts::read));
    }

    Host(Settings settings, Machine machine) {
        this.settings = settings;
        this.machine = machine;
        openclaw = OpenClaw.find(settings.environment(), machine.root());
    }

    /// The variable's value; empty where it is not set.
    public String variable(String name) {
        return settings.environment().getOrDefault(name, "").strip();
    }

    public Map<String, String> environment() {
        return settings.environment();
    }

    public Optional<Config> config() {
        return settings.config();
    }

    public List<Problem> problems() {
        return settings.problems();
    }

    public List<X509Certificate> certificates() {
        return settings.certificates();
    }

    public OpenClaw openclaw() {
        return openclaw;
    }

    public Path folder() {
        return machine.folder();
    }

    public Instant now() {
        return machine.now();
    }

    public Reach reach() {
        return machine.reach();
    }

    /// A file of this host.
    public Path path(String absolute) {
        return machine.root().resolve(absolute.replaceFirst("^/+", ""));
    }

    /// The file's text; empty where there is none that may be read, or more than 512 KiB.
    public Optional<String> read(String absolute) {
        return read(path(absolute));
    }

    public static Optional<String> read(Path file) {
        try {
            return Optional.of(BoundedFile.text(file, LARGEST));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public Optional<FileFacts> facts(Path file) {
        return machine.owners().apply(file);
    }

    /// The gateway's port.
    public int port() {
        return settings.config().map(c -> c.upstream().port()).orElseGet(() -> {
            String port = variable("OPENCLAW_GATEWAY_PORT");
            return port.matches("\\d{1,5}") ? Integer.parseInt(port) : 18789;
        });
    }

    /// A line of this process's status, as the kernel tells it.
    public Optional<String> status(String name) {
        return ProcessFacts.read(path("/proc")).field(name);
    }

    /// The user that this runs as; -1 where it is not known.
    public int uid() {
        return (int) ProcessFacts.read(path("/proc")).effectiveUid().orElse(-1);
    }

    /// Whether this runs in a container, as far as it can be seen from inside.
    public boolean isContainer() {
        return Files.exists(path("/.dockerenv")) || Files.exists(path("/run/.containerenv"))
                || !variable("KUBERNETES_SERVICE_HOST").isEmpty()
                || read("/proc/self/mountinfo").orElse("").lines().findFirst().orElse("").matches(".* / / .*overlay.*");
    }

    @Override
    public String toString() {
        return "host at " + machine.root();
    }
}
