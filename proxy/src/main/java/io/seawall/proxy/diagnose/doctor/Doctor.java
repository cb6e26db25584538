package io.seawall.proxy.diagnose.doctor;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.doctor.probe.Credentials;
import io.seawall.proxy.diagnose.doctor.probe.Evidence;
import io.seawall.proxy.diagnose.doctor.probe.MayBeShown;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Tests the running pair, and, where a public address is given, the path to it. Changes nothing; each request is given
/// up after fifteen seconds, and nothing is asked any more after two minutes.
public final class Doctor {
    private static final Duration TIME = Duration.ofMinutes(2);

    private final Config config;
    private final Optional<Origin> url;
    private final InstantSource clock;
    private final Evidence evidence;

    /// @param url the public address, https
    public Doctor(Config config, Evidence evidence, Optional<Origin> url, InstantSource clock) {
        this.config = config;
        this.evidence = evidence;
        this.url = url;
        this.clock = clock;
    }

    /// Every question's finding, always in the same order.
    public Report examine() {
        Examination examination = new Examination(config, new Credentials(config), new MayBeShown(config, evidence),
                clock, System.nanoTime() + TIME.toNanos());
        List<Finding> findings = new ArrayList<>(
                new GatewayChecks(examination, PublicOrigins.of(config, url)).all());
        GatewayFindings gateway = new GatewayFindings(findings);
        findings.addAll(new ListenerChecks(examination, gateway).all());
        url.ifPresent(address -> findings.addAll(new UrlChecks(examination, address, gateway).all()));
        return Report.ofQuestions(findings);
    }
}
