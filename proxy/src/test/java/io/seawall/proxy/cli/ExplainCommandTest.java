package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seawall.config.Config;
import io.seawall.host.Printable;
import io.seawall.proxy.credential.HashCheck;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.Session;
import io.seawall.proxy.session.Sessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainCommandTest {
    private static final String BASIC = "Authorization: Basic " + base64("admin:" + TestConfig.PASSWORD);
    private static final String GATEWAY = "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN;
    private static final String HOOKS = "Authorization: Bearer " + TestConfig.HOOKS_TOKEN;

    @TempDir
    private Path folder = Path.of("");

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private World world(String... lines) {
        Map<String, String> environment = new HashMap<>(TestConfig.environment(lines));
        environment.put("SEAWALL_STATE_DIR", folder.toString());
        return new World(folder, environment);
    }

    /// The lines of a stage, joined; empty where it was not reached.
    private static String stage(World world, String stage) {
        List<String> found = new ArrayList<>();
        boolean inside = false;
        for (String line : world.out().split("\n")) {
            inside = line.startsWith("  " + stage + " ") || inside && line.startsWith("     ");
            if (inside) {
                found.add(line.substring(Math.min(14, line.length())));
            }
        }
        return String.join(" | ", found);
    }

    private static String verdict(World world) {
        return world.out().lines().findFirst().orElse(world.err());
    }

    @Test
    void showsEveryStepOfWhatPasses() {
        World world = world("SEAWALL_STRIP_HEADERS=X-Remote-User");
        assertEquals(0, world.run("explain", "wss://claw.example.com/", "-H", BASIC, "-H",
                "Origin: https://claw.example.com", "-H", "X-Forwarded-For: 6.6.6.6", "-H", "x_remote_user: me", "-H",
                "Accept: */*"));
        assertEquals("""
                goes to the gateway, as a WebSocket on / from 203.0.113.7

                  hygiene     fine, GET / as HTTP/1.1
                  client      203.0.113.7 over https
                  host        claw.example.com is ours
                  path        / is ui
                  route       ui: DELETE GET HEAD OPTIONS PATCH POST PUT, WebSocket, a body of up to 25 MiB
                  layer       basic, by Authorization: ***: granted, password
                  origin      https://claw.example.com is ours
                  stripped    Authorization, X-Forwarded-For, x_remote_user
                  kept        Accept, Origin, Sec-WebSocket-Key, Sec-WebSocket-Version
                  set         Host: claw.example.com
                              X-Forwarded-For: 203.0.113.7
                              X-Forwarded-Proto: https
                              X-Request-Id: new for each request
                              traceparent: new for each request
                              Connection: Upgrade
                              Upgrade: websocket
                """, world.out());
        assertEquals("", world.err());
    }

    @Test
    void showsWhatTheGatewayMakesOfACapabilityAndOfAJoinCode() {
        World world = world();
        assertEquals(1, world.run("explain", "https://claw.example.com/__openclaw__/cap/c4p/v1/models"));
        assertEquals("/__openclaw__/cap/***/v1/models is on another route for some readers | /v1/models is api",
                stage(world, "path"));
        world = world();
        assertEquals(1, world.run("explain", "https://claw.example.com/v1/j/code"));
        assertEquals("/v1/j/*** is api | /j/*** is ui", stage(world, "path"));
    }

    @Test
    void showsHowAPathCanBeRead() {
        World world = world();
        assertEquals(1, world.run("explain", "https://claw.example.com/hooks\\..\\v1"));
        assertEquals(
                """
                        400 ambiguous_path: This path can be read in more than one way. It is refused, because OpenClaw might read it differently.

                          hygiene     fine, GET /hooks\\..\\v1 as HTTP/1.1
                          client      203.0.113.7 over https
                          host        claw.example.com is ours
                          path        /hooks\\..\\v1 is on another route for some readers
                                      /v1 is api
                        """,
                world.out());
    }

    /// URL, further arguments separated by `|`, exit code, and how the verdict begins.
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        // hygiene
        "/a b; ; 1; 400 request_line", "/é; ; 1; 400 target", "/; -X|get; 1; 405 method: ",
        "/; -X|G T; 1; 400 request_line",
        "/; -H|Host: a|-H|Host: b; 1; 400 host_count", "/; -H|Host: a b; 1; 400 host_invalid",
        "/; -H|A b: c; 1; 400 header_name",
        "/; -H|Content-Length: 1|-H|Transfer-Encoding: chunked; 1; 400 length_and_chunked",
        "/; -H|Upgrade: websocket; 1; 400 upgrade", "wss://localhost/; -X|POST; 1; 400 upgrade",
        "https:///x; ; 1; 400 host_invalid", "/; -HAuthorization: a|-HAuthorization: b; 1; 400 duplicate_header",
        // client, host
        "/; --client|10.0.0.1|-H|X-Forwarded-For: no; 1; 400 client_address", "https://other.example/; ; 1; 421 host",
        "https://other.example/; -H|Host: localhost; 1; 401", "https://CLAW.example.com:8443/healthz; ; 0; 200",
        "https://203.0.113.9/healthz; ; 0; 200", "https://[2001:db8::1]/healthz; ; 0; 200",
        // route
        "/%2e%2e/v1; ; 1; 400 ambiguous_path", "/%; ; 1; 400 ambiguous_path",
        "/v1/x; -X|DELETE; 1; 405 method_not_here",
        "wss://localhost/v1/x; ; 1; 400 upgrade_not_here", "/hooks/x; -H|Content-Length: 0; 1; 405 method_not_here",
        "/hooks/x; -X|POST|-H|Content-Length: 262145; 1; 413 body_too_large",
        "/hooks/x?token=y; -X|POST; 1; 400 query_token", "/?password=x; -H|Accept: text/html; 0; 303 query_credential",
        // layers
        "/; ; 1; 401 unauthorized", "/v1/x; ; 1; 401 unauthorized", "/hooks/x; -X|POST; 1; 401 unauthorized",
        // origin
        "/j/x; -H|Origin: https://evil.example; 0; goes to the gateway, as GET on /j/***",
        "wss://localhost/w; -H|Origin: https://evil.example; 1; 403 bad_origin",
        "wss://localhost/w; -H|Origin: null; 1; 403 bad_origin", "wss://localhost/w; ; 0; goes to the gateway, as a W",
        // own answers
        "/healthz; ; 0; 200: answered by Seawall itself", "/readyz; ; 0; 200: answered by Seawall itself; 503 while",
        "http://claw.example.com/x; ; 0; 308", "http://claw.example.com/x; -X|POST; 1; 400 plaintext"})
    void saysWhichStageRefuses(String url, String rest, int code, String verdict) {
        World world = world("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8", "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For",
                "SEAWALL_PUBLIC_PATHS=/j/*, ws:/w");
        List<String> words = new ArrayList<>(List.of("explain", url));
        if (rest != null) {
            words.addAll(List.of(rest.split("\\|", -1)));
        }
        assertEquals(code, world.run(words.toArray(String[]::new)), () -> world.out() + world.err());
        assertTrue(verdict(world).startsWith(verdict), world::out);
        assertEquals("", world.err());
    }

    @Test
    void saysThatWebhooksAreOff() {
        World world = world("HOOKS_ENABLED=false");
        assertEquals(1, world.run("explain", "/hooks/wake", "-X", "POST"));
        assertTrue(world.out().contains("route       none: it is HOOKS_PATH, and HOOKS_ENABLED is not true"),
                world::out);
    }

    @Test
    void saysThatTlsIsNotSpoken() {
        World world = world("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1");
        assertEquals(1, world.run("explain", "https://localhost:8080/"));
        assertTrue(verdict(world).startsWith("400 tls_on_plain_port: Refused: the client speaks TLS"), world::out);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "//v1/models|400 ambiguous_path: |Does a base URL end in a slash?",
        "/x/../v1/models|400 ambiguous_path: |OpenClaw might read it differently.",
        "/chat/completions|401 unauthorized: |The API is below /v1: does the base URL lack it?",
        "/models/x|401 unauthorized: |The API is below /v1: does the base URL lack it?",
        "/modelsx|401 unauthorized: |not a bearer token."})
    void guessesWhatIsWrongWithABaseUrl(String path, String begins, String ends) {
        World world = world();
        assertEquals(1, world.run("explain", path, "-H", "Authorization: Bearer x"));
        assertTrue(verdict(world).startsWith(begins) && verdict(world).endsWith(ends), world::out);
    }

    @ParameterizedTest
    @CsvSource({"\\1, 400 header_value", "\\nY: b, 400 bare_lf", "\\rb, 400 bare_cr", "\\r\\n b, 400 obs_fold"})
    void putsAHeaderOnTheWireAsItIs(String odd, String verdict) {
        World world = world();
        assertEquals(1, world.run("explain", "/", "-H", "X: a" + odd.translateEscapes()));
        assertTrue(verdict(world).startsWith(verdict), world::out);
    }

    static Stream<List<String>> credentials() {
        return Stream.of(List.of("/", BASIC, "basic, by Authorization: ***: granted, password"),
                List.of("/", "X-Seawall-" + BASIC, "basic, by X-Seawall-Authorization: ***: granted, password"),
                List.of("/", "X: y", "basic, by Authorization (there is none): denied, missing"),
                List.of("/", "Authorization: Basic " + base64("admin:wrong"),
                        "basic, by Authorization: ***: denied, wrong_password | as a wrong credential it counts towards a lockout"),
                List.of("/", "Authorization: Basic " + base64("nobody:" + TestConfig.PASSWORD),
                        "basic, by Authorization: ***: denied, unknown_user | as a wrong credential it counts towards a lockout"),
                List.of("/", GATEWAY, "basic, by Authorization: ***: denied, bearer_on_ui"),
                List.of("/", "Cookie: __Host-seawall=1.2.3.4.5",
                        "basic, by Authorization (there is none): denied, expired_session"),
                List.of("/v1/models", GATEWAY, "gateway, by Authorization: ***: granted, token"),
                List.of("/v1/models", "X: y", "gateway, by Authorization (there is none): denied, missing"),
                List.of("/v1/models", HOOKS,
                        "gateway, by Authorization: ***: denied, wrong_token | as a wrong credential it counts towards a lockout"),
                List.of("/v1/models", BASIC, "gateway, by Authorization: ***: denied, malformed"),
                List.of("/hooks/x", HOOKS, "hooks, by Authorization: ***: granted, token"),
                List.of("/hooks/x", "x-openclaw-token: " + TestConfig.HOOKS_TOKEN,
                        "hooks, by X-Openclaw-Token: ***: granted, token"),
                List.of("/hooks/x", "x-openclaw-token: no",
                        "hooks, by X-Openclaw-Token: ***: denied, wrong_token | as a wrong credential it counts towards a lockout"),
                List.of("/hooks/x", GATEWAY,
                        "hooks, by Authorization: ***: denied, wrong_token | as a wrong credential it counts towards a lockout"),
                List.of("/j/x", GATEWAY, "none: the gateway checks its own credential"),
                List.of("/healthz", GATEWAY, "none"),
                List.of("/.seawall/login", BASIC, "basic, by Authorization: ***: granted, password"));
    }

    @ParameterizedTest
    @MethodSource("credentials")
    void judgesACredentialAsItsLayerDoes(List<String> one) {
        World world = world("SEAWALL_PUBLIC_PATHS=/j/*");
        String path = one.getFirst();
        int code = world.run("explain", path, "-X", path.startsWith("/hooks") ? "POST" : "GET", "-H", one.get(1));
        assertEquals(one.get(2), stage(world, "layer"));
        assertEquals(one.get(2).contains("denied") ? 1 : 0, code);
    }

    @Test
    void waitsForAHash() {
        String hash = HashCheck.argon2id(TestConfig.PASSWORD.getBytes(StandardCharsets.UTF_8));
        World world = world("AUTH_PASSWORD=", "AUTH_PASSWORD_HASH=" + hash);
        assertEquals(0, world.run("explain", "https://admin:seven%20calm%20otters@localhost/#x"), world::err);
        assertEquals("user and password of the URL are sent as Authorization: Basic"
                + " | the fragment, # and what follows, is never sent", stage(world, "url"));
        assertEquals("basic, by Authorization: ***: granted, password", stage(world, "layer"));
        assertEquals("Authorization", stage(world, "stripped"));
    }

    private List<String> files() throws IOException {
        List<String> files = new ArrayList<>();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                files.add(file + " " + Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return files;
    }

    @Test
    void knowsSessionsAndThoseThatWereLoggedOut() throws IOException {
        Config config = TestConfig.of();
        byte[] key = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
        Files.setPosixFilePermissions(Files.write(folder.resolve("session.key"), key),
                PosixFilePermissions.fromString("rw-------"));
        Sessions sessions = new Sessions(key, config.basic().versions(key), config.session(),
                Revocations.inMemory(Clock.systemUTC()), Clock.systemUTC());
        Session session = sessions.begin();
        String cookie = "Cookie: a=b; " + sessions.setCookie(session).replaceFirst(";.*", "");
        List<String> before = files();
        World open = world();
        assertEquals(0, open.run("explain", "/", "-H", cookie), open::out);
        assertEquals("basic, by Cookie: ***: granted, session", stage(open, "layer"));
        assertEquals("Cookie (without what is Seawall's)", stage(open, "kept"));
        assertEquals(before, files());

        Files.writeString(folder.resolve("revoked-sessions"), session.id() + " 99999999999\nodd\n");
        before = files();
        World closed = world();
        assertEquals(1, closed.run("explain", "/", "-H", cookie));
        assertTrue(stage(closed, "layer").endsWith("denied, expired_session"), closed::out);
        assertEquals(before, files());
    }

    @Test
    void saysWhenItCannotTellASession() {
        World world = world();
        assertEquals(1, world.run("explain", "/", "-H", "Cookie: __Host-seawall=1.2.3.4.5"));
        assertEquals("warning: no session key can be read in " + folder
                + " by this user, so no session cookie counts\n", world.err());
        World without = world();
        assertEquals(1, without.run("explain", "/"));
        assertEquals("", without.err());
    }

    @Test
    void makesNothing() throws IOException {
        assertEquals(0, world("AUTH_USERNAME=me").run("explain", "/v1/x", "-H", GATEWAY));
        assertEquals(List.of(), files());
    }

    @Test
    void comesThroughTheProxyWhereSeawallItselfSpeaksNoTls() {
        World world = world("SEAWALL_TLS=off", "SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP");
        assertEquals(0, world.run("explain", "/", "-X", "POST", "-H", BASIC, "-H", "Origin: https://claw.example.com",
                "--client", "2001:DB8::0:7"), world::out);
        assertEquals("2001:db8::7 over https", stage(world, "client"));
        assertEquals("SEAWALL_TLS=off, so it comes through a trusted proxy, 127.0.0.1", stage(world, "url"));
        assertTrue(stage(world, "set").contains("X-Forwarded-For: 2001:db8::7 | X-Forwarded-Proto: https"),
                world::out);
        World plain = world("SEAWALL_TLS=off", "SEAWALL_BIND=127.0.0.1");
        assertEquals(0, plain.run("explain", "/", "-H", BASIC, "--client", "127.0.0.1"));
        assertEquals("127.0.0.1 over http", stage(plain, "client"));
        assertTrue(stage(plain, "set").contains("X-Forwarded-For: 192.0.2.1 | X-Forwarded-Proto: http"), plain::out);
    }

    @Test
    void sentencesOnCloudflareAccess() {
        String[] lines = {"SEAWALL_ACCESS_ISSUER=https://team.cloudflareaccess.com",
            "SEAWALL_ACCESS_AUDIENCE=" + "ab".repeat(32)};
        World missing = world(lines);
        assertEquals(1, missing.run("explain", "/", "-H", BASIC), missing::err);
        assertTrue(verdict(missing).startsWith("403 access: "), missing::out);
        assertTrue(stage(missing, "layer").endsWith("denied, access_missing"), missing::out);
        World there = world(lines);
        assertEquals(0, there.run("explain", "/", "-H", BASIC, "-H", "Cf-Access-Jwt-Assertion: x"));
        assertTrue(stage(there, "layer").contains("is not verified here"), there::out);
        assertEquals(0, world(lines).run("explain", "/v1/x", "-H", GATEWAY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "ftp://a/", "--client no /", "--client", "-X", "-H", "-H sesame /", "-H :x /",
        "--verbose /", "/ /x", "/ -H Authorization: Bearer sesame", "--header=sesame /", "--client 10.1 /",
        "--client localhost /", "/ -H X:a\r\n\r\nGET"})
    void refusesWhatItCannotUnderstand(String line) {
        World world = world();
        List<String> words = new ArrayList<>(List.of("explain"));
        Stream.of(line.split(" ")).filter(word -> !word.isEmpty()).forEach(words::add);
        assertEquals(2, world.run(words.toArray(String[]::new)));
        assertEquals("", world.out());
        assertTrue(world.err().matches("seawall explain: [^\n]+ \\(see: seawall explain --help\\)\n"), world::err);
        assertTrue(world.err().contains("expected: ") || line.startsWith("--verbose") || line.startsWith("--header"),
                world::err);
        assertFalse(world.err().contains("sesame"), world::err);
    }

    @Test
    void refusesAConfigurationThatIsNone() {
        World world = world("OPENCLAW_GATEWAY_TOKEN=");
        assertEquals(2, world.run("explain", "/"));
        assertEquals("", world.out());
        assertTrue(world.err().startsWith("seawall: refused, 1 problem\n"), world::err);
    }

    @Test
    void tellsProgramsTheSame() throws IOException {
        World world = world();
        assertEquals(1, world.run("explain", "--json", "/v1/models", "-H", HOOKS));
        JsonNode json = new ObjectMapper().readTree(world.out());
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("outcome", "status", "reason", "message", "route", "layer", "decision", "steps"), names);
        assertEquals("refused 401 unauthorized api gateway wrong_token",
                String.join(" ", json.path("outcome").asText(), json.path("status").asText(),
                        json.path("reason").asText(), json.path("route").asText(), json.path("layer").asText(),
                        json.path("decision").asText()));
        assertEquals("{\"stage\":\"path\",\"lines\":[\"/v1/models is api\"]}", json.path("steps").get(3).toString());
    }

    /// Whatever is offered, and wherever: neither a configured secret nor a wrong one comes out.
    @Test
    void showsNoSecret() {
        String wrong = "cAnAry7-wrong-but-somebody-elses";
        for (String secret : List.of(TestConfig.PASSWORD.replace(' ', '+'), TestConfig.GATEWAY_TOKEN,
                TestConfig.HOOKS_TOKEN, wrong)) {
            for (String url : List.of("/", "/v1/x", "/hooks/x", "/?token=" + secret, "/x?y=" + secret,
                    "wss://a:" + secret + "@localhost/", "https://" + secret + "@localhost/")) {
                for (String header : List.of("Authorization: Bearer " + secret, "X-Openclaw-Token: " + secret,
                        "Authorization: Basic " + base64("admin:" + secret), "Cookie: __Host-seawall=" + secret,
                        "X-Seawall-Authorization: Basic " + base64("x:" + secret), "X-Api-Key: " + secret,
                        "Authorization: " + secret, "Cookie: a=" + secret, secret, ":" + secret)) {
                    for (String method : List.of("GET", "POST")) {
                        World world = world();
                        world.run("explain", url, "-X", method, "-H", header);
                        String shown = world.out() + world.err();
                        assertFalse(shown.contains(secret) || shown.contains(base64("admin:" + secret)),
                                () -> header + "\n" + shown);
                    }
                }
            }
        }
        for (String secret : List.of(TestConfig.GATEWAY_TOKEN, TestConfig.HOOKS_TOKEN)) {
            for (String[] words : new String[][]{{"/" + secret}, {"/j/" + secret}, {"/v1/..%2f" + secret},
                {"https://" + secret + "/"}, {"/", "-H", secret + ": x", "-H", BASIC},
                {"/", "-X", "POST", "-H", "Origin: https://" + secret, "-H", BASIC}, {secret},
                {"/", "-H", "Authorization:", "Bearer", secret}}) {
                World world = world();
                world.run(Stream.concat(Stream.of("explain"), Stream.of(words)).toArray(String[]::new));
                String shown = world.out() + world.err();
                assertFalse(shown.contains(secret), shown);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/\u001b[2J", "https://a\u009b2J/", "/x\u202ey", "ftp\u001b://a/"})
    void movesNobodysCursor(String url) {
        World world = world();
        world.run("explain", url, "-H", "Origin: \u001b[2J\u202e");
        world.run("explain", "/", "-X", "\u001b]0;x\u0007");
        world.run("explain", "/", "--client", "\u001b[2J");
        world.run("explain", "/%1b%5b2J/%E2%80%AEx");
        String shown = world.out() + world.err();
        assertTrue(shown.chars().allMatch(c -> c == '\n' || c >= ' ' && c != 0x7f && !(c >= 0x80 && c < 0xa0)
                && c != 0x202e), () -> Printable.line(shown));
    }
}
