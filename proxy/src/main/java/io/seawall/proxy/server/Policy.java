package io.seawall.proxy.server;

import io.seawall.config.Config;
import io.seawall.proxy.auth.BrowserSessions;
import io.seawall.proxy.auth.Layers;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.cloudflare.KeyCache;
import io.seawall.proxy.cloudflare.KeySource;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.credential.Throttle;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.route.PublicHosts;
import io.seawall.proxy.route.Router;
import io.seawall.proxy.session.Sessions;
import io.seawall.proxy.upstream.Flushes;
import io.seawall.proxy.upstream.RelayHandler;
import io.seawall.proxy.upstream.RequestRewrite;
import io.seawall.proxy.upstream.UpstreamPool;
import io.seawall.proxy.upstream.UpstreamPorts;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What one configuration makes of requests. Made whole, then put in force in the place of the one before it.
///
/// @param hosts the names that count as ours, which change with the certificate as well
record Policy(Config config, PublicHosts hosts, Credentials credentials, Optional<AccessKeys> access,
        Pipelines pipelines) {

    /// The layers, and how often a client may try.
    record Credentials(Sessions sessions, PasswordVerifier passwords, Throttle throttle, Layers layers) {}

    /// @param main of the port that clients connect to
    /// @param sandbox of the port that serves the gateway's sandbox alone, which differs in its routes and in nothing else
    record Pipelines(ClientPipeline main, Optional<ClientPipeline> sandbox) {}

    Sessions sessions() {
        return credentials.sessions();
    }

    Throttle throttle() {
        return credentials.throttle();
    }

    Layers layers() {
        return credentials.layers();
    }

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
    static Policy of(Config config, Set<String> hosts, ServerParts parts, Optional<Policy> before) {
        byte[] key = parts.sessions().key();
        Sessions sessions = new Sessions(key, config.basic().versions(key), config.session(),
                parts.sessions().revocations(), parts.sessions().use(), Clock.systemUTC());
        PasswordVerifier passwords = new PasswordVerifier(config.basic());
        Throttle throttle = before.filter(p -> p.config.lockout().equals(config.lockout())).map(Policy::throttle)
                .orElseGet(() -> new Throttle(config.lockout(), System::nanoTime));
        Optional<AccessKeys> access = before.flatMap(Policy::access)
                .filter(keys -> Optional.of(keys.config()).equals(config.access()))
                .or(() -> config.access().map(wanted -> AccessKeys.fetch(wanted, parts.running().watchers())));
        Layers layers = new Layers(config, passwords, sessions,
                access.map(keys -> CloudflareAccess.of(keys.config(), keys.cache(), Clock.systemUTC()))
                        .orElseGet(CloudflareAccess::off));
        Credentials credentials = new Credentials(sessions, passwords, throttle, layers);
        PublicHosts names = PublicHosts.of(config, hosts);
        return new Policy(config, names, credentials, access,
                pipelines(config, names, credentials, relay(config, sessions, parts), parts));
    }

    private static Pipelines pipelines(Config config, PublicHosts names, Credentials credentials,
            RelayHandler.Shared relay, ServerParts parts) {
        Supplier<Policy> inForce = parts.running().inForce();
        return new Pipelines(
                pipeline(new Router(config), config, names, credentials, relay, parts,
                        () -> inForce.get().pipelines.main()),
                config.listener().sandboxPort()
                        .map(_ -> pipeline(Router.ofSandboxPort(config), config, names, credentials, relay, parts,
                                () -> inForce.get().pipelines.sandbox().orElseThrow())));
    }

    private static ClientPipeline pipeline(Router router, Config config, PublicHosts names, Credentials credentials,
            RelayHandler.Shared relay, ServerParts parts, Supplier<ClientPipeline> inForce) {
        return new ClientPipeline(
                new ClientPipeline.Judges(config, router, names, parts.tls().tls().isPresent(), credentials.layers(),
                        credentials.sessions()),
                credentials.throttle(), inForce, relay, parts);
    }

    private static RelayHandler.Shared relay(Config config, Sessions sessions, ServerParts parts) {
        ServerParts.Upstream gateway = parts.upstream();
        Deadlines deadlines = parts.clients().deadlines();
        UpstreamPorts ports = new UpstreamPorts(
                new UpstreamPorts.Port(UpstreamPool.of(config, gateway.transport(), deadlines),
                        gateway.exposures().gateway()),
                new UpstreamPorts.Port(
                        UpstreamPool.beside(config.upstream().ofSandbox(), config, gateway.transport(), deadlines),
                        gateway.exposures().sandbox()),
                new UpstreamPorts.Port(
                        UpstreamPool.beside(config.upstream().ofPortals(), config, gateway.transport(), deadlines),
                        gateway.exposures().portals()));
        return new RelayHandler.Shared(ports, new RequestRewrite(config.stripHeaders(), config.tokens()),
                new Flushes(), gateway.health(), new BrowserSessions(sessions, parts.clients().tabs()),
                gateway.tunnels());
    }

    /// Ends what the next one does not go on with. The password's worker ends by itself, and requests that it has still
    /// get their responses.
    void retire(Policy next) {
        access.filter(keys -> next.access.filter(keys::equals).isEmpty()).ifPresent(AccessKeys::close);
    }

    void close() {
        credentials.passwords().close();
        access.ifPresent(AccessKeys::close);
    }
}
