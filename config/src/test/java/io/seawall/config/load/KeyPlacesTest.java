package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every key ends up in the configuration, from its default and from the environment.
class KeyPlacesTest {
    /// Every default once more in plain text: changing one is a decision, not a slip. The two secrets are required.
    private static String expectedDefault(Key key) {
        return switch (key) {
            case PORT -> "8080";
            case BIND -> "0.0.0.0";
            case TLS -> "self-signed";
            case AUTH_USERNAME -> "admin";
            case AUTH_PASSWORD -> Given.PASSWORD;
            case GATEWAY_TOKEN -> Given.GATEWAY_TOKEN;
            case HOOKS_ENABLED, ALLOW_ROOT, ACME_STAGING -> "false";
            case ACME_DIRECTORY -> "https://acme-v02.api.letsencrypt.org/directory";
            case ACME_CHALLENGE -> "auto";
            case HOOKS_PATH -> "/hooks";
            case UPSTREAM -> "127.0.0.1:18789";
            case GATEWAY_PORT -> "18789";
            case GATEWAY_BIND -> "loopback";
            case ON_EXPOSURE -> "refuse";
            case ADMIN -> "127.0.0.1:9464";
            case READ_TIMEOUT -> "86400";
            case DRAIN_TIMEOUT -> "30";
            case MAX_CONNECTIONS -> "9000";
            case MAX_CONNECTIONS_PER_CLIENT -> "512";
            case HANDSHAKE_TIMEOUT -> "10";
            case HEADER_TIMEOUT -> "10";
            case IDLE_TIMEOUT -> "120";
            case STALL_TIMEOUT -> "60";
            case CONNECT_TIMEOUT -> "2";
            case UPSTREAM_IDLE_TIMEOUT -> "3";
            case CONNECTION_RESERVE -> "10";
            case MEMORY_WATERMARK -> "75";
            case MIN_RATE -> "500";
            case MAX_REQUEST_LINE -> "8KiB";
            case MAX_HEADER_BYTES -> "32KiB";
            case MAX_HEADERS -> "100";
            case HTTP2 -> "true";
            case HTTP2_STREAMS -> "100";
            case MAX_BODY_UI -> "25MiB";
            case MAX_BODY_API -> "20MiB";
            case MAX_BODY_TOOLS -> "2MiB";
            case MAX_BODY_HOOKS -> "256KiB";
            case MAX_BODY_PUBLIC -> "1MiB";
            case LOCKOUT_GUESSES -> "10";
            case LOCKOUT_WINDOW -> "60";
            case LOCKOUT_TIME -> "300";
            case LOCKOUT_MAX_TIME -> "3600";
            case LOCKOUT_BUDGET -> "300";
            case SESSION_IDLE -> "43200";
            case SESSION_MAX -> "604800";
            case STATE_DIR -> "./data";
            case LOG -> "auto";
            case LOG_LEVEL -> "info";
            case HSTS -> "auto";
            case PORTALS_PORT -> "18890";
            case CONFIG, TLS_CERT, TLS_KEY, HOSTS, COOLIFY_FQDN, ALLOWED_ORIGINS, OPENCLAW_ALLOWED_ORIGINS,
                    AUTH_PASSWORD_HASH, HOOKS_TOKEN, TRUSTED_PROXIES, CLIENT_IP_HEADER, ADMIN_TOKEN, PUBLIC_PATHS,
                    API_PATHS,
                    STRIP_HEADERS, HTTP_PORT, ACME_EMAIL, ACME_CA, ACME_EAB_KEY_ID, ACME_EAB_HMAC_KEY, CLIENT_CA,
                    ACCESS_ISSUER, ACCESS_AUDIENCE, ACCESS_KEYS, AUTH_PASSWORD_PREVIOUS, AUTH_PASSWORD_HASH_PREVIOUS,
                    GATEWAY_TOKEN_PREVIOUS, HOOKS_TOKEN_PREVIOUS, ADMIN_TOKEN_PREVIOUS, ACCEPT_RISK, GATEWAY_UID,
                    SANDBOX, SANDBOX_PORT, PORTALS ->
                "";
        };
    }

