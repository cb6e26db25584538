package io.seawall.proxy;

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
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.seawall.certs.AcmeChallenges;
import io.seawall.certs.CertificateEvents;
import io.seawall.certs.KeyMaterial;
import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.proxy.access.Access;
import io.seawall.proxy.access.KeyCache;
import io.seawall.proxy.access.KeySource;
import io.seawall.proxy.auth.Layer;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.PasswordVerifier;
import io.seawall.proxy.auth.Revocations;
import io.seawall.proxy.auth.Sessions;
import io.seawall.proxy.auth.Throttle;
import io.seawall.proxy.client.ConnectionLimitHandler;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.client.DirectMemory;
import io.seawall.proxy.http.Deadlines;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Http2LifeHandler;
import io.seawall.proxy.http.PlainPortHandler;
import io.seawall.proxy.observe.AccessLogHandler;
import io.seawall.proxy.observe.AdminHandler;
import io.seawall.proxy.observe.Journal;
import io.seawall.proxy.observe.Metrics;
import io.seawall.proxy.observe.MetricsHandler;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.tls.ServerTls;
import io.seawall.proxy.upstream.Exposure;
import io.seawall.proxy.upstream.GatewayHealth;
import io.seawall.proxy.upstream.RelayHandler;
import io.seawall.proxy.upstream.RequestRewrite;
import io.seawall.proxy.upstream.Tunnels;
import io.seawall.proxy.upstream.UpstreamPool;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;

