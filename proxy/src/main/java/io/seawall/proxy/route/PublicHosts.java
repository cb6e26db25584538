package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.host.HostName;
import io.seawall.host.HostPatterns;
import io.seawall.proxy.http.Rejection;
import java.util.Optional;
import java.util.Set;

/// Which values of `Host` are ours. A name that is not ours may be an attacker's that resolves to us (DNS rebinding);
/// an address cannot be, so address literals are always accepted.
public final class PublicHosts {
    private static final Rejection NAMELESS = Rejection.client(421, "host", "The request names no host.")
            .help("Health checks of HTTP/1.0 ask for /healthz (HAProxy: option httpchk GET /healthz)");

    private volatile HostPatterns names;
    private final Optional<String> portals;

    /// @param names in the one form of [HostName], without port; `*.` for any one label
    public PublicHosts(Set<String> names) {
        this(names, Optional.empty());
    }

    private PublicHosts(Set<String> names, Optional<String> portals) {
        this.names = HostPatterns.of(names);
        this.portals = portals;
    }

    /// @param names as above
    public static PublicHosts of(Config config, Set<String> names) {
        return new PublicHosts(names, config.upstream().portals().map(Config.Upstream.Portals::domain));
    }

    /// Others from now on, as when a renewed certificate names others.
    public void replace(Set<String> others) {
        names = HostPatterns.of(others);
    }

    /// The answer to a request for a host that is not ours; empty for one that is.
    public Optional<Rejection> rejection(String authority) {
        if (accepts(authority)) {
            return Optional.empty();
        }
        String host = HostName.ofAuthority(authority);
        if (host.isEmpty()) {
            return Optional.of(NAMELESS);
        }
        if (portals.filter(domain -> host.equals(domain) || host.endsWith("." + domain)).isPresent()) {
            // where SEAWALL_HOSTS may have no name
            return Optional.of(Rejection.client(421, "host", "This is not the name of a portal. A portal's name is"
                    + " one label in front of the domain in SEAWALL_PORTALS; open the URL that OpenClaw shows."));
        }
        return Optional.of(Rejection.client(421, "host",
                "This Seawall does not serve that host name. If it is yours, add it to SEAWALL_HOSTS. Seawall reads a changed file within ten seconds; a changed environment variable needs a restart.",
                HostName.of(host).map(PublicHosts::help).orElse("")));
    }

    /// A name of one label is more likely what a proxy in front calls Seawall than what people do.
    private static String help(String host) {
        return (host.contains(".")
                ? ""
                : "Where a proxy in front changes Host, have it pass on the Host that it gets (nginx: proxy_set_header Host "
                        + "$http_host;), or ")
                + Key.HOSTS.append(host);
    }

    public boolean accepts(String authority) {
        String host = HostName.ofAuthority(authority);
        return host.equals("localhost") || names.cover(host) || HostName.isAddress(host);
    }
}