    @ParameterizedTest
    @EnumSource
    void startsFromTheDefaultOf(Key key) throws ConfigException {
        String expected = expectedDefault(key);
        assertEquals(expected, Places.text(Given.config(), key, expected));
        // the port's default is the upstream's, whose text has both
        if (!key.secret() && key != Key.GATEWAY_PORT) {
            assertEquals(expected, key.fallback().orElse(""));
        }
    }

    /// No value here is a default.
    private static final Map<Key, String> CHANGED = Map.ofEntries(Map.entry(Key.PORT, "8443"),
            Map.entry(Key.BIND, "192.0.2.7"), Map.entry(Key.TLS, "files"),
            Map.entry(Key.TLS_CERT, "/tls/ec.pem,/tls/rsa.pem"), Map.entry(Key.TLS_KEY, "/tls/ec.key,/tls/rsa.key"),
            Map.entry(Key.HTTP_PORT, "8081"), Map.entry(Key.SANDBOX_PORT, "18792"), Map.entry(Key.HSTS, "86400"),
            Map.entry(Key.ACME_DIRECTORY, "https://ca.example.com/acme/directory"),
            Map.entry(Key.ACME_EMAIL, "otter@example.com"), Map.entry(Key.ACME_CHALLENGE, "http-01"),
            Map.entry(Key.ACME_CA, "/tls/root.pem"), Map.entry(Key.ACME_EAB_KEY_ID, "kid-1"),
            Map.entry(Key.ACME_EAB_HMAC_KEY, Given.EAB_KEY),
            Map.entry(Key.HOSTS, "claw.example.com"), Map.entry(Key.COOLIFY_FQDN, "coolify.example.com"),
            Map.entry(Key.ALLOWED_ORIGINS, "https://ui.example.com"),
            Map.entry(Key.OPENCLAW_ALLOWED_ORIGINS, "https://claw.example.com:8443"),
            Map.entry(Key.AUTH_USERNAME, "otter"), Map.entry(Key.AUTH_PASSWORD, "nine loud walruses"),
            Map.entry(Key.GATEWAY_TOKEN, "5e0a7c9342d81f6b90b3e6f4a1278dc5"), Map.entry(Key.HOOKS_ENABLED, "true"),
            Map.entry(Key.HOOKS_PATH, "/in/hooks"), Map.entry(Key.HOOKS_TOKEN, Given.HOOKS_TOKEN),
            Map.entry(Key.UPSTREAM, "127.0.0.1:18790"), Map.entry(Key.GATEWAY_PORT, "18790"),
            Map.entry(Key.GATEWAY_BIND, "loopback"), Map.entry(Key.GATEWAY_UID, "4294967294"),
            Map.entry(Key.SANDBOX, "apps.example.net"),
            Map.entry(Key.PORTALS, "preview.example.net"), Map.entry(Key.PORTALS_PORT, "18891"),
            Map.entry(Key.ON_EXPOSURE, "warn"),
            Map.entry(Key.TRUSTED_PROXIES, "10.0.0.0/8,192.0.2.1/32"),
            Map.entry(Key.CLIENT_IP_HEADER, "x-forwarded-for"), Map.entry(Key.ADMIN, "192.0.2.7:9465"),
            Map.entry(Key.ADMIN_TOKEN, Given.ADMIN_TOKEN), Map.entry(Key.READ_TIMEOUT, "3600"),
            Map.entry(Key.DRAIN_TIMEOUT, "5"), Map.entry(Key.MAX_CONNECTIONS, "100"),
            Map.entry(Key.MAX_CONNECTIONS_PER_CLIENT, "10"), Map.entry(Key.STATE_DIR, "./elsewhere"),
            Map.entry(Key.PUBLIC_PATHS, "/slack/events,/j/*,ws:/__openclaw__/worker"),
            Map.entry(Key.API_PATHS, "/api/v1/admin/rpc,/plugin/*"), Map.entry(Key.STRIP_HEADERS, "x-user,x-role"),
            Map.entry(Key.LOG, "json"),
            Map.entry(Key.LOG_LEVEL, "error"), Map.entry(Key.ACCEPT_RISK, "binding.reach,openclaw.auth"),
            Map.entry(Key.AUTH_PASSWORD_PREVIOUS, "five old narwhals"),
            Map.entry(Key.GATEWAY_TOKEN_PREVIOUS, "0b6d1e87f4c2935a80d7c4f9126be53a"),
            Map.entry(Key.HOOKS_TOKEN_PREVIOUS, "q7Yt2bK9xD4mV1sN8cR5fG"),
            Map.entry(Key.ADMIN_TOKEN_PREVIOUS, "z3Hn6wL0pJ7uA4eT1iQ8oB"),
            Map.entry(Key.CLIENT_CA, "/tls/origin-pull.pem"),
            Map.entry(Key.ACCESS_ISSUER, "https://otters.cloudflareaccess.com"),
            Map.entry(Key.ACCESS_AUDIENCE, "4714c1358e65fe4b,f7d2c3a1b0e94856"),
            Map.entry(Key.ACCESS_KEYS, "/tls/access.json"),
            Map.entry(Key.HANDSHAKE_TIMEOUT, "12"),
            Map.entry(Key.HEADER_TIMEOUT, "13"),
            Map.entry(Key.IDLE_TIMEOUT, "95"),
            Map.entry(Key.STALL_TIMEOUT, "30"),
            Map.entry(Key.CONNECT_TIMEOUT, "3"),
            Map.entry(Key.UPSTREAM_IDLE_TIMEOUT, "2"),
            Map.entry(Key.CONNECTION_RESERVE, "20"),
            Map.entry(Key.MEMORY_WATERMARK, "60"),
            Map.entry(Key.MIN_RATE, "1000"),
            Map.entry(Key.MAX_REQUEST_LINE, "4KiB"),
            Map.entry(Key.MAX_HEADER_BYTES, "16KiB"),
            Map.entry(Key.MAX_HEADERS, "50"),
            Map.entry(Key.HTTP2, "false"),
            Map.entry(Key.HTTP2_STREAMS, "50"),
            Map.entry(Key.MAX_BODY_UI, "50MiB"),
            Map.entry(Key.MAX_BODY_API, "40MiB"),
            Map.entry(Key.MAX_BODY_TOOLS, "1MiB"),
            Map.entry(Key.MAX_BODY_HOOKS, "512KiB"),
            Map.entry(Key.MAX_BODY_PUBLIC, "2MiB"),
            Map.entry(Key.LOCKOUT_GUESSES, "5"),
            Map.entry(Key.LOCKOUT_WINDOW, "120"),
            Map.entry(Key.LOCKOUT_TIME, "600"),
            Map.entry(Key.LOCKOUT_MAX_TIME, "7200"),
            Map.entry(Key.LOCKOUT_BUDGET, "200"),
            Map.entry(Key.SESSION_IDLE, "3600"),
            Map.entry(Key.SESSION_MAX, "86400"),
            Map.entry(Key.ALLOW_ROOT, "true"));

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = {"CONFIG", "AUTH_PASSWORD_HASH",
        "AUTH_PASSWORD_HASH_PREVIOUS", "ACME_STAGING"})
    void takesFromTheEnvironment(Key key) throws ConfigException {
        Map<String, String> environment = new LinkedHashMap<>();
        CHANGED.forEach((k, text) -> environment.put(k.variable(), text));
        String expected = CHANGED.getOrDefault(key, "");
        assertEquals(expected, Places.text(ConfigLoader.load(environment).config(), key, expected));
    }
}
