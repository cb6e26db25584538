package io.seawall.proxy.tls;

import io.seawall.certs.CertificateSource;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.UnusableCertificateException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/// Takes newer certificates from the source into service while Seawall runs. On a thread of its own, because a source may
/// take minutes (ACME); nothing that goes wrong there ends it, and what was served before still is.
public final class CertificateWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CertificateWatch.class.getName());

    private CertificateSource source;
    private final ServerTls tls;
    private final Consumer<List<KeyMaterial>> taken;
    private final Clock clock;
    private final LongAdder reloads = new LongAdder();
    private final LongAdder refusals = new LongAdder();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread watcher = new Thread(task, "seawall-certificates");
        watcher.setDaemon(true);
        return watcher;
    });
    private volatile List<KeyMaterial> served;
    private volatile String trouble = "";

    /// @param tls serves what the source has now
    /// @param taken is called with the served certificates: now, and after each change
    public CertificateWatch(CertificateSource source, ServerTls tls, Consumer<List<KeyMaterial>> taken, Clock clock) {
        this.source = source;
        this.tls = tls;
        this.taken = taken;
        this.clock = clock;
        served = source.current();
        taken.accept(served);
    }

    /// Looks at the source again and again, from now on until it is closed.
    public void start(Duration interval) {
        thread.scheduleWithFixedDelay(this::look, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// One look.
    public synchronized void look() {
        try {
            String found = refreshed();
            List<KeyMaterial> current = source.current();
            if (!current.equals(served)) {
                tls.replace(current);
                served = current;
                reloads.increment();
                LOG.log(System.Logger.Level.INFO, "serving another certificate: " + describe(current));
                taken.accept(current);
            }
            tell(found);
        } catch (SSLException e) {
            tell(String.valueOf(Certificates.refused(source.current()).getMessage()));
        } catch (RuntimeException | LinkageError e) {
            // a watcher that threw would silently never look again
            if (tell("looking for a new certificate failed: " + e)) {
                LOG.log(System.Logger.Level.ERROR, "the watcher of the certificates failed", e);
            }
        }
    }

    /// Switches to another source.
    ///
    /// @param inService takes what it has now into service
    /// @throws SSLException what that throws; the source is the old one then
    public synchronized void use(CertificateSource next, InService inService) throws SSLException {
        inService.take(next.current());
        source = next;
        served = next.current();
        tell("");
    }

    /// Takes certificates into service.
    public interface InService {
        void take(List<KeyMaterial> materials) throws SSLException;
    }

    /// @return what is wrong; empty if nothing is
    private String refreshed() {
        try {
            source.refresh();
            return "";
        } catch (UnusableCertificateException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /// Each trouble once, however often it is seen.
    ///
    /// @return whether it is a new one
    private boolean tell(String found) {
        if (found.equals(trouble)) {
            return false;
        }
        trouble = found;
        if (found.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "the certificate trouble is over");
            return false;
        }
        refusals.increment();
        LOG.log(System.Logger.Level.ERROR,
                "certificate refused, the one that expires " + expiry() + " is still served: " + found);
        return true;
    }

    private static String describe(List<KeyMaterial> materials) {
        return String.join("; ", materials.stream().map(material -> String.join(", ", material.names()) + ", expires "
                + material.notAfter() + ", SHA-256 " + material.fingerprint()).toList());
    }

    /// When the first of the served ones expires.
    public Instant expiry() {
        return served.stream().map(KeyMaterial::notAfter).min(Comparator.naturalOrder()).orElse(Instant.MAX);
    }

    /// How long the one that expires first was made for.
    public Duration lifetime() {
        return served.stream().min(Comparator.comparing(KeyMaterial::notAfter))
                .map(m -> Duration.between(m.leaf().getNotBefore().toInstant(), m.notAfter())).orElse(Duration.ZERO);
    }

    public boolean isExpired() {
        return clock.instant().isAfter(expiry());
    }

    /// What is wrong, a line each; empty when nothing is.
    public String detail() {
        return (isExpired() ? "certificate expired " + expiry() + "\n" : "")
                + (trouble.isEmpty() ? "" : "certificate refused: " + trouble + "\n");
    }

    public long reloads() {
        return reloads.sum();
    }

    public long refusals() {
        return refusals.sum();
    }

    /// A look that waits is interrupted.
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
