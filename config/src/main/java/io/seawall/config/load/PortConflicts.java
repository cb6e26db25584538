package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.host.Addresses;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Refuses a port of ours that another listener of ours has, or the gateway. The gateway's sandbox and portals listen at
/// 127.0.0.1 and [::1] only: a listener of ours there would keep the gateway from its port, or get requests back from
/// Seawall itself.
///
/// @param port and the others: empty where there is none, or where what is set is a problem already
record PortConflicts(Values values, Optional<InetAddress> bind, Optional<Integer> port, Optional<Integer> httpPort,
        Optional<Integer> sandboxPort, Optional<Config.Admin> admin) {
    private static final String FREE_HTTP_PORT = "SEAWALL_HTTP_PORT=80, or 8081 with 80 forwarded to it";
    private static final String FREE_ADMIN = "SEAWALL_ADMIN=127.0.0.1:9464";

    void refuse(Optional<Config.Upstream> upstream) {
        Optional<Integer> gateway = upstream.map(Config.Upstream::port);
        Optional<Integer> adminPort = admin.map(a -> a.address().getPort());
        if (isOneOf(port, List.of(gateway))) {
            values.problem(Key.PORT, port.orElseThrow().toString(), "another port than the gateway's", "PORT=8080");
        }
        if (isOneOf(adminPort, List.of(gateway, port))) {
            values.problem(Key.ADMIN, adminPort.orElseThrow().toString(), "another port than PORT and the gateway's",
                    FREE_ADMIN);
        }
        if (isOneOf(httpPort, List.of(port, gateway, adminPort))) {
            values.problem(Key.HTTP_PORT, httpPort.orElseThrow().toString(),
                    "another port than PORT, SEAWALL_ADMIN and the gateway's", FREE_HTTP_PORT);
        }
        if (isOneOf(sandboxPort, List.of(port, httpPort, gateway, adminPort))) {
            values.problem(Key.SANDBOX_PORT, sandboxPort.orElseThrow().toString(),
                    "another port than PORT, SEAWALL_HTTP_PORT, SEAWALL_ADMIN and the gateway's",
                    "SEAWALL_SANDBOX_PORT=18791");
        }
        bind.ifPresent(address -> upstream.ifPresent(u -> refuseGatewaysOthers(address, u)));
    }

    private static boolean isOneOf(Optional<Integer> ours, List<Optional<Integer>> taken) {
        return ours.isPresent() && taken.contains(ours);
    }

    private void refuseGatewaysOthers(InetAddress address, Config.Upstream upstream) {
        String where = "SEAWALL_BIND=" + Addresses.text(address) + " takes it there, too";
        refuseAt(address, upstream, Key.PORT, port, where, "PORT=8080");
        refuseAt(address, upstream, Key.HTTP_PORT, httpPort, where, FREE_HTTP_PORT);
        int free = upstream.port() + 2;
        refuseAt(address, upstream, Key.SANDBOX_PORT, sandboxPort, where, "SEAWALL_SANDBOX_PORT=" + free
                + ", and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:" + free
                + "\"; or SEAWALL_BIND with the one address that clients connect to");
        admin.map(Config.Admin::address).ifPresent(a -> refuseAt(a.getAddress(), upstream, Key.ADMIN,
                Optional.of(a.getPort()), "this one is on " + Addresses.text(a.getAddress()) + ", too", FREE_ADMIN));
    }

    private void refuseAt(InetAddress address, Config.Upstream upstream, Key key, Optional<Integer> ours, String where,
            String fix) {
        if (ours.isEmpty() || !reachesLoopback(address)) {
            return;
        }
        int found = ours.get();
        boolean sandbox = upstream.sandbox().isPresent() || sandboxPort.isPresent();
        if (sandbox && found == upstream.port() + 1) {
            values.problem(key, String.valueOf(found),
                    "another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because " + where, fix);
        } else if (upstream.portals().filter(portals -> portals.port() == found).isPresent()) {
            values.problem(key, String.valueOf(found),
                    "another port than OpenClaw's portals have at 127.0.0.1 and [::1], because " + where, fix);
        }
    }

    /// A wildcard address is every address of this host, and `::` is those of IPv4 as well.
    private static boolean reachesLoopback(InetAddress bind) {
        return bind.isAnyLocalAddress() || bind.equals(Addresses.IPV4_LOOPBACK) || bind.equals(Addresses.IPV6_LOOPBACK);
    }
}
