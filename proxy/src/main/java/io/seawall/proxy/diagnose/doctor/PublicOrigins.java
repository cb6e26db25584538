package io.seawall.proxy.diagnose.doctor;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The origins that people's pages come from, as far as the configuration tells. Pure.
final class PublicOrigins {
    private PublicOrigins() {}

    /// Each in all forms of which the gateway has to allow one: the port under which Seawall is published is not known.
    static List<List<Origin>> of(Config config, Optional<Origin> url) {
        List<List<Origin>> origins = new ArrayList<>();
        url.ifPresent(origin -> origins.add(List.of(origin)));
        int port = config.listener().port();
        if (!config.allowedOrigins().isEmpty()) {
            config.allowedOrigins().forEach(origin -> origins.add(List.of(origin)));
        } else if (named(config).findAny().isPresent()) {
            named(config).forEach(host -> origins.add(Stream.concat(
                    config.ownOrigins().stream().filter(own -> own.host().equals(host)),
                    Stream.of(new Origin("https", host, 443), new Origin("https", host, port))).toList()));
        } else if (url.isEmpty()) {
            String scheme = config.tls() instanceof Config.Tls.Off ? "http" : "https";
            origins.add(List.of(new Origin(scheme, "localhost", port), new Origin(scheme, "127.0.0.1", port)));
        }
        return origins.stream().map(forms -> forms.stream().distinct().toList()).distinct().toList();
    }

    /// The public names, without wildcards.
    static Stream<String> named(Config config) {
        return config.hosts().stream();
    }
}
