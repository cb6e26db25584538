package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.host.Addresses;
import io.seawall.proxy.http.Rejection;
import java.net.InetAddress;
import java.util.Optional;

/// Which peers a Seawall without TLS of its own serves: the trusted proxies that end TLS in front, and this host. Any
/// other client would send its password across the network in clear, so it is not asked for one. Pure.
public final class ClearText {
    private final boolean tls;
    private final Config.Clients clients;

    public ClearText(Config config) {
        tls = !(config.tls() instanceof Config.Tls.Off);
        clients = config.clients();
    }

    /// Why a request is answered before its credentials are read; empty where it goes on.
    ///
    /// @param peer the socket's other end, whatever its headers claim
    public Optional<Rejection> rejection(InetAddress peer, Route route) {
        if (tls || route == Route.STATUS || peer.isLoopbackAddress() || clients.trusts(peer)) {
            return Optional.empty();
        }
        String address = Addresses.text(peer);
        return Optional.of(Rejection
                .client(403, "direct_peer",
                        "Seawall serves its TLS proxy only. It speaks plain HTTP here, so a password would cross the network in clear.")
                .help(address + " is not in SEAWALL_TRUSTED_PROXIES. Only if it is your proxy, which ends TLS: "
                        + clients.trusting(address))
                .closing());
    }
}
