package io.seawall.proxy.diagnose.audit;

import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.facts.Firewall;
import io.seawall.proxy.diagnose.facts.Host;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// What stands in front of the host.
final class NetworkChecks {
    private NetworkChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("network.firewall", Severity.MEDIUM, "A firewall keeps the gateway's port closed",
                        "If the gateway is ever bound to every address, the firewall is the last protection.",
                        host -> firewall(host, false)),
                new Check("network.firewall6", Severity.MEDIUM, "It does so for IPv6, too",
                        "Half of the internet comes by IPv6, and rules for IPv4 do not see it.",
                        host -> firewall(host, true)));
    }

    private static Result firewall(Host host, boolean ipv6) {
        if (ipv6 && !Files.exists(host.path("/proc/net/tcp6"))) {
            return Result.pass("this host has no IPv6");
        }
        int port = host.port();
        Optional<Firewall.Ruling> ruling = Firewall.of(host, port, ipv6);
        if (ruling.isEmpty()) {
            return Result.unknown("no rules of ufw, iptables or nftables can be read here",
                    "on the host, as root: nft list ruleset; or look at your provider's firewall");
        }
        return switch (ruling.get().verdict()) {
            case BLOCKS -> Result.pass(ruling.get().source() + " blocks " + port);
            case LETS_THROUGH -> Result.warn(ruling.get().source() + ", which lets " + port + " through",
                    ipv6
                            ? "IPV6=yes in /etc/default/ufw; sudo ufw deny " + port + "/tcp"
                            : "sudo ufw deny " + port + "/tcp (a port that docker publishes passes ufw: publish none)");
        };
    }
}
