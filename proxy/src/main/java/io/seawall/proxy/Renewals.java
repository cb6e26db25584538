package io.seawall.proxy;

import io.seawall.certs.CertificateEvents;
import java.util.concurrent.atomic.LongAdder;

/// Counts the certificates that a source had issued, and its attempts that failed.
public final class Renewals implements CertificateEvents {
    private final String source;
    private final LongAdder renewed = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /// @param source its metric label: the value of `SEAWALL_TLS`
    public Renewals(String source) {
        this.source = source;
    }

    @Override
    public void renewed() {
        renewed.increment();
    }

    @Override
    public void failed(String reason) {
        failed.increment();
    }

    String source() {
        return source;
    }

    long renewals() {
        return renewed.sum();
    }

    long failures() {
        return failed.sum();
    }
}
