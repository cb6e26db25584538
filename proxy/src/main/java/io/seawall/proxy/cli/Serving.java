package io.seawall.proxy.cli;

import io.seawall.certs.StateDirectory;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.host.HostName;
import io.seawall.host.PrivateFile;
import io.seawall.proxy.AuditWatch;
import io.seawall.proxy.Gateway;
import io.seawall.proxy.Reloads;
import io.seawall.proxy.audit.Audit;
import io.seawall.proxy.auth.Revocations;
import io.seawall.proxy.auth.SessionKey;
import io.seawall.proxy.observe.Journal;
import io.seawall.proxy.observe.JournalLoggerFinder;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/// A gateway with its journal, from start to exit.
final class Serving {
    private static final System.Logger.Level INFO = System.Logger.Level.INFO;

    private final Console console;
    private final Start start;
    private final Runnable atEnd;
    private final ServiceManager manager;

    /// @param atEnd runs when everything has stopped, just before the process ends
    Serving(Console console, Start start, Runnable atEnd) {
        this.console = console;
        this.start = start;
        this.atEnd = atEnd;
        manager = ServiceManager.of(console.environment());
    }

    /// Serves until the process is told to stop; `listening` runs once it does.
    int serve(Runnable listening) {
        Config config = start.config();
        byte[] sessionKey;
        Revocations revocations;
        try {
            StateDirectory.prepare(config.stateDir());
            sessionKey = SessionKey.load(config.stateDir());
            revocations = Revocations.load(config.stateDir(), Clock.systemUTC());
        } catch (UnusableCertificateException e) {
            console.error("seawall: refused\n\n  " + e.getMessage());
            return Exit.CERTIFICATE;
        } catch (PrivateFile.RefusedException e) {
            console.error("seawall: refused\n\n  SEAWALL_STATE_DIR: " + e.getMessage());
            return Exit.CONFIGURATION;
        } catch (IOException e) {
            console.error("seawall: refused\n\n  SEAWALL_STATE_DIR: " + config.stateDir()
                    + " cannot be written. Fix: chown it to the user that Seawall runs as");
            return Exit.CONFIGURATION;
        }
        Reloads reloads = new Reloads();
        Journal journal = new Journal(console.log(), config.log());
        journal.level(level(config));
        JournalLoggerFinder.use(journal);
        start.warnings().forEach(warning -> journal.log(System.Logger.Level.WARNING, warning, Map.of()));
        Gateway gateway;
        try {
            gateway = Gateway
                    .start(new Gateway.Setup(config, start.certificates(), sessionKey, revocations, start.exposure(),
                            journal, reloads,
                            new AuditWatch(() -> Audit.run(AuditCommand.world(console), Audit.Selection.ALL)),
                            Versions.seawall()));
        } catch (Gateway.BindTrouble | UnusableCertificateException e) {
            JournalLoggerFinder.use(null);
            journal.close();
            console.error("seawall: refused\n\n  " + e.getMessage());
            return e instanceof UnusableCertificateException ? Exit.CERTIFICATE : Exit.BIND;
        }
        Reloader reloader = new Reloader(console, start, gateway, journal, reloads, manager);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, reloader, journal), "seawall-stop"));
        reloader.start();
        journal.log(INFO, "listening", facts(gateway));
        manager.ready("serving on port " + gateway.port());
        manager.watch(gateway::pulse);
        listening.run();
        try {
            gateway.join();
            Thread.sleep(Long.MAX_VALUE); // the hook is draining, and ends the process
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Exit.FINE;
    }

    /// The least severe lines that the configuration wants.
    static System.Logger.Level level(Config config) {
        return System.Logger.Level.valueOf(config.logLevel().name());
    }

    private Map<String, Object> facts(Gateway gateway) {
        Config config = start.config();
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("version", Versions.seawall());
        facts.put("url", (start.certificates().isPresent() ? "https://" : "http://")
                + ownHost(config.listener().bind()) + ":" + gateway.port() + "/");
        facts.put("gateway", "127.0.0.1:" + config.upstream().port());
        gateway.adminPort().ifPresent(port -> facts.put("admin",
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
    static String ownHost(InetAddress bind) {
        return bind.isAnyLocalAddress() ? "localhost" : HostName.of(bind);
    }

    /// Runs as the JVM goes down. Halts at its end: a requested stop that went well is exit 0, not the signal's 143.
    private void stop(Gateway gateway, Reloader reloader, Journal journal) {
        reloader.close();
        journal.log(INFO, "draining", Map.of());
        manager.stopping(start.config().timeouts().drain());
        gateway.close();
        journal.log(INFO, "stopped", Map.of());
        journal.close();
        atEnd.run();
        Runtime.getRuntime().halt(Exit.FINE);
    }
}
