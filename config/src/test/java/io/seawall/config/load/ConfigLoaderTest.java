package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Authentication.Basic.Credential;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigLoaderTest {
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
}
