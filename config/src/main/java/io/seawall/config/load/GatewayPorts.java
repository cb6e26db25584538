package io.seawall.config.load;

import io.seawall.config.Config;
import io.seawall.config.Key;
import java.net.InetAddress;
import java.util.Optional;

/// The ports at 127.0.0.1 and [::1] that the gateway has besides its own: its sandbox's and its portals'. A listener of ours
/// there would keep the gateway from it, or get requests back from Seawall itself.
///
/// @param sandboxPort where Seawall serves the sandbox
record GatewayPorts(Config.Upstream upstream, Optional<Integer> sandboxPort, Values values) {

    void refuse(InetAddress bind, Optional<Integer> port, Optional<Integer> httpPort, Optional<Config.Admin> admin) {
        String where = "SEAWALL_BIND=" + bind.getHostAddress() + " takes it there, too";
        refuse(Key.PORT, bind, port, where, "PORT=8080");
        refuse(Key.HTTP_PORT, bind, httpPort, where, "SEAWALL_HTTP_PORT=80, or 8081 with 80 forwarded to it");
        int free = upstream.port() + 2;
        refuse(Key.SANDBOX_PORT, bind, sandboxPort, where, "SEAWALL_SANDBOX_PORT=" + free
                + ", and openclaw.json: mcp.apps.sandboxOrigin: \"https://claw.example.com:" + free
                + "\"; or SEAWALL_BIND with the one address that clients connect to");
        admin.ifPresent(a -> refuse(Key.ADMIN, a.address().getAddress(), Optional.of(a.address().getPort()),
                "this one is on " + a.address().getAddress().getHostAddress() + ", too",
                "SEAWALL_ADMIN=127.0.0.1:9464"));
    }

    private void refuse(Key key, InetAddress bind, Optional<Integer> port, String where, String fix) {
        if (port.isEmpty() || !isTheirs(bind)) {
            return;
        }
        if (servesSandbox() && port.get() == upstream.port() + 1) {
            values.problem(key, port.get().toString(),
                    "another port than OpenClaw's sandbox has at 127.0.0.1 and [::1], because "
                            + where,
                    fix);
        } else if (upstream.portals().filter(portals -> portals.port() == port.get()).isPresent()) {
            values.problem(key, port.get().toString(),
                    "another port than OpenClaw's portals have at 127.0.0.1 and [::1], because "
                            + where,
                    fix);
        }
    }

    private boolean servesSandbox() {
        return upstream.sandbox().isPresent() || sandboxPort.isPresent();
    }

    /// A wildcard address is every address of this host, and `::` is those of IPv4 as well.
    private static boolean isTheirs(InetAddress bind) {
        return bind.isAnyLocalAddress() || bind.equals(InetAddress.ofLiteral("127.0.0.1"))
                || bind.equals(InetAddress.ofLiteral("::1"));
    }
}
