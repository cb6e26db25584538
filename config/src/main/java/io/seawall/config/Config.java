package io.seawall.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;

/// Everything Seawall was told, checked. Immutable; a reload makes a new one.
///
/// @param hosts public names, lower case, without port; IP literals and localhost are accepted besides them
/// @param allowedOrigins empty: the origin that was asked
/// @param stripHeaders lower case, `_` written as `-`
/// @param clientCa authorities of client certificates; empty: no client is asked for one
public record Config(Listener listener, Tls tls, SequencedSet<String> hosts, Set<Origin> allowedOrigins, Basic basic,
        Secret gatewayToken, Hooks hooks, Upstream upstream, Clients clients, Optional<Admin> admin, Timeouts timeouts,
        Limits limits, Http http, Bodies bodies, Lockout lockout, SessionLife session, Path stateDir,
        List<PublicPath> publicPaths, Set<String> stripHeaders, LogFormat log, boolean allowRoot,
        Optional<Path> clientCa, Optional<Access> access) {

    public Config {
        hosts = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(hosts));
        allowedOrigins = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(allowedOrigins));
        publicPaths = List.copyOf(publicPaths);
        stripHeaders = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(stripHeaders));
    }

    public record Listener(InetAddress bind, int port) {}

    /// Where the certificate comes from.
    public sealed interface Tls {
        record SelfSigned() implements Tls {}

        record Files(Path certificate, Path key) implements Tls {}

        record Off() implements Tls {}
    }

    /// The people's layer: one of password and hash is there.
    public record Basic(String username, Credential credential) {
        /// Names this version of user and password without giving them away; changes when either does.
        public byte[] version(byte[] key) {
            Secret text = switch (credential) {
                case Credential.Plain(Secret password) -> password;
                case Credential.Hashed(PasswordHash hash) -> new Secret(hash.encoded());
            };
            return new Secret(username + "\n").fingerprint(text.fingerprint(key));
        }

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
        /// What [#header] is when trusted proxies name the client before its first byte.
        public static final String PROXY_PROTOCOL = "proxy";

        public Clients {
            trustedProxies = List.copyOf(trustedProxies);
        }

        public boolean trusts(InetAddress peer) {
            for (Cidr block : trustedProxies) {
                if (block.contains(peer)) {
                    return true;
                }
            }
            return false;
        }

        /// Whether trusted proxies begin each connection with a PROXY protocol header, and no HTTP header is believed.
        public boolean speakProxyProtocol() {
            return header.isPresent() && header.get().equals(PROXY_PROTOCOL);
        }
    }

    /// Cloudflare Access, asked for besides the people's layer.
    ///
    /// @param issuer exactly what assertions must name
    /// @param audiences an assertion is for at least one of them
    public record Access(String issuer, Set<String> audiences, Keys keys) {
        public Access {
            audiences = Collections.unmodifiableSequencedSet(new LinkedHashSet<>(audiences));
        }

        /// Where the issuer's keys come from.
        public sealed interface Keys {
            record Pinned(Path file) implements Keys {}

            record Fetched(URI address) implements Keys {}
        }
    }

    public record Admin(InetSocketAddress address, Optional<Secret> token) {}

    /// @param read how long a WebSocket or an answer may be silent
    /// @param upstreamIdle how long an unused connection to the gateway is kept
    public record Timeouts(Duration read, Duration drain, Duration handshake, Duration connect,
            Duration upstreamIdle) {}

    /// @param reserve percent of the connections kept for clients that gave a right credential
    /// @param memoryWatermark percent of the direct memory beyond which no new connection of a stranger is taken
    public record Limits(int connections, int connectionsPerClient, int reserve, int memoryWatermark) {}

    /// What a client may cost before anybody knows who it is. Sizes in bytes.
    ///
    /// @param fields most headers of a request
    /// @param header a head's time in total
    /// @param idle between two requests
    /// @param stall without a byte of the announced body, or with an answer that is not taken
    /// @param minRate bytes a second, in either direction, that a client must keep up beyond `stall`
    public record Http(int requestLine, int headBytes, int fields, Duration header, Duration idle, Duration stall,
            int minRate) {}

    /// Most bytes of a request's body, per route.
    public record Bodies(long ui, long api, long tools, long hooks, long publicPaths) {}

    /// @param guesses wrong credentials of one client network within `window` that lock it out of the layer
    /// @param first the first lock's length; each further one is twice as long, up to `longest`
    /// @param budget wrong credentials of all networks within `window` beyond which strangers are slowed
    public record Lockout(int guesses, Duration window, Duration first, Duration longest, int budget) {}

    public record SessionLife(Duration idle, Duration absolute) {}

    public enum LogFormat {
        AUTO, JSON, TEXT
    }
}
