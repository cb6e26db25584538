package io.seawall.proxy.client;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.host.Addresses;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Decides who the client is. Pure.
///
/// The peer is the client, unless it is a trusted proxy: then the one configured header says. In `X-Forwarded-For` the
/// right-most address that is not itself a trusted proxy counts, because the client may have written everything left of
/// it.
public final class ClientAddress {
    private static final Pattern PORT = Pattern.compile(":[0-9]{1,5}");

    /// The answer to a request whose client cannot be told.
    public static final Rejection UNKNOWN = Rejection.client(400, "client_address",
            "The proxy in front sent no client address that Seawall can read. The header that SEAWALL_CLIENT_IP_HEADER names must hold an IP address (nginx: proxy_set_header X-Forwarded-For $remote_addr;).");

    private static final Pattern ZONE = Pattern.compile("[0-9A-Za-z._~-]+");
    /// Trusted proxies in a row; no chain is as long.
    private static final int MOST_HOPS = 100;

    private final Config.Clients clients;
    private final Set<Origin> origins;

    /// @param origins those that the configuration says are ours
    public ClientAddress(Config.Clients clients, Collection<Origin> origins) {
        this.clients = clients;
        this.origins = Set.copyOf(origins);
    }

    public static ClientAddress of(Config config) {
        return new ClientAddress(config.clients(),
                Stream.concat(config.allowedOrigins().stream(), config.ownOrigins().stream()).toList());
    }

    /// The client's address; empty when a trusted proxy sent a header that names none. A trusted proxy that sends no
    /// header at all is the client itself (its health checks).
    public Optional<InetAddress> of(InetAddress peer, Headers headers) {
        // a proxy that named the client before its first byte passes on headers that are the client's own
        if (clients.header().isEmpty() || clients.speakProxyProtocol() || !clients.trusts(peer)) {
            return Optional.of(peer);
        }
        String name = clients.header().get();
        List<String> values = headers.all(name);
        if (values.isEmpty()) {
            return Optional.of(peer);
        }
        if (!name.equals("x-forwarded-for")) {
            return values.size() == 1 ? literal(values.getFirst().strip()) : Optional.empty();
        }
        return forwardedFor(values).address();
    }

    /// @param hops how many trusted proxies stand right of it in the list
    private record Forwarded(Optional<InetAddress> address, int hops) {}

    private Forwarded forwardedFor(List<String> values) {
        ListElements elements = new ListElements(values);
        Optional<InetAddress> nearest = Optional.empty();
        for (int hops = 0; hops <= MOST_HOPS; hops++) {
            String element = elements.next();
            if (element == null) {
                return new Forwarded(nearest, Math.max(0, hops - 1)); // proxies alone: the first of them
            }
            nearest = literal(withoutZone(withoutPort(element)));
            if (nearest.isEmpty() || !clients.trusts(nearest.get())) {
                return new Forwarded(nearest, hops);
            }
        }
        return new Forwarded(Optional.empty(), MOST_HOPS);
    }

    /// The request with its client; empty where [#of] is.
    ///
    /// @param tls whether the peer's connection to us is TLS
    public Optional<ClientRequest> identify(InetAddress peer, RequestHead head, boolean tls) {
        boolean secure = tls || trusts(peer) && isSecure(head.headers())
                || clients.speakProxyProtocol() && isHttpsOnly(head.authority());
        return of(peer, head.headers()).map(client -> new ClientRequest(head, client, secure));
    }

    /// What `X-Forwarded-Proto` says of the client's own connection. Traefik says `wss` of a WebSocket's. Where every proxy
    /// appended what it was spoken to, the element counts that stands as far from the right as the client does in
    /// `X-Forwarded-For`; a shorter list was written by the first proxy alone.
    private boolean isSecure(Headers headers) {
        if (!headers.contains("X-Forwarded-Proto")) {
            return false;
        }
        int hops = clients.header().filter("x-forwarded-for"::equals).isPresent()
                ? forwardedFor(headers.all("X-Forwarded-For")).hops()
                : 0;
        ListElements schemes = new ListElements(headers.all("X-Forwarded-Proto"));
        String scheme = "";
        for (int i = 0; i <= hops; i++) {
            String next = schemes.next();
            if (next == null) {
                break;
            }
            scheme = next;
        }
        return scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("wss");
    }

    /// A balancer that ends TLS and speaks PROXY does not report it. The configuration shows it, where it names the
    /// authority's origin with https, and not with http as well.
    private boolean isHttpsOnly(String authority) {
        return !origins.isEmpty() && isOurs("https://" + authority) && !isOurs("http://" + authority);
    }

    private boolean isOurs(String origin) {
        try {
            return origins.contains(Origin.parse(origin));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// Whether the peer's claim about the scheme counts.
    boolean trusts(InetAddress peer) {
        return !clients.speakProxyProtocol() && clients.trusts(peer);
    }

    /// The one canonical text of an address (RFC 5952), IPv4 for IPv4-mapped ones.
    public static String text(InetAddress address) {
        return Addresses.text(address);
    }

    /// An address without brackets and zone.
    public static Optional<InetAddress> literal(String text) {
        return Addresses.find(text);
    }

    /// `203.0.113.7:4711` and `[2001:db8::7]:4711` without their ports, everything else as it is.
    private static String withoutPort(String entry) {
        int end = entry.startsWith("[") ? entry.indexOf("]") + 1 : entry.indexOf(":");
        String port = end > 0 ? entry.substring(end) : "";
        if (end <= 0 || !port.isEmpty() && !PORT.matcher(port).matches()) {
            return entry;
        }
        String host = entry.substring(0, end);
        return host.startsWith("[") && host.contains(":") ? host.substring(1, end - 1) : host;
    }

    /// `fe80::1%eth0` without the zone, which is the name of an interface of the proxy's host (RFC 4007, 11); everything else
    /// as it is.
    private static String withoutZone(String entry) {
        int zone = entry.indexOf('%');
        return zone > 0 && entry.lastIndexOf(':', zone) >= 0
                && ZONE.matcher(entry).region(zone + 1, entry.length()).matches()
                        ? entry.substring(0, zone)
                        : entry;
    }
}
