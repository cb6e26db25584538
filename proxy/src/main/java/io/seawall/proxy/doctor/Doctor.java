package io.seawall.proxy.doctor;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks at the running pair, and, where a public address is given, at the way to it. Changes nothing; each request is
/// given up after fifteen seconds.
public final class Doctor {
    private final Config config;
    private final Optional<Origin> url;
    private final InstantSource clock;

    /// @param url the public address, https
    public Doctor(Config config, Optional<Origin> url, InstantSource clock) {
        this.config = config;
        this.url = url;
        this.clock = clock;
    }

    /// Every check's finding, always in the same order.
    public List<Finding> examine() {
        Credentials credentials = new Credentials(config);
        Deviation deviation = new Deviation(clock);
        List<Finding> findings = new ArrayList<>(
                new GatewayChecks(config, credentials, PublicOrigins.of(config, url), deviation).all());
        Groundwork gateway = new Groundwork(findings);
        findings.addAll(new ListenerChecks(config, credentials, gateway).all());
        url.ifPresent(address -> findings
                .addAll(new UrlChecks(config, credentials, address, gateway, deviation, clock).all()));
        return findings;
    }
}
