package io.seawall.proxy.server;

import com.github.benmanes.caffeine.cache.Ticker;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.seawall.certs.acme.AcmeChallenges;
import io.seawall.config.Config;
import io.seawall.config.Operation;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.auth.BrowserSessions;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.PermittedRequest;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.exposure.SocketTable;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.observe.AccessLogHandler;
import io.seawall.proxy.observe.Journal;
import io.seawall.proxy.observe.Metrics;
import io.seawall.proxy.observe.MetricsHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.SessionState;
import io.seawall.proxy.session.SessionUse;
import io.seawall.proxy.session.Sessions;
import io.seawall.proxy.upstream.Flushes;
import io.seawall.proxy.upstream.GatewayHealth;
import io.seawall.proxy.upstream.Opened;
import io.seawall.proxy.upstream.RelayHandler;
import io.seawall.proxy.upstream.RequestRewrite;
import io.seawall.proxy.upstream.Tunnels;
import io.seawall.proxy.upstream.UpstreamPool;
import io.seawall.proxy.upstream.UpstreamPorts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// The product's own pipeline without sockets; in place of the gateway a stand-in that answers 200 to every permitted
/// request, or, with [#relaying], the real relay in front of a [MemoryGateway]. Time stands still until [#pass].
public final class MemorySeawall implements AutoCloseable {
    private static final byte[] SESSION_KEY = new byte[32];

    private final ByteArrayOutputStream log;
    public final Journal journal;
    public final Sessions sessions;
    /// Which know the same cookies, and of no logout here.
    public final Sessions sessionsApart;
    public final Throttle throttle;
    public final PluginTabs tabs;
    public final Metrics metrics = new Metrics("test");
    public final List<PermittedRequest> permitted = new ArrayList<>();
    public final AtomicInteger loggedOut = new AtomicInteger();

    private final Opened opened;
    private final PasswordVerifier passwords;
    private final ClientPipeline pipeline;
    private final boolean relaying;
    private final List<Channel> channels = new ArrayList<>();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private boolean ready = true;

    public MemorySeawall(Config config) {
        this(config, new Router(config), false, new ByteArrayOutputStream());
    }

    /// What a connection to the port of the gateway's sandbox meets.
    public static MemorySeawall ofSandboxPort(Config config) {
        return new MemorySeawall(config, Router.ofSandboxPort(config), false, new ByteArrayOutputStream());
    }

    /// With its own relay, whose connections to the gateway are [MemoryGateway]s.
    public static MemorySeawall relaying(Config config) {
        return relaying(config, new ByteArrayOutputStream());
    }

    /// @param log takes the lines
    static MemorySeawall relaying(Config config, ByteArrayOutputStream log) {
        return new MemorySeawall(config, new Router(config), true, log);
    }

