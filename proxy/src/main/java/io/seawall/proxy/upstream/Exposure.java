package io.seawall.proxy.upstream;

import io.seawall.config.Config;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.config.Problem;
import java.util.List;
import java.util.Optional;

/// Watches whether the gateway's port can be reached from outside this host. While it can, nothing passes (unless the
/// operator said `warn`): a gate beside an open door must not look as if it kept anybody out.
public final class Exposure {
    private static final System.Logger LOG = System.getLogger(Exposure.class.getName());

    private final SocketTable table;
    private final Config.Upstream upstream;
    private volatile boolean exposed;

    public Exposure(SocketTable table, Config.Upstream upstream) {
        this.table = table;
        this.upstream = upstream;
    }

    /// One look at the socket table.
    ///
    /// @param isVisible whether the table can be read at all; where it cannot, exposure cannot be seen
    /// @param problem what is wrong with the gateway's listener; empty where nothing is, or nothing listens yet
    public record Look(boolean isVisible, Optional<Problem> problem) {}

    public Look look() {
        Optional<List<SocketTable.Listener>> listeners = table.listeners(upstream.port());
        return new Look(listeners.isPresent(), problem(listeners.orElse(List.of())));
    }

    private Optional<Problem> problem(List<SocketTable.Listener> listeners) {
        List<SocketTable.Listener> beyond = listeners.stream().filter(listener -> !listener.isLoopback()).toList();
        if (beyond.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Problem(Problem.Kind.UPSTREAM, "SEAWALL_UPSTREAM",
                "DANGEROUS: " + String.join(", ", beyond.stream().map(SocketTable.Listener::toString).toList()),
                "the gateway listening on 127.0.0.1:" + upstream.port() + " only",
                "set gateway.bind: \"loopback\" in openclaw.json (OpenClaw itself ignores OPENCLAW_GATEWAY_BIND), restart the gateway, and check: ss -tlnp | grep %d"
                        .formatted(
                                upstream.port())));
    }

    /// Looks again, and says so in the log when the answer changed.
    public void check() {
        Optional<Problem> problem = look().problem();
        if (problem.isPresent() != exposed) {
            exposed = problem.isPresent();
            LOG.log(exposed ? System.Logger.Level.ERROR : System.Logger.Level.INFO,
                    problem.map(Problem::toString).orElse("the gateway is on loopback again; requests pass"));
        }
    }

    public boolean isExposed() {
        return exposed;
    }

    boolean blocks() {
        return exposed && upstream.onExposure() == OnExposure.REFUSE;
    }
}
