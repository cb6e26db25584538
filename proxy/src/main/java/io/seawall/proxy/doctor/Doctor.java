package io.seawall.proxy.doctor;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Looks at the running pair, and, where a public address is given, at the way to it. Changes nothing; each request is
/// given up after fifteen seconds, and nothing is asked any more after two minutes.
public final class Doctor {
    private static final Duration TIME = Duration.ofMinutes(2);

    private final Config config;
    private final Optional<Origin> url;
    private final InstantSource clock;
    private final Host host;

    /// What else than the configuration tells who may be shown a credential.
    ///
    /// @param proc the mounted proc file system
    /// @param uid who this runs as; empty where it is not known
    /// @param stored our own certificates, as they lie in files
    /// @param openclaw where OpenClaw keeps its state, whose owner has its token
    public record Host(Path proc, OptionalLong uid, List<X509Certificate> stored, List<Path> openclaw) {
        public Host {
            stored = List.copyOf(stored);
            openclaw = List.copyOf(openclaw);
        }
    }

    /// @param url the public address, https
    public Doctor(Config config, Host host, Optional<Origin> url, InstantSource clock) {
        this.config = config;
        this.host = host;
        this.url = url;
        this.clock = clock;
    }

    /// Every check's finding, always in the same order.
    public List<Finding> examine() {
        Credentials credentials = new Credentials(config);
        MayBeShown mayBeShown = new MayBeShown(config, host);
        long end = System.nanoTime() + TIME.toNanos();
        Deviation deviation = new Deviation(clock);
        List<Finding> findings = new ArrayList<>(
                new GatewayChecks(config, credentials, mayBeShown, PublicOrigins.of(config, url), deviation, end)
                        .all());
        Groundwork gateway = new Groundwork(findings);
        findings.addAll(new ListenerChecks(config, credentials, mayBeShown, gateway, end).all());
        url.ifPresent(address -> findings
                .addAll(new UrlChecks(config, credentials, mayBeShown, address, gateway, deviation, clock, end).all()));
        return findings;
    }
}
