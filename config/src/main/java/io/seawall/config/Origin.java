package io.seawall.config;

import io.seawall.host.HostName;
import java.util.Collection;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A web origin in its one serialised form (RFC 6454, section 6.2): lower case, no default port, no path.
///
/// @param host in the one form of [HostName]
public record Origin(String scheme, String host, int port) {
    private static final Pattern ORIGIN = Pattern
            .compile("(?i)(https?)://(\\[[0-9a-f:.]+]|[^\\[\\]:]+)(?::([0-9]{1,5}))?");

    public Origin {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("origin port: " + port + " (expected: 1 to 65535)");
        }
    }

    /// @throws IllegalArgumentException when `text` is not `http(s)://host[:port]`; `null` and `*` are not
    public static Origin parse(String text) {
        Matcher origin = ORIGIN.matcher(text.strip());
        if (!origin.matches()) {
            throw new IllegalArgumentException(text);
        }
        String scheme = origin.group(1).toLowerCase(Locale.ROOT);
        String host = HostName.of(origin.group(2)).orElseThrow(() -> new IllegalArgumentException(text));
        String port = origin.group(3);
        return new Origin(scheme, host, port == null ? defaultPort(scheme) : Integer.parseInt(port));
    }

    /// The line that allows an origin besides others, which it has to name because it takes the place of a default.
    public static String allowing(Origin origin, Collection<Origin> others) {
        return Key.ALLOWED_ORIGINS + "="
                + Stream.concat(others.stream(), Stream.of(origin)).map(Origin::toString).distinct()
                        .sorted().collect(Collectors.joining(","));
    }

    public static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
    }
}
