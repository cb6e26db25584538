package io.seawall.config;

import io.seawall.host.Addresses;
import io.seawall.host.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;

/// Everything Seawall was told, checked. Immutable; a reload makes a new one. Each group holds what one part of Seawall
/// needs, and refuses at construction what could not work.
public record Config(Listener listener, Certification certification, Site site, Authentication authentication,
        Upstream upstream,
        Clients clients, Bounds bounds, Operation operation) implements ConfigParts {

    /// Where the certificate comes from, and which certificates clients must have.
    ///
    /// @param clientCa authorities of client certificates; empty: no client is asked for one
    public record Certification(Tls tls, Acme acme, Optional<Path> clientCa) {}

    /// What a client may take: time, connections, bytes.
    public record Bounds(Timeouts timeouts, Limits limits, Http http, Http2 http2, Bodies bodies) {}

    private static void requirePort(String what, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(what + ": " + port + " (expected: 1 to 65535)");
        }
    }

    /// @param httpPort where redirects and ACME challenges are answered in plain; empty: nowhere
    /// @param sandboxPort where the gateway's sandbox is served, and nothing else; empty: on no port of its own
    /// @param hsts whether browsers are told to use https alone
    /// @param admin empty: there is no admin port
    public record Listener(InetAddress bind, int port, Optional<Integer> httpPort, Optional<Integer> sandboxPort,
            Hsts hsts, Optional<Admin> admin) {
        public Listener {
            requirePort("port", port);
            httpPort.ifPresent(other -> requirePort("HTTP port", other));
            sandboxPort.ifPresent(other -> requirePort("sandbox port", other));
        }
    }

    /// Where Seawall itself listens. While it does, no other process can listen at the same address and port.
    public Set<InetSocketAddress> ownListeners() {
        Set<InetSocketAddress> own = new LinkedHashSet<>();
        Stream.of(Optional.of(listener.port()), listener.httpPort(), listener.sandboxPort()).flatMap(Optional::stream)
                .forEach(port -> own.add(new InetSocketAddress(listener.bind(), port)));
        listener.admin().map(Admin::address).ifPresent(own::add);
        return own;
    }

    /// Whether requests go to the gateway's sandbox.
    public boolean servesSandbox() {
        return upstream.sandbox().isPresent() || listener.sandboxPort().isPresent();
    }

    /// Strict-Transport-Security (RFC 6797), which browsers apply to the host on every port.
    ///
    /// @param seconds max-age; empty: the header is not sent
    /// @param everyPort whether it is sent where the address has a port of its own, too
    public record Hsts(Optional<Integer> seconds, boolean everyPort) {
        public static final Hsts AUTO = new Hsts(Optional.of(31_536_000), false);
        public static final Hsts OFF = new Hsts(Optional.empty(), false);
    }

    /// Where the certificate comes from.
    public sealed interface Tls {
        record SelfSigned() implements Tls {}

        /// @param pairs one, or two of which one is RSA and the other ECDSA
        record Files(List<Pair> pairs) implements Tls {
            public Files {
                pairs = List.copyOf(pairs);
            }

            public record Pair(Path certificate, Path key) {}
        }

        /// @param names DNS names, lower case, at least one
        record Acme(SequencedSet<String> names) implements Tls {
            public Acme {
                names = Ordered.copy(names);
            }
        }

        record Off() implements Tls {}
    }

    /// The CA to ask, where certificates come from one.
    ///
    /// @param authority PEM that the directory's own certificate is verified with; empty: the JDK's list
    public record Acme(URI directory, Optional<String> email, Challenge challenge, Optional<Path> authority,
            Optional<ExternalAccount> externalAccount) {
        /// How the CA sees whose a name is; `AUTO` is what the CA offers and our ports allow.
        public enum Challenge {
            AUTO, TLS_ALPN_01, HTTP_01
        }

        /// An account with the CA that exists outside of ACME (RFC 8555, section 7.3.4).
        public record ExternalAccount(String keyId, MacKey hmacKey) {}
    }

    /// What programs show to Seawall's layers and its admin port.
    public List<Secret> tokens() {
        List<Secret> tokens = new ArrayList<>(authentication.gatewayToken().secrets());
        authentication.hooks().token().map(Token::secrets).ifPresent(tokens::addAll);
        listener.admin().flatMap(Admin::token).map(Token::secrets).ifPresent(tokens::addAll);
        return tokens;
    }

    /// What must never be printed, as far as it is known in clear.
    public List<Secret> secrets() {
        List<Secret> secrets = new ArrayList<>(tokens());
        for (Authentication.Basic.Credential credential : authentication.basic().credentials()) {
            if (credential instanceof Authentication.Basic.Credential.Plain(Secret password)) {
                secrets.add(password);
            }
        }
        return secrets;
    }

    /// @param token empty: webhooks are off and their path has no route
    public record Hooks(String path, Optional<Token> token) {
        public Hooks {
            if (!PublicPath.isPlain(path)) {
                throw new IllegalArgumentException(
                        "path of webhooks: " + path + " (expected: a plain path such as /hooks)");
            }
        }
    }

    /// All names that we answer to: those of pages, the sandbox's, and those of portals, `*.` for any one label.
    public SequencedSet<String> servedHosts() {
        SequencedSet<String> served = new LinkedHashSet<>(site.hosts());
        upstream.sandbox().ifPresent(served::add);
        upstream.portals().ifPresent(portals -> served.add("*." + portals.domain()));
        return served;
    }

    /// @param uid the user who must own the listener; empty: the owner that is seen first
    /// @param sandbox the host name of the gateway's sandbox, in the one form; empty: it is not served
    /// @param portals empty: they are not served
    public record Upstream(int port, OnExposure onExposure, OptionalLong uid, Optional<String> sandbox,
            Optional<Portals> portals) {
        public Upstream {
            requirePort("port of the gateway", port);
        }

        public enum OnExposure {
            REFUSE, WARN
        }

        /// @param domain what the host names of all portals end with, in the one form
        /// @param port where the gateway serves all of them
        public record Portals(String domain, int port) {}

        public Upstream(int port, OnExposure onExposure, OptionalLong uid, Optional<String> sandbox) {
            this(port, onExposure, uid, sandbox, Optional.empty());
        }

        public InetSocketAddress address() {
            return new InetSocketAddress(Addresses.IPV4_LOOPBACK, port);
        }

        /// Where the gateway's sandbox is, unless OpenClaw was told otherwise. Behind the last port there is none, and none
        /// can be configured.
        public Upstream ofSandbox() {
            return at(Math.min(port + 1, 65_535));
        }

        /// Where the gateway's portals are; itself where they are not served.
        public Upstream ofPortals() {
            return at(portals.map(Portals::port).orElse(port));
        }

        private Upstream at(int other) {
            return new Upstream(other, onExposure, uid, Optional.empty());
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

        /// Whether trusted proxies begin each connection with a PROXY protocol header, and no HTTP header counts.
        public boolean speakProxyProtocol() {
            return header.isPresent() && header.get().equals(PROXY_PROTOCOL);
        }

        /// What to set so that the proxy at `address` is trusted: all keys that it needs, because one of them alone is
        /// refused.
        public String trusting(String address) {
            return Key.TRUSTED_PROXIES.append(address)
                    + (header.isPresent() ? "" : ", and set " + Key.CLIENT_IP_HEADER + "=X-Forwarded-For");
        }
    }

    /// Cloudflare Access, asked for besides the people's layer.
    ///
    /// @param issuer exactly what assertions must name
    /// @param audiences an assertion is for at least one of them
    public record Access(String issuer, Set<String> audiences, Keys keys) {
        public Access {
            audiences = Ordered.copy(audiences);
        }

        /// Where the issuer's keys come from.
        public sealed interface Keys {
            record Pinned(Path file) implements Keys {}

            record Fetched(URI address) implements Keys {}
        }
    }

    public record Admin(InetSocketAddress address, Optional<Token> token) {}

    /// @param read how long a WebSocket or an answer may be silent
    /// @param upstreamIdle how long an unused connection to the gateway is kept
    public record Timeouts(Duration read, Duration drain, Duration handshake, Duration connect,
            Duration upstreamIdle) {}

    /// @param reserve percent of the connections kept for clients that gave a right credential
    /// @param memoryWatermark percent of the direct memory, and of the heap, beyond which no new connection of an
    /// unauthenticated client is accepted
    public record Limits(int connections, int connectionsPerClient, int reserve, int memoryWatermark) {}

    /// What an unauthenticated client may cost.
    ///
    /// @param head of every request
    /// @param idle between two requests
    /// @param stall without a byte of the announced body, or with an answer that is not taken
    /// @param minRate bytes a second, in either direction, that a client must keep up beyond `stall`
    public record Http(Head head, Duration idle, Duration stall, int minRate) {
        /// Sizes in bytes.
        ///
        /// @param fields most headers of a request
        /// @param time in total
        public record Head(int requestLine, int bytes, int fields, Duration time) {}

        public int requestLine() {
            return head.requestLine();
        }

        public int headBytes() {
            return head.bytes();
        }

        public int fields() {
            return head.fields();
        }

        /// A head's time in total.
        public Duration header() {
            return head.time();
        }
    }

    /// @param streams most requests at once on one connection
    public record Http2(boolean enabled, int streams) {}

    /// Most bytes of a request's body, per route.
    public record Bodies(long ui, long api, long tools, long hooks, long publicPaths) {}
}
