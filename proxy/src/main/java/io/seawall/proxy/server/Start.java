package io.seawall.proxy.server;

import io.seawall.certs.StateDirectory;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.Sources;
import io.seawall.proxy.cloudflare.KeySource;
import io.seawall.proxy.credential.HashCheck;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.audit.Audit;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.exposure.SocketTable;
import io.seawall.proxy.tls.Certificates;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;

/// Everything that is decided before a port is opened, in one place for `run` and `check`.
///
/// @param warnings what is odd without being wrong
/// @param files what the files held before they were read: whatever they hold later is a change
public record Start(ConfigLoader.Loaded loaded, Optional<Certificates> certificates, Exposure exposure,
        List<String> warnings, Map<Path, String> files) {
    private static final Path PROC = Path.of("/proc");

    /// @throws StartRefusedException with every problem
    public static Start prepare(Sources sources, Preflight.Facts facts) throws StartRefusedException {
        return prepare(sources, facts, PROC);
    }

    /// One thread for all looks at new connections, there from the beginning: virtual ones would bring threads of the JVM's
    /// own, later and for good.
    private static Executor looks() {
        Executor looks = Executors.newSingleThreadExecutor(Thread.ofPlatform().name("seawall-look").daemon().factory());
        looks.execute(() -> {});
        return looks;
    }

    /// @param proc the mounted proc file system
    static Start prepare(Sources sources, Preflight.Facts facts, Path proc) throws StartRefusedException {
        Map<Path, String> files = new LinkedHashMap<>(FileStates.of(sources.files()));
        ConfigLoader.Loaded loaded;
        try {
            loaded = sources.load(HashCheck::matches);
        } catch (ConfigException e) {
            throw new StartRefusedException(new StartRefusedException.Problems(e.problems()));
        }
        Config config = loaded.config();
        files.putAll(FileStates.of(Reloader.files(config)));
        Exposure exposure = new Exposure(SocketTable.kept(proc), config.upstream(), looks());
        List<Problem> problems = new ArrayList<>(problems(config, facts));
        List<String> warnings = new ArrayList<>(loaded.warnings());
        switch (exposure.look()) {
            case Exposure.Look.Guarded _ -> {
                // as it should be
            }
            case Exposure.Look.Exposed(Problem problem) -> problems.add(problem);
            case Exposure.Look.Unknown(Problem problem) -> {
                if (isExposureAccepted(config)) {
                    warnings.add(problem.found());
                } else {
                    problems.add(problem);
                }
            }
        }
        if (problems.isEmpty()) {
            problems.addAll(risks(sources, config));
        }
        if (!problems.isEmpty()) {
            throw new StartRefusedException(new StartRefusedException.Problems(problems));
        }
        facts.descriptors().warning(config.limits()).ifPresent(warnings::add);
        try {
            StateDirectory.check(config.stateDir());
            Optional<Certificates> certificates = Certificates.load(config, Clock.systemUTC());
            certificates.ifPresent(c -> warnings.addAll(c.warnings(config)));
            return new Start(loaded, certificates, exposure, warnings, files);
        } catch (UnusableCertificateException e) {
            throw new StartRefusedException(
                    new StartRefusedException.Certificates(String.valueOf(e.getMessage())));
        }
    }

    /// Critical findings of the audit that are not accepted, besides the gateway's listener, which has just been
    /// checked. At a start only: they must not prevent the change of a secret.
    private static List<Problem> risks(Sources sources, Config config) {
        List<Problem> problems = new ArrayList<>();
        for (String id : config.acceptRisk()) {
            if (!Audit.criticalIds().contains(id)) {
                problems.add(new Problem(Key.ACCEPT_RISK, id, "one of " + String.join(", ", Audit.criticalIds()),
                        "take it out of SEAWALL_ACCEPT_RISK: only those keep Seawall from starting"));
            }
        }
        Audit.runCritical(Host.of(sources, config), Set.of("binding.listener")).findings().stream()
                .filter(Finding::isCriticalFailure)
                .filter(finding -> !config.acceptRisk().contains(finding.id()))
                .filter(finding -> !isExposureAccepted(config) || !finding.id().equals("binding.reach"))
                .forEach(finding -> problems.add(new Problem(
                        finding.id().startsWith("binding.") ? Problem.Kind.UPSTREAM : Problem.Kind.CONFIGURATION,
                        finding.id(), finding.found(), afterColon(finding.expectation().orElseThrow().title()),
                        finding.fix() + ", or accept it: " + Key.ACCEPT_RISK.variable() + "=" + finding.id())));
        return problems;
    }

    /// A title as it stands after a colon; names keep their capital.
    private static String afterColon(String title) {
        return title.startsWith("OpenClaw") || title.startsWith("Seawall")
                ? title
                : Character.toLowerCase(title.charAt(0)) + title.substring(1);
    }

    private static boolean isExposureAccepted(Config config) {
        return config.upstream().onExposure() == Config.Upstream.OnExposure.WARN;
    }

    /// What is wrong besides the configuration's text: the process, and the files that it names.
    static List<Problem> problems(Config config, Preflight.Facts facts) {
        List<Problem> problems = new ArrayList<>(Preflight.problems(config, facts));
        config.access().flatMap(access -> KeySource.objection(access.keys()))
                .ifPresent(
                        found -> problems.add(new Problem(Key.ACCESS_KEYS, found, "a JWKS file with RSA keys for RS256",
                                "save the issuer's /cdn-cgi/access/certs there, or unset it to have them fetched")));
        return problems;
    }

    public Config config() {
        return loaded.config();
    }

    /// Of this process.
    public static Preflight.Facts facts() {
        return Preflight.Facts.read(PROC);
    }
}
