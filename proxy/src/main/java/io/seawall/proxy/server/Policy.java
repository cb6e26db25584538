package io.seawall.proxy.server;

import io.netty.channel.Channel;
import io.seawall.certs.acme.AcmeChallenges;
import io.seawall.config.Config;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.cloudflare.KeyCache;
import io.seawall.proxy.cloudflare.KeySource;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.observe.AccessLogHandler;
import io.seawall.proxy.observe.MetricsHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.SessionUse;
import io.seawall.proxy.session.Sessions;
import io.seawall.proxy.tls.ServerTls;
import io.seawall.proxy.upstream.Flushes;
import io.seawall.proxy.upstream.GatewayHealth;
import io.seawall.proxy.upstream.RelayHandler;
import io.seawall.proxy.upstream.RequestRewrite;
import io.seawall.proxy.upstream.Tunnels;
import io.seawall.proxy.upstream.UpstreamPool;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What one configuration makes of requests. Made whole, then put in force in the place of the one before it.
///
/// @param hosts the names that count as ours, which change with the certificate as well
/// @param sandboxPipeline of the port that serves the gateway's sandbox alone, which differs in its routes and in nothing else
record Policy(Config config, PublicHosts hosts, Sessions sessions, PasswordVerifier passwords, Throttle throttle,
        Layers layers, Optional<AccessKeys> access, ClientPipeline pipeline, Optional<ClientPipeline> sandboxPipeline) {

    /// What the policies of a gateway have in common.
    ///
    /// @param watchers where keys are fetched
    /// @param transport of the connections to the gateway
    /// @param inForce the policy that counts at this moment
    @SuppressWarnings("ArrayRecordComponent") // never compared or printed
    record Common(byte[] sessionKey, Revocations revocations, SessionUse sessionUse, StaticBudget statics,
            PluginTabs tabs,
            Optional<ServerTls> tls,
            AcmeChallenges challenges,
            Deadlines deadlines, AccessLogHandler accessLog, MetricsHandler metrics, Connections connections,
            BooleanSupplier ready, Exposure exposure, Exposure sandbox, Exposure portals, GatewayHealth health,
            Tunnels tunnels, ScheduledExecutorService watchers, Class<? extends Channel> transport,
            Supplier<Policy> inForce) {}

    /// The keys that sign what Cloudflare Access asserts, fetched again and again until they are closed.
    record AccessKeys(Config.Access config, KeySource source, KeyCache cache, Future<?> refreshing)
            implements
                AutoCloseable {
        private static final int SECONDS = 60;

        static AccessKeys fetch(Config.Access config, ScheduledExecutorService watchers) {
            KeySource source = new KeySource(config.keys());
            KeyCache cache = new KeyCache(source, watchers, System::nanoTime);
            return new AccessKeys(config, source, cache,
                    watchers.scheduleWithFixedDelay(cache::refresh, 0, SECONDS, TimeUnit.SECONDS));
        }

        @Override
        public void close() {
            refreshing.cancel(false);
            source.close();
        }
    }

    /// @param hosts the names that count as ours
    /// @param before whose counts and keys go on where the configuration of them is the same; empty at the start
    static Policy of(Config config, Set<String> hosts, Common common, Optional<Policy> before) {
        Sessions sessions = new Sessions(common.sessionKey(), config.basic().versions(common.sessionKey()),
                config.session(), common.revocations(), common.sessionUse(), Clock.systemUTC());
        PasswordVerifier passwords = new PasswordVerifier(config.basic());
        Throttle throttle = before.filter(p -> p.config.lockout().equals(config.lockout())).map(Policy::throttle)
                .orElseGet(() -> new Throttle(config.lockout(), System::nanoTime));
        Optional<AccessKeys> access = before.flatMap(Policy::access)
                .filter(keys -> Optional.of(keys.config()).equals(config.access()))
                .or(() -> config.access().map(wanted -> AccessKeys.fetch(wanted, common.watchers())));
        Layers layers = new Layers(config, passwords, sessions,
                access.map(keys -> CloudflareAccess.of(keys.config(), keys.cache(), Clock.systemUTC()))
                        .orElseGet(CloudflareAccess::off));
        RelayHandler.Shared relay = new RelayHandler.Shared(
                UpstreamPool.of(config, common.transport(), common.deadlines()),
                new Flushes(), new RequestRewrite(config.stripHeaders(), config.tokens()), common.exposure(),
                common.health(), sessions, common.tabs(),
                common.tunnels(), beside(config.upstream().ofSandbox(), common.sandbox(), config, common),
                beside(config.upstream().ofPortals(), common.portals(), config, common));
        PublicHosts names = PublicHosts.of(config, hosts);
        BiFunction<Router, Supplier<ClientPipeline>, ClientPipeline> pipelines = (router,
                inForce) -> new ClientPipeline(
                        config, router, inForce, names, common.tls(), common.challenges(), common.deadlines(),
                        common.accessLog(), common.metrics(), layers, throttle, common.statics(), common.tabs(),
                        sessions,
                        common.connections(), common.ready(), relay);
        return new Policy(config, names, sessions, passwords, throttle, layers, access,
                pipelines.apply(new Router(config), () -> common.inForce().get().pipeline()),
                config.listener().sandboxPort().map(_ -> pipelines.apply(Router.ofSandboxPort(config),
                        () -> common.inForce().get().sandboxPipeline().orElseThrow())));
    }

    private static RelayHandler.Beside beside(Config.Upstream where, Exposure exposure, Config config, Common common) {
        return new RelayHandler.Beside(
                UpstreamPool.beside(where, config, common.transport(), common.deadlines()), exposure);
    }

    /// Ends what the next one does not go on with. The password's worker ends by itself, and requests that it has still get
    /// their answers.
    void retire(Policy next) {
        access.filter(keys -> next.access.filter(keys::equals).isEmpty()).ifPresent(AccessKeys::close);
    }

    void close() {
        passwords.close();
        access.ifPresent(AccessKeys::close);
    }
}
