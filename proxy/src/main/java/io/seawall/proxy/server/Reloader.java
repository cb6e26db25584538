package io.seawall.proxy.server;

import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.config.load.ConfigLoader;
import io.seawall.config.load.Sources;
import io.seawall.proxy.credential.HashCheck;
import io.seawall.proxy.observe.Journal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Applies a changed configuration while Seawall runs: at SIGHUP, and when one of the files that the configuration
/// comes from has changed, and then stayed the same for a look, so that nothing half-written counts. A configuration
/// that a start would refuse is refused here too, and the one before stays.
final class Reloader implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Sources configuration;
    private final Server server;
    private final Journal journal;
    private final Reloads reloads;
    private final ServiceManager manager;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread reloader = new Thread(task, "seawall-reload");
        reloader.setDaemon(true);
        return reloader;
    });
    private ConfigLoader.Loaded inForce;
    private Map<Path, String> read;
    private Map<Path, String> seen;

    /// @param start what is in force now
    Reloader(Sources configuration, Start start, Server server, Journal journal, Reloads reloads,
            ServiceManager manager) {
        this.configuration = configuration;
        this.server = server;
        this.journal = journal;
        this.reloads = reloads;
        this.manager = manager;
        inForce = start.loaded();
        read = start.files();
        seen = read;
    }

    /// Listens and looks, from now on until it is closed.
    void start() {
        if (!SighupSignal.listen(() -> thread.execute(() -> reload("SIGHUP")))) {
            journal.log(System.Logger.Level.WARNING,
                    "SIGHUP is ignored here, as under nohup; changed files are taken over all the same", Map.of());
        }
        thread.scheduleWithFixedDelay(this::look, INTERVAL.toMillis(), INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// One look at the files.
    synchronized void look() {
        Map<Path, String> now = files();
        if (now.equals(seen) && !now.equals(read)) {
            reload("file");
        }
        seen = now;
    }

    /// Reads everything anew.
    ///
    /// @param cause for the log
    synchronized void reload(String cause) {
        manager.reloading();
        attempt(cause);
        server.checkCertificates();
        manager.ready();
    }

    private void attempt(String cause) {
        Map<Path, String> before = read;
        // before any of them is read: what one holds later is a change that is still to be taken over
        Map<Path, String> sources = FileStates.of(configuration.files());
        read = with(sources, inForce.config());
        try {
            ConfigLoader.Loaded next = configuration.load(HashCheck::matches);
            List<Problem> problems = new ArrayList<>(fixed(next));
            problems.addAll(Start.problems(next.config(), Start.facts()));
            if (!problems.isEmpty()) {
                refuse(cause, text(problems));
                return;
            }
            TreeSet<Key> changed = new TreeSet<>(next.changedSince(inForce));
            Map<Path, String> now = with(sources, next.config());
            changed.addAll(rewritten(next.config(), before, now));
            if (!changed.isEmpty()) {
                server.reload(next.config());
            }
            read = now;
            // logged where either of the two levels allows it
            System.Logger.Level level = Serving.level(next.config());
            if (level.getSeverity() < Serving.level(inForce.config()).getSeverity()) {
                journal.level(level);
            }
            inForce = next;
            taken(cause, changed);
            journal.level(level);
        } catch (ConfigException e) {
            refuse(cause, text(e.problems()));
        } catch (UnusableCertificateException e) {
            refuse(cause, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // a thread that threw would silently never look again
            refuse(cause, "it could not be put in force, because of " + e);
        }
    }

    private void taken(String cause, Set<Key> changed) {
        reloads.taken(!changed.isEmpty());
        if (changed.isEmpty()) {
            journal.log(System.Logger.Level.INFO, "configuration unchanged", Map.of("cause", cause));
            return;
        }
        journal.log(System.Logger.Level.INFO, "configuration reloaded", Map.of("cause", cause, "changed",
                changed.stream().map(Key::variable).collect(Collectors.joining(", "))));
        inForce.warnings().forEach(warning -> journal.log(System.Logger.Level.WARNING, warning, Map.of()));
    }

    private void refuse(String cause, String why) {
        reloads.refused(why);
        journal.log(System.Logger.Level.ERROR, "configuration refused, the one before stays in force: " + why,
                Map.of("cause", cause));
    }

    /// A change of a key that needs a restart refuses the whole reload: a configuration is applied as a whole or not at
    /// all.
    private List<Problem> fixed(ConfigLoader.Loaded next) {
        List<Problem> problems = new ArrayList<>();
        for (Key key : next.changedSince(inForce)) {
            if (key.isFixed()) {
                problems.add(restart(key));
            }
        }
        if (problems.isEmpty() && next.config().tls() instanceof Config.Tls.Acme acme
                && !acme.equals(inForce.config().tls())) {
            problems.add(restart(Key.HOSTS));
        }
        return problems;
    }

    private static Problem restart(Key key) {
        return new Problem(key, "changed while Seawall runs", "what it was at the start", "restart Seawall");
    }

    /// Keys whose text is the path of a file that has changed.
    private static List<Key> rewritten(Config config, Map<Path, String> before, Map<Path, String> now) {
        return config.clientCa().filter(file -> !Objects.equals(now.get(file), before.get(file)))
                .map(file -> Key.CLIENT_CA)
                .stream().toList();
    }

    private Map<Path, String> files() {
        return with(FileStates.of(configuration.files()), inForce.config());
    }

    private static Map<Path, String> with(Map<Path, String> sources, Config config) {
        Map<Path, String> all = new LinkedHashMap<>(sources);
        all.putAll(FileStates.of(files(config)));
        return all;
    }

    /// The files that a configuration names and that are taken over like its own.
    static List<Path> files(Config config) {
        return config.clientCa().stream().toList();
    }

    private static String text(List<Problem> problems) {
        return problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
