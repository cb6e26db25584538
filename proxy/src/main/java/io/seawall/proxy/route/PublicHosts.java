package io.seawall.proxy.route;

import io.seawall.proxy.http.Rejection;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which values of `Host` are ours. A name that is not ours may be an attacker's that resolves to us (DNS rebinding);
/// an address cannot be, so address literals are always accepted.
public final class PublicHosts {
    /// What may be shown as a line to paste; a valid Host can hold more, such as `$(…)` or a comma.
    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63}){0,10}");

    private volatile Names names;

    /// @param names lower case, without port; `*.` for any one label
    public PublicHosts(Set<String> names) {
        this.names = Names.of(names);
    }

    /// Others from now on, as when a renewed certificate names others.
    public void replace(Set<String> others) {
        names = Names.of(others);
    }

    /// The answer to a request for a host that is not ours; empty for one that is.
    public Optional<Rejection> rejection(String authority) {
        if (accepts(authority)) {
            return Optional.empty();
        }
        String host = hostOf(authority);
        return Optional.of(Rejection.client(421, "host",
                "This Seawall does not serve that host name. If it is yours, add it to SEAWALL_HOSTS in Seawall's environment and start it again.")
                .help(DNS_NAME.matcher(host).matches() ? "SEAWALL_HOSTS=" + host : ""));
    }

    public boolean accepts(String authority) {
        String host = hostOf(authority);
        return host.equals("localhost") || names.hold(host) || isAddress(host);
    }

    /// @param wildcards what follows the `*` of those that have one
    private record Names(Set<String> whole, Set<String> wildcards) {
        static Names of(Set<String> names) {
            return new Names(Set.copyOf(names), names.stream().filter(name -> name.startsWith("*"))
                    .map(name -> name.substring(1)).collect(Collectors.toUnmodifiableSet()));
        }

        /// A certificate's `*.example.com` covers one label (RFC 6125, 6.4.3).
        boolean hold(String host) {
            if (whole.contains(host)) {
                return true;
            }
            int dot = wildcards.isEmpty() ? -1 : host.indexOf('.');
            return dot > 0 && wildcards.contains(host.substring(dot));
        }
    }

    /// The host of an authority, lower case, without its port.
    public static String hostOf(String authority) {
        String lower = authority.toLowerCase(Locale.ROOT);
        if (lower.startsWith("[")) {
            return lower.substring(0, lower.indexOf(']') + 1);
        }
        int colon = lower.indexOf(':');
        return colon < 0 ? lower : lower.substring(0, colon);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isAddress(String host) {
        // no name that ends in a letter is an address (RFC 1123, 2.1), and to try it is dear
        if (!host.startsWith("[") && (host.isEmpty() || !isDigit(host.charAt(host.length() - 1)))) {
            return false;
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            InetAddress.ofLiteral(bare);
            return host.startsWith("[") == bare.contains(":");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
