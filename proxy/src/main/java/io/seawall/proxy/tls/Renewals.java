package io.seawall.proxy.tls;

import io.seawall.certs.CertificateEvents;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// Counts the certificates that a source had issued, and its attempts that failed, by why.
public final class Renewals implements CertificateEvents {
    private final String source;
    private final LongAdder renewed = new LongAdder();
    private final Map<Failure, LongAdder> failed = new EnumMap<>(Failure.class);

    /// @param source its metric label: the value of `SEAWALL_TLS`
    public Renewals(String source) {
        this.source = source;
        for (Failure failure : Failure.values()) {
            failed.put(failure, new LongAdder());
        }
    }

    @Override
    public void renewed(String by) {
        renewed.increment();
    }

    @Override
    public void failed(String by, Failure failure) {
        of(failure).increment();
    }

    public String source() {
        return source;
    }

    public long renewals() {
        return renewed.sum();
    }

    public long failures(Failure failure) {
        return of(failure).sum();
    }

    private LongAdder of(Failure failure) {
        return Objects.requireNonNull(failed.get(failure));
    }
}
