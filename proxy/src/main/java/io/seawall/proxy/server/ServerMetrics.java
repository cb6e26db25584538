package io.seawall.proxy.server;

import io.seawall.certs.CertificateEvents;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.observe.Metrics;
import io.seawall.proxy.tls.CertificateWatch;
import io.seawall.proxy.tls.Renewals;
import io.seawall.proxy.tls.ServerTls;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The metrics of the server as a whole; those of requests are [io.seawall.proxy.observe.MetricsHandler]'s.
final class ServerMetrics {
    private final Metrics metrics;
    private final Supplier<Policy> inForce;
    private boolean measuresAccess;

    /// @param inForce the policy that counts at this moment
    ServerMetrics(Metrics metrics, Supplier<Policy> inForce) {
        this.metrics = metrics;
        this.inForce = inForce;
    }

    void connections(Connections connections) {
        metrics.gauge("seawall.connections.open", "Client connections.", connections::open);
        for (Connections.Reason reason : Connections.Reason.values()) {
            metrics.counter("seawall.connections.refused",
                    "Connections beyond a cap, and those of unauthenticated clients that were replaced by newer ones.",
                    "reason", reason.label(), () -> connections.refused(reason));
        }
        metrics.gauge("seawall.unauthenticated.heap.bytes", "Heap that connections of unauthenticated clients occupy.",
                connections.heap()::booked);
        metrics.gauge("seawall.unauthenticated.heap.max.bytes",
                "How much it may be: beyond it the costliest of them ends.", connections.heap()::all);
        DirectMemory memory = DirectMemory.ofProcess();
        metrics.gauge("seawall.direct.memory.used.bytes", "Memory outside the heap that buffers take.",
                () -> memory.used().getAsLong());
        metrics.gauge("seawall.direct.memory.max.bytes", "Its ceiling.", memory::ceiling);
    }

    void gateway(ServerParts.Upstream gateway, BooleanSupplier isExposed) {
        metrics.gauge("seawall.websockets.open", "WebSocket tunnels.", gateway.tunnels()::count);
        metrics.gauge("seawall.upstream.up", "1 while the gateway would answer.",
                () -> gateway.health().isUp() ? 1 : 0);
        metrics.gauge("seawall.upstream.exposed",
                "1 while the gateway listens beyond loopback, or another user on its port.",
                () -> isExposed.getAsBoolean() ? 1 : 0);
    }

    void watchers(Watches watches, ServerParts.Upstream gateway) {
        ServerParts.Exposures exposures = gateway.exposures();
        for (Watches.Watch watch : Watches.Watch.values()) {
            metrics.counter("seawall.watch.failures",
                    "Looks of a watcher that showed nothing, so that what it knew stays.",
                    "watch", watch.label(), () -> watches.failures(watch) + switch (watch) {
                        case EXPOSURE -> exposures.gateway().failures() + exposures.sandbox().failures()
                                + exposures.portals().failures();
                        case HEALTH -> gateway.health().failures();
                        case HEAP, TICKETS, AUDIT, SESSIONS -> 0;
                    });
        }
    }

    void tls(ServerTls tls) {
        metrics.counter("seawall.tls.resumptions", "Handshakes that began with a session ticket of ours.",
                tls::resumed);
    }

    void draining(BooleanSupplier draining) {
        metrics.gauge("seawall.draining", "1 while Seawall takes no new connections and lets running work end.",
                () -> draining.getAsBoolean() ? 1 : 0);
    }

    void audit(AuditWatch audit) {
        for (Severity severity : Severity.values()) {
            metrics.gauge("seawall.audit.findings",
                    "Checks of `seawall audit` that failed or warn, by severity; looked at each day.", "severity",
                    severity.label(), () -> audit.findings(severity));
        }
    }

    void reloads(Reloads reloads) {
        for (Reloads.Outcome outcome : Reloads.Outcome.values()) {
            metrics.counter("seawall.config.reloads",
                    "Changed configurations found while running: put in force, the same as before, or refused.",
                    "outcome", outcome.label(), () -> reloads.of(outcome));
        }
    }

    /// From the first policy on that has any.
    synchronized void accessKeys() {
        if (!measuresAccess && inForce.get().access().isPresent()) {
            measuresAccess = true;
            metrics.gauge("seawall.access.keys", "Keys that may sign what Cloudflare Access asserts.",
                    () -> inForce.get().access().map(keys -> (double) keys.cache().size()).orElse(Double.NaN));
        }
    }

    void certificates(CertificateWatch watch) {
        metrics.gauge("seawall.certificate.expiry.timestamp.seconds",
                "When the certificate expires, in seconds since 1970; of two, the first to.",
                () -> watch.expiry().getEpochSecond());
        metrics.gauge("seawall.certificate.lifetime.seconds", "How long that certificate was made for.",
                () -> watch.lifetime().toSeconds());
        String description = "Newer certificates found while running: taken into service, or refused.";
        metrics.counter("seawall.certificate.reloads", description, watch::reloads, "outcome", "ok");
        metrics.counter("seawall.certificate.reloads", description, watch::refusals, "outcome", "refused");
    }

    void renewals(Renewals renewals) {
        String description = "Attempts to have a new certificate issued.";
        metrics.counter("seawall.certificate.renewals", description, renewals::renewals, "source", renewals.source(),
                "outcome", "ok");
        for (CertificateEvents.Failure failure : CertificateEvents.Failure.values()) {
            metrics.counter("seawall.certificate.renewals", description, () -> renewals.failures(failure), "source",
                    renewals.source(), "outcome", failure.label());
        }
    }

    void lockouts() {
        for (Layer layer : Layer.values()) {
            metrics.gauge("seawall.lockouts.active", "Client networks locked out of a layer now.", "layer",
                    layer.label(), () -> inForce.get().throttle().locked(layer));
            metrics.gauge("seawall.strangers.slowed",
                    "1 while a layer's budget of wrong credentials is spent and unauthenticated clients have to wait.",
                    "layer", layer.label(), () -> inForce.get().throttle().isSlowing(layer) ? 1 : 0);
        }
    }
}
