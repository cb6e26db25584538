package io.seawall.proxy.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.seawall.certs.CertificateEvents;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.certs.acme.AcmeChallenges;
import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.HostName;
import io.seawall.proxy.answer.RedirectPortHandler;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.client.ConnectionLimitHandler;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.client.ProxyHeaderHandler;
import io.seawall.proxy.client.RefusalLog;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.diagnose.Severity;
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
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.SessionUse;
import io.seawall.proxy.tls.CertificateWatch;
import io.seawall.proxy.tls.Certificates;
import io.seawall.proxy.tls.Renewals;
import io.seawall.proxy.tls.ServerTls;
import io.seawall.proxy.upstream.GatewayHealth;
import io.seawall.proxy.upstream.Opened;
import io.seawall.proxy.upstream.Tunnels;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/// A running Seawall: its listeners, event loops and watchers. Start it, and close it to drain.
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Server.class.getName());
    private static final int PROCESS_METRICS_SECONDS = 2;
    private static final int EXPOSURE_SECONDS = 30;
    private static final int HEALTH_SECONDS = 2;
    private static final int HEAP_SECONDS = 1;
    private static final int SESSION_SECONDS = 60;
    private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(5);

    private final MultiThreadIoEventLoopGroup loops;
    // its own, because a scrape takes its time, and must get an answer when the others are under attack
    private final MultiThreadIoEventLoopGroup adminLoop;
    private final ChannelGroup listeners = new DefaultChannelGroup("listeners", GlobalEventExecutor.INSTANCE);
    // also what is just being accepted when it closes
    private final ChannelGroup clients = new DefaultChannelGroup("clients", GlobalEventExecutor.INSTANCE, true);
    private final ScheduledExecutorService watchers = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "seawall-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Optional<ServerTls> tls;
    private final Optional<CertificateWatch> certificateWatch;
    private final AccessLogHandler accessLog;
    private final Metrics metrics;
    private final GatewayHealth health;
    private final Exposure exposure;
    private final Exposure sandboxExposure;
    private final Exposure portalsExposure;
    private final Tunnels tunnels;
    private final Opened opened;
    private final Connections connections;
    private final Watches watches;
    private final Reloads reloads;
    private final AuditWatch audit;
    private final Policy.Common common;
    // changed together, by reload
    private volatile Policy policy;
    private volatile Optional<Certificates> certificates;
    private boolean measuresAccess;
    private final Channel listener;
    private final Optional<Channel> sandboxListener;
    private final Optional<Channel> plainListener;
    private final Optional<Channel> adminListener;
    private volatile boolean draining;

    /// What a gateway needs besides its configuration.
    ///
    /// @param sessionKey signs session cookies
    /// @param reloads counts what became of changed configurations
    /// @param audit looks at what is around it each day
    @SuppressWarnings("ArrayRecordComponent") // never compared or printed
    public record Setup(Config config, Optional<Certificates> certificates, byte[] sessionKey, Revocations revocations,
            Exposure exposure, Journal journal, Reloads reloads, AuditWatch audit, String version) {}

    /// Cannot listen on the address; the message names key, address and reason.
    public static final class BindTrouble extends Exception {
        BindTrouble(String message) {
            super(message);
        }
    }

    private Server(Setup setup) throws BindTrouble, UnusableCertificateException {
        Config config = setup.config();
        tls = tls(config, setup.certificates());
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(Math.max(1, Runtime.getRuntime().availableProcessors()), io);
        adminLoop = new MultiThreadIoEventLoopGroup(1, io);
        metrics = new Metrics(setup.version());
        reloads = setup.reloads();
        audit = setup.audit();
        health = new GatewayHealth(config.upstream().address());
        exposure = setup.exposure();
        sandboxExposure = exposure.ofSandbox(config.ownListeners());
        portalsExposure = exposure.ofPortals(config.ownListeners());
        watches = new Watches(watchers);
        connections = new Connections(config.limits(), config.clients(), DirectMemory.ofProcess(),
                Descriptors.read(Path.of("/proc")));
        Deadlines deadlines = new Deadlines();
        tunnels = new Tunnels(deadlines, config.timeouts().read().toSeconds(), ClientPipeline::staysInTunnel,
                session -> policy.sessions().hasEnded(session), metrics::websocketClosed);
        opened = new Opened(clients, tunnels, () -> policy.layers(), () -> policy.sessions());
        accessLog = new AccessLogHandler(setup.journal(), config);
        certificates = setup.certificates();
        AcmeChallenges challenges = certificates.map(Certificates::challenges).orElseGet(AcmeChallenges::new);
        common = new Policy.Common(setup.sessionKey(), setup.revocations(), new SessionUse(),
                new StaticBudget(System::nanoTime), new PluginTabs(System::nanoTime), tls, challenges,
                deadlines, accessLog,
                new MetricsHandler(metrics), connections, this::isReady, exposure, sandboxExposure,
                portalsExposure, health, tunnels, watchers,
                epoll ? EpollSocketChannel.class : NioSocketChannel.class, () -> policy);
        policy = Policy.of(config, Certificates.hosts(config, certificates), common, Optional.empty());
        certificateWatch = tls.map(t -> new CertificateWatch(certificates.orElseThrow().source(), t,
                warning(config, certificates.orElseThrow()), Clock.systemUTC()));
        measure(setup);
        try {
            Config.Listener wanted = config.listener();
            listener = listen(epoll, Key.PORT, wanted.bind(), wanted.port(), () -> policy.pipeline());
            sandboxListener = wanted.sandboxPort().isPresent()
                    ? Optional.of(listen(epoll, Key.SANDBOX_PORT, wanted.bind(), wanted.sandboxPort().get(),
                            () -> policy.sandboxPipeline().orElseThrow()))
                    : Optional.empty();
            plainListener = config.listener().httpPort().isPresent()
                    ? Optional.of(listenPlain(epoll, config, config.listener().httpPort().get()))
                    : Optional.empty();
            adminListener = config.admin().isPresent()
                    ? Optional.of(listenAdmin(epoll, config.admin().get()))
                    : Optional.empty();
        } catch (BindTrouble e) {
            stop();
            throw e;
        }
        setup.revocations().whenRevoked(opened::endWhatIsOver);
        watch(setup);
    }

    /// Binds and serves.
    ///
    /// @throws BindTrouble when an address cannot be listened on; nothing is left running then
    /// @throws UnusableCertificateException when the TLS library refuses a key
    public static Server start(Setup setup) throws BindTrouble, UnusableCertificateException {
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
    /// WebSockets and connections go on; but whoever is in by a credential that counts no longer is out at once.
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
        accessLog.use(next, before.config());
        Policy after = Policy.of(next, Certificates.hosts(next, nextCertificates), common, Optional.of(before));
        connections.use(next.limits(), next.clients());
        exposure.use(next.upstream());
        sandboxExposure.use(next.upstream().ofSandbox());
        portalsExposure.use(next.upstream().ofPortals());
        tunnels.use(next.timeouts().read().toSeconds());
        policy = after;
        before.retire(after);
        measureAccess();
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

    /// @param pipeline of the policy in force
    private Channel listen(boolean epoll, Key key, InetAddress address, int port, Supplier<ClientPipeline> pipeline)
            throws BindTrouble {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops)
                .handler(new ConnectionLimitHandler(connections))
                .option(ChannelOption.SO_BACKLOG, 1024).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false).childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        channel.pipeline().addLast(pipeline.get());
                    }
                });
        if (epoll) {
            // a peer that is gone without a word is found within two minutes
            bootstrap.childOption(EpollChannelOption.TCP_KEEPIDLE, 60).childOption(EpollChannelOption.TCP_KEEPINTVL, 15)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, 4)
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, 120_000);
        }
        return bind(epoll, bootstrap, new InetSocketAddress(address, port), key.variable());
    }

    private Channel listenPlain(boolean epoll, Config config, int port) throws BindTrouble {
        RefusalLog refusals = new RefusalLog(connections);
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops)
                .handler(new ConnectionLimitHandler(connections)).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        Config now = policy.config();
                        // a balancer may send one here, too, and need not: nobody's address decides anything
                        if (ProxyHeaderHandler.isFor(channel, now.clients())) {
                            channel.pipeline().addLast(new ProxyHeaderHandler(connections, refusals, common.deadlines(),
                                    now.http().header(), false));
                        }
                        channel.pipeline().addLast(new RedirectPortHandler(now.http(), Server.this::origin,
                                common.challenges()::keyAuthorization,
                                connection -> policy.pipeline().tlsOnPlainPort(connection)));
                    }
                });
        return bind(epoll, bootstrap, new InetSocketAddress(config.listener().bind(), port), "SEAWALL_HTTP_PORT");
    }

    /// Where the owner of a configured name is to go: to the origin that he allowed for it, else to port 443.
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

    private Channel listenAdmin(boolean epoll, Config.Admin admin) throws BindTrouble {
        AdminPipeline pipeline = new AdminPipeline(common.deadlines(), new AdminHandler(
                () -> policy.config().admin().flatMap(Config.Admin::token), metrics, this::readiness));
        ServerBootstrap bootstrap = new ServerBootstrap().group(adminLoop)
                .handler(new ConnectionLimitHandler(AdminPipeline.connections(connections.heap())))
                .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        channel.pipeline().addLast(pipeline);
                    }
                });
        return bind(epoll, bootstrap, admin.address(), "SEAWALL_ADMIN");
    }

    /// A socket of the address' own family: one of IPv6 would make `[::]` of 0.0.0.0 and listen where nobody wrote it.
    private static ServerChannel listener(boolean epoll, InetAddress address) {
        SocketProtocolFamily family = address instanceof Inet4Address
                ? SocketProtocolFamily.INET
                : SocketProtocolFamily.INET6;
        return epoll
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    private Channel bind(boolean epoll, ServerBootstrap bootstrap, InetSocketAddress address, String key)
            throws BindTrouble {
        bootstrap.channelFactory(() -> listener(epoll, address.getAddress()));
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new BindTrouble(key + ": cannot listen on " + HostName.authority(address) + " (" + cause.getMessage()
                    + "). Fix: end what listens there (ss -tlnp), or set "
                    + key + " to another address");
        }
        listeners.add(bound.channel());
        return bound.channel();
    }

    private void measure(Setup setup) {
        metrics.gauge("seawall.connections.open", "Client connections.", connections::open);
        for (Connections.Reason reason : Connections.Reason.values()) {
            metrics.counter("seawall.connections.refused",
                    "Connections beyond a cap, and those of unauthenticated clients that were replaced by newer ones.",
                    "reason",
                    reason.label(), () -> connections.refused(reason));
        }
        metrics.gauge("seawall.unauthenticated.heap.bytes", "Heap that connections of unauthenticated clients occupy.",
                connections.heap()::booked);
        metrics.gauge("seawall.unauthenticated.heap.max.bytes",
                "How much it may be: beyond it the costliest of them ends.", connections.heap()::all);
        DirectMemory memory = DirectMemory.ofProcess();
        metrics.gauge("seawall.direct.memory.used.bytes", "Memory outside the heap that buffers take.",
                () -> memory.used().getAsLong());
        metrics.gauge("seawall.direct.memory.max.bytes", "Its ceiling.", memory::ceiling);
        metrics.gauge("seawall.websockets.open", "WebSocket tunnels.", tunnels::count);
        metrics.gauge("seawall.upstream.up", "1 while the gateway would answer.", () -> health.isUp() ? 1 : 0);
        metrics.gauge("seawall.upstream.exposed",
                "1 while the gateway listens beyond loopback, or another user on its port.",
                () -> watched().stream().anyMatch(Exposure::isExposed) ? 1 : 0);
        for (Watches.Watch watch : Watches.Watch.values()) {
            metrics.counter("seawall.watch.failures",
                    "Looks of a watcher that showed nothing, so that what it knew stays.",
                    "watch", watch.label(), () -> watches.failures(watch) + switch (watch) {
                        case EXPOSURE -> exposure.failures() + sandboxExposure.failures()
                                + portalsExposure.failures();
                        case HEALTH -> health.failures();
                        case HEAP, TICKETS, AUDIT, SESSIONS -> 0;
                    });
        }
        metrics.measure(setup.journal());
        tls.ifPresent(t -> metrics.counter("seawall.tls.resumptions",
                "Handshakes that began with a session ticket of ours.", t::resumed));
        metrics.gauge("seawall.draining", "1 while Seawall takes no new connections and lets running work end.",
                () -> draining ? 1 : 0);
        for (Severity severity : Severity.values()) {
            metrics.gauge("seawall.audit.findings",
                    "Checks of `seawall audit` that failed or warn, by severity; looked at each day.", "severity",
                    severity.label(), () -> audit.findings(severity));
        }
        for (Reloads.Outcome outcome : Reloads.Outcome.values()) {
            metrics.counter("seawall.config.reloads",
                    "Changed configurations found while running: put in force, the same as before, or refused.",
                    "outcome", outcome.label(), () -> reloads.of(outcome));
        }
        measureAccess();
        certificateWatch.ifPresent(this::measure);
        setup.certificates().flatMap(Certificates::renewals).ifPresent(this::measure);
        for (Layer layer : Layer.values()) {
            metrics.gauge("seawall.lockouts.active", "Client networks locked out of a layer now.", "layer",
                    layer.label(), () -> policy.throttle().locked(layer));
            metrics.gauge("seawall.strangers.slowed",
                    "1 while a layer's budget of wrong credentials is spent and unauthenticated clients have to wait.",
                    "layer",
                    layer.label(), () -> policy.throttle().isSlowing(layer) ? 1 : 0);
        }
    }

    private synchronized void measureAccess() {
        if (!measuresAccess && policy.access().isPresent()) {
            measuresAccess = true;
            metrics.gauge("seawall.access.keys", "Keys that may sign what Cloudflare Access asserts.",
                    () -> policy.access().map(keys -> (double) keys.cache().size()).orElse(Double.NaN));
        }
    }

    private void measure(CertificateWatch watch) {
        metrics.gauge("seawall.certificate.expiry.timestamp.seconds",
                "When the certificate expires, in seconds since 1970; of two, the first to.",
                () -> watch.expiry().getEpochSecond());
        metrics.gauge("seawall.certificate.lifetime.seconds", "How long that certificate was made for.",
                () -> watch.lifetime().toSeconds());
        String description = "Newer certificates found while running: taken into service, or refused.";
        metrics.counter("seawall.certificate.reloads", description, watch::reloads, "outcome", "ok");
        metrics.counter("seawall.certificate.reloads", description, watch::refusals, "outcome", "refused");
    }

    private void measure(Renewals renewals) {
        String description = "Attempts to have a new certificate issued.";
        metrics.counter("seawall.certificate.renewals", description, renewals::renewals, "source", renewals.source(),
                "outcome", "ok");
        for (CertificateEvents.Failure failure : CertificateEvents.Failure.values()) {
            metrics.counter("seawall.certificate.renewals", description, () -> renewals.failures(failure), "source",
                    renewals.source(), "outcome", failure.label());
        }
    }

    private void watch(Setup setup) {
        // a start has looked already
        watches.every(Watches.Watch.EXPOSURE, 0, EXPOSURE_SECONDS, this::checkExposure);
        watchers.execute(health::check);
        // the first clients come first
        watchers.schedule(metrics::measureProcess, PROCESS_METRICS_SECONDS, TimeUnit.SECONDS);
        watches.every(Watches.Watch.HEALTH, HEALTH_SECONDS, HEALTH_SECONDS, health::check);
        watches.every(Watches.Watch.HEAP, HEAP_SECONDS, HEAP_SECONDS, connections::lookAtHeap);
        int tickets = (int) ServerTls.TICKET_PERIOD.toSeconds();
        tls.ifPresent(t -> watches.every(Watches.Watch.TICKETS, tickets, tickets, t::rotateTicketKeys));
        watches.every(Watches.Watch.AUDIT, AuditWatch.FIRST_SECONDS, AuditWatch.SECONDS, audit::look);
        watches.every(Watches.Watch.SESSIONS, SESSION_SECONDS, SESSION_SECONDS, () -> {
            setup.revocations().retry();
            opened.endWhatIsOver();
        });
        certificateWatch.ifPresent(watch -> watch.start(CERTIFICATE_INTERVAL));
    }

    private boolean isReady() {
        return !draining && health.isUp() && !exposure.isExposed()
                && !certificateWatch.map(CertificateWatch::isExpired).orElse(false);
    }

    private AdminHandler.Readiness readiness() {
        String detail = "gateway " + health.state().name().toLowerCase(java.util.Locale.ROOT) + "\n"
                + exposure.detail() + (draining ? "draining\n" : "")
                + certificateWatch.map(CertificateWatch::detail).orElse("") + reloads.detail()
                + audit.detail();
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
        clients.forEach(channel -> channel.pipeline().fireUserEventTriggered(Drain.NOW));
    }

    /// Whether a client's exchange or tunnel is still under way.
    private boolean busy() {
        if (tunnels.count() > 0) {
            return true;
        }
        for (Channel channel : clients) {
            if (Exchange.current(channel) != null || Http2LifeHandler.isBusy(channel)) {
                return true;
            }
        }
        return false;
    }

    private void stop() {
        watchers.shutdownNow();
        certificateWatch.ifPresent(CertificateWatch::close);
        // an event loop that ends may leave them open
        listeners.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        clients.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        adminLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        adminLoop.terminationFuture().awaitUninterruptibly(3, TimeUnit.SECONDS);
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
        AtomicInteger behind = new AtomicInteger(loops.executorCount());
        loops.forEach(loop -> loop.execute(() -> {
            if (behind.decrementAndGet() == 0) {
                then.run();
            }
        }));
    }

    /// Looks at the gateway's listener now instead of at the next half minute.
    void checkExposure() {
        watched().forEach(Exposure::check);
    }

    /// Of the ports that requests go to.
    private List<Exposure> watched() {
        List<Exposure> watched = new ArrayList<>(List.of(exposure));
        Config config = policy.config();
        if (config.servesSandbox()) {
            watched.add(sandboxExposure);
        }
        config.upstream().portals().ifPresent(_ -> watched.add(portalsExposure));
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
