package io.seawall.proxy.audit;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/// What stands in front of the host.
final class NetworkChecks {
    private NetworkChecks() {}

    static List<Check> all() {
        return List.of(
                new Check("network.firewall", Severity.MEDIUM, "A firewall keeps the gateway's port closed",
                        "The day somebody binds the gateway to everything, the firewall is what is left.",
                        world -> firewall(world, false)),
                new Check("network.firewall6", Severity.MEDIUM, "It does so for IPv6, too",
                        "Half of the internet comes by IPv6, and rules for IPv4 do not see it.",
                        world -> firewall(world, true)));
    }

    private static Result firewall(World world, boolean ipv6) {
        if (ipv6 && !Files.exists(world.path("/proc/net/tcp6"))) {
            return Result.pass("this host has no IPv6");
        }
        int port = world.port();
        Optional<Firewall.Ruling> ruling = Firewall.of(world, port, ipv6);
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
