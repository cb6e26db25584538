package io.seawall.proxy.server;

import io.netty.channel.Channel;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.certs.acme.AcmeChallenges;
import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.HostName;
import io.seawall.proxy.answer.RedirectPortHandler;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.client.ProxyHeaderHandler;
import io.seawall.proxy.client.RefusalLog;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.http.Drain;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http2.Http2LifeHandler;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.observe.AccessLogHandler;
import io.seawall.proxy.observe.AdminHandler;
import io.seawall.proxy.observe.Journal;
import io.seawall.proxy.observe.Metrics;
import io.seawall.proxy.observe.MetricsHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.session.SessionState;
import io.seawall.proxy.tls.CertificateWatch;
import io.seawall.proxy.tls.Certificates;
import io.seawall.proxy.tls.ServerTls;
import io.seawall.proxy.upstream.GatewayHealth;
import io.seawall.proxy.upstream.Opened;
import io.seawall.proxy.upstream.Tunnels;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/// A running Seawall: [Listeners], the [Policy] in force, and what is looked at again and again. Start it, and close it to
/// drain.
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Server.class.getName());
    private static final int PROCESS_METRICS_SECONDS = 2;
    private static final int EXPOSURE_SECONDS = 30;
    private static final int HEALTH_SECONDS = 2;
    private static final int HEAP_SECONDS = 1;
    private static final int SESSION_SECONDS = 60;
    private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(5);

    private final Listeners listeners;
    private final ScheduledExecutorService watchers = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "seawall-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Optional<ServerTls> tls;
    private final Optional<CertificateWatch> certificateWatch;
    private final Metrics metrics;
    private final ServerMetrics measures;
    private final Tunnels tunnels;
    private final Opened opened;
    private final Connections connections;
    private final Watches watches;
    private final Reporting reporting;
    private final ServerParts parts;
    // changed together, by reload
    private volatile Policy policy;
    private volatile Optional<Certificates> certificates;
    private final Channel listener;
    private final Optional<Channel> sandboxListener;
    private final Optional<Channel> plainListener;
    private final Optional<Channel> adminListener;
    private volatile boolean draining;

    /// What a server needs besides its configuration.
    public record Setup(Config config, Optional<Certificates> certificates, SessionState sessions, Exposure exposure,
            Reporting reporting) {}

    /// Where it tells how it is.
    ///
    /// @param reloads counts what became of changed configurations
    /// @param audit looks at what is around it each day
    public record Reporting(Journal journal, Reloads reloads, AuditWatch audit, String version) {}

    private Server(Setup setup) throws BindFailedException, UnusableCertificateException {
        Config config = setup.config();
        reporting = setup.reporting();
        certificates = setup.certificates();
        tls = tls(config, certificates);
        listeners = new Listeners(); // behind whatever may throw: they have threads
        metrics = new Metrics(reporting.version());
        watches = new Watches(watchers);
        connections = new Connections(config.limits(), config.clients(), DirectMemory.ofProcess(),
                Descriptors.read(Path.of("/proc")));
        Deadlines deadlines = new Deadlines();
        tunnels = new Tunnels(deadlines, config.timeouts().read().toSeconds(), ClientPipeline::staysInTunnel,
                session -> policy.sessions().hasEnded(session), metrics::websocketClosed);
        opened = new Opened(listeners.clients(), tunnels, () -> policy.layers(), () -> policy.sessions());
        parts = new ServerParts(setup.sessions(),
                new ServerParts.Tls(tls, certificates.map(Certificates::challenges).orElseGet(AcmeChallenges::new)),
                new ServerParts.Clients(connections, deadlines, new StaticBudget(System::nanoTime),
                        new PluginTabs(System::nanoTime)),
                new ServerParts.Observers(new AccessLogHandler(reporting.journal(), config),
                        new MetricsHandler(metrics)),
                new ServerParts.Upstream(
                        new ServerParts.Exposures(setup.exposure(), setup.exposure().ofSandbox(config.ownListeners()),
                                setup.exposure().ofPortals(config.ownListeners())),
                        new GatewayHealth(config.upstream().address()), tunnels, listeners.transport()),
                new ServerParts.Running(this::isReady, () -> policy, watchers));
        policy = Policy.of(config, Certificates.hosts(config, certificates), parts, Optional.empty());
        certificateWatch = tls.map(t -> new CertificateWatch(certificates.orElseThrow().source(), t,
                warning(config, certificates.orElseThrow()), Clock.systemUTC()));
        measures = new ServerMetrics(metrics, () -> policy);
        measure();
        try {
            Config.Listener wanted = config.listener();
            listener = listen(Key.PORT, wanted.port(), () -> policy.pipelines().main());
            sandboxListener = wanted.sandboxPort().isPresent()
                    ? Optional.of(listen(Key.SANDBOX_PORT, wanted.sandboxPort().get(),
                            () -> policy.pipelines().sandbox().orElseThrow()))
                    : Optional.empty();
            plainListener = wanted.httpPort().isPresent()
                    ? Optional.of(listenPlain(wanted.httpPort().get()))
                    : Optional.empty();
            adminListener = config.admin().isPresent()
                    ? Optional.of(listenAdmin(config.admin().get()))
                    : Optional.empty();
        } catch (BindFailedException e) {
            stop();
            throw e;
        }
        setup.sessions().revocations().whenRevoked(opened::endWhatIsOver);
        watch(setup);
    }

    /// Binds and serves.
    ///
    /// @throws BindFailedException when an address cannot be listened on; nothing is left running then
    /// @throws UnusableCertificateException when the TLS library refuses a key
    public static Server start(Setup setup) throws BindFailedException, UnusableCertificateException {
        return new Server(setup);
    }

    /// TLS with the certificates; empty where it is off.
    ///
    /// @throws UnusableCertificateException when the library refuses a key, which it looks at more closely than its loading does
    public static Optional<ServerTls> tls(Config config, Optional<Certificates> certificates)
            throws UnusableCertificateException {
        if (certificates.isEmpty()) {
            return Optional.empty();
        }
        List<KeyMaterial> materials = certificates.get().source().current();
        try {
            return Optional.of(new ServerTls(materials, config.timeouts().handshake(),
                    certificates.get().clientAuthorities(), config.http2().enabled()));
        } catch (SSLException e) {
            throw Certificates.refused(materials);
        }
    }

    /// What is done about certificates that have just been taken into service: their names are ours, and those that they
    /// lack are warned of once.
    private Consumer<List<KeyMaterial>> warning(Config first, Certificates atStart) {
        AtomicReference<List<String>> warned = new AtomicReference<>(atStart.warnings(first));
        return materials -> {
            Policy now = policy;
            now.hosts().replace(Certificates.hosts(now.config(), certificates.orElse(atStart).authority(), materials));
            List<String> warnings = Certificates.warnings(now.config(), materials);
            if (!warnings.equals(warned.getAndSet(warnings))) {
                warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
            }
        };
    }

    /// Puts another configuration in force, whole or not at all. Requests that are under way end under the one before,
    /// WebSockets and connections go on; but what a credential that is no longer accepted has opened ends at once.
    ///
    /// @param next the same as the present one in its [Key#isFixed] keys
    /// @throws UnusableCertificateException when its certificates cannot be used; nothing has changed then
    public synchronized void reload(Config next) throws UnusableCertificateException {
        if (draining) {
            return;
        }
        Policy before = policy;
        Optional<Certificates> nextCertificates = certificates.isEmpty()
                ? certificates
                : Optional.of(certificates.get().reload(next, before.config(), Clock.systemUTC()));
        if (nextCertificates.isPresent()) {
            present(next, nextCertificates.get());
        }
        certificates = nextCertificates;
        parts.observers().accessLog().use(next, before.config());
        Policy after = Policy.of(next, Certificates.hosts(next, nextCertificates), parts, Optional.of(before));
        connections.use(next.limits(), next.clients());
        ServerParts.Exposures exposures = parts.upstream().exposures();
        exposures.gateway().use(next.upstream());
        exposures.sandbox().use(next.upstream().ofSandbox());
        exposures.portals().use(next.upstream().ofPortals());
        tunnels.use(next.timeouts().read().toSeconds());
        policy = after;
        before.retire(after);
        measures.accessKeys();
        opened.endWhatIsOver();
    }

    private void present(Config next, Certificates with) throws UnusableCertificateException {
        try {
            CertificateWatch.InService inService = materials -> tls.orElseThrow().replace(materials,
                    next.timeouts().handshake(), with.clientAuthorities(), next.http2().enabled());
            if (with.source().equals(certificates.orElseThrow().source())) {
                inService.take(with.source().current()); // which may be waiting for its CA, and must not be waited for
            } else {
                certificateWatch.orElseThrow().use(with.source(), inService);
            }
        } catch (SSLException e) {
            throw Certificates.refused(with.source().current());
        }
    }

    private Channel listen(Key key, int port, Supplier<ClientPipeline> inForce) throws BindFailedException {
        InetSocketAddress address = new InetSocketAddress(policy.config().listener().bind(), port);
        return listeners.open(key, address, connections, channel -> channel.pipeline().addLast(inForce.get()));
    }

    private Channel listenPlain(int port) throws BindFailedException {
        RefusalLog refusals = new RefusalLog(connections);
        InetSocketAddress address = new InetSocketAddress(policy.config().listener().bind(), port);
        return listeners.openBrief(Key.HTTP_PORT, address, connections, channel -> {
            Config now = policy.config();
            // a balancer may send one here, too, but need not: the client's address decides nothing here
            if (ProxyHeaderHandler.isFor(channel, now.clients())) {
                channel.pipeline().addLast(new ProxyHeaderHandler(connections, refusals, parts.clients().deadlines(),
                        now.http().header(), false));
            }
            channel.pipeline().addLast(new RedirectPortHandler(now.http(), this::origin,
                    parts.tls().challenges()::keyAuthorization,
                    connection -> policy.pipelines().main().tlsOnPlainPort(connection)));
        });
    }

    private Channel listenAdmin(Config.Admin admin) throws BindFailedException {
        AdminPipeline pipeline = new AdminPipeline(parts.clients().deadlines(), new AdminHandler(
                () -> policy.config().admin().flatMap(Config.Admin::token), metrics, this::readiness));
        return listeners.openAdmin(Key.ADMIN, admin.address(), AdminPipeline.connections(connections.heap()), pipeline);
    }

    /// The redirect's target for a configured name: the origin that is allowed for it, else port 443.
    private Optional<String> origin(String authority) {
        Config config = policy.config();
        String host = HostName.ofAuthority(authority);
        if (!config.hosts().contains(host)) {
            return Optional.empty();
        }
        return Optional.of(config.allowedOrigins().stream().map(Origin::toString)
                .filter(o -> o.equals("https://" + host) || o.startsWith("https://" + host + ":")).findFirst()
                .orElse("https://" + host));
    }

    private void measure() {
        measures.connections(connections);
        measures.gateway(parts.upstream(), () -> watched().stream().anyMatch(Exposure::isExposed));
        measures.watchers(watches, parts.upstream());
        metrics.measure(reporting.journal());
        tls.ifPresent(measures::tls);
        measures.draining(() -> draining);
        measures.audit(reporting.audit());
        measures.reloads(reporting.reloads());
        measures.accessKeys();
        certificateWatch.ifPresent(measures::certificates);
        certificates.flatMap(Certificates::renewals).ifPresent(measures::renewals);
        measures.lockouts();
    }

    private void watch(Setup setup) {
        // a start has looked already
        watches.every(Watches.Watch.EXPOSURE, 0, EXPOSURE_SECONDS, this::checkExposure);
        watchers.execute(parts.upstream().health()::check);
        // the first clients come first
        watchers.schedule(metrics::measureProcess, PROCESS_METRICS_SECONDS, TimeUnit.SECONDS);
        watches.every(Watches.Watch.HEALTH, HEALTH_SECONDS, HEALTH_SECONDS, parts.upstream().health()::check);
        watches.every(Watches.Watch.HEAP, HEAP_SECONDS, HEAP_SECONDS, connections::lookAtHeap);
        int tickets = (int) ServerTls.TICKET_PERIOD.toSeconds();
        tls.ifPresent(t -> watches.every(Watches.Watch.TICKETS, tickets, tickets, t::rotateTicketKeys));
        watches.every(Watches.Watch.AUDIT, AuditWatch.FIRST_SECONDS, AuditWatch.SECONDS, reporting.audit()::look);
        watches.every(Watches.Watch.SESSIONS, SESSION_SECONDS, SESSION_SECONDS, () -> {
            setup.sessions().revocations().retry();
            opened.endWhatIsOver();
        });
        certificateWatch.ifPresent(watch -> watch.start(CERTIFICATE_INTERVAL));
    }

    private boolean isReady() {
        return !draining && parts.upstream().health().isUp() && !parts.upstream().exposures().gateway().isExposed()
                && !certificateWatch.map(CertificateWatch::isExpired).orElse(false);
    }

    private AdminHandler.Readiness readiness() {
        String detail = "gateway " + parts.upstream().health().state().name().toLowerCase(Locale.ROOT) + "\n"
                + parts.upstream().exposures().gateway().detail() + (draining ? "draining\n" : "")
                + certificateWatch.map(CertificateWatch::detail).orElse("")
                + reporting.reloads().detail() + reporting.audit().detail();
        return new AdminHandler.Readiness(isReady(), detail);
    }

    /// The port that clients connect to.
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /// The port that serves the gateway's sandbox alone; empty when it is off.
    public Optional<Integer> sandboxPort() {
        return sandboxListener.map(channel -> ((InetSocketAddress) channel.localAddress()).getPort());
    }

    /// The plain listener's port; empty when it is off.
    public Optional<Integer> httpPort() {
        return plainListener.map(channel -> ((InetSocketAddress) channel.localAddress()).getPort());
    }

    /// The admin listener's port; empty when it is off.
    public Optional<Integer> adminPort() {
        return adminListener.map(channel -> ((InetSocketAddress) channel.localAddress()).getPort());
    }

    /// Drains: no new connection, WebSockets are asked to come back later, running exchanges get
    /// `SEAWALL_DRAIN_TIMEOUT`, then everything ends.
    @Override
    public synchronized void close() {
        if (draining) {
            return;
        }
        draining = true;
        listener.close().awaitUninterruptibly();
        sandboxListener.ifPresent(channel -> channel.close().awaitUninterruptibly());
        tellClients();
        plainListener.ifPresent(Channel::close);
        tunnels.drain();
        long deadline = System.nanoTime() + policy.config().timeouts().drain().toNanos();
        while (busy() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            tellClients(); // also those whose handshake was under way
        }
        stop();
    }

    private void tellClients() {
        listeners.clients().forEach(channel -> channel.pipeline().fireUserEventTriggered(Drain.NOW));
    }

    /// Whether a client's exchange or tunnel is still under way.
    private boolean busy() {
        if (tunnels.count() > 0) {
            return true;
        }
        for (Channel channel : listeners.clients()) {
            if (Exchange.current(channel) != null || Http2LifeHandler.isBusy(channel)) {
                return true;
            }
        }
        return false;
    }

    private void stop() {
        watchers.shutdownNow();
        certificateWatch.ifPresent(CertificateWatch::close);
        listeners.close();
        tls.ifPresent(ServerTls::close);
        policy.close();
        metrics.close();
    }

    /// Waits until it is closed.
    public void join() throws InterruptedException {
        listener.closeFuture().sync();
    }

    /// Runs `then` once every event loop that serves clients has come around to it: never, when one of them hangs.
    public void pulse(Runnable then) {
        listeners.pulse(then);
    }

    /// Looks at the gateway's listener now instead of at the next half minute.
    void checkExposure() {
        watched().forEach(Exposure::check);
    }

    /// Of the ports that requests go to.
    private List<Exposure> watched() {
        ServerParts.Exposures exposures = parts.upstream().exposures();
        List<Exposure> watched = new ArrayList<>(List.of(exposures.gateway()));
        Config config = policy.config();
        if (config.servesSandbox()) {
            watched.add(exposures.sandbox());
        }
        config.upstream().portals().ifPresent(_ -> watched.add(exposures.portals()));
        return watched;
    }

    /// Ends what aged sessions opened now instead of within the next minute.
    void checkSessions() {
        opened.endWhatIsOver();
    }

    /// Looks at the certificates now instead of within the next seconds.
    public void checkCertificates() {
        certificateWatch.ifPresent(CertificateWatch::look);
    }
}