/// A running Seawall: its listeners, event loops and watchers. Start it, and close it to drain.
public final class Gateway implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Gateway.class.getName());
    private static final int EXPOSURE_SECONDS = 30;
    private static final int HEALTH_SECONDS = 2;
    private static final int SESSION_SECONDS = 60;
    private static final Duration CERTIFICATE_INTERVAL = Duration.ofSeconds(5);
    private static final int ACCESS_SECONDS = 60;

    private final Config config;
    private final MultiThreadIoEventLoopGroup loops;
    // its own, because a scrape takes its time, and must get an answer when the others are under attack
    private final MultiThreadIoEventLoopGroup adminLoop;
    private final ChannelGroup listeners = new DefaultChannelGroup("listeners", GlobalEventExecutor.INSTANCE);
    private final ChannelGroup clients = new DefaultChannelGroup("clients", GlobalEventExecutor.INSTANCE);
    private final ScheduledExecutorService watchers = Executors.newScheduledThreadPool(2, task -> {
        Thread thread = new Thread(task, "seawall-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final Optional<ServerTls> tls;
    private final Optional<CertificateWatch> certificates;
    private final Metrics metrics;
    private final PasswordVerifier passwords;
    private final GatewayHealth health;
    private final Exposure exposure;
    private final Tunnels tunnels;
    private final Connections connections;
    private final Optional<KeySource> accessKeys;
    private final Channel listener;
    private final Optional<Channel> plainListener;
    private final Optional<Channel> adminListener;
    private volatile boolean draining;

    /// What a gateway needs besides its configuration.
    ///
    /// @param sessionKey signs session cookies
    @SuppressWarnings("ArrayRecordComponent") // never compared or printed
    public record Setup(Config config, Optional<Certificates> certificates, byte[] sessionKey, Revocations revocations,
            Exposure exposure,
            Journal journal, String version) {}

    /// Cannot listen on the address; the message names key, address and reason.
    public static final class BindTrouble extends Exception {
        BindTrouble(String message) {
            super(message);
        }
    }

    private Gateway(Setup setup) throws BindTrouble {
        config = setup.config();
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(Math.max(1, Runtime.getRuntime().availableProcessors()), io);
        adminLoop = new MultiThreadIoEventLoopGroup(1, io);
        metrics = new Metrics(setup.version());
        health = new GatewayHealth(config.upstream().address());
        exposure = setup.exposure();
        connections = new Connections(config.limits(), config.clients(), DirectMemory.ofProcess());
        accessKeys = config.access().map(access -> new KeySource(access.keys()));
        passwords = new PasswordVerifier(config.basic());
        Deadlines deadlines = new Deadlines();
        long readSeconds = config.timeouts().read().toSeconds();
        tunnels = new Tunnels(deadlines, readSeconds, ClientPipeline::staysInTunnel, metrics::websocketClosed);
        Sessions sessions = new Sessions(setup.sessionKey(), config.basic().version(setup.sessionKey()),
                config.session(), setup.revocations(), Clock.systemUTC());
        Throttle throttle = new Throttle(config.lockout(), System::nanoTime);
        UpstreamPool pool = new UpstreamPool(config.upstream().address(),
                epoll ? EpollSocketChannel.class : NioSocketChannel.class, deadlines, config.timeouts());
        RelayHandler.Shared relay = new RelayHandler.Shared(pool, new RequestRewrite(config.stripHeaders()), exposure,
                health, sessions, tunnels);
        tls = serverTls(setup);
        PublicHosts hosts = new PublicHosts(config.hosts());
        certificates = tls.map(t -> certificateWatch(setup, t, hosts));
        AcmeChallenges challenges = setup.certificates().map(Certificates::challenges).orElseGet(AcmeChallenges::new);
        ClientPipeline pipeline = new ClientPipeline(config, hosts, tls, challenges, deadlines,
                new AccessLogHandler(setup.journal(), config), new MetricsHandler(metrics),
                new Layers(config, passwords, sessions, access()), throttle, sessions, connections,
                this::isReady, relay);
        measure(setup, throttle);
        try {
            listener = listen(epoll, pipeline);
            plainListener = config.listener().httpPort().isPresent()
                    ? Optional.of(listenPlain(epoll, config.listener().httpPort().get(), challenges))
                    : Optional.empty();
            adminListener = config.admin().isPresent()
                    ? Optional.of(listenAdmin(epoll, config.admin().get()))
                    : Optional.empty();
        } catch (BindTrouble e) {
            stop();
            throw e;
        }
        watch(sessions);
    }

    /// Binds and serves.
    ///
    /// @throws BindTrouble when an address cannot be listened on; nothing is left running then
    public static Gateway start(Setup setup) throws BindTrouble {
        return new Gateway(setup);
    }

    private static Optional<ServerTls> serverTls(Setup setup) {
        return setup.certificates().map(certificates -> {
            try {
                return new ServerTls(certificates.source().current(), setup.config().timeouts().handshake(),
                        certificates.clientAuthorities(), setup.config().http2().enabled());
            } catch (SSLException e) {
                throw new IllegalStateException("the TLS library refuses a key that was checked", e);
            }
        });
    }

    private static CertificateWatch certificateWatch(Setup setup, ServerTls tls, PublicHosts hosts) {
        Certificates certificates = setup.certificates().orElseThrow();
        Config config = setup.config();
        AtomicReference<List<String>> warned = new AtomicReference<>(certificates.warnings(config));
        return new CertificateWatch(certificates.source(), tls, materials -> {
            hosts.replace(hosts(config, certificates, materials));
            List<String> warnings = Certificates.warnings(config, materials);
            if (!warnings.equals(warned.getAndSet(warnings))) {
                warnings.forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
            }
        }, Clock.systemUTC());
    }

    /// The configured names, and those of certificates that somebody made for this host.
    private static Set<String> hosts(Config config, Certificates certificates, List<KeyMaterial> materials) {
        Set<String> hosts = new LinkedHashSet<>(config.hosts());
        if (certificates.authority().isEmpty()) {
            materials.forEach(m -> m.names().forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT))));
        }
        return hosts;
    }

    /// With the issuer's keys on their way.
    private Access access() {
        if (config.access().isEmpty()) {
            return Access.off();
        }
        KeyCache keys = new KeyCache(accessKeys.orElseThrow(), watchers, System::nanoTime);
        keys.refresh();
        every(ACCESS_SECONDS, keys::refresh);
        metrics.gauge("seawall.access.keys", "Keys that may sign what Cloudflare Access asserts.", keys::size);
        return Access.of(config.access().get(), keys, Clock.systemUTC());
    }

    private Channel listen(boolean epoll, ClientPipeline pipeline) throws BindTrouble {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops).channel(transport(epoll))
                .handler(new ConnectionLimitHandler(connections))
                .option(ChannelOption.SO_BACKLOG, 1024).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false).childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        channel.pipeline().addLast(pipeline);
                    }
                });
        if (epoll) {
            // a peer that is gone without a word is found within two minutes
            bootstrap.childOption(EpollChannelOption.TCP_KEEPIDLE, 60).childOption(EpollChannelOption.TCP_KEEPINTVL, 15)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, 4)
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, 120_000);
        }
        return bind(bootstrap, new InetSocketAddress(config.listener().bind(), config.listener().port()), "PORT");
    }

    private Channel listenPlain(boolean epoll, int port, AcmeChallenges challenges) throws BindTrouble {
        ServerBootstrap bootstrap = new ServerBootstrap().group(loops).channel(transport(epoll))
                .handler(new ConnectionLimitHandler(connections)).option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        channel.pipeline().addLast(new PlainPortHandler(config.http(), Gateway.this::origin,
                                challenges::keyAuthorization));
                    }
                });
        return bind(bootstrap, new InetSocketAddress(config.listener().bind(), port), "SEAWALL_HTTP_PORT");
    }

    /// Where the owner of a configured name is to go: to the origin that he allowed for it, else to port 443.
    private Optional<String> origin(String authority) {
        String host = PublicHosts.hostOf(authority);
        if (!config.hosts().contains(host)) {
            return Optional.empty();
        }
        return Optional.of(config.allowedOrigins().stream().map(Origin::toString)
                .filter(o -> o.equals("https://" + host) || o.startsWith("https://" + host + ":")).findFirst()
                .orElse("https://" + host));
    }

    private Channel listenAdmin(boolean epoll, Config.Admin admin) throws BindTrouble {
        AdminHandler handler = new AdminHandler(admin, metrics, this::readiness);
        ServerBootstrap bootstrap = new ServerBootstrap().group(adminLoop).channel(transport(epoll))
                .option(ChannelOption.SO_REUSEADDR, true).childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        channel.pipeline().addLast(new IdleStateHandler(0, 0, 60))
                                .addLast(new HttpServerCodec(new HttpDecoderConfig().setStrictLineParsing(true)
                                        .setUseRfc9112TransferEncoding(true)))
                                .addLast(handler);
                    }
                });
        return bind(bootstrap, admin.address(), "SEAWALL_ADMIN");
    }

    private static Class<? extends ServerChannel> transport(boolean epoll) {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    private Channel bind(ServerBootstrap bootstrap, InetSocketAddress address, String key) throws BindTrouble {
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            Throwable cause = bound.cause();
            throw new BindTrouble(key + ": cannot listen on " + address.getAddress().getHostAddress() + ":"
                    + address.getPort() + " (" + cause.getMessage()
                    + "). Fix: end what listens there (ss -tlnp), or set "
                    + key + " to another address");
        }
        listeners.add(bound.channel());
        return bound.channel();
    }

    private void measure(Setup setup, Throttle throttle) {
        metrics.gauge("seawall.connections.open", "Client connections.", connections::open);
        for (Connections.Reason reason : Connections.Reason.values()) {
            metrics.counter("seawall.connections.refused",
                    "Connections beyond a cap, and those of strangers that made room for newer ones.", "reason",
                    reason.label(), () -> connections.refused(reason));
        }
        DirectMemory memory = DirectMemory.ofProcess();
        metrics.gauge("seawall.direct.memory.used.bytes", "Memory outside the heap that buffers take.",
                () -> memory.used().getAsLong());
        metrics.gauge("seawall.direct.memory.max.bytes", "Its ceiling.", memory::ceiling);
        metrics.gauge("seawall.websockets.open", "WebSocket tunnels.", tunnels::count);
        metrics.gauge("seawall.upstream.up", "1 while the gateway would answer.", () -> health.isUp() ? 1 : 0);
        metrics.gauge("seawall.upstream.exposed", "1 while the gateway listens beyond loopback.",
                () -> exposure.isExposed() ? 1 : 0);
        metrics.measure(setup.journal());
        tls.ifPresent(t -> metrics.counter("seawall.tls.resumptions",
                "Handshakes that began with a session ticket of ours.", t::resumed));
        certificates.ifPresent(this::measure);
        setup.certificates().flatMap(Certificates::renewals).ifPresent(this::measure);
        for (Layer layer : Layer.values()) {
            metrics.gauge("seawall.lockouts.active", "Client networks locked out of a layer now.", "layer",
                    layer.label(), () -> throttle.locked(layer));
            metrics.gauge("seawall.strangers.slowed",
                    "1 while a layer's budget of wrong credentials is spent and strangers have to wait.", "layer",
                    layer.label(), () -> throttle.isSlowing(layer) ? 1 : 0);
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

    private void watch(Sessions sessions) {
        exposure.check();
        every(EXPOSURE_SECONDS, exposure::check);
        watchers.execute(health::check);
        every(HEALTH_SECONDS, health::check);
        tls.ifPresent(t -> every((int) ServerTls.TICKET_PERIOD.toSeconds(), t::rotateTicketKeys));
        every(SESSION_SECONDS, () -> tunnels.endSessions(sessions::isOver));
        certificates.ifPresent(watch -> watch.start(CERTIFICATE_INTERVAL));
    }

    private void every(int seconds, Runnable task) {
        watchers.scheduleWithFixedDelay(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // a watcher that threw would silently never run again
                LOG.log(System.Logger.Level.ERROR, "a watcher failed", e);
            }
        }, seconds, seconds, TimeUnit.SECONDS);
    }

    private boolean isReady() {
        return !draining && health.isUp() && !exposure.isExposed()
                && !certificates.map(CertificateWatch::isExpired).orElse(false);
    }

    private AdminHandler.Readiness readiness() {
        String detail = "gateway " + health.state().name().toLowerCase(java.util.Locale.ROOT) + "\n"
                + (exposure.isExposed() ? "gateway exposed\n" : "") + (draining ? "draining\n" : "")
                + certificates.map(CertificateWatch::detail).orElse("");
        return new AdminHandler.Readiness(isReady(), detail);
    }

    /// The port that clients connect to.
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
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
        clients.forEach(channel -> channel.pipeline().fireUserEventTriggered(Http2LifeHandler.Drain.NOW));
        plainListener.ifPresent(Channel::close);
        tunnels.drain();
        long deadline = System.nanoTime() + config.timeouts().drain().toNanos();
        while (busy() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        stop();
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
        certificates.ifPresent(CertificateWatch::close);
        // an event loop that ends may leave them open
        listeners.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        clients.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        adminLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        adminLoop.terminationFuture().awaitUninterruptibly(3, TimeUnit.SECONDS);
        tls.ifPresent(ServerTls::close);
        accessKeys.ifPresent(KeySource::close);
        passwords.close();
        metrics.close();
    }

    /// Waits until it is closed.
    public void join() throws InterruptedException {
        listener.closeFuture().sync();
    }

    /// Looks at the gateway's listener now instead of at the next half minute.
    void checkExposure() {
        exposure.check();
    }

    /// Looks at the certificates now instead of within the next seconds.
    void checkCertificates() {
        certificates.ifPresent(CertificateWatch::look);
    }
}
