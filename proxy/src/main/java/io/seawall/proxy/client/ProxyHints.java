package io.seawall.proxy.client;

import io.seawall.config.Config;
import io.seawall.host.Cidr;
import io.seawall.host.HostName;
import io.seawall.proxy.http.RequestHead;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Logs what a proxy in front seems to do wrong: once an hour for each network, for a bounded number of networks. Peers
/// on a private network, where proxies are, have a bound of their own, so no public client can use up their lines.
/// Thread-safe.
public final class ProxyHints {
    static final int MOST_NETWORKS = 32;
    private static final long AGAIN_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Cidr UNIQUE_LOCAL = Cidr.parse("fc00::/7");
    private static final System.Logger LOG = System.getLogger(ProxyHints.class.getName());

    private enum Hint {
        PLAIN_TO_TLS, PLAIN_TO_TLS_NEAR, TLS_TO_PLAIN, TLS_TO_PLAIN_NEAR, UNNAMED, UNSAID
    }

    private final Config.Clients clients;
    private final Consumer<String> log;
    private final Map<Hint, Told> told = new EnumMap<>(Hint.class);

    public ProxyHints(Config.Clients clients) {
        this(clients, System::nanoTime, text -> LOG.log(System.Logger.Level.WARNING, text));
    }

    /// Logs nothing.
    public static ProxyHints silent(Config.Clients clients) {
        return new ProxyHints(clients, System::nanoTime, _ -> {});
    }

    /// @param nanos a clock like [System#nanoTime()]
    ProxyHints(Config.Clients clients, LongSupplier nanos, Consumer<String> log) {
        this.clients = clients;
        this.log = log;
        for (Hint hint : Hint.values()) {
            told.put(hint, new Told(nanos));
        }
    }

    /// The peer passes on in plain HTTP, to the port that speaks TLS, what came to it by https, or may have.
    ///
    /// @return what is to be done
    public String plainToTls(InetAddress peer) {
        String help = endOfLoop(clients, peer);
        if (first(isNear(peer) ? Hint.PLAIN_TO_TLS_NEAR : Hint.PLAIN_TO_TLS, peer)) {
            log.accept("X-Forwarded-For or X-Forwarded-Proto came from " + ClientAddress.text(peer)
                    + " in plain HTTP to the TLS port, which leads to https: people may be sent in a circle. " + help);
        }
        return help;
    }

    /// The two ways out, for answer, log and `explain`.
    public static String endOfLoop(Config.Clients clients, InetAddress peer) {
        return "Only if " + ClientAddress.text(peer)
                + " is your proxy: let it speak https to Seawall (nginx: proxy_pass "
                + "https://...), or set SEAWALL_TLS=off, and " + clients.trusting(ClientAddress.text(peer));
    }

    /// The peer speaks TLS to `SEAWALL_HTTP_PORT`.
    public void tlsToPlain(InetAddress peer) {
        if (first(isNear(peer) ? Hint.TLS_TO_PLAIN_NEAR : Hint.TLS_TO_PLAIN, peer)) {
            log.accept("TLS came from " + ClientAddress.text(peer)
                    + " to SEAWALL_HTTP_PORT, which speaks plain HTTP and "
                    + "only redirects to https. Let it connect to PORT instead, if it is to speak TLS (as a proxy in front)");
        }
    }

    /// The peer sends `X-Forwarded-For`.
    void forwardedFor(InetAddress peer) {
        if (isNear(peer) && !clients.speakProxyProtocol() && !clients.trusts(peer) && first(Hint.UNNAMED, peer)) {
            String address = ClientAddress.text(peer);
            log.accept("X-Forwarded-For came from " + address + ", which is not in SEAWALL_TRUSTED_PROXIES: everybody "
                    + "behind it is one client, and locked out as one. Only if that is your proxy: "
                    + clients.trusting(address));
        }
    }

    /// A trusted proxy that sends no header with its client's address asks for itself, as health checks do; where it asks
    /// for a host by a public name, it was not told to send it.
    void unnamed(InetAddress peer, RequestHead head) {
        Optional<String> header = clients.header();
        if (header.isEmpty() || head.headers().contains(header.get()) || clients.speakProxyProtocol()
                || !clients.trusts(peer) || !isPublicName(head.authority()) || !first(Hint.UNSAID, peer)) {
            return;
        }
        String address = ClientAddress.text(peer);
        log.accept("requests came from " + address + ", which is in SEAWALL_TRUSTED_PROXIES, without the header of "
                + "SEAWALL_CLIENT_IP_HEADER: everybody behind it is one client, and locked out as one. Have it send "
                + (header.get().equals("x-forwarded-for")
                        ? "X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $remote_addr;)"
                        : "CF-Connecting-IP, or set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For if it sends that"));
    }

    private static boolean isPublicName(String authority) {
        String host = HostName.ofAuthority(authority);
        return !host.isEmpty() && !host.equals("localhost") && !HostName.isAddress(host);
    }

    private boolean first(Hint hint, InetAddress peer) {
        return Objects.requireNonNull(told.get(hint)).first(ClientNetwork.of(peer));
    }

    private static boolean isNear(InetAddress peer) {
        return peer.isLoopbackAddress() || peer.isSiteLocalAddress() || peer.isLinkLocalAddress()
                || UNIQUE_LOCAL.contains(peer);
    }

    /// The networks that were told of within the hour.
    private static final class Told {
        private final Set<ClientNetwork> networks = new HashSet<>();
        private final LongSupplier nanos;
        private long since;

        Told(LongSupplier nanos) {
            this.nanos = nanos;
            since = nanos.getAsLong();
        }

        synchronized boolean first(ClientNetwork network) {
            long now = nanos.getAsLong();
            if (now - since >= AGAIN_NANOS) {
                networks.clear();
                since = now;
            }
            return networks.size() < MOST_NETWORKS && networks.add(network);
        }
    }
}
