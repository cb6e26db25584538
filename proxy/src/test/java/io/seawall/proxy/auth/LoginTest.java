package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.server.Answer;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Throttle, layers and own pages as a client meets them.
class LoginTest {
    private static final String CLIENT = "203.0.113.7";
    private static final String OTHER_CLIENT = "198.51.100.9";
    private static final String RIGHT = "Authorization: " + basic("admin", TestConfig.PASSWORD);
    private static final String WRONG = "Authorization: " + basic("admin", "wrong");
    private static final String BASIC_CHALLENGE = "Basic realm=\"Seawall\", charset=\"UTF-8\"";
    private static final String BEARER_CHALLENGE = "Bearer realm=\"Seawall\"";
    private static final String COOKIE = "__Host-seawall-[0-9a-f]{8}=1\\.[0-9a-f]{32}\\.\\d+\\.\\d+\\.[A-Za-z0-9_-]{43}"
            + "; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax";
    private static final String CLEARED = "__Host-seawall-[0-9a-f]{8}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax";

    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of());

    @AfterEach
    void close() {
        seawall.close();
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private Answer ask(String client, String line, String... headers) {
        return seawall.ask(client,
                line + " HTTP/1.1\nHost: claw.example.com\n" + String.join("\n", headers));
    }

    /// The `Cookie` header of a client that just logged in.
    private String login() {
        Answer answer = ask(OTHER_CLIENT, "GET /.seawall/login", RIGHT);
        assertEquals(303, answer.status());
        return "Cookie: " + answer.header("Set-Cookie").replaceFirst(";.*", "");
    }

    /// The credential with another password, or another token.
    private static String another(String wrong, int number) {
        return wrong.startsWith("Authorization: Basic ")
                ? "Authorization: " + basic("admin", "wrong " + number)
                : wrong + number;
    }

    private void lock(String client, String line, String wrong) {
        for (int i = 0; i < 10; i++) {
            assertEquals(401, ask(client, line, another(wrong, i)).status());
        }
        assertEquals(429, ask(client, line, wrong).status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /|Accept: */*|" + BASIC_CHALLENGE, "GET /chat|Authorization: Digest x|"
            + BASIC_CHALLENGE,
        "GET /.seawall/login|Accept: */*|" + BASIC_CHALLENGE,
        "GET /|Cookie: __Host-seawall=1.0.0.0.x|" + BASIC_CHALLENGE,
        "GET /control-ui-config.json|Authorization: Bearer device|" + BEARER_CHALLENGE,
        "GET /|X-Seawall-Authorization: Bearer x|" + BEARER_CHALLENGE,
        "GET /v1/models|Accept: */*|" + BEARER_CHALLENGE,
        "GET /v1/models|Authorization: Basic YTpi|" + BEARER_CHALLENGE,
        "POST /tools/invoke|Authorization: Bearer wrong|" + BEARER_CHALLENGE,
        "POST /hooks/wake|Accept: */*|" + BEARER_CHALLENGE,
        "POST /hooks/wake|Authorization: Bearer wrong|" + BEARER_CHALLENGE})
    void challengesForThePasswordOnlyWhereItIsDue(String line, String header, String challenge) {
        Answer answer = ask(CLIENT, line, header);
        assertEquals(401, answer.status());
        assertEquals(challenge, answer.header("WWW-Authenticate"));
        assertEquals("", answer.header("Set-Cookie"));
        assertTrue(seawall.permitted.isEmpty());
    }

    @Test
    void challengesAfterAWrongPassword() {
        for (String wrong : List.of(WRONG, "Authorization: " + basic("root", TestConfig.PASSWORD))) {
            Answer answer = ask(CLIENT, "GET /", wrong);
            assertEquals(401, answer.status());
            assertEquals(BASIC_CHALLENGE, answer.header("WWW-Authenticate"));
        }
    }

    @Test
    void answersAnUnknownUserAsAWrongPassword() {
        String one = ask(CLIENT, "GET /", WRONG).body();
        String other = ask(CLIENT, "GET /", "Authorization: " + basic("root", "wrong")).body();
        assertEquals(one.replaceFirst("request [0-9a-f]{32}", ""), other.replaceFirst("request [0-9a-f]{32}", ""));
    }

    @Test
    void setsTheSessionCookieWithTheFirstAnswer() {
        Answer answer = ask(CLIENT, "GET /", RIGHT);
        assertEquals(200, answer.status());
        assertTrue(answer.header("Set-Cookie").matches(COOKIE), answer.header("Set-Cookie"));
    }

    @Test
    void goesOnWithTheCookieAloneAndAnyBearer() {
        String cookie = login();
        for (String bearer : List.of("Accept: */*", "Authorization: Bearer device", WRONG)) {
            Answer answer = ask(CLIENT, "GET /", cookie, bearer);
            assertEquals(200, answer.status());
            assertEquals("", answer.header("Set-Cookie"));
        }
    }

    @Test
    void renewsTheCookieOfAnOldSession() {
        String cookie = login();
        seawall.pass(Duration.ofMinutes(11));
        assertTrue(ask(CLIENT, "GET /", cookie).header("Set-Cookie").matches(COOKIE));
        seawall.pass(Duration.ofHours(13));
        assertEquals(401, ask(CLIENT, "GET /", cookie).status());
    }

    @Test
    void opensTheUiOnlyWithASession() {
        String cookie = login();
        assertEquals(401, ask(CLIENT, "GET /v1/models", cookie).status());
        assertEquals(401, ask(CLIENT, "POST /hooks/wake", cookie).status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /.seawall/login", "POST /.seawall/login", "HEAD /.seawall/login"})
    void logsInAndSendsOn(String line) {
        Answer answer = ask(CLIENT, line, RIGHT);
        assertEquals(303, answer.status());
        assertEquals("/", answer.header("Location"));
        assertTrue(answer.header("Set-Cookie").matches(COOKIE), answer.header("Set-Cookie"));
        assertEquals("no-store", answer.header("Cache-Control"));
    }

    @Test
    void asksBeforeItLogsOut() {
        String cookie = login();
        Answer answer = ask(CLIENT, "GET /.seawall/logout", cookie);
        assertEquals(200, answer.status());
        assertTrue(
                answer.body().contains("<form method=\"post\" action=\"/.seawall/logout\"><button>Log out</button>"));
        assertEquals(200, ask(CLIENT, "GET /", cookie).status());
    }

    @Test
    void logsOutForGood() {
        String cookie = login();
        String other = login();
        seawall.pass(Duration.ofMinutes(11));
        String renewed = "Cookie: " + ask(CLIENT, "GET /", cookie).header("Set-Cookie").replaceFirst(";.*", "");
        Answer answer = ask(CLIENT, "POST /.seawall/logout", cookie);
        assertEquals(200, answer.status());
        assertTrue(answer.header("Set-Cookie").matches(CLEARED), answer.header("Set-Cookie"));
        assertEquals(1, seawall.loggedOut.get());
        assertEquals(401, ask(CLIENT, "GET /", cookie).status());
        assertEquals(401, ask(CLIENT, "GET /", renewed).status());
        assertEquals(200, ask(CLIENT, "GET /", other).status());
    }

    /// The `Set-Cookie` values, each `name=value` alone.
    private static List<String> cookies(Answer answer) {
        return answer.headers().stream().filter(line -> line.startsWith("Set-Cookie: "))
                .map(line -> line.substring(12).replaceFirst(";.*", "")).toList();
    }

    private static String former(String cookie) {
        return cookie.replaceFirst("-[0-9a-f]{8}=", "=");
    }

    @Test
    void replacesACookieOfTheFormerNameOnce() {
        String cookie = login();
        String former = former(cookie);
        for (String path : List.of("/", "/.seawall/login")) {
            Answer answer = ask(CLIENT, "GET " + path, former);
            assertEquals(path.equals("/") ? 200 : 303, answer.status());
            assertEquals(List.of(cookie.substring(8).replaceFirst("=.*", ""), "__Host-seawall"),
                    cookies(answer).stream().map(set -> set.replaceFirst("=.*", "")).toList());
            assertEquals("__Host-seawall=", cookies(answer).getLast());
            String renewed = "Cookie: " + cookies(answer).getFirst();
            assertEquals(List.of(), cookies(ask(CLIENT, "GET /", renewed)));
        }
        assertEquals(200, ask(CLIENT, "GET /", former).status(), "many requests can be on their way with it");
    }

    @Test
    void leavesACookieOfTheFormerNameThatIsAnothers() {
        String theirs = "; __Host-seawall=1.00112233445566778899aabbccddeeff.1.9999999999.x";
        assertEquals(1, cookies(ask(CLIENT, "GET /.seawall/login", RIGHT, "Cookie: a=b" + theirs)).size());
        String cookie = login();
        assertEquals(List.of(), cookies(ask(CLIENT, "GET /", cookie + theirs)));
        assertEquals(1, cookies(ask(CLIENT, "POST /.seawall/logout", cookie + theirs)).size());
    }

    @Test
    void logsASessionOfTheFormerNameOutToo() {
        String cookie = login();
        String other = former(login());
        Answer answer = ask(CLIENT, "POST /.seawall/logout", cookie + other.replaceFirst("Cookie: ", "; "));
        assertEquals(List.of(cookie.substring(8).replaceFirst("=.*", "="), "__Host-seawall="), cookies(answer));
        assertEquals(401, ask(CLIENT, "GET /", cookie).status());
        assertEquals(401, ask(CLIENT, "GET /", other).status(), "or logging out would only change the session");

        String former = former(login());
        assertEquals(2, cookies(ask(CLIENT, "POST /.seawall/logout", former)).size());
        assertEquals(401, ask(CLIENT, "GET /", former).status());
    }

    @Test
    void tellsAClientWhatItIsTakenForAndNobodyElse() {
        assertEquals(401, ask(CLIENT, "GET /.seawall/client").status());
        assertEquals(401, ask(CLIENT, "GET /.seawall/client", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN)
                .status());
        Answer answer = ask(CLIENT, "GET /.seawall/client", RIGHT, "X-Forwarded-For: 198.51.100.7");
        assertEquals(200, answer.status());
        assertEquals("{\"client\":\"" + CLIENT
                + "\",\"secure\":false,\"protocol\":\"http/1.1\",\"host\":\"claw.example.com\"}\n", answer.body());
        assertEquals("application/json", answer.header("Content-Type"));
        assertEquals("no-store", answer.header("Cache-Control"));
        String cookie = login();
        assertTrue(
                ask(OTHER_CLIENT, "GET /.seawall/client", cookie).body().startsWith("{\"client\":\"" + OTHER_CLIENT));
        assertTrue(seawall.permitted.isEmpty(), "nothing reaches the gateway");
    }

    @Test
    void handsNoBrowserOff() {
        assertEquals(401, ask(CLIENT, "GET /.well-known/openclaw/browser-bootstrap").status());
        assertEquals(404, ask(CLIENT, "GET /.well-known/openclaw/browser-bootstrap", RIGHT).status());
        assertTrue(seawall.permitted.isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /|Authorization: Basic YWRtaW46d3Jvbmc=",
        "GET /v1/models|Authorization: Bearer wrong", "POST /hooks/wake|x-openclaw-token: wrong"})
    void locksOutWhoeverGuesses(String line, String wrong) {
        lock(CLIENT, line, wrong);
        Answer answer = ask(CLIENT, line, wrong);
        assertEquals("301", answer.header("Retry-After"));
        assertEquals("", answer.header("WWW-Authenticate"));
        assertEquals(401, ask(OTHER_CLIENT, line, wrong).status());
        seawall.pass(Duration.ofMinutes(5));
        assertEquals(401, ask(CLIENT, line, wrong).status());
    }

    /// As a program does that was given last week's password and reconnects.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"basic|GET /|Authorization: Basic YWRtaW46d3Jvbmc=",
        "gateway|GET /v1/models|Authorization: Bearer wrong", "hooks|POST /hooks/wake|x-openclaw-token: wrong"})
    void locksNobodyOutForTheSameWrongOneAgainAndAgain(String layer, String line, String wrong) {
        for (int i = 0; i < 100; i++) {
            Answer answer = ask(CLIENT, line, wrong);
            assertEquals(401, answer.status());
            assertEquals(layer.equals("basic") ? BASIC_CHALLENGE : BEARER_CHALLENGE,
                    answer.header("WWW-Authenticate"));
        }
        String scrape = seawall.metrics.scrape("");
        assertTrue(scrape.contains("{layer=\"" + layer + "\",outcome=\"denied\",reason=\"wrong_"
                + (layer.equals("basic") ? "password" : "token") + "\"} 1.0\n"), scrape);
        assertTrue(scrape.contains("{layer=\"" + layer + "\",outcome=\"denied\",reason=\"repeated\"} 99.0\n"), scrape);
        for (int i = 0; i < 9; i++) {
            assertEquals(401, ask(CLIENT, line, another(wrong, i)).status());
        }
        assertEquals(429, ask(CLIENT, line, wrong).status(), "it and nine others");
    }

    @ParameterizedTest
    @CsvSource({"//v1/models, 400, Does a base URL end in a slash?",
        "/chat/completions, 401, The API is below /v1: does the base URL lack it?"})
    void tellsAnApiClientWhatIsWrongWithItsBaseUrl(String path, int status, String hint) {
        Answer answer = ask(OTHER_CLIENT, "GET " + path, "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN);
        assertEquals(status, answer.status());
        assertTrue(answer.body().contains(hint), answer.body());
    }

    @Test
    void takesTheSameTokenForTheSameInWhicheverHeader() {
        ask(CLIENT, "POST /hooks/wake", "Authorization: Bearer wrong");
        ask(CLIENT, "POST /hooks/wake", "x-openclaw-token: wrong");
        ask(CLIENT, "GET /", WRONG);
        ask(CLIENT, "GET /", "X-Seawall-" + WRONG);
        assertEquals(2, seawall.log().stream().filter(line -> line.contains("reason=repeated")).count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Accept: */*", "Authorization: Bearer device", "Authorization: Digest x",
        "Cookie: __Host-seawall=1.0.0.0.x"})
    void countsNothingButGuesses(String header) {
        for (int i = 0; i < 30; i++) {
            assertEquals(401, ask(CLIENT, "GET /", header).status());
        }
        assertEquals(200, ask(CLIENT, "GET /", RIGHT).status());
    }

    @Test
    void refusesTheRightPasswordWhileItsNetworkIsLocked() {
        lock(CLIENT, "GET /", WRONG);
        assertEquals(429, ask(CLIENT, "GET /", RIGHT).status());
        assertEquals(429, ask(CLIENT, "GET /.seawall/login", RIGHT).status());
        assertEquals(429, ask(CLIENT, "GET /", "X-Seawall-" + RIGHT).status());
        assertEquals(429, ask(CLIENT, "GET /", RIGHT, "Cookie: __Host-seawall=1.0.0.0.x").status());
        assertEquals(429, ask(CLIENT, "GET /").status());
        assertTrue(seawall.permitted.isEmpty());
        assertEquals(200, ask(OTHER_CLIENT, "GET /", RIGHT).status());
    }

    @Test
    void letsAValidSessionPassWhileItsNetworkIsLocked() {
        String cookie = login();
        lock(CLIENT, "GET /", WRONG);
        assertEquals(200, ask(CLIENT, "GET /", cookie).status());
        assertEquals(200, ask(CLIENT, "GET /", cookie, "Authorization: Bearer device").status());
        assertEquals(200, ask(CLIENT, "POST /.seawall/logout", cookie).status());
        assertEquals(429, ask(CLIENT, "GET /", cookie).status());
    }

    @Test
    void computesNoHashForALockedNetwork() {
        try (MemorySeawall hashed = new MemorySeawall(TestConfig.of("AUTH_PASSWORD=",
                "AUTH_PASSWORD_HASH=$2b$10$abcdefghijklmnopqrstuuMFbd3U3cSewFBMpFoetaCf4rS2cIXVO"))) {
            for (int i = 0; i < 10; i++) {
                hashed.throttle.guessed(Layer.BASIC, java.net.InetAddress.ofLiteral(CLIENT), i);
            }
            String request = "GET / HTTP/1.1\nHost: localhost\nCookie: __Host-seawall=x\n" + WRONG;
            // at once: nothing was given to the worker
            assertEquals(429, hashed.ask(CLIENT, request).status());
        }
    }

    @Test
    void locksEachLayerOnItsOwn() {
        lock(CLIENT, "GET /", WRONG);
        assertEquals(200, ask(CLIENT, "GET /v1/models", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN).status());
        assertEquals(200, ask(CLIENT, "POST /hooks/wake", "X-Openclaw-Token: " + TestConfig.HOOKS_TOKEN).status());
        assertEquals(200, ask(CLIENT, "GET /healthz").status());
    }

    @Test
    void locksAnIpv6NetworkAsOne() {
        for (int i = 1; i <= 10; i++) {
            assertEquals(401, ask("2001:db8:1:2::" + i, "GET /", another(WRONG, i)).status());
        }
        assertEquals(429, ask("2001:db8:1:2:ffff::9", "GET /", RIGHT).status());
        assertEquals(200, ask("2001:db8:1:3::1", "GET /", RIGHT).status());
    }

    @Test
    void countsALockoutOnce() {
        lock(CLIENT, "GET /v1/models", "Authorization: Bearer wrong");
        String scrape = seawall.metrics.scrape("");
        assertTrue(scrape.contains("seawall_lockouts_total{layer=\"gateway\"} 1.0\n"), scrape);
        assertTrue(scrape.contains("{layer=\"gateway\",outcome=\"denied\",reason=\"wrong_token\"} 10.0\n"), scrape);
        assertTrue(scrape.contains("{layer=\"gateway\",outcome=\"locked\",reason=\"locked\"} 1.0\n"), scrape);
        assertFalse(scrape.contains("{layer=\"basic\",outcome=\"locked\""), scrape);
    }

    /// Wrong passwords from everywhere, none of whose networks gives enough of them to be locked out.
    private void flood() {
        for (int i = 0; i < 300; i++) {
            assertEquals(401, ask("2001:db8:0:" + Integer.toHexString(i) + "::1", "GET /", WRONG).status());
        }
    }

    @Test
    void makesUnknownNetworksWaitWhenGuessesComeFromEverywhere() {
        flood();
        Answer answer = ask(CLIENT, "GET /", RIGHT);

        assertEquals(429, answer.status());
        assertEquals("1", answer.header("Retry-After"));
        assertEquals(401, ask(CLIENT, "GET /").status(), "a page that asks for the password costs nothing");
        seawall.pass(Duration.ofSeconds(1));
        assertEquals(200, ask(CLIENT, "GET /", RIGHT).status(), "and waiting helps");
    }

    @Test
    void neverMakesTheOwnerWaitForWhatOthersDo() {
        String cookie = login();
        flood();

        assertEquals(200, ask(CLIENT, "GET /", cookie).status(), "a session, from wherever");
        assertEquals(200, ask(OTHER_CLIENT, "GET /", RIGHT).status(), "the password, from where it was right before");
        assertEquals(200, ask(CLIENT, "GET /v1/models", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN).status());
        assertEquals(200, ask(CLIENT, "POST /hooks/wake", "Content-Length: 0",
                "Authorization: Bearer " + TestConfig.HOOKS_TOKEN).status());
    }

    @Test
    void letsNobodySilenceTheWebhooks() {
        for (int i = 0; i < 301; i++) {
            ask("2001:db8:0:" + Integer.toHexString(i) + "::1", "POST /hooks/wake", "Authorization: Bearer wrong");
        }
        assertEquals(429, ask(CLIENT, "POST /hooks/wake", "Authorization: Bearer wrong").status());
        assertEquals(200, ask(CLIENT, "POST /hooks/wake", "Content-Length: 0",
                "Authorization: Bearer " + TestConfig.HOOKS_TOKEN).status());
    }
}
