package io.seawall.config;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Every key that Seawall reads: its name in the environment, its place in the JSON file, its default and its meaning.
/// A secret has no place in the JSON file; it comes from the environment or from the file that `<NAME>_FILE` names.
public enum Key {
    CONFIG("SEAWALL_CONFIG", null, null, "an optional JSON file with the keys below, but no secret"),

    PORT("PORT", "listen.port", "8080", "the public port, TLS unless SEAWALL_TLS=off"),
    BIND("SEAWALL_BIND", "listen.bind", "0.0.0.0",
            "the address to listen on; 0.0.0.0 is every one of IPv4, :: every one of both"),
    HTTP_PORT("SEAWALL_HTTP_PORT", "listen.httpPort", null,
            "a plain port that only redirects to https and answers ACME challenges; 80 where SEAWALL_ACME_CHALLENGE=http-01, else none"),

    SANDBOX_PORT("SEAWALL_SANDBOX_PORT", "listen.sandboxPort", null,
            "a port of Seawall's own, like PORT, that serves only OpenClaw's sandbox of widgets and MCP Apps, under every name; the page looks for it on the gateway's port plus one, or where mcp.apps.sandboxOrigin says"),

    TLS("SEAWALL_TLS", "tls.mode", "self-signed", "where the certificate comes from: self-signed, files, acme, or off"),
    TLS_CERT("SEAWALL_TLS_CERT", "tls.certificate", null,
            "PEM chain, server certificate first (files); or two, comma-separated: one with an ECDSA and one with an RSA key"),
    TLS_KEY("SEAWALL_TLS_KEY", "tls.key", null,
            "PEM private key: PKCS#1, PKCS#8 or EC (files); as many as certificates, in their order"),

    ACME_DIRECTORY("SEAWALL_ACME_DIRECTORY", "tls.acme.directory", "https://acme-v02.api.letsencrypt.org/directory",
            "the CA's directory (acme); starting with it is agreeing to the CA's terms"),
    ACME_STAGING("SEAWALL_ACME_STAGING", "tls.acme.staging", "false",
            "whether to ask Let's Encrypt's staging instead: for trying, no browser trusts it"),
    ACME_EMAIL("SEAWALL_ACME_EMAIL", "tls.acme.email", null, "an address that the CA may write to"),
    ACME_CHALLENGE("SEAWALL_ACME_CHALLENGE", "tls.acme.challenge", "auto",
            "how the CA sees whose the names are: tls-alpn-01 (on PORT, from outside 443), http-01 (on SEAWALL_HTTP_PORT, from outside 80), or auto"),
    ACME_CA("SEAWALL_ACME_CA", "tls.acme.ca", null,
            "PEM that the directory's own certificate is verified with, instead of the well-known CAs"),
    ACME_EAB_KEY_ID("SEAWALL_ACME_EAB_KEY_ID", "tls.acme.eabKeyId", null,
            "the key's id, for a CA that wants an external account binding"),
    ACME_EAB_HMAC_KEY("SEAWALL_ACME_EAB_HMAC_KEY", "that key, base64url as the CA gives it"),

    HSTS("SEAWALL_HSTS", "tls.hsts", "auto",
            "Strict-Transport-Security: auto (a year, where the address has the default port, because browsers apply it to every port of the name), off, or its max-age in seconds, sent on every port"),

    CLIENT_CA("SEAWALL_CLIENT_CA", "tls.clientCa", null,
            "PEM file of the authorities that must have issued every client's certificate; it opens no layer"),

    HOSTS("SEAWALL_HOSTS", "hosts", null,
            "public names, comma-separated; IP addresses, localhost, the certificate's names, and the hosts of the allowed origins are always among them"),
    COOLIFY_FQDN("COOLIFY_FQDN", null, null,
            "public names as Coolify sets them, added to SEAWALL_HOSTS; one with http:// or https:// is an own origin, too"),
    ALLOWED_ORIGINS("SEAWALL_ALLOWED_ORIGINS", "allowedOrigins", null,
            "exact origins that may open WebSockets and change state, comma-separated; default: the origin that was asked, and COOLIFY_FQDN's"),
    OPENCLAW_ALLOWED_ORIGINS("OPENCLAW_ALLOWED_ORIGINS", null, null, "the same, as the OpenClaw image names it"),

