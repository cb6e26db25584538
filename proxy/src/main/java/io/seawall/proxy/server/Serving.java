package io.seawall.proxy.server;

import io.seawall.certs.StateDirectory;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.load.Sources;
import io.seawall.host.HostName;
import io.seawall.host.PrivateFile;
import io.seawall.proxy.diagnose.audit.Audit;
import io.seawall.proxy.diagnose.facts.Host;
import io.seawall.proxy.observe.Journal;
import io.seawall.proxy.observe.JournalLoggerFinder;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.SessionKey;
import io.seawall.proxy.session.SessionState;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/// A gateway with its journal, from start to exit.
public final class Serving {
    private static final System.Logger.Level INFO = System.Logger.Level.INFO;

    private final Sources sources;
    private final Start start;
    private final String version;
    private final OutputStream log;
    private final ServiceManager manager;

    /// @param version Seawall's
    /// @param log where log lines go
    public Serving(Sources sources, Start start, String version, OutputStream log) {
        this.sources = sources;
        this.start = start;
        this.version = version;
        this.log = log;
        manager = ServiceManager.of(sources.process());
    }

    /// Serves until the process is asked to stop.
    ///
    /// @param listening runs once it does
    /// @param stopped runs when everything has stopped, on a thread of its own as the JVM goes down; it ends the process
    /// @throws StartRefusedException before it listens
    public void serve(Runnable listening, Runnable stopped) throws StartRefusedException {
        Config config = start.config();
        byte[] sessionKey;
        Revocations revocations;
        try {
            StateDirectory.prepare(config.stateDir());
            sessionKey = SessionKey.load(config.stateDir());
            revocations = Revocations.load(config.stateDir(), Clock.systemUTC());
        } catch (UnusableCertificateException e) {
            throw refused(e);
        } catch (PrivateFile.RefusedException e) {
            throw new StartRefusedException(
                    new StartRefusedException.State("SEAWALL_STATE_DIR: " + e.getMessage()));
        } catch (IOException e) {
            throw new StartRefusedException(new StartRefusedException.State("SEAWALL_STATE_DIR: " + config.stateDir()
                    + " cannot be written. Fix: chown it to the user that Seawall runs as"));
        }
        Reloads reloads = new Reloads();
        Journal journal = new Journal(log, config.log());
        journal.level(level(config));
        JournalLoggerFinder.use(journal);
        start.warnings().forEach(warning -> journal.log(System.Logger.Level.WARNING, warning, Map.of()));
        Server server;
        try {
            server = Server
                    .start(new Server.Setup(config, start.certificates(), SessionState.of(sessionKey, revocations),
                            start.exposure(), new Server.Reporting(journal, reloads,
                                    new AuditWatch(() -> Audit.run(Host.of(sources), Audit.Selection.ALL)),
                                    version)));
        } catch (BindFailedException | UnusableCertificateException e) {
            JournalLoggerFinder.use(null);
            journal.close();
            throw refused(e);
        }
        Reloader reloader = new Reloader(sources, start, server, journal, reloads, manager);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop(server, reloader, journal);
            stopped.run();
        }, "seawall-stop"));
        reloader.start();
        journal.log(INFO, "listening", facts(server));
        manager.ready("serving on port " + server.port());
        manager.watch(server::pulse);
        listening.run();
        try {
            server.join();
            Thread.sleep(Long.MAX_VALUE); // the hook is draining, and ends the process
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static StartRefusedException refused(Exception e) {
        String message = String.valueOf(e.getMessage());
        return new StartRefusedException(e instanceof UnusableCertificateException
                ? new StartRefusedException.Certificates(message)
                : new StartRefusedException.Bind(message));
    }

    /// The least severe lines that the configuration wants.
    static System.Logger.Level level(Config config) {
        return System.Logger.Level.valueOf(config.logLevel().name());
    }

    private Map<String, Object> facts(Server server) {
        Config config = start.config();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", version);
        facts.put("url", (start.certificates().isPresent() ? "https://" : "http://")
                + ownHost(config.listener().bind()) + ":" + server.port() + "/");
        facts.put("gateway", "127.0.0.1:" + config.upstream().port());
        server.adminPort().ifPresent(port -> facts.put("admin",
                HostName.of(config.admin().orElseThrow().address().getAddress()) + ":" + port));
        start.certificates().ifPresent(certificates -> {
            facts.put("certificate_sha256", certificates.material().fingerprint());
            facts.put("certificate_expires", certificates.material().notAfter().toString());
            certificates.authority().ifPresent(file -> facts.put("ca", file.toString()));
            certificates.authorityFingerprint().ifPresent(print -> facts.put("ca_sha256", print));
        });
        return facts;
    }

    /// What a browser of this machine can be given: every address is none.
    public static String ownHost(InetAddress bind) {
        return bind.isAnyLocalAddress() ? "localhost" : HostName.of(bind);
    }

    private void stop(Server server, Reloader reloader, Journal journal) {
        reloader.close();
        journal.log(INFO, "draining", Map.of());
        manager.stopping(start.config().timeouts().drain());
        server.close();
        journal.log(INFO, "stopped", Map.of());
        journal.close();
    }
}
