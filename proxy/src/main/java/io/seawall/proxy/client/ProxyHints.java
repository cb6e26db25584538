package io.seawall.proxy.client;

import io.seawall.config.Cidr;
import io.seawall.config.Config;
import io.seawall.config.Key;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Tells the operator what a proxy in front seems to do wrong: once an hour for each network that does it, and of so many
/// networks only. Peers on a private network, where proxies are, have a bound of their own, so no client out there can
/// use up their lines. Thread-safe.
public final class ProxyHints {
    static final int MOST_NETWORKS = 32;
    private static final long AGAIN_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Cidr UNIQUE_LOCAL = Cidr.parse("fc00::/7");
    private static final System.Logger LOG = System.getLogger(ProxyHints.class.getName());

    private enum Hint {
        PLAIN_TO_TLS, PLAIN_TO_TLS_NEAR, UNNAMED
    }

    private final Config.Clients clients;
    private final Consumer<String> log;
    private final Map<Hint, Told> told = new EnumMap<>(Hint.class);

    public ProxyHints(Config.Clients clients) {
        this(clients, System::nanoTime, text -> LOG.log(System.Logger.Level.WARNING, text));
    }

    /// @param nanos a clock like [System#nanoTime()]
    ProxyHints(Config.Clients clients, LongSupplier nanos, Consumer<String> log) {
        this.clients = clients;
        this.log = log;
        for (Hint hint : Hint.values()) {
            told.put(hint, new Told(nanos));
        }
    }

    /// The peer says in plain HTTP, to the port that speaks TLS, that its client came by https.
    public void plainToTls(InetAddress peer) {
        if (first(isNear(peer) ? Hint.PLAIN_TO_TLS_NEAR : Hint.PLAIN_TO_TLS, peer)) {
            String address = ClientAddress.text(peer);
            log.accept("X-Forwarded-Proto: https, or its like, came from " + address
                    + " in plain HTTP to the TLS port. Only if that is your proxy: let it speak https to Seawall; or set "
                    + "SEAWALL_TLS=off, and " + trust(address));
        }
    }

    /// The peer sends `X-Forwarded-For`.
    void forwardedFor(InetAddress peer) {
        if (isNear(peer) && !clients.speakProxyProtocol() && !clients.trusts(peer) && first(Hint.UNNAMED, peer)) {
            String address = ClientAddress.text(peer);
            log.accept("X-Forwarded-For came from " + address + ", which is not in SEAWALL_TRUSTED_PROXIES: everybody "
                    + "behind it is one client, and locked out as one. Only if that is your proxy: " + trust(address));
        }
    }

    private String trust(String address) {
        return Key.TRUSTED_PROXIES.append(address)
                + (clients.header().isPresent() ? "" : ", and set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For");
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