    AUTH_USERNAME("AUTH_USERNAME", "basic.username", "admin", "user name of the basic layer"),
    AUTH_PASSWORD("AUTH_PASSWORD", "its password, at least 12 characters; this or AUTH_PASSWORD_HASH is required"),
    AUTH_PASSWORD_HASH("AUTH_PASSWORD_HASH", "its bcrypt or argon2id hash, as `seawall hash-password` prints it"),
    AUTH_PASSWORD_PREVIOUS("AUTH_PASSWORD_PREVIOUS", "the password before it, which still counts while it is set"),
    AUTH_PASSWORD_HASH_PREVIOUS("AUTH_PASSWORD_HASH_PREVIOUS", "the same as a hash"),

    GATEWAY_TOKEN("OPENCLAW_GATEWAY_TOKEN", "the gateway token, at least 128 bits; required"),
    GATEWAY_TOKEN_PREVIOUS("OPENCLAW_GATEWAY_TOKEN_PREVIOUS",
            "the token before it, which Seawall still accepts while it is set; the gateway knows one only"),

    HOOKS_ENABLED("HOOKS_ENABLED", "hooks.enabled", "false", "whether webhooks are let in"),
    HOOKS_PATH("HOOKS_PATH", "hooks.path", "/hooks", "the path they arrive under"),
    HOOKS_TOKEN("HOOKS_TOKEN", "the hooks token, at least 128 bits; required when webhooks are on"),
    HOOKS_TOKEN_PREVIOUS("HOOKS_TOKEN_PREVIOUS", "the one before it, likewise"),

    UPSTREAM("SEAWALL_UPSTREAM", "upstream.address", "127.0.0.1:18789", "the gateway; only 127.0.0.1 is accepted"),
    GATEWAY_PORT("OPENCLAW_GATEWAY_PORT", null, null, "its port, where SEAWALL_UPSTREAM does not say"),
    GATEWAY_BIND("OPENCLAW_GATEWAY_BIND", null, "loopback", "anything but loopback is refused"),
    GATEWAY_UID("SEAWALL_GATEWAY_UID", "upstream.uid", null,
            "the user who must own the gateway's listener, as a number (id -u NAME); default: the owner that is seen first"),
    SANDBOX("SEAWALL_SANDBOX", "upstream.sandbox", null,
            "a host name of its own for OpenClaw's sandbox of widgets and MCP Apps (mcp.apps.sandboxOrigin), which listens on the gateway's port plus one"),
    PORTALS("SEAWALL_PORTALS", "upstream.portals", null,
            "the domain of OpenClaw's portals (gateway.portals.ingress.domain); each of them is one name below it, which OpenClaw makes up"),
    PORTALS_PORT("SEAWALL_PORTALS_PORT", "upstream.portalsPort", "18890",
            "the port on 127.0.0.1 where OpenClaw serves them (gateway.portals.ingress.port)"),
    ON_EXPOSURE("SEAWALL_ON_EXPOSURE", "upstream.onExposure", "refuse",
            "when the gateway is found listening beyond loopback, or another user on its port, while running: refuse (503 until it is fixed) or warn"),

    TRUSTED_PROXIES("SEAWALL_TRUSTED_PROXIES", "clients.trustedProxies", null,
            "addresses or CIDRs of the tunnel or proxy in front, comma-separated"),
    CLIENT_IP_HEADER("SEAWALL_CLIENT_IP_HEADER", "clients.header", null,
            "the one header trusted from them: CF-Connecting-IP, or X-Forwarded-For (right-most address that is not a trusted proxy); or PROXY: each of their connections begins with a PROXY protocol header, and no other is trusted"),

    ACCESS_ISSUER("SEAWALL_ACCESS_ISSUER", "access.issuer", null,
            "https://TEAM.cloudflareaccess.com: people need a Cloudflare Access assertion besides their login"),
    ACCESS_AUDIENCE("SEAWALL_ACCESS_AUDIENCE", "access.audience", null,
            "the Access application's AUD tags, one of which the assertion must be for, comma-separated"),
    ACCESS_KEYS("SEAWALL_ACCESS_KEYS", "access.keys", null,
            "where the keys that sign assertions come from, a JWKS file or an https URL; default: the issuer's /cdn-cgi/access/certs"),

    ADMIN("SEAWALL_ADMIN", "admin.address", "127.0.0.1:9464", "metrics and readiness, plain HTTP, read-only; or off"),
    ADMIN_TOKEN("SEAWALL_ADMIN_TOKEN", "bearer token for it, at least 128 bits; required off loopback"),
    ADMIN_TOKEN_PREVIOUS("SEAWALL_ADMIN_TOKEN_PREVIOUS", "the one before it, which still counts while it is set"),

