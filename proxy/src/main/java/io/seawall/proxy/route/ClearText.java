package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.host.Addresses;
import io.seawall.proxy.http.Rejection;
import java.net.InetAddress;
import java.util.Optional;

/// Who may speak to a Seawall without TLS of its own: the trusted proxies that end it in front, and this host. Anybody
/// else would send his password across the network in clear, so he is not asked for one. Pure.
public final class ClearText {
    private final boolean tls;
    private final Config.Clients clients;

    public ClearText(Config config) {
        tls = !(config.tls() instanceof Config.Tls.Off);
        clients = config.clients();
    }

    /// Why a request is answered without a look at its credentials; empty where it goes on.
    ///
    /// @param peer the socket's other end, whatever it says of others
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