    private MemorySeawall(Config config, Router router, boolean relaying, ByteArrayOutputStream log) {
        this.relaying = relaying;
        this.log = log;
        Clock clock = new Clock() {
            @Override
            public Instant instant() {
                return now;
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        Ticker ticker = () -> Duration.between(Instant.EPOCH, now).toNanos();
        journal = new Journal(new PrintStream(log, true, StandardCharsets.UTF_8), Operation.LogFormat.JSON,
                ticker::read);
        Revocations revocations = Revocations.inMemory(clock);
        revocations.whenRevoked(loggedOut::incrementAndGet);
        sessions = sessions(config, revocations, clock);
        sessionsApart = sessions(config, Revocations.inMemory(clock), clock);
        throttle = new Throttle(config.lockout(), ticker);
        passwords = new PasswordVerifier(config.basic());
        Deadlines deadlines = new Deadlines();
        Layers layers = new Layers(config, passwords, sessions, CloudflareAccess.off());
        Tunnels tunnels = new Tunnels(deadlines, 60, ClientPipeline::staysInTunnel, sessions::hasEnded,
                metrics::websocketClosed);
        opened = new Opened(channels, tunnels, () -> layers, () -> sessions);
        tabs = new PluginTabs(ticker);
        Exposure exposure = new Exposure(new SocketTable(Path.of("/nowhere")), new Config.Upstream(
                config.upstream().port(), Config.Upstream.OnExposure.WARN, OptionalLong.empty(),
                config.upstream().sandbox(), config.upstream().portals()), Runnable::run);
        Class<? extends Channel> transport = relaying ? MemoryGateway.class : NioSocketChannel.class;
        var exposures = new ServerParts.Exposures(exposure, exposure.ofSandbox(Set.of()), exposure.ofPortals(Set.of()));
        GatewayHealth health = new GatewayHealth(config.upstream().address());
        UpstreamPorts ports = new UpstreamPorts(
                new UpstreamPorts.Port(UpstreamPool.of(config, transport, deadlines), exposures.gateway()),
                new UpstreamPorts.Port(UpstreamPool.beside(config.upstream().ofSandbox(), config, transport, deadlines),
                        exposures.sandbox()),
                new UpstreamPorts.Port(UpstreamPool.beside(config.upstream().ofPortals(), config, transport, deadlines),
                        exposures.portals()));
        RelayHandler.Shared relay = new RelayHandler.Shared(ports, new RequestRewrite(config.stripHeaders()),
                new Flushes(), health, new BrowserSessions(sessions, tabs), tunnels);
        ServerParts parts = new ServerParts(SessionState.of(SESSION_KEY, revocations),
                new ServerParts.Tls(Optional.empty(), new AcmeChallenges()),
                new ServerParts.Clients(new Connections(config.limits(), config.clients(),
                        new DirectMemory(() -> 0, 1), Descriptors.UNLIMITED), deadlines, new StaticBudget(ticker),
                        tabs),
                new ServerParts.Observers(new AccessLogHandler(journal, config), new MetricsHandler(metrics)),
                new ServerParts.Upstream(exposures, health, tunnels, transport),
                new ServerParts.Running(() -> ready, () -> {
                    throw new IllegalStateException("there is one pipeline only");
                }, GlobalEventExecutor.INSTANCE));
        pipeline = new ClientPipeline(new ClientPipeline.Judges(config, router,
                PublicHosts.of(config, config.servedHosts()), false, layers, sessions), throttle, this::pipeline, relay,
                parts);
    }

    private Sessions sessions(Config config, Revocations revocations, Clock clock) {
        return new Sessions(SESSION_KEY, config.basic().versions(SESSION_KEY), config.session(), revocations,
                new SessionUse(() -> Duration.between(Instant.EPOCH, now).toNanos()), clock);
    }

    private ClientPipeline pipeline() {
        return pipeline;
    }

    /// A new connection from that address.
    public MemoryChannel connect(String peer) {
        MemoryChannel channel = new MemoryChannel(peer, pipeline);
        if (relaying) {
            channel.config().setAutoRead(false); // as the real listener does: a body waits for the gateway
        } else {
            channel.pipeline().replace("relay", "relay", new GatewayStandIn());
        }
        channels.add(channel);
        return channel;
    }

    /// One request on a connection of its own.
    public Answer ask(String peer, String request) {
        return Answer.of(connect(peer).ask(request));
    }

    public void pass(Duration time) {
        now = now.plus(time);
    }

    /// Looks for sessions that have ended, as the real one does each minute.
    void endWhatIsOver() {
        opened.endWhatIsOver();
        channels.forEach(channel -> ((MemoryChannel) channel).runPendingTasks());
    }

    public void ready(boolean isReady) {
        ready = isReady;
    }

    /// Ends everything and answers what was logged.
    public List<String> log() {
        end();
        journal.close();
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Override
    public void close() {
        end();
        Thread.startVirtualThread(journal::close); // it takes a moment that most tests need not wait
    }

    private void end() {
        channels.forEach(channel -> ((MemoryChannel) channel).finishAndReleaseAll());
        channels.clear();
        passwords.close();
    }

    private final class GatewayStandIn extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            if (msg instanceof PermittedRequest request) {
                permitted.add(request);
                Headers.Builder headers = Headers.builder();
                request.setCookies(sessions).forEach(cookie -> headers.add("Set-Cookie", cookie));
                OwnAnswer.write(ctx, 200, headers.build(), OwnAnswer.TEXT, "from the gateway", false);
            } else {
                ReferenceCountUtil.release(msg);
            }
        }
    }
}
