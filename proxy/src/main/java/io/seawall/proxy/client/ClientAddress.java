package io.seawall.proxy.client;

import io.netty.util.NetUtil;
import io.seawall.config.Config;
import io.seawall.proxy.http.Headers;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Decides who the client is. Pure.
///
/// The peer is the client, unless it is a trusted proxy: then the one configured header says. In `X-Forwarded-For` the
/// right-most address that is not itself a trusted proxy counts, because everything left of it is the client's own word.
public final class ClientAddress {
    private final Config.Clients clients;

    public ClientAddress(Config.Clients clients) {
        this.clients = clients;
    }

    /// The client's address; empty when a trusted proxy sent a header that names none. A trusted proxy that sends no
    /// header at all speaks for itself (its health checks do).
    public Optional<InetAddress> of(InetAddress peer, Headers headers) {
        if (clients.header().isEmpty() || !clients.trusts(peer)) {
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
        String[] entries = String.join(",", values).split(",", -1);
        Optional<InetAddress> client = Optional.empty();
        for (int i = entries.length - 1; i >= 0; i--) {
            client = literal(withoutPort(entries[i].strip()));
            if (client.isEmpty() || !clients.trusts(client.get())) {
                return client;
            }
        }
        return client;
    }

    /// Whether what the peer says about the scheme counts.
    public boolean trusts(InetAddress peer) {
        return clients.trusts(peer);
    }

    /// The one canonical text of an address (RFC 5952), IPv4 for IPv4-mapped ones.
    public static String text(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    private static Optional<InetAddress> literal(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String withoutPort(String entry) {
        if (entry.startsWith("[")) {
            int end = entry.indexOf(']');
            return end < 0 ? entry : entry.substring(1, end);
        }
        int colon = entry.indexOf(':');
        return colon >= 0 && colon == entry.lastIndexOf(':') ? entry.substring(0, colon) : entry;
    }
}
