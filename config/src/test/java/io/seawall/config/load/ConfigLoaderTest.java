package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Config.Basic.Credential;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.config.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {

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

    @Test
    void takesAGatewayOnTheLastPortWhichHasNoSandbox() throws ConfigException {
        Config.Upstream upstream = Given.config("SEAWALL_UPSTREAM=127.0.0.1:65535").upstream();
        assertEquals(65_535, upstream.ofSandbox().address().getPort());
        assertEquals(18_790, Given.config().upstream().ofSandbox().port());
    }

    /// Which the page asks where nothing else is said.
    @Test
    void takesThePortOfTheGatewaysSandboxAtAnotherAddress() throws ConfigException {
        Config config = Given.config("SEAWALL_BIND=192.0.2.7", "SEAWALL_SANDBOX_PORT=18790");
        assertTrue(config.servesSandbox());
        assertTrue(config.ownListeners().contains(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 18_790)), config.ownListeners().toString());
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

    /// A page of one can set cookies for the other, and 32 KiB of them are more than a request may have.
    @ParameterizedTest
    @CsvSource({"claw.example.net, example.net", "a.b.example.net, example.net", "example.net, example.net",
        "claw.example.com, ''", "claw.net, ''", "203.0.113.7, ''", "localhost, ''", "[2001:db8::7], ''"})
    void warnsWherePortalsAndTheUiAreOneSite(String host, String parent) throws ConfigException {
        List<String> warnings = Given.warnings("SEAWALL_PORTALS=preview.example.net", "SEAWALL_HOSTS=" + host);
        assertEquals(parent.isEmpty() ? 0 : 1, warnings.size(), warnings::toString);
        if (!parent.isEmpty()) {
            assertTrue(warnings.getFirst().startsWith("SEAWALL_PORTALS: preview.example.net and " + host
                    + " are both in " + parent + ", "), warnings.getFirst());
        }
    }

    @Test
    void warnsOfNothingByDefault() throws ConfigException {
        assertEquals(List.of(), Given.warnings());
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

    @ParameterizedTest
    @ValueSource(strings = {Given.BCRYPT, Given.ARGON2ID})
    void takesAHashForThePassword(String hash) throws ConfigException {
        Config config = Given.config("AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + hash);
        assertEquals(hash, Places.text(config, Key.AUTH_PASSWORD_HASH, ""));
    }

    @Test
    void asksStagingWhereTold() throws ConfigException {
        assertEquals("https://acme-staging-v02.api.letsencrypt.org/directory",
                Given.config("SEAWALL_ACME_STAGING=true").acme().directory().toString());
    }

    @Test
    void certifiesDnsNamesOnly() throws ConfigException {
        Config config = Given.config("SEAWALL_TLS=acme",
                "SEAWALL_HOSTS=192.0.2.7 [2001:db8::7] localhost a.localhost Claw.example.com,www.example.com",
                "COOLIFY_FQDN=https://coolify.example.com", "SEAWALL_ALLOWED_ORIGINS=https://else.example.org");
        assertEquals(new Config.Tls.Acme(new java.util.LinkedHashSet<>(
                List.of("claw.example.com", "www.example.com", "coolify.example.com"))), config.tls());
        assertTrue(config.hosts().contains("else.example.org"), "but answers to it");
    }

    @ParameterizedTest
    @CsvSource({"auto, '', ''", "tls-alpn-01, '', ''", "http-01, '', 80", "http-01, 8081, 8081", "auto, 80, 80"})
    void opensAPlainPortWhereAChallengeNeedsOne(String challenge, String port, String expected)
            throws ConfigException {
        Config config = Given.config("SEAWALL_TLS=acme", "SEAWALL_HOSTS=claw.example.com",
                "SEAWALL_ACME_CHALLENGE=" + challenge, "SEAWALL_HTTP_PORT=" + port);
        assertEquals(expected, config.listener().httpPort().map(String::valueOf).orElse(""));
    }

    @Test
    void opensNoPlainPortWithoutAcme() throws ConfigException {
        assertTrue(Given.config("SEAWALL_ACME_CHALLENGE=http-01").listener().httpPort().isEmpty());
    }

    @Test
    void stripsBlanksAroundAValueButNotAroundASecret() throws ConfigException {
        Config config = Given.config("PORT= 8443 ", "AUTH_PASSWORD= seven calm otters ");
        assertEquals(8443, config.listener().port());
        assertTrue(config.basic().credential() instanceof Credential.Plain(Secret password)
                && password.matches(" seven calm otters ".getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 18789", "localhost, 18789", "localhost:18790, 18790", "http://127.0.0.1:18790, 18790",
        "http://localhost:18790/, 18790"})
    void readsTheUpstreamWithoutAskingAnyName(String upstream, int port) throws ConfigException {
        InetSocketAddress address = Given.config("SEAWALL_UPSTREAM=" + upstream).upstream().address();
        assertEquals("/127.0.0.1:" + port, address.toString(), "a name before the slash would come from a look-up");
    }

    @Test
    void takesTheUpstreamPortFromWhereverItIsSaid() throws ConfigException {
        assertEquals(18790, Given.config("OPENCLAW_GATEWAY_PORT=18790").upstream().port());
        assertEquals(18790,
                Given.config("OPENCLAW_GATEWAY_PORT=18790", "SEAWALL_UPSTREAM=localhost").upstream().port());
        assertEquals(18790,
                Given.config("OPENCLAW_GATEWAY_PORT=18790", "SEAWALL_UPSTREAM=127.0.0.1:18790").upstream().port());
    }

    @ParameterizedTest
    @CsvSource({"localhost, 127.0.0.1", "127.0.0.1, 127.0.0.1", "::1, 0:0:0:0:0:0:0:1", "[::], 0:0:0:0:0:0:0:0"})
    void listensOn(String bind, String address) throws ConfigException {
        assertEquals(address, Given.config("SEAWALL_BIND=" + bind).listener().bind().getHostAddress());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "127.9.9.9"})
    void allowsPlaintextOnLoopback(String bind) throws ConfigException {
        assertEquals(new Config.Tls.Off(), Given.config("SEAWALL_TLS=off", "SEAWALL_BIND=" + bind).tls());
    }

    @Test
    void allowsPlaintextBehindATrustedProxy() throws ConfigException {
        assertEquals(new Config.Tls.Off(), Given.config("SEAWALL_TLS=off", "SEAWALL_TRUSTED_PROXIES=10.0.0.2",
                "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For").tls());
    }

    @Test
    void gathersHostsFromAllTheirPlaces() throws ConfigException {
        Config config = Given.config("SEAWALL_HOSTS=Claw.Example.COM., bücher.example my_app\n192.0.2.7 [2001:db8::7]",
                "COOLIFY_FQDN=https://a.example.com.:3000/x,https://my_claw.lan:3000,https://[2001:db8::8]:3000/,HTTP://b.example.com,c.example.com",
                "SEAWALL_ALLOWED_ORIGINS=https://d.example.com:8443",
                "OPENCLAW_ALLOWED_ORIGINS=https://e.example.com https://claw.example.com");
        assertEquals(
                List.of("claw.example.com", "xn--bcher-kva.example", "my_app", "192.0.2.7", "[2001:db8::7]",
                        "a.example.com", "my_claw.lan", "[2001:db8::8]", "b.example.com", "c.example.com",
                        "d.example.com", "e.example.com"),
                List.copyOf(config.hosts()));
        assertEquals("[https://a.example.com:3000, https://my_claw.lan:3000, https://[2001:db8::8]:3000, "
                + "http://b.example.com]", config.ownOrigins().toString());
    }

    @Test
    void readsAnIpv4MappedHostAsIpv4() throws ConfigException {
        assertEquals(List.of("192.0.2.7"), List.copyOf(Given.config("SEAWALL_HOSTS=::ffff:192.0.2.7").hosts()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a..b", ".a", "a..", "-a.example", "a-.example", "a.-b", "1.2.3",
        "a/b", "a%b", "a*b", "0123456789012345678901234567890123456789012345678901234567890123.example"})
    void takesNoNameThatIsNoHost(String name) {
        List<String> refused = Given.problems("SEAWALL_HOSTS=" + name);

        assertEquals(1, refused.size(), refused.toString());
        assertTrue(refused.getFirst().startsWith("SEAWALL_HOSTS: " + name + " "), refused.toString());
    }

    @Test
    void joinsBothListsOfOrigins() throws ConfigException {
        Config config = Given.config("SEAWALL_ALLOWED_ORIGINS=https://a.example,http://b.example:81",
                "OPENCLAW_ALLOWED_ORIGINS=https://a.example:443 https://c.example");
        assertEquals("[https://a.example, http://b.example:81, https://c.example]", config.allowedOrigins().toString());
    }

    @ParameterizedTest
    @CsvSource({"true, true", "1, true", "yes, true", "on, true", "TRUE, true", "false, false", "0, false", "no, false",
        "off, false", "'', false"})
    void readsFlags(String text, boolean expected) throws ConfigException {
        assertEquals(expected, Given.config("SEAWALL_ALLOW_ROOT=" + text).allowRoot());
        Config config = Given.config("HOOKS_ENABLED=" + text, "HOOKS_TOKEN=" + Given.HOOKS_TOKEN);
        assertEquals(expected, config.hooks().token().isPresent(), "a token alone does not open the webhooks");
    }

    @ParameterizedTest
    @CsvSource({"2048, 2048", "2k, 2048", "2K, 2048", "2KiB, 2048", "3m, 3145728", "3MiB, 3145728"})
    void readsSizesAsNginxWritesThem(String text, long bytes) throws ConfigException {
        assertEquals(bytes, Given.config("SEAWALL_MAX_BODY_HOOKS=" + text).bodies().hooks());
    }

    @Test
    void hasNoAdminWhenItIsOff() throws ConfigException {
        assertTrue(Given.config("SEAWALL_ADMIN=off", "SEAWALL_ADMIN_TOKEN=" + Given.ADMIN_TOKEN).admin().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9464", "[::1]:9464", "127.0.0.2:9464"})
    void needsNoAdminTokenOnLoopback(String address) throws ConfigException {
        assertTrue(Given.config("SEAWALL_ADMIN=" + address).admin().orElseThrow().token().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8<Zq!vR2m#pL>", "a$5{kQ9}zT!w", "äöü äöü 🦦🦈🐙🐚🦀", "abcdeabcdeab"})
    void takesAnyOtherPassword(String password) throws ConfigException {
        assertEquals(password,
                Places.text(Given.config("AUTH_PASSWORD=" + password), Key.AUTH_PASSWORD, password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"f0e8b21d7c6a94358d1f4b7e02c95a63", "839102756491837205647382910564738291056",
        "mzxw6ytboi4dqnjzgu-3tqmr7a", "k2v9QzR4mT7xW1bN6cY3hJ", "0190a3c4-7d1e-4b8f-9c55-d2f6a8e01b34",
        "aB3dE6-kaB3dE6-kaB3dE6-k"})
    void takesATokenOf128Bits(String token) throws ConfigException {
        assertEquals(token,
                Places.text(Given.config("OPENCLAW_GATEWAY_TOKEN=" + token), Key.GATEWAY_TOKEN, token));
    }

    @Test
    void writesStripHeadersInOneWay() throws ConfigException {
        assertEquals(Set.of("x-user", "x-role"),
                Given.config("SEAWALL_STRIP_HEADERS=X_User, x-user X-Role").stripHeaders());
    }

    @Test
    void resolvesTheStateFolderOnce() throws ConfigException {
        assertEquals(Path.of("/var/lib/seawall"), Given.config("SEAWALL_STATE_DIR=/var/lib/x/../seawall").stateDir());
    }

    @Test
    void trustsOnlyTheNamedProxies() throws ConfigException {
        Config.Clients clients = Given.config("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8 fd00::/8",
                "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP").clients();
        assertEquals("cf-connecting-ip", clients.header().orElseThrow());
        assertTrue(clients.trusts(InetAddress.ofLiteral("10.1.2.3")));
        assertTrue(clients.trusts(InetAddress.ofLiteral("fd00::7")));
        assertFalse(clients.trusts(InetAddress.ofLiteral("11.0.0.1")));
        assertFalse(Given.config().clients().trusts(InetAddress.ofLiteral("127.0.0.1")));
    }

    @Test
    void cannotBeChangedAfterwards() throws ConfigException {
        Config config = Given.config("SEAWALL_HOSTS=a.example", "SEAWALL_ALLOWED_ORIGINS=https://b.example",
                "SEAWALL_PUBLIC_PATHS=/x", "SEAWALL_STRIP_HEADERS=x-user", "SEAWALL_TRUSTED_PROXIES=10.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP");
        for (Collection<?> part : List.of(config.hosts(), config.allowedOrigins(), config.publicPaths(),
                config.stripHeaders(), config.clients().trustedProxies())) {
            assertThrows(UnsupportedOperationException.class, part::clear);
        }
    }

    private static final String[] EVERYTHING_WRONG = {"SEAWALL_CONFIG=/nowhere/seawall.json",
        "SEAWALL_ADMIN_TOKEN_FILE=/nowhere/token", "SEAWALL_BIND=here", "PORT=0", "SEAWALL_TLS=acme!",
        "SEAWALL_ALLOWED_ORIGINS=*", "OPENCLAW_ALLOWED_ORIGINS=null", "SEAWALL_HOSTS=-a", "COOLIFY_FQDN=-c",
        "AUTH_USERNAME=a:b", "AUTH_PASSWORD=short", "OPENCLAW_GATEWAY_TOKEN=", "HOOKS_ENABLED=on", "HOOKS_PATH=/",
        "HOOKS_TOKEN=weak", "OPENCLAW_GATEWAY_BIND=lan", "SEAWALL_ON_EXPOSURE=ignore", "OPENCLAW_GATEWAY_PORT=x",
        "SEAWALL_UPSTREAM=0.0.0.0:18789", "SEAWALL_TRUSTED_PROXIES=all", "SEAWALL_CLIENT_IP_HEADER=x-real-ip",
        "SEAWALL_ADMIN=on", "SEAWALL_READ_TIMEOUT=0", "SEAWALL_DRAIN_TIMEOUT=-1", "SEAWALL_MAX_CONNECTIONS=1",
        "SEAWALL_MAX_CONNECTIONS_PER_CLIENT=0", "SEAWALL_PUBLIC_PATHS=/", "SEAWALL_STRIP_HEADERS=host",
        "SEAWALL_LOG=xml", "SEAWALL_ALLOW_ROOT=2"};

    @Test
    void reportsEveryProblemAtOnceAndInOneOrder() {
        List<String> keys = Given.refusal(EVERYTHING_WRONG).problems().stream().map(Problem::key).toList();
        assertEquals(List.of("SEAWALL_CONFIG", "SEAWALL_ADMIN_TOKEN_FILE", "SEAWALL_BIND", "PORT", "SEAWALL_TLS",
                "SEAWALL_ALLOWED_ORIGINS", "OPENCLAW_ALLOWED_ORIGINS", "SEAWALL_HOSTS", "COOLIFY_FQDN", "AUTH_USERNAME",
                "AUTH_PASSWORD", "OPENCLAW_GATEWAY_TOKEN", "HOOKS_PATH", "HOOKS_TOKEN", "OPENCLAW_GATEWAY_BIND",
                "SEAWALL_ON_EXPOSURE", "OPENCLAW_GATEWAY_PORT", "SEAWALL_UPSTREAM", "SEAWALL_TRUSTED_PROXIES",
                "SEAWALL_CLIENT_IP_HEADER", "SEAWALL_ADMIN", "SEAWALL_READ_TIMEOUT", "SEAWALL_DRAIN_TIMEOUT",
                "SEAWALL_MAX_CONNECTIONS", "SEAWALL_MAX_CONNECTIONS_PER_CLIENT", "SEAWALL_PUBLIC_PATHS",
                "SEAWALL_STRIP_HEADERS", "SEAWALL_LOG", "SEAWALL_ALLOW_ROOT"), keys);
    }

    @Test
    void reportsWhatKeysDoToEachOtherAfterWhatTheyAre() {
        List<String> problems = Given.refusal("SEAWALL_ALLOW_ROOT=2", "HOOKS_TOKEN=" + Given.GATEWAY_TOKEN,
                "SEAWALL_TLS=off", "PORT=18789", "SEAWALL_ADMIN=127.0.0.1:18789").problems().stream()
                .map(p -> p.key() + ": " + p.found()).toList();
        assertEquals(List.of("SEAWALL_ALLOW_ROOT: 2", "HOOKS_TOKEN: the same secret as OPENCLAW_GATEWAY_TOKEN",
                "SEAWALL_TLS: off on 0.0.0.0", "PORT: 18789", "SEAWALL_ADMIN: 18789"), problems);
    }

    @Test
    void reportsInTheSameOrderHoweverTheEnvironmentIsSorted() {
        List<Map.Entry<String, String>> entries = new ArrayList<>(Given.environment(EVERYTHING_WRONG).entrySet());
        Map<String, String> reversed = new LinkedHashMap<>();
        entries.reversed().forEach(entry -> reversed.put(entry.getKey(), entry.getValue()));
        assertEquals(Given.refusal(EVERYTHING_WRONG).problems(),
                assertThrows(ConfigException.class, () -> ConfigLoader.load(reversed)).problems());
    }

    @Test
    void putsOneProblemOnALine() {
        assertEquals("""
                PORT: 0 (expected: a whole number, 1 to 65535). Fix: PORT=8080
                SEAWALL_LOG: xml (expected: auto, json, text). Fix: SEAWALL_LOG=auto""",
                Given.refusal("PORT=0", "SEAWALL_LOG=xml").getMessage());
    }

    @Test
    void refusesAnEmptyEnvironmentForTheTwoRequiredSecretsOnly() {
        List<String> keys = assertThrows(ConfigException.class, () -> ConfigLoader.load(Map.of())).problems().stream()
                .map(Problem::key).toList();
        assertEquals(List.of("AUTH_PASSWORD", "OPENCLAW_GATEWAY_TOKEN"), keys);
    }

    @ParameterizedTest
    @CsvSource({"PORT=0, LOG=x, CONFIGURATION", "SEAWALL_UPSTREAM=0.0.0.0:18789, SEAWALL_LOG=, UPSTREAM",
        "OPENCLAW_GATEWAY_BIND=lan, LOG=x, UPSTREAM",
        "OPENCLAW_GATEWAY_BIND=lan, SEAWALL_UPSTREAM=gateway:18789, UPSTREAM UPSTREAM",
        "OPENCLAW_GATEWAY_BIND=lan, PORT=0, CONFIGURATION UPSTREAM",
        "OPENCLAW_GATEWAY_PORT=8080, LOG=x, CONFIGURATION"})
    void tellsAProblemOfTheUpstreamFromOthers(String first, String second, String kinds) {
        assertEquals(kinds, String.join(" ", Given.refusal(first, second).problems().stream()
                .map(problem -> problem.kind().name()).sorted().toList()));
    }

    @Test
    void warnsOfEachUnknownNameInAlphabeticalOrder() throws ConfigException {
        assertEquals(
                List.of("SEAWALL_HOST: unknown key, ignored; did you mean SEAWALL_HOSTS? (see the key table in config/README.md)",
                        "SEAWALL_TLS_CERT_FILE: unknown key, ignored; did you mean SEAWALL_TLS_CERT? (see the key table in config/README.md)"),
                Given.warnings("SEAWALL_TLS_CERT_FILE=/x", "SEAWALL_HOST=claw.example.com", "OTHER_NAME=x",
                        "SEAWALLS=x"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"SEAWALL_PORT=8443, ; did you mean PORT?",
        "SEAWALL_ADMIN_PORT=9465, ; did you mean SEAWALL_ADMIN?", "SEAWALL_PORT_PUBLIC=8443, ``",
        "SEAWALL_SERVICE=x, ``", "SEAWALL_PORTS=1, ``"})
    void warnsOfNamesThatOnlyResembleAServicesVariables(String line, String question) throws ConfigException {
        String name = line.substring(0, line.indexOf('='));
        assertEquals(List.of(name + ": unknown key, ignored" + question + " (see the key table in config/README.md)"),
                Given.warnings(line));
    }

    /// Names without SEAWALL_ may belong to other programs: only unambiguous ones are reported.
    @Test
    void warnsOfATypingErrorInAKeyThatHasNoPrefix() throws ConfigException {
        assertEquals(
                List.of("AUTH_PASWORD: not read; did you mean AUTH_PASSWORD? (see the key table in config/README.md)",
                        "HOOK_TOKEN_FILE: not read; did you mean HOOKS_TOKEN_FILE? (see the key table in config/README.md)"),
                Given.warnings("AUTH_PASWORD=x", "HOOK_TOKEN_FILE=/x", "HOOKS_PATHS=", "PATH=/bin", "SORT=1", "PORTS=2",
                        "OPENCLAW_GATEWAY_HOST=x", "AUTH_SECRET=x"));
    }

    @Test
    void isSilentAboutTheVariablesThatKubernetesInjectsForAService() throws ConfigException {
        assertEquals(List.of(), Given.warnings("SEAWALL_SERVICE_HOST=10.96.0.7", "SEAWALL_SERVICE_PORT=443",
                "SEAWALL_SERVICE_PORT_HTTPS=443", "SEAWALL_PORT=tcp://10.96.0.7:443",
                "SEAWALL_PORT_443_TCP=tcp://10.96.0.7:443", "SEAWALL_PORT_443_TCP_PROTO=tcp",
                "SEAWALL_PORT_443_TCP_PORT=443", "SEAWALL_PORT_443_TCP_ADDR=10.96.0.7",
                "SEAWALL_METRICS_SERVICE_HOST=10.96.0.8", "SEAWALL_METRICS_PORT=tcp://10.96.0.8:9464",
                "SEAWALL_METRICS_PORT_9464_TCP_ADDR=10.96.0.8"));
    }
}
