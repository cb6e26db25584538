package io.seawall.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/// Everything Seawall was told, checked. Immutable; a reload makes a new one.
///
/// @param hosts public names, lower case, without port; IP literals and localhost are accepted besides them
/// @param allowedOrigins empty: the origin that was asked
/// @param stripHeaders lower case, `_` written as `-`
public record Config(Listener listener, Tls tls, SequencedSet<String> hosts, Set<Origin> allowedOrigins, Basic basic,
        Secret gatewayToken, Hooks hooks, Upstream upstream, Clients clients, Optional<Admin> admin, Timeouts timeouts,
        Limits limits, Path stateDir, List<PublicPath> publicPaths, Set<String> stripHeaders, LogFormat log,
        boolean allowRoot) {

    public record Listener(InetAddress bind, int port) {}

    /// Where the certificate comes from.
    public sealed interface Tls {
        record SelfSigned() implements Tls {}

        record Files(Path certificate, Path key) implements Tls {}

        record Off() implements Tls {}
    }

    /// The people's layer: one of password and hash is there.
    public record Basic(String username, Credential credential) {
        /// What a password is compared with.
        public sealed interface Credential {
            record Plain(Secret password) implements Credential {}

            record Hashed(PasswordHash hash) implements Credential {}
        }
    }

    /// @param token empty: webhooks are off and their path is nobody's
    public record Hooks(String path, Optional<Secret> token) {}

    public record Upstream(int port, OnExposure onExposure) {
        public enum OnExposure {
            REFUSE, WARN
        }

        public InetSocketAddress address() {
            return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        }
    }

    /// @param header lower case; empty: the peer is the client
    public record Clients(List<Cidr> trustedProxies, Optional<String> header) {
        public boolean trusts(InetAddress peer) {
            for (Cidr block : trustedProxies) {
                if (block.contains(peer)) {
                    return true;
                }
            }
            return false;
        }
    }

    public record Admin(InetSocketAddress address, Optional<Secret> token) {}

    public record Timeouts(Duration read, Duration drain) {}

    public record Limits(int connections, int connectionsPerClient) {}

    public enum LogFormat {
        AUTO, JSON, TEXT
    }
}
