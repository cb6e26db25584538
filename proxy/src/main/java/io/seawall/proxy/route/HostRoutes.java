package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.host.HostName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The hosts that belong to another listener of the gateway's, whatever the path: its sandbox's, and those of its portals.
/// Pure.
public final class HostRoutes {
    static final HostRoutes NONE = new HostRoutes(Optional.empty(), Optional.empty(), Optional.empty(), false, 0);

    private final Optional<String> sandboxName;
    private final RouteRule sandbox;
    private final Optional<RouteRule> sandboxPort;
    private final boolean isSandboxPort;
    /// With the dot in front.
    private final Optional<String> portalDomain;
    private final RouteRule portals;

    private HostRoutes(Optional<String> sandboxName, Optional<Integer> sandboxPort, Optional<String> domain,
            boolean isSandboxPort, long bodyLimit) {
        this.sandboxName = sandboxName;
        this.isSandboxPort = isSandboxPort;
        sandbox = sandbox(sandboxName.orElse(""));
        this.sandboxPort = sandboxPort.map(port -> sandbox("*:" + port));
        portalDomain = domain.map(name -> "." + name);
        portals = new RouteRule(Route.PORTAL, "*" + portalDomain.orElse("") + "/…", Router.ANY, true, bodyLimit);
    }

    private static RouteRule sandbox(String authority) {
        return new RouteRule(Route.SANDBOX, authority + "/…", Router.READ, false, 0);
    }

    public static HostRoutes of(Config config) {
        return of(config, false);
    }

    /// Those of the port on which nothing is served but the sandbox: every host is its.
    static HostRoutes ofSandboxPort(Config config) {
        return of(config, true);
    }

    private static HostRoutes of(Config config, boolean isSandboxPort) {
        return new HostRoutes(config.upstream().sandbox(), config.listener().sandboxPort(),
                config.upstream().portals().map(Config.Upstream.Portals::domain), isSandboxPort,
                config.bodies().publicPaths());
    }

    /// The rule of whatever is asked of that host; empty where it is one with routes.
    public Optional<RouteRule> rule(String authority) {
        if (isSandboxPort) {
            return sandboxPort;
        }
        if (sandboxName.isEmpty() && portalDomain.isEmpty()) {
            return Optional.empty();
        }
        String host = HostName.ofAuthority(authority);
        if (sandboxName.isPresent() && sandboxName.get().equals(host)) {
            return Optional.of(sandbox);
        }
        // at any depth: no name below the domain may be one of pages, whatever a certificate names
        return portalDomain.isPresent() && host.endsWith(portalDomain.get()) ? Optional.of(portals) : Optional.empty();
    }

    /// Whether a program of the owner's answers there, which may have health checks of its own.
    boolean isPortal(String authority) {
        return rule(authority).filter(rule -> rule.route() == Route.PORTAL).isPresent();
    }

    List<RouteRule> table() {
        return Stream.of(sandboxName.map(_ -> sandbox), sandboxPort, portalDomain.map(_ -> portals))
                .flatMap(Optional::stream).toList();
    }
}
