package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.proxy.answer.OwnAnswer;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.MemoryChannel;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogHandlerTest {
    private static final String CLIENT = "203.0.113.7";

    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of("SEAWALL_PUBLIC_PATHS=ws:/w"));

    @AfterEach
    void close() {
        seawall.close();
    }

    private static String basic(String user, String password) {
        return "Authorization: Basic "
                + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private void ask(String line, String... headers) {
        seawall.ask(CLIENT, line + " HTTP/1.1\nHost: localhost\n" + String.join("\n", headers));
    }

    /// What was logged, without what differs each time.
    private List<String> log() {
        return seawall.log().stream().map(line -> line.replaceFirst("\"time\":\"[^\"]*\",", "")
                .replaceFirst("\"id\":\"[0-9a-f]{32}\"", "\"id\":\"ID\"").replaceFirst("\"ms\":[0-9.]+", "\"ms\":MS")
                .replaceFirst("\"sent\":\\d+", "\"sent\":N").replaceFirst(",\"why\":\"[^\"]*\"", "")).toList();
    }

    private static String line(String client, String route, String method, String path, int status, String layer,
            String outcome, String rejected) {
        return "{\"level\":\"INFO\",\"message\":\"request\",\"id\":\"ID\",\"client\":\"" + client + "\",\"route\":\""
                + route
                + "\",\"protocol\":\"http/1.1\",\"method\":\"" + method + "\",\"path\":\"" + path + "\",\"status\":"
                + status
                + ",\"received\":0,\"sent\":N,\"ms\":MS,\"layer\":\"" + layer + "\",\"outcome\":\"" + outcome + "\""
                + (rejected.isEmpty() ? "" : ",\"rejected\":\"" + rejected + "\"") + "}";
    }

    private static String failure(String layer, String reason, String client) {
        return "{\"level\":\"WARNING\",\"message\":\"auth_failure layer=" + layer + " reason=" + reason + " client="
                + client
                + "\"}";
    }

    @Test
    void writesOneLineForEachExchange() {
        ask("GET /healthz");
        ask("GET /chat?session=7&x", basic("admin", TestConfig.PASSWORD));
        ask("POST /v1/responses", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN);
        ask("POST /hooks/wake", "X-Openclaw-Token: " + TestConfig.HOOKS_TOKEN);
        ask("GET /");
        ask("GET /hooks/../v1/models");
        ask("GET /%0a");
        seawall.ask(CLIENT, "GET / HTTP/1.1\nHost: evil.example");
        seawall.ask(CLIENT, "BREW / HTTP/1.1\nHost: localhost");
        seawall.ask(CLIENT, "GET / HTTP/1.1\nHost: localhost\nHost: localhost");
        assertEquals(List.of(line(CLIENT, "status", "GET", "/healthz", 200, "none", "none", ""),
                line(CLIENT, "ui", "GET", "/chat?session=***&***", 200, "basic", "granted", ""),
                line(CLIENT, "api", "POST", "/v1/responses", 200, "gateway", "granted", ""),
                line(CLIENT, "hooks", "POST", "/hooks/wake", 200, "hooks", "granted", ""),
                line(CLIENT, "ui", "GET", "/", 401, "basic", "missing", "unauthorized"),
                line(CLIENT, "none", "GET", "/hooks/../v1/models", 400, "none", "none", "ambiguous_path"),
                line(CLIENT, "none", "GET", "/%0a", 400, "none", "none", "ambiguous_path"),
                line(CLIENT, "none", "GET", "/", 421, "none", "none", "host"),
                line("203.0.113.7", "none", "-", "-", 405, "none", "none", "method"),
                line("203.0.113.7", "none", "GET", "/", 400, "none", "none", "host_count")), log());
    }

    private static String why(String line) {
        return line.substring(line.indexOf("\"why\":\"") + 7, line.length() - 1);
    }

    /// The label is the line's last value: CrowdSec and people look for it there, behind all that a client may have chosen.
    @Test
    void saysWhatTheLabelDoesNot() {
        seawall.connect(CLIENT).send("\u0016\u0003\u0001\u0002\0\u0001");
        ask("GET /", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13");
        ask("POST /x", basic("admin", TestConfig.PASSWORD), "Origin: https://other.example.com:8443");
        assertEquals(List.of(
                "Refused: the client speaks TLS to a port that speaks plain HTTP. Have the proxy in front speak plain HTTP to Seawall "
                        + "(nginx: proxy_pass http://...), or give Seawall a certificate: SEAWALL_TLS=self-signed\",\"rejected\":\"tls_on_plain_port\"",
                "Refused: the WebSocket handshake is not complete: Sec-WebSocket-Key is not 16 bytes in Base64.\",\"rejected\":\"upgrade\"",
                "A page of another origin asked for this. Its origin is https://other.example.com:8443 (expected: http://localhost). "
                        + "Only if that page is yours: where a proxy in front changes Host, have it pass on the Host that it "
                        + "gets (nginx: proxy_set_header Host $http_host;), or set SEAWALL_ALLOWED_ORIGINS=http://localhost,"
                        + "https://other.example.com:8443\",\"rejected\":\"bad_origin\""),
                seawall.log().stream().map(AccessLogHandlerTest::why).toList());
    }

    /// A secret can be put anywhere by mistake, and even one with a dot in it is not written.
    @ParameterizedTest
    @ValueSource(strings = {"https://x.", "https://", "https://a.example.com:"})
    void repeatsNoSecretInThePlaceOfAnOrigin(String before) {
        String secret = TestConfig.GATEWAY_TOKEN.substring(0, 31);
        ask("POST /x", basic("admin", TestConfig.PASSWORD), "Origin: " + before + TestConfig.GATEWAY_TOKEN);
        String log = String.join("\n", seawall.log());
        assertTrue(log.contains("bad_origin"), log);
        assertFalse(log.contains(secret), log);
    }

    @Test
    void writesOneLineForEachExchangeOfAConnection() {
        var channel = seawall.connect("2001:db8::7");
        for (int i = 0; i < 3; i++) {
            channel.ask("GET /healthz HTTP/1.1\nHost: localhost");
        }
        List<String> lines = log();
        assertEquals(3, lines.size());
        assertEquals(line("2001:db8::7", "status", "GET", "/healthz", 200, "none", "none", ""), lines.getFirst());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /|Authorization: Basic YWRtaW46d3Jvbmc=|basic|wrong_password",
        "GET /|Authorization: Basic cm9vdDp3cm9uZw==|basic|unknown_user",
        "GET /|Authorization: Digest x|basic|malformed",
        "GET /v1/models|Authorization: Bearer wrong|gateway|wrong_token",
        "GET /v1/models|Authorization: Basic YTpi|gateway|malformed",
        "POST /hooks/wake|X-Openclaw-Token: wrong|hooks|wrong_token"})
    void writesTheLineThatFail2banReads(String request, String header, String layer, String reason) {
        ask(request, header);
        assertEquals(failure(layer, reason, CLIENT), log().getFirst());
    }

    /// No filter takes it for a guess: it would ban a home for a program that was given last week's password.
    @Test
    void writesAnotherReasonForTheSameAgain() {
        for (int i = 0; i < 8; i++) {
            ask("GET /v1/models", "Authorization: Bearer wrong");
        }
        List<String> log = seawall.log();
        assertEquals(1, lines(log, "auth_failure layer=gateway reason=wrong_token client="));
        assertEquals(5, lines(log, "auth_failure layer=gateway reason=repeated client="));
        assertEquals(1, lines(log, "\"kind\":\"no_guess\",\"count\":2"));
        assertEquals(8, lines(log, "\"message\":\"request\""));
    }

    @Test
    void writesItWhileTheClientIsLockedOutToo() {
        for (int i = 0; i < 11; i++) {
            ask("GET /v1/models", "Authorization: Bearer wrong " + i);
        }
        List<String> lines = log();
        assertEquals(22, lines.size());
        assertEquals(failure("gateway", "wrong_token", CLIENT), lines.get(18));
        assertEquals(failure("gateway", "locked", CLIENT), lines.get(20));
        assertTrue(lines.get(21).contains("\"status\":429") && lines.get(21).contains("\"rejected\":\"locked\""),
                lines.get(21));
    }

    @Test
    void writesTheCanonicalAddressOfAnIpv6Client() {
        seawall.ask("2001:DB8:0:0::7",
                "GET /v1/models HTTP/1.1\nHost: localhost\nAuthorization: Bearer wrong");
        assertEquals(failure("gateway", "wrong_token", "2001:db8::7"), log().getFirst());
    }

    /// Who asks without a credential, with an old cookie, or through a foreign page is not banned for it.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET /|Accept: */*", "GET /|Cookie: __Host-seawall=1.0.0.0.x",
        "GET /|Authorization: Bearer device", "GET /v1/models|Accept: */*", "POST /hooks/wake|Accept: */*",
        "GET /healthz|Accept: */*"})
    void writesItForNothingElse(String request, String header) {
        ask(request, header);
        assertEquals(1, log().size());
    }

    @Test
    void doesNotBlameTheOwnerForAForeignPage() {
        ask("POST /api/x", basic("admin", TestConfig.PASSWORD), "Origin: https://evil.example");
        assertEquals(List.of(line(CLIENT, "ui", "POST", "/api/x", 403, "origin", "bad_origin",
                "bad_origin")), log());
    }

    // ---- floods

    private long lines(List<String> log, String part) {
        return log.stream().filter(line -> line.contains(part)).count();
    }

    @Test
    void countsRefusalsBeyondAClientsBudget() {
        for (int i = 0; i < 400; i++) {
            ask("GET /hooks/../v1/models");
        }
        seawall.ask("203.0.113.8", "GET /hooks/../v1/models HTTP/1.1\nHost: localhost");
        List<String> log = seawall.log();
        assertEquals(200, lines(log, CLIENT));
        assertEquals(1, lines(log, "203.0.113.8"));
        assertTrue(log.getLast().endsWith(
                "\"message\":\"lines suppressed\",\"kind\":\"refusal\",\"count\":200,\"seconds\":0}"), log.getLast());
    }

    /// What is malformed before its client is known is on the connection's account.
    @Test
    void countsWhatIsTooMalformedToHaveAClientByItsConnections() {
        for (int i = 0; i < 400; i++) {
            seawall.ask(CLIENT, "BREW / HTTP/1.1\nHost: localhost");
        }
        seawall.ask("203.0.113.8", "BREW / HTTP/1.1\nHost: localhost");
        List<String> log = seawall.log();
        assertEquals(201, lines(log, "\"rejected\":\"method\""));
        assertEquals(1, lines(log, "lines suppressed"));
    }

    @Test
    void countsWhoeverIsLockedOutAndGoesOn() {
        lockOutAndAskOn();
        List<String> log = seawall.log();
        assertEquals(10, lines(log, "reason=wrong_token"));
        assertEquals(5, lines(log, "reason=locked"));
        assertEquals(1, lines(log, "\"kind\":\"no_guess\",\"count\":295"));
    }

    /// Ten guesses, and 300 requests by the client that is locked out then.
    private void lockOutAndAskOn() {
        for (int i = 0; i < 10; i++) {
            ask("GET /v1/models", "Authorization: Bearer wrong " + i);
        }
        for (int i = 0; i < 300; i++) {
            MemoryChannel channel = seawall.connect(CLIENT);
            channel.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer wrong\r\n\r\n");
            channel.close();
        }
    }

    /// Or a line would be had for each connection, by not waiting for the answer.
    @Test
    void countsWhoeverIsLockedOutAndLeavesBeforeTheAnswer() {
        for (int i = 0; i < 10; i++) {
            ask("GET /v1/models", "Authorization: Bearer wrong " + i);
        }
        for (int i = 0; i < 300; i++) {
            MemoryChannel channel = seawall.connect(CLIENT);
            assertEquals("", channel.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            channel.close();
        }
        List<String> log = seawall.log();
        assertEquals(200, lines(log, "\"message\":\"request\""));
        assertEquals(1, lines(log, "\"kind\":\"refusal\",\"count\":110"));
    }

    /// Otherwise a client could use up its lines before it guesses, and fail2ban would not see its guesses.
    @Test
    void writesGuessesOfWhoeverSpentHisOtherLines() {
        for (int i = 0; i < 300; i++) {
            ask("GET /v1/models", "Authorization: Basic YTpi");
        }
        for (int i = 0; i < 10; i++) {
            ask("GET /v1/models", "Authorization: Bearer wrong " + i);
        }
        List<String> log = seawall.log();
        assertEquals(5, lines(log, "reason=malformed"));
        assertEquals(10, lines(log, "reason=wrong_token"));
    }

    @Test
    void countsHealthChecksBeyondAClientsBudget() {
        for (int i = 0; i < 400; i++) {
            ask("GET /healthz");
        }
        List<String> log = seawall.log();
        assertEquals(200, lines(log, "/healthz"));
        assertEquals(1, lines(log, "\"kind\":\"open\",\"count\":200"));
    }

    @Test
    void countsStaticFilesOfWhoeverHasNoSessionBeyondAClientsBudget() {
        askOften(seawall, "/assets/a.js", "localhost", 200);
        List<String> log = seawall.log();
        assertEquals(200, lines(log, "/assets/a.js"));
        assertEquals(1, lines(log, "\"kind\":\"open\",\"count\":200"));
    }

    @Test
    void countsFilesOfTheSandboxBeyondAClientsBudget() {
        try (MemorySeawall withSandbox = new MemorySeawall(
                TestConfig.of("SEAWALL_SANDBOX=mcp-apps.example.com", "SEAWALL_HOSTS=claw.example.com"))) {
            askOften(withSandbox, "/widget", "mcp-apps.example.com", 200);
            List<String> log = withSandbox.log();
            assertEquals(200, lines(log, "\"route\":\"sandbox\""));
            assertEquals(1, lines(log, "\"kind\":\"open\",\"count\":200"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 401})
    void countsRequestsToPortalsBeyondAClientsBudget(int status) {
        try (MemorySeawall withPortals = new MemorySeawall(
                TestConfig.of("SEAWALL_PORTALS=preview.example.net", "SEAWALL_HOSTS=claw.example.com"))) {
            askOften(withPortals, "/x", "a.preview.example.net", status);
            assertEquals(200, lines(withPortals.log(), "\"route\":\"portal\""));
        }
    }

    @ParameterizedTest
    @CsvSource({"200, 400", "302, 400", "401, 200", "404, 200", "503, 200"})
    void countsWhatTheGatewayRefusesOnAPublicPathBeyondAClientsBudget(int status, int written) {
        try (MemorySeawall open = new MemorySeawall(TestConfig.of("SEAWALL_PUBLIC_PATHS=/open"))) {
            askOften(open, "/open", "localhost", status);
            assertEquals(written, lines(open.log(), "\"route\":\"public\""));
        }
    }

    /// 400 times, and the gateway answers.
    private static void askOften(MemorySeawall asked, String path, String host, int status) {
        for (int i = 0; i < 400; i++) {
            MemoryChannel channel = asked.connect(CLIENT);
            channel.pipeline().addBefore("relay", "gateway", new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    Exchange.of(ctx.channel()).upstreamAnswered();
                    if (status == 200) {
                        ctx.fireChannelRead(msg);
                    } else {
                        OwnAnswer.write(ctx, status, Headers.EMPTY, OwnAnswer.TEXT, "from the gateway", false);
                    }
                }
            });
            channel.ask("GET " + path + " HTTP/1.1\nHost: " + host);
        }
    }

    @Test
    void writesNoAccessLineAboveItsLevelButFailures() {
        seawall.journal.level(System.Logger.Level.WARNING);
        ask("GET /healthz");
        ask("GET /v1/models", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN);
        ask("GET /v1/models", "Authorization: Bearer wrong");
        assertEquals(List.of(failure("gateway", "wrong_token", CLIENT)), log());
    }

    @Test
    void writesEveryPermittedRequest() {
        for (int i = 0; i < 400; i++) {
            ask("GET /v1/models", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN);
        }
        List<String> log = seawall.log();
        assertEquals(400, log.size());
        assertEquals(400, lines(log, "\"outcome\":\"granted\""));
    }

    /// The metrics have what the log has not.
    @Test
    void tellsTheMetricsHowMany() {
        seawall.metrics.measure(seawall.journal);
        lockOutAndAskOn();
        String scrape = seawall.metrics.scrape("");
        assertTrue(scrape.contains("seawall_log_lines_suppressed_total{kind=\"no_guess\"} 295.0"), scrape);
        assertTrue(scrape.contains("seawall_log_lines_suppressed_total{kind=\"auth_failure\"} 0.0"), scrape);
        assertTrue(scrape.contains("{layer=\"gateway\",outcome=\"locked\",reason=\"locked\"} 300.0"), scrape);
    }
}
