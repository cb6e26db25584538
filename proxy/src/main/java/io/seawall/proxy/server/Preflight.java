package io.seawall.proxy.server;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.host.BoundedFile;
import io.seawall.host.ProcessFacts;
import io.seawall.proxy.limit.Descriptors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What must be true of the process before it serves: not root, allowed to bind its port, and with enough descriptors. Pure over [Facts].
public final class Preflight {
    private static final long CAP_NET_BIND_SERVICE = 1L << 10;

    private Preflight() {}

    /// The process as the kernel sees it.
    ///
    /// @param uid -1 where it is not known
    /// @param firstUnprivilegedPort ports below it need a capability
    public record Facts(int uid, long capabilities, int firstUnprivilegedPort, Descriptors descriptors) {

        /// Reads them from the proc file system.
        public static Facts read(Path proc) {
            // without a proc file system the bind itself will tell
            ProcessFacts process = ProcessFacts.read(proc);
            return new Facts((int) process.effectiveUid().orElse(-1), process.capabilities(),
                    firstUnprivilegedPort(proc), Descriptors.read(proc));
        }

        private static int firstUnprivilegedPort(Path proc) {
            try {
                return Integer.parseInt(
                        BoundedFile.text(proc.resolve("sys/net/ipv4/ip_unprivileged_port_start"), 64).strip());
            } catch (IOException | NumberFormatException e) {
                return 1024;
            }
        }

        boolean mayBind(int port) {
            return port >= firstUnprivilegedPort || (capabilities & CAP_NET_BIND_SERVICE) != 0;
        }
    }

    /// Every reason not to serve, a refusal each.
    public static List<Problem> problems(Config config, Facts facts) {
        List<Problem> problems = new ArrayList<>();
        root(config, facts).ifPresent(problems::add);
        int port = config.listener().port();
        if (!facts.mayBind(port)) {
            problems.add(new Problem(Key.PORT, Integer.toString(port),
                    "a port from " + facts.firstUnprivilegedPort() + " on, or the capability CAP_NET_BIND_SERVICE",
                    "PORT=8443, or give the capability (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)"));
        }
        config.listener().httpPort().filter(plain -> !facts.mayBind(plain))
                .ifPresent(plain -> problems.add(new Problem(Key.HTTP_PORT, Integer.toString(plain),
                        "a port from " + facts.firstUnprivilegedPort() + " on, or the capability CAP_NET_BIND_SERVICE",
                        "SEAWALL_HTTP_PORT=8081 with port 80 forwarded to it, or give the capability (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)")));
        config.listener().sandboxPort().filter(sandbox -> !facts.mayBind(sandbox))
                .ifPresent(sandbox -> problems.add(new Problem(Key.SANDBOX_PORT, Integer.toString(sandbox),
                        "a port from " + facts.firstUnprivilegedPort() + " on, or the capability CAP_NET_BIND_SERVICE",
                        "SEAWALL_SANDBOX_PORT=18791, or give the capability (systemd: AmbientCapabilities=CAP_NET_BIND_SERVICE)")));
        descriptors(config, facts).ifPresent(problems::add);
        return problems;
    }

    private static Optional<Problem> descriptors(Config config, Facts facts) {
        if (facts.descriptors().limit() >= Descriptors.FLOOR) {
            return Optional.empty();
        }
        long needed = Descriptors.needed(config.limits().connections());
        return Optional.of(new Problem(Key.MAX_CONNECTIONS, facts.descriptors().limit() + " file descriptors",
                "at least " + Descriptors.FLOOR + "; " + needed + " for " + config.limits().connections()
                        + " connections",
                "raise the limit (systemd: LimitNOFILE=" + needed + ", docker: --ulimit nofile=" + needed
                        + ", shell: ulimit -n " + needed + ")"));
    }

    private static Optional<Problem> root(Config config, Facts facts) {
        if (facts.uid() != 0 || config.allowRoot()) {
            return Optional.empty();
        }
        return Optional.of(new Problem(Key.ALLOW_ROOT, "running as root (uid 0)", "a user without privileges",
                "start it as another user (docker: --user 1000:1000), or accept the risk with SEAWALL_ALLOW_ROOT=true"));
    }
}
