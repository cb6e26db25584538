package io.seawall.proxy.auth;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.host.HostName;
import io.seawall.proxy.client.ClientAddress;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.route.RoutedRequest;
import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Which pages may make a logged-in browser open a WebSocket or change something: those of our origins. A client that
/// sends no Origin is no browser page. Pure.
public final class OriginRule {
    private static final String PASS_HOST = "have it pass on the Host that it gets (nginx: proxy_set_header Host $http_host;)";
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final Set<Origin> allowed;
    private final Set<Origin> own;
    private final Config.Clients clients;

    public OriginRule(Config config) {
        // none: the origin that was asked, and those that the platform says are ours
        allowed = Set.copyOf(config.allowedOrigins());
        own = Set.copyOf(config.ownOrigins());
        clients = config.clients();
    }

    /// The answer to a request of another origin's page; empty for every other one.
    public Optional<Rejection> rejection(RoutedRequest request) {
        if (!applies(request) || isOurs(request)) {
            return Optional.empty();
        }
        // text that is no host's name is not repeated: it can be a secret that was put there by mistake
        Optional<Origin> origin = origin(request).filter(found -> found.host().contains(".")
                || asks(request, found) || ours(request).stream().anyMatch(o -> o.host().equals(found.host())));
        String expected = isTold(request) ? " (expected: " + list(ours(request)) + ")" : "";
        return Optional.of(Rejection.client(403, Decision.Reason.BAD_ORIGIN.label(),
                "A page of another origin asked for this. "
                        + origin.map(found -> "Its origin is " + found).orElse("Its Origin header holds no host name")
                        + expected + ".")
                .help(origin.map(found -> help(found, request)).orElse("")));
    }

    /// What to do about it where the page is the operator's own: what stands in front often changes scheme or host.
    private String help(Origin found, RoutedRequest request) {
        if (allowed.isEmpty() && asks(request, found)) {
            return found.scheme().equals("https") && !request.request().secure()
                    ? sayHttps(found, request)
                    : "The proxy in front changes the port in Host: " + PASS_HOST + ", or set " + line(found, request);
        }
        if (!isTold(request)) {
            return "";
        }
        String host = HostName.ofAuthority(request.head().authority());
        boolean isOwn = allowed.isEmpty() && (HostName.isAddress(host) || host.equals("localhost"));
        return "Only if that page is yours: "
                + (isOwn ? "where a proxy in front changes Host, " + PASS_HOST + ", or " : "") + "set "
                + line(found, request);
    }

    /// What the proxy in front lacks, which ends TLS and whose word for that is not had.
    private String sayHttps(Origin found, RoutedRequest request) {
        if (clients.speakProxyProtocol()) {
            return "The proxy in front cannot say that people use https, because its PROXY header does not: set "
                    + Origin.allowing(found, isTold(request) ? ofOtherHosts(found) : Set.of());
        }
        InetAddress client = request.request().client();
        // others without TLS are not served
        boolean isUnnamed = client.isLoopbackAddress() && !clients.trusts(client);
        String send = "have it send X-Forwarded-Proto: https (nginx: proxy_set_header X-Forwarded-Proto $scheme;)";
        if (!isUnnamed) {
            return "The proxy in front does not say that people use https: " + send;
        }
        String address = ClientAddress.text(client);
        return address + " is not in SEAWALL_TRUSTED_PROXIES, so its X-Forwarded-Proto is ignored. Only if it is your "
                + "proxy: " + (request.head().headers().contains("X-Forwarded-Proto") ? "" : send + ", and ")
                + clients.trusting(address);
    }

    private Set<Origin> ofOtherHosts(Origin found) {
        return own.stream().filter(origin -> !origin.host().equals(found.host())).collect(Collectors.toSet());
    }

    /// The whole list, with what counts where the key is not set: to set it replaces that.
    private String line(Origin found, RoutedRequest request) {
        return Origin.allowing(found,
                isTold(request) ? ours(request) : asked(request).map(Set::of).orElse(Set.of()));
    }

    /// Whether the client has logged in: the list is not shown to others.
    private static boolean isTold(RoutedRequest request) {
        return Layer.of(request.route()).isPresent();
    }

    /// Whether the page is of the host that was asked, if perhaps of another port or scheme.
    private boolean asks(RoutedRequest request, Origin page) {
        return asked(request).filter(origin -> origin.host().equals(page.host())).isPresent();
    }

    private static String list(Set<Origin> origins) {
        return origins.stream().map(Origin::toString).sorted().collect(Collectors.joining(","));
    }

    private static Optional<Origin> origin(RoutedRequest request) {
        // `null` is the origin of sandboxed and local pages
        return parsed(request.head().headers().get("Origin", ""));
    }

    private static Optional<Origin> parsed(String text) {
        try {
            return Optional.of(Origin.parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// Whether the request's origin matters.
    public static boolean applies(RoutedRequest request) {
        if (!request.head().headers().contains("Origin")) {
            return false;
        }
        return switch (request.route()) {
            case UI, CAPABILITY, OWN -> request.head().isUpgrade() || !SAFE.contains(request.head().method());
            case PUBLIC -> request.head().isUpgrade();
            case STATUS, HOOKS, API, STATIC, SANDBOX, PORTAL -> false;
        };
    }

    private boolean isOurs(RoutedRequest request) {
        return origin(request).filter(ours(request)::contains).isPresent();
    }

    private static Optional<Origin> asked(RoutedRequest request) {
        return parsed((request.request().secure() ? "https://" : "http://") + request.head().authority());
    }

    /// The origins that count; none where the host that was asked makes none.
    public Set<Origin> ours(RoutedRequest request) {
        if (!allowed.isEmpty()) {
            return allowed;
        }
        Set<Origin> ours = new LinkedHashSet<>(own);
        asked(request).ifPresent(ours::add);
        return ours;
    }
}
