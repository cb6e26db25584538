package io.seawall.host;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/// Names as certificates and configurations have them, in the one form of [HostName]: whole ones, and `*.example.com` for the
/// names with one label in front of the domain (RFC 6125, 6.4.3).
///
/// @param domains what follows the `*` of those that have one, the dot included
public record HostPatterns(Set<String> whole, Set<String> domains) {
    private static final String WILDCARD = "*.";

    public HostPatterns {
        whole = Set.copyOf(whole);
        domains = Set.copyOf(domains);
    }

    public static HostPatterns of(Collection<String> names) {
        return new HostPatterns(Set.copyOf(names), names.stream().filter(name -> name.startsWith(WILDCARD))
                .map(name -> name.substring(1)).collect(Collectors.toUnmodifiableSet()));
    }

    /// Whether it is one of the names. A pattern covers itself.
    public boolean cover(String host) {
        if (whole.contains(host)) {
            return true;
        }
        int dot = domains.isEmpty() ? -1 : host.indexOf('.');
        return dot > 0 && domains.contains(host.substring(dot));
    }
}
