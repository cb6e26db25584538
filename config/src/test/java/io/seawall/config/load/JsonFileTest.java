package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonFileTest {
    private static final String WRONG_TYPE = " (expected: a string, number, boolean or list of strings). Fix: give it such a value or remove the key";

    @TempDir
    private Path folder = Path.of("");

    private Path write(String json) throws IOException {
        return Files.writeString(folder.resolve("seawall.json"), json);
    }

    private Config config(String json, String... lines) throws Exception {
        Map<String, String> environment = Given.environment(lines);
        environment.put("SEAWALL_CONFIG", write(json).toString());
        return ConfigLoader.load(environment).config();
    }

    private List<String> problems(String json) throws IOException {
        return Given.problems("SEAWALL_CONFIG=" + write(json));
    }

    private String at(int line, int column, String rest) {
        return "SEAWALL_CONFIG: " + folder.resolve("seawall.json") + " line " + line + ", column " + column + rest;
    }

    @Test
    void reachesEveryKey() throws Exception {
        Config config = config(
                """
                        {
                          "listen": {"port": 8443, "bind": "192.0.2.7", "httpPort": 8081, "sandboxPort": 18792},
                          "tls": {"mode": "files", "certificate": ["/tls/ec.pem", "/tls/rsa.pem"],
                                  "key": ["/tls/ec.key", "/tls/rsa.key"], "hsts": "off", "clientCa": "/tls/origin-pull.pem",
                                  "acme": {"directory": "", "staging": true, "email": "otter@example.com",
                                           "challenge": "http-01", "ca": "/tls/root.pem", "eabKeyId": "kid-1"}},
                          "hosts": ["claw.example.com"],
                          "allowedOrigins": ["https://ui.example.com"],
                          "basic": {"username": "otter"},
                          "hooks": {"enabled": true, "path": "/in/hooks"},
                          "upstream": {"address": "127.0.0.1:18790", "uid": 1000, "sandbox": "apps.example.com", "portals": "preview.example.com", "portalsPort": 18891, "onExposure": "warn"},
                          "clients": {"trustedProxies": ["10.0.0.0/8", "192.0.2.1"], "header": "X-Forwarded-For"},
                          "access": {"issuer": "https://otters.cloudflareaccess.com",
                                     "audience": ["4714c1358e65fe4b", "f7d2c3a1b0e94856"],
                                     "keys": "https://keys.example/certs"},
                          "admin": {"address": "127.0.0.1:9465"},
                          "timeouts": {"read": 3600, "drain": 5, "handshake": 12, "header": 13, "idle": 95, "stall": 30,
                                       "connect": 3, "upstreamIdle": 2},
                          "limits": {"connections": 100, "connectionsPerClient": 10, "reserve": 20, "memoryWatermark": 60,
                                     "minRate": 1000, "requestLine": "4KiB", "headerBytes": 16384, "headers": 50,
                                     "body": {"ui": "50MiB", "api": "40m", "tools": "1MiB", "hooks": "512KiB",
                                              "public": "2MiB"}},
                          "http2": {"enabled": false, "streams": 50},
                          "lockout": {"guesses": 5, "window": 120, "time": 600, "maxTime": 7200, "budget": 200},
                          "session": {"idle": 3600, "max": 86400},
                          "stateDir": "./elsewhere",
                          "apiPaths": ["/api/v1/admin/rpc"], "publicPaths": ["/slack/events", "/j/*"],
                          "stripHeaders": ["X-User"],
                          "log": {"format": "json", "level": "error"},
                          "allowRoot": true,
                          "acceptRisk": ["openclaw.auth"]
                        }
                        """,
                "HOOKS_TOKEN=" + Given.HOOKS_TOKEN, "SEAWALL_ACME_EAB_HMAC_KEY=" + Given.EAB_KEY);
        Map<Key, String> expected = new EnumMap<>(Map.ofEntries(Map.entry(Key.PORT, "8443"),
                Map.entry(Key.BIND, "192.0.2.7"), Map.entry(Key.TLS, "files"),
                Map.entry(Key.TLS_CERT, "/tls/ec.pem,/tls/rsa.pem"), Map.entry(Key.TLS_KEY, "/tls/ec.key,/tls/rsa.key"),
                Map.entry(Key.HTTP_PORT, "8081"), Map.entry(Key.SANDBOX_PORT, "18792"), Map.entry(Key.HSTS, "off"),
                Map.entry(Key.ACME_STAGING, "true"),
                Map.entry(Key.ACME_DIRECTORY, "https://acme-staging-v02.api.letsencrypt.org/directory"),
                Map.entry(Key.ACME_EMAIL, "otter@example.com"), Map.entry(Key.ACME_CHALLENGE, "http-01"),
                Map.entry(Key.ACME_CA, "/tls/root.pem"), Map.entry(Key.ACME_EAB_KEY_ID, "kid-1"),
                Map.entry(Key.HOSTS, "claw.example.com"), Map.entry(Key.ALLOWED_ORIGINS, "https://ui.example.com"),
                Map.entry(Key.AUTH_USERNAME, "otter"), Map.entry(Key.HOOKS_ENABLED, "true"),
                Map.entry(Key.HOOKS_PATH, "/in/hooks"), Map.entry(Key.UPSTREAM, "127.0.0.1:18790"),
                Map.entry(Key.GATEWAY_UID, "1000"), Map.entry(Key.SANDBOX, "apps.example.com"),
                Map.entry(Key.PORTALS, "preview.example.com"), Map.entry(Key.PORTALS_PORT, "18891"),
                Map.entry(Key.ON_EXPOSURE, "warn"),
                Map.entry(Key.TRUSTED_PROXIES, "10.0.0.0/8,192.0.2.1/32"),
                Map.entry(Key.CLIENT_IP_HEADER, "x-forwarded-for"),
                Map.entry(Key.CLIENT_CA, "/tls/origin-pull.pem"),
                Map.entry(Key.ACCESS_ISSUER, "https://otters.cloudflareaccess.com"),
                Map.entry(Key.ACCESS_AUDIENCE, "4714c1358e65fe4b,f7d2c3a1b0e94856"),
                Map.entry(Key.ACCESS_KEYS, "https://keys.example/certs"),
                Map.entry(Key.ADMIN, "127.0.0.1:9465"),
                Map.entry(Key.READ_TIMEOUT, "3600"), Map.entry(Key.DRAIN_TIMEOUT, "5"),
                Map.entry(Key.MAX_CONNECTIONS, "100"), Map.entry(Key.MAX_CONNECTIONS_PER_CLIENT, "10"),
                Map.entry(Key.HANDSHAKE_TIMEOUT, "12"), Map.entry(Key.HEADER_TIMEOUT, "13"),
                Map.entry(Key.IDLE_TIMEOUT, "95"), Map.entry(Key.STALL_TIMEOUT, "30"),
                Map.entry(Key.CONNECT_TIMEOUT, "3"), Map.entry(Key.UPSTREAM_IDLE_TIMEOUT, "2"),
                Map.entry(Key.CONNECTION_RESERVE, "20"), Map.entry(Key.MEMORY_WATERMARK, "60"),
                Map.entry(Key.MIN_RATE, "1000"), Map.entry(Key.MAX_REQUEST_LINE, "4KiB"),
                Map.entry(Key.MAX_HEADER_BYTES, "16KiB"), Map.entry(Key.HTTP2, "false"),
                Map.entry(Key.HTTP2_STREAMS, "50"),
                Map.entry(Key.MAX_HEADERS, "50"),
                Map.entry(Key.MAX_BODY_UI, "50MiB"), Map.entry(Key.MAX_BODY_API, "40MiB"),
                Map.entry(Key.MAX_BODY_TOOLS, "1MiB"), Map.entry(Key.MAX_BODY_HOOKS, "512KiB"),
                Map.entry(Key.MAX_BODY_PUBLIC, "2MiB"), Map.entry(Key.LOCKOUT_GUESSES, "5"),
                Map.entry(Key.LOCKOUT_WINDOW, "120"), Map.entry(Key.LOCKOUT_TIME, "600"),
                Map.entry(Key.LOCKOUT_MAX_TIME, "7200"), Map.entry(Key.LOCKOUT_BUDGET, "200"),
                Map.entry(Key.SESSION_IDLE, "3600"), Map.entry(Key.SESSION_MAX, "86400"),
                Map.entry(Key.STATE_DIR, "./elsewhere"), Map.entry(Key.API_PATHS, "/api/v1/admin/rpc"),
                Map.entry(Key.PUBLIC_PATHS, "/slack/events,/j/*"),
                Map.entry(Key.STRIP_HEADERS, "x-user"), Map.entry(Key.LOG, "json"), Map.entry(Key.LOG_LEVEL, "error"),
                Map.entry(Key.ALLOW_ROOT, "true"), Map.entry(Key.ACCEPT_RISK, "openclaw.auth")));
        Map<Key, String> actual = new EnumMap<>(Key.class);
        for (Key key : Key.values()) {
            key.path().ifPresent(path -> actual.put(key, Places.text(config, key, "")));
        }
        assertEquals(expected, actual);
    }

    @Test
    void yieldsToTheEnvironment() throws Exception {
        Config config = config("{\"listen\": {\"port\": 8443, \"bind\": \"127.0.0.1\"}}", "PORT=8444", "SEAWALL_BIND=");
        assertEquals(8444, config.listener().port());
        assertEquals("127.0.0.1", config.listener().bind().getHostAddress(), "blank counts as not set");
    }

    @Test
    void mayHaveComments() throws Exception {
        Config config = config("""
                // ours
                {
                  "listen": {
                    "port": 8443 // TLS
                    /* and the rest */
                  }
                }
                """);
        assertEquals(8443, config.listener().port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"listen\": {}}", "{\"hosts\": []}", "{\"hosts\": \"\"}"})
    void maySayNothing(String json) throws Exception {
        assertEquals(Given.config().toString(), config(json).toString());
    }

    @Test
    void mayWriteAListAsText() throws Exception {
        assertEquals(List.of("a.example", "b.example"),
                List.copyOf(config("{\"hosts\": \"a.example, b.example\"}").hosts()));
    }

    @Test
    void refusesAnUnknownKeyWithItsPlaceAndReadsOn() throws IOException {
        assertEquals(
                List.of(at(2, 3,
                        ": unknown key colour (expected: a key of config/seawall.example.json). Fix: correct or remove it"),
                        at(3, 14,
                                ": unknown key listen.prot; did you mean listen.port? (expected: a key of config/seawall.example.json). Fix: correct or remove it"),
                        at(4, 3,
                                ": unknown key Log; did you mean log? (expected: a key of config/seawall.example.json). Fix: correct or remove it"),
                        "PORT: 0 (expected: a whole number, 1 to 65535). Fix: PORT=8080"),
                problems("""
                        {
                          "colour": {"listen": {"port": 1}},
                          "listen": {"prot": ["x"], "port": 0},
                          "Log": "json"
                        }
                        """));
    }

    @ParameterizedTest
    @CsvSource({"SEAWALL_HOSTS, hosts", "PORT, listen.port", "lisen, listen", "listen.httpport, listen.httpPort",
        "tls.client_ca, tls.clientCa", "port, listen.port"})
    void asksWhatWasMeant(String path, String meant) throws IOException {
        String json = "{\"" + path.replace(".", "\": {\"") + "\": \"x\"" + (path.contains(".") ? "}}" : "}");
        assertTrue(problems(json).getFirst().contains(": unknown key " + path + "; did you mean " + meant + "? ("),
                () -> json);
    }

    @Test
    void refusesASecretUnderEveryNameThatPeopleGuess() throws IOException {
        String rest = " (expected: no secret in this file). Fix: set it in the environment or in a file that <NAME>_FILE names";
        assertEquals(
                List.of(at(2, 3, ": the secret AUTH_PASSWORD" + rest), at(3, 3, ": the secret gatewayToken" + rest),
                        at(4, 13, ": the secret basic.password" + rest),
                        at(5, 13, ": the secret basic.passwordHash" + rest),
                        at(6, 13, ": the secret hooks.token" + rest),
                        at(7, 13, ": the secret admin.Token" + rest), at(8, 3, ": the secret sessionSecret" + rest),
                        at(9, 3, ": the secret auth_password_hash" + rest)),
                problems("""
                        {
                          "AUTH_PASSWORD": "seven calm otters",
                          "gatewayToken": "k2v9QzR4mT7xW1bN6cY3hJ",
                          "basic": {"password": "seven calm otters",
                                    "passwordHash": {"bcrypt": "x"}},
                          "hooks": {"token": ["x"]},
                          "admin": {"Token": 1},
                          "sessionSecret": null,
                          "auth_password_hash": "x"
                        }
                        """));
    }

    @ParameterizedTest
    @EnumSource
    void refusesEverySecretUnderItsOwnName(Key key) throws IOException {
        String what = key.secret() ? ": the secret " : ": unknown key ";
        assertTrue(problems("{\"" + key + "\": \"x\"}").getFirst().startsWith(at(1, 2, what + key)));
    }

    @Test
    void refusesAValueOfTheWrongType() throws IOException {
        assertEquals(List.of(at(2, 22, ": listen.port is null" + WRONG_TYPE),
                at(3, 12, ": hosts is an object" + WRONG_TYPE),
                at(4, 10, ": tls is not an object (expected: an object). Fix: write \"tls\": {…}"),
                at(5, 12, ": basic is not an object (expected: an object). Fix: write \"basic\": {…}"),
                at(6, 25, ": an item of stripHeaders is not a string (expected: strings). Fix: quote it"),
                at(6, 28, ": an item of stripHeaders is not a string (expected: strings). Fix: quote it"),
                "SEAWALL_READ_TIMEOUT: true (expected: a whole number, 1 to 604800). Fix: SEAWALL_READ_TIMEOUT=86400"),
                problems("""
                        {
                          "listen": {"port": null},
                          "hosts": {"a": "b"},
                          "tls": "off",
                          "basic": ["admin"],
                          "stripHeaders": ["a", 1, ["b"]],
                          "timeouts": {"read": true}
                        }
                        """));
    }

    @Test
    void refusesAKeyForTheSecondTime() throws IOException {
        assertEquals(
                List.of(at(3, 28,
                        ": listen.port for the second time (expected: every key once). Fix: remove one of the two"),
                        at(4, 3, ": hosts for the second time (expected: every key once). Fix: remove one of the two"),
                        at(5, 3, ": listen for the second time (expected: every key once). Fix: remove one of the two")),
                problems("""
                        {
                          "hosts": "a.example",
                          "listen": {"port": 8443, "port": 8444},
                          "hosts": "b.example",
                          "listen": {}
                        }
                        """));
    }

    @Test
    void refusesWhatIsNoJson() throws IOException {
        assertEquals(List.of(at(2, 15, " is not JSON (expected: a JSON object). Fix: correct that place")),
                problems("{\n  \"stateDir\": data\n}"));
    }

    @Test
    void refusesAFileThatEndsTooEarly() throws IOException {
        assertEquals(List.of(at(2, 1, " is not JSON (expected: a JSON object). Fix: correct that place")),
                problems("{\"listen\": {\"port\": 8443}\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "8443", "\"x\"", "null"})
    void refusesAnythingButAnObject(String json) throws IOException {
        assertEquals(List.of(at(1, 1, ": no object (expected: a JSON object). Fix: start the file with {")),
                problems(json));
    }

    @Test
    void refusesMoreThanOneObject() throws IOException {
        assertEquals(List.of(at(1, 4, ": more after the object (expected: the end of the file). Fix: remove it")),
                problems("{} {}"));
    }

    @Test
    void refusesAFileThatIsNotUtf8() throws IOException {
        Path file = Files.write(folder.resolve("seawall.json"), "{\"stateDir\": \"/dätä\"}".getBytes(
                StandardCharsets.ISO_8859_1));
        assertEquals(1, Given.problems("SEAWALL_CONFIG=" + file).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.json", "file/json"})
    void refusesWhatCannotBeRead(String name) throws IOException {
        Files.createFile(folder.resolve("file"));
        Path file = folder.resolve(name);
        assertEquals(List.of("SEAWALL_CONFIG: " + file
                + " cannot be read (expected: a readable JSON file). Fix: correct the path or the file's mode"),
                Given.problems("SEAWALL_CONFIG=" + file));
    }
}
