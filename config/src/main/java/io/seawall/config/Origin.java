package io.seawall.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// A web origin in its one serialised form (RFC 6454, section 6.2): lower case, no default port, no path.
public record Origin(String scheme, String host, int port) {

    /// @throws IllegalArgumentException when `text` is not `http(s)://host[:port]`; `null` and `*` are not
    public static Origin parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip().toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(text, e);
        }
        String scheme = uri.getScheme();
        String host = uri.getHost();
        String path = uri.getRawPath();
        if (scheme == null || host == null || !(scheme.equals("https") || scheme.equals("http"))
                || uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null
                || !(path == null || path.isEmpty())) {
            throw new IllegalArgumentException(text);
        }
        return new Origin(scheme, host, uri.getPort() < 0 ? defaultPort(scheme) : uri.getPort());
    }

    public static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    @Override
    public String toString() {
        return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
    }
}
