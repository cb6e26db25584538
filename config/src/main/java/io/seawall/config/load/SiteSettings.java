package io.seawall.config.load;

import io.seawall.config.Key;
import io.seawall.config.Origin;
import io.seawall.host.HostName;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/// Reads the keys of our public names and of the origins of our pages.
record SiteSettings(Settings settings, Values values) {

    Set<Origin> origins() {
        Set<Origin> origins = new LinkedHashSet<>();
        for (Key key : List.of(Key.ALLOWED_ORIGINS, Key.OPENCLAW_ALLOWED_ORIGINS)) {
            for (String text : settings.list(key)) {
                try {
                    origins.add(Origin.parse(text));
                } catch (IllegalArgumentException e) {
                    values.problem(key, text, "exact origins such as https://claw.example.com, no path and no wildcard",
                            "write scheme://host or scheme://host:port, several with a comma between them");
                }
            }
        }
        return origins;
    }

    SequencedSet<String> hosts(Set<Origin> origins) {
        SequencedSet<String> hosts = publicNames();
        for (String text : settings.list(Key.HOSTS)) {
            if (HostName.of(text).isEmpty()) {
                values.problem(Key.HOSTS, text, "host names without scheme, port or path",
                        HostName.hasTwoReadings(text)
                                ? "write the name in its xn-- form, as a browser sends it"
                                : "for example SEAWALL_HOSTS=claw.example.com");
            }
        }
        for (String text : settings.list(Key.COOLIFY_FQDN)) {
            if (coolifyName(text).isEmpty()) {
                values.problem(Key.COOLIFY_FQDN, text, "host names", "for example COOLIFY_FQDN=claw.example.com");
            }
        }
        origins.forEach(origin -> hosts.add(origin.host()));
        return hosts;
    }

    SequencedSet<String> publicNames() {
        SequencedSet<String> names = new LinkedHashSet<>();
        settings.list(Key.HOSTS).forEach(text -> HostName.of(text).ifPresent(names::add));
        settings.list(Key.COOLIFY_FQDN).forEach(text -> coolifyName(text).ifPresent(names::add));
        return names;
    }

    /// Where they are not, that is said, and what would be left is not known.
    boolean allHostsAreHosts() {
        return settings.list(Key.HOSTS).stream().noneMatch(text -> HostName.of(text).isEmpty())
                && settings.list(Key.COOLIFY_FQDN).stream().noneMatch(text -> coolifyName(text).isEmpty());
    }

    /// Those with a scheme: Coolify's proxy may end TLS, or not, and does not tell Seawall.
    Set<Origin> coolifyOrigins() {
        Set<Origin> origins = new LinkedHashSet<>();
        for (String text : settings.list(Key.COOLIFY_FQDN)) {
            try {
                origins.add(Origin.parse(text.replaceFirst("(?<=[^/:])/.*$", "")));
            } catch (IllegalArgumentException e) {
                // a name alone; what is no name was said before
            }
        }
        return origins;
    }

    private static Optional<String> coolifyName(String text) {
        String authority = text.replaceFirst("^(?i:https?)://", "").replaceFirst("/.*$", "");
        return HostName.of(authority.startsWith("[")
                ? authority.substring(0, authority.indexOf(']') + 1)
                : authority.replaceFirst(":.*$", ""));
    }
}