    READ_TIMEOUT("SEAWALL_READ_TIMEOUT", "timeouts.read", "86400",
            "seconds that a WebSocket or a response may be silent"),
    DRAIN_TIMEOUT("SEAWALL_DRAIN_TIMEOUT", "timeouts.drain", "30", "seconds that running work gets at shutdown"),
    HANDSHAKE_TIMEOUT("SEAWALL_HANDSHAKE_TIMEOUT", "timeouts.handshake", "10", "seconds for a TLS handshake"),
    HEADER_TIMEOUT("SEAWALL_HEADER_TIMEOUT", "timeouts.header", "10", "seconds for the head of a request, in total"),
    IDLE_TIMEOUT("SEAWALL_IDLE_TIMEOUT", "timeouts.idle", "120",
            "seconds that a connection may wait for its next request; cloudflared keeps its own for 90"),
    STALL_TIMEOUT("SEAWALL_STALL_TIMEOUT", "timeouts.stall", "60",
            "seconds without a byte of the body that a client announced, or in which it reads nothing of its response"),
    CONNECT_TIMEOUT("SEAWALL_CONNECT_TIMEOUT", "timeouts.connect", "2", "seconds to connect to the gateway"),
    UPSTREAM_IDLE_TIMEOUT("SEAWALL_UPSTREAM_IDLE_TIMEOUT", "timeouts.upstreamIdle", "3",
            "seconds that an unused connection to the gateway is kept; it closes its own after 6"),

    MAX_CONNECTIONS("SEAWALL_MAX_CONNECTIONS", "limits.connections", "9000", "client connections in all"),
    MAX_CONNECTIONS_PER_CLIENT("SEAWALL_MAX_CONNECTIONS_PER_CLIENT", "limits.connectionsPerClient", "512",
            "connections of one client network (IPv4 address, IPv6 /64); trusted proxies are not counted"),
    CONNECTION_RESERVE("SEAWALL_CONNECTION_RESERVE", "limits.reserve", "10",
            "percent of all connections kept for networks that gave a right credential, and for trusted proxies"),
    MEMORY_WATERMARK("SEAWALL_MEMORY_WATERMARK", "limits.memoryWatermark", "75",
            "percent of the direct memory (-XX:MaxDirectMemorySize), and of the heap (-Xmx) that a collection leaves, "
                    + "beyond which new connections of unauthenticated clients are refused"),
    MIN_RATE("SEAWALL_MIN_RATE", "limits.minRate", "500",
            "bytes a second that a client must send of its body and read of its response, once SEAWALL_STALL_TIMEOUT is used up"),
    MAX_REQUEST_LINE("SEAWALL_MAX_REQUEST_LINE", "limits.requestLine", "8KiB", "longest request line"),
    MAX_HEADER_BYTES("SEAWALL_MAX_HEADER_BYTES", "limits.headerBytes", "32KiB",
            "largest head: request line and headers"),
    MAX_HEADERS("SEAWALL_MAX_HEADERS", "limits.headers", "100", "most headers of a request"),
    HTTP2("SEAWALL_HTTP2", "http2.enabled", "true", "whether HTTP/2 is offered on the TLS port"),
    HTTP2_STREAMS("SEAWALL_HTTP2_STREAMS", "http2.streams", "100",
            "most requests at once on one HTTP/2 connection once a layer let its client in; 16 before"),
    MAX_BODY_UI("SEAWALL_MAX_BODY_UI", "limits.body.ui", "25MiB", "largest request body on the ui route"),
    MAX_BODY_API("SEAWALL_MAX_BODY_API", "limits.body.api", "20MiB", "largest on the api route"),
    MAX_BODY_TOOLS("SEAWALL_MAX_BODY_TOOLS", "limits.body.tools", "2MiB", "largest on /tools/invoke"),
    MAX_BODY_HOOKS("SEAWALL_MAX_BODY_HOOKS", "limits.body.hooks", "256KiB", "largest webhook"),
    MAX_BODY_PUBLIC("SEAWALL_MAX_BODY_PUBLIC", "limits.body.public", "1MiB", "largest on public paths"),

    LOCKOUT_GUESSES("SEAWALL_LOCKOUT_GUESSES", "lockout.guesses", "10",
            "different wrong credentials from one client network that lock it out of the layer"),
    LOCKOUT_WINDOW("SEAWALL_LOCKOUT_WINDOW", "lockout.window", "60", "seconds within which they count"),
    LOCKOUT_TIME("SEAWALL_LOCKOUT_TIME", "lockout.time", "300",
            "seconds of the first lockout; each further one is twice as long"),
    LOCKOUT_MAX_TIME("SEAWALL_LOCKOUT_MAX_TIME", "lockout.maxTime", "3600", "seconds of the longest one"),
    LOCKOUT_BUDGET("SEAWALL_LOCKOUT_BUDGET", "lockout.budget", "300",
            "wrong credentials from all networks together, per layer and window, beyond which unauthenticated clients have to wait"),

