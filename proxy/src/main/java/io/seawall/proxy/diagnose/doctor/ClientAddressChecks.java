package io.seawall.proxy.diagnose.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.host.Addresses;
import io.seawall.host.Cidr;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Whether Seawall sees clients' own addresses behind a proxy in front, and no client can claim another one.
///
/// @param cookie of a session, `name=value`
/// @param publicHost of the address that is looked at
record ClientAddressChecks(Config config, Front front, String cookie, String publicHost) {
    private static final Cidr UNIQUE_LOCAL = Cidr.parse("fc00::/7");
    /// Headers that clients may send, each with an address of its own, to find out which one is trusted.
    private static final Map<String, String> CLAIMS = claims();

    private static Map<String, String> claims() {
        Map<String, String> claims = new LinkedHashMap<>();
        claims.put("203.0.113.71", "X-Forwarded-For");
        claims.put("203.0.113.72", "CF-Connecting-IP");
        claims.put("203.0.113.73", "X-Real-IP");
        claims.put("203.0.113.74", "True-Client-IP");
        return claims;
    }

    Finding spoofing(String id) throws NoAnswerException {
        Optional<JsonNode> honest = front.seen(cookie);
        String[] claims = CLAIMS.entrySet().stream().map(claim -> claim.getValue() + ": " + claim.getKey())
                .toArray(String[]::new);
        Optional<JsonNode> lying = front.seen(cookie, claims);
        if (honest.isEmpty()) {
            return Finding.unknown(id, "Seawall did not say which client address it sees.", "run doctor again");
        }
        if (lying.isEmpty()) {
            return Finding.pass(id, "A client that claims another address in a header is refused.");
        }
        String believed = CLAIMS.get(lying.get().path("client").asText());
        if (believed == null) {
            return Finding.pass(id, "Claiming another address in a header changes nothing.");
        }
        return trusted(honest.get())
                ? Finding.warn(id, "Seawall takes this machine for a trusted proxy, so it believes what " + believed
                        + " says; whether other clients are believed cannot be seen from here.",
                        "ask from a machine that is not in SEAWALL_TRUSTED_PROXIES; the proxy in front has to replace "
                                + believed)
                : Finding.fail(id,
                        "Any client can claim any address: Seawall trusts the client's own " + believed + ".",
                        "have the proxy in front replace " + believed
                                + ", or name another SEAWALL_CLIENT_IP_HEADER");
    }

    private boolean trusted(JsonNode seen) {
        return address(seen).filter(config.clients()::trusts).isPresent();
    }

    private static Optional<InetAddress> address(JsonNode seen) {
        return Addresses.find(seen.path("client").asText());
    }

    Finding client(String id, InetAddress there) throws NoAnswerException {
        Optional<JsonNode> seen = front.seen(cookie);
        Optional<InetAddress> client = seen.flatMap(ClientAddressChecks::address);
        if (seen.isEmpty() || client.isEmpty()) {
            return Finding.unknown(id, "Seawall did not say which client address it sees.", "run doctor again");
        }
        String host = seen.get().path("host").asText();
        if (!host.equals(front.target().host())) {
            return Finding.fail(id, "The proxy in front changes the name that was asked for into another one, so that "
                    + "origins do not match.", "have the proxy in front pass Host on unchanged");
        }
        if (!seen.get().path("secure").asBoolean()) {
            return Finding.warn(id, "Seawall does not learn from the proxy in front that people come by https.",
                    "have the proxy in front set X-Forwarded-Proto: https (nginx: proxy_set_header X-Forwarded-Proto "
                            + "$scheme;), and, with its address for 127.0.0.1, "
                            + config.clients().trusting("127.0.0.1"));
        }
        boolean isNear = isInside(client.get());
        if (!isNear && !trusted(seen.get())) {
            return Finding.pass(id, "Seawall sees the client's own address.");
        }
        if (isInside(there) && !trusted(seen.get())) {
            return Finding.pass(id, publicHost + " is in this network, and so is the client that Seawall sees.");
        }
        return Finding.fail(id,
                "Seawall sees the proxy in front in place of the client (" + Addresses.text(client.get())
                        + "): the wrong passwords of one client would lock all clients out.",
                Key.TRUSTED_PROXIES.append(Addresses.text(client.get())) + ", and set SEAWALL_CLIENT_IP_HEADER="
                        + config.clients().header().filter(h -> !h.equals("cf-connecting-ip"))
                                .map(_ -> "X-Forwarded-For")
                                .orElse("CF-Connecting-IP (Cloudflare) or X-Forwarded-For"));
    }

    private static boolean isInside(InetAddress address) {
        return address.isLoopbackAddress() || address.isSiteLocalAddress() || address.isLinkLocalAddress()
                || UNIQUE_LOCAL.contains(address);
    }

    @Override
    public String toString() {
        return "checks of client addresses"; // the cookie is a credential
    }
}
