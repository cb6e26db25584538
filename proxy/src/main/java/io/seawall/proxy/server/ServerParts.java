package io.seawall.proxy.server;

import io.netty.channel.Channel;
import io.seawall.certs.acme.AcmeChallenges;
import io.seawall.proxy.auth.PluginTabs;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.StaticBudget;
import io.seawall.proxy.exposure.Exposure;
import io.seawall.proxy.observe.AccessLogHandler;
import io.seawall.proxy.observe.MetricsHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.session.SessionState;
import io.seawall.proxy.tls.ServerTls;
import io.seawall.proxy.upstream.GatewayHealth;
import io.seawall.proxy.upstream.Tunnels;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// What lives as long as the server, whatever configuration is in force.
record ServerParts(SessionState sessions, Tls tls, Clients clients, Observers observers, Upstream upstream,
        Running running) {

    /// @param tls empty: connections are plain
    record Tls(Optional<ServerTls> tls, AcmeChallenges challenges) {}

    /// What is counted of clients.
    record Clients(Connections connections, Deadlines deadlines, StaticBudget statics, PluginTabs tabs) {}

    /// The receivers of each request's events.
    record Observers(AccessLogHandler accessLog, MetricsHandler metrics) {
        void authenticated(AuthEvent event) {
            metrics.authenticated(event);
            accessLog.authenticated(event);
        }
    }

    /// The gateway, as far as it does not depend on the configuration.
    ///
    /// @param transport of the connections to it
    record Upstream(Exposures exposures, GatewayHealth health, Tunnels tunnels, Class<? extends Channel> transport) {}

    /// Of each port that the gateway has.
    record Exposures(Exposure gateway, Exposure sandbox, Exposure portals) {}

    /// @param ready whether the gateway would answer
    /// @param inForce the policy that counts at this moment
    /// @param watchers where keys are fetched
    record Running(BooleanSupplier ready, Supplier<Policy> inForce, ScheduledExecutorService watchers) {}
}
