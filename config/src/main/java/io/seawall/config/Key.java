package io.seawall.config;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Every key that Seawall reads: its name in the environment, its place in the JSON file, its default and its meaning.
/// A secret has no place in the JSON file; it comes from the environment or from the file that `<NAME>_FILE` names.
public enum Key {
    CONFIG("SEAWALL_CONFIG", null, null, "an optional JSON file with the keys below, but no secret"),

    PORT("PORT", "listen.port", "8080", "the public port, TLS unless SEAWALL_TLS=off"),
    BIND("SEAWALL_BIND", "listen.bind", "0.0.0.0", "the address to listen on"),

    TLS("SEAWALL_TLS", "tls.mode", "self-signed", "where the certificate comes from: self-signed, files, or off"),
    TLS_CERT("SEAWALL_TLS_CERT", "tls.certificate", null, "PEM chain, server certificate first (files)"),
    TLS_KEY("SEAWALL_TLS_KEY", "tls.key", null, "PEM private key: PKCS#1, PKCS#8 or EC (files)"),

    HOSTS("SEAWALL_HOSTS", "hosts", null,
            "public names, comma-separated; IP addresses, localhost, the certificate's names, and the hosts of the allowed origins are always among them"),
    COOLIFY_FQDN("COOLIFY_FQDN", null, null, "public names as Coolify sets them; added to SEAWALL_HOSTS"),
    ALLOWED_ORIGINS("SEAWALL_ALLOWED_ORIGINS", "allowedOrigins", null,
            "exact origins that may open WebSockets and change state, comma-separated; default: the origin that was asked"),
    OPENCLAW_ALLOWED_ORIGINS("OPENCLAW_ALLOWED_ORIGINS", null, null, "the same, as the OpenClaw image names it"),

    AUTH_USERNAME("AUTH_USERNAME", "basic.username", "admin", "user name of the basic layer"),
    AUTH_PASSWORD("AUTH_PASSWORD", "its password, at least 12 characters; this or AUTH_PASSWORD_HASH is required"),
    AUTH_PASSWORD_HASH("AUTH_PASSWORD_HASH", "its bcrypt or argon2id hash, as `seawall hash-password` prints it"),

    GATEWAY_TOKEN("OPENCLAW_GATEWAY_TOKEN", "the gateway token, at least 128 bits; required"),

    HOOKS_ENABLED("HOOKS_ENABLED", "hooks.enabled", "false", "whether webhooks are let in"),
    HOOKS_PATH("HOOKS_PATH", "hooks.path", "/hooks", "the path they arrive under"),
    HOOKS_TOKEN("HOOKS_TOKEN", "the hooks token, at least 128 bits; required when webhooks are on"),

    UPSTREAM("SEAWALL_UPSTREAM", "upstream.address", "127.0.0.1:18789", "the gateway; only 127.0.0.1 is accepted"),
    GATEWAY_PORT("OPENCLAW_GATEWAY_PORT", null, null, "its port, where SEAWALL_UPSTREAM does not say"),
    GATEWAY_BIND("OPENCLAW_GATEWAY_BIND", null, "loopback", "anything but loopback is refused"),
    ON_EXPOSURE("SEAWALL_ON_EXPOSURE", "upstream.onExposure", "refuse",
            "when the gateway is found listening beyond loopback while running: refuse (503 until it is fixed) or warn"),

    TRUSTED_PROXIES("SEAWALL_TRUSTED_PROXIES", "clients.trustedProxies", null,
            "addresses or CIDRs of the tunnel or proxy in front, comma-separated"),
    CLIENT_IP_HEADER("SEAWALL_CLIENT_IP_HEADER", "clients.header", null,
            "the one header believed from them: CF-Connecting-IP, or X-Forwarded-For (right-most address that is not a trusted proxy)"),

    ADMIN("SEAWALL_ADMIN", "admin.address", "127.0.0.1:9464", "metrics and readiness, plain HTTP, read-only; or off"),
    ADMIN_TOKEN("SEAWALL_ADMIN_TOKEN", "bearer token for it, at least 128 bits; required off loopback"),

    READ_TIMEOUT("SEAWALL_READ_TIMEOUT", "timeouts.read", "86400",
            "seconds that a WebSocket or an answer may be silent"),
    DRAIN_TIMEOUT("SEAWALL_DRAIN_TIMEOUT", "timeouts.drain", "30", "seconds that running work gets at shutdown"),

    MAX_CONNECTIONS("SEAWALL_MAX_CONNECTIONS", "limits.connections", "9000", "client connections in all"),
    MAX_CONNECTIONS_PER_CLIENT("SEAWALL_MAX_CONNECTIONS_PER_CLIENT", "limits.connectionsPerClient", "512",
            "connections of one client network (IPv4 address, IPv6 /64); trusted proxies are not counted"),

    STATE_DIR("SEAWALL_STATE_DIR", "stateDir", "./data", "the local CA, certificates and session key; mode 0700"),
    PUBLIC_PATHS("SEAWALL_PUBLIC_PATHS", "publicPaths", null,
            "paths let through without a layer because the gateway checks a credential of their own; `/x`, `/x/*`, `ws:/x`"),
    STRIP_HEADERS("SEAWALL_STRIP_HEADERS", "stripHeaders", null,
            "further request headers that never reach the gateway"),

    LOG("SEAWALL_LOG", "log.format", "auto", "json, text, or auto (text on a terminal)"),
    ALLOW_ROOT("SEAWALL_ALLOW_ROOT", "allowRoot", "false", "whether to run as uid 0");

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

    @Override
    public String toString() {
        return variable;
    }
}