    SESSION_IDLE("SEAWALL_SESSION_IDLE", "session.idle", "43200", "seconds without a request that end a session"),
    SESSION_MAX("SEAWALL_SESSION_MAX", "session.max", "604800", "seconds after which a session ends anyway"),

    STATE_DIR("SEAWALL_STATE_DIR", "stateDir", "./data", "the local CA, certificates and session key; mode 0700"),
    API_PATHS("SEAWALL_API_PATHS", "apiPaths", null,
            "further paths that take the gateway token, such as a plugin's /api/v1/admin/rpc, comma-separated, each with everything below it"),
    PUBLIC_PATHS("SEAWALL_PUBLIC_PATHS", "publicPaths", null,
            "paths let through without a layer because the gateway checks a credential of their own: `/x`, what is below it but not itself `/x/*`, a WebSocket `ws:/x`"),
    STRIP_HEADERS("SEAWALL_STRIP_HEADERS", "stripHeaders", null,
            "request headers that never reach the gateway, besides the known ones that name a client, its user or its certificate (`X-Forwarded-*`, `X-Remote-*`, `X-Auth-Request-*`, …) and every `x-openclaw-*` that no client needs"),

    LOG("SEAWALL_LOG", "log.format", "auto", "json, text, or auto (text on a terminal)"),
    LOG_LEVEL("SEAWALL_LOG_LEVEL", "log.level", "info",
            "error, warning or info: the least severe lines written; failed logins are always written"),
    ALLOW_ROOT("SEAWALL_ALLOW_ROOT", "allowRoot", "false", "whether to run as uid 0"),
    ACCEPT_RISK("SEAWALL_ACCEPT_RISK", "acceptRisk", null,
            "critical findings of `seawall audit` that do not keep Seawall from starting: their ids, comma-separated");

    private static final String PREVIOUS = "_PREVIOUS";

    private final String variable;
    private final @Nullable String path;
    private final @Nullable String fallback;
    private final boolean secret;
    private final String meaning;

    Key(String variable, @Nullable String path, @Nullable String fallback, String meaning) {
        this.variable = variable;
        this.path = path;
        this.fallback = fallback;
        this.meaning = meaning;
        this.secret = false;
    }

    Key(String variable, String meaning) {
        this.variable = variable;
        this.path = null;
        this.fallback = null;
        this.meaning = meaning;
        this.secret = true;
    }

    /// The key of the secret that this one has replaced and that still counts, for secrets that can overlap.
    public Optional<Key> previous() {
        return Arrays.stream(values()).filter(key -> key.name().equals(name() + PREVIOUS)).findFirst();
    }

    public static boolean isPrevious(Key key) {
        return key.name().endsWith(PREVIOUS);
    }

    /// Whether a change of it takes effect at a start only: addresses, ports, the source of certificates.
    public boolean isFixed() {
        return switch (this) {
            case PORT, BIND, HTTP_PORT, SANDBOX_PORT, TLS, ACME_DIRECTORY, ACME_STAGING, ACME_EMAIL, ACME_CHALLENGE,
                    ACME_CA,
                    ACME_EAB_KEY_ID, ACME_EAB_HMAC_KEY, UPSTREAM, GATEWAY_PORT, PORTALS_PORT, ADMIN, STATE_DIR, LOG ->
                true;
            default -> false;
        };
    }

    /// The name in the environment.
    public String variable() {
        return variable;
    }

    /// The place in the JSON file, dots between the levels; empty for what only the environment sets.
    public Optional<String> path() {
        return Optional.ofNullable(path);
    }

    /// The value where nothing sets the key.
    public Optional<String> fallback() {
        return Optional.ofNullable(fallback);
    }

    public boolean secret() {
        return secret;
    }

    public String meaning() {
        return meaning;
    }

    /// What to do so that a list holds `entry`, too. The line alone would replace what it holds, and its present value
    /// must not be shown to an unauthenticated client.
    public String append(String entry) {
        return "append " + entry + " to " + variable + " (where it is not set: " + variable + "=" + entry + ")";
    }

    @Override
    public String toString() {
        return variable;
    }
}
