package io.seawall.proxy.diagnose.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Status;
import io.seawall.proxy.diagnose.doctor.probe.Credentials;
import io.seawall.proxy.diagnose.doctor.probe.Evidence;
import io.seawall.proxy.diagnose.doctor.probe.MayBeShown;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import io.seawall.proxy.server.Preflight;
import io.seawall.proxy.server.TestConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What proxies in front do wrong, and the sentence for each.
@Timeout(60)
class FrontTest {
    private static final String CHALLENGE = "WWW-Authenticate: "
            + Layer.BASIC.rejection(Decision.Reason.MISSING, "/").headers()
                    .get("WWW-Authenticate")
            + "\r\n";
    private static final String COOKIE = "Set-Cookie: __Host-seawall-01234567=abc; Path=/\r\n";

    private final ServerSocket listener;
    private volatile Function<String, String> script = request -> answer(200, "", "");

    FrontTest() throws IOException {
        listener = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    @AfterEach
    void stop() throws IOException {
        listener.close();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // it is closed
            }
        }
    }

    /// One request, one answer, which is raw; an empty one never comes.
    private void serve(Socket client) {
        try (client) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            client.getOutputStream().write(script.apply(head.toString()).getBytes(StandardCharsets.UTF_8));
            client.getOutputStream().flush();
            while (in.read() >= 0) {
                // until the doctor has enough
            }
        } catch (IOException e) {
            // the doctor went away
        }
    }

    private static String answer(int status, String fields, String body) {
        return "HTTP/1.1 " + status + " X\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static String refusal(String code) {
        return "{\"error\":{\"message\":\"x\",\"type\":\"client\",\"code\":\"" + code + "\",\"request_id\":\"1\"}}";
    }

    private Front front() {
        var config = TestConfig.of();
        Evidence evidence = new Evidence(Path.of("/proc"),
                OptionalLong.of(Preflight.Facts.read(Path.of("/proc")).uid() & 0xffff_ffffL), List.of(), List.of());
        Target target = new MayBeShown(config, evidence).listenerInClear(Target
                .plain(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), "claw.example.com"));
        return new Front(config, new Credentials(config), new GatewayFindings(List.of()), target,
                "https://claw.example.com",
                true);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"400||A proxy got this by https and passes it on by plain http, to a port",
        "308|Location: https://claw.example.com/|"})
    void findsAProxyThatSpeaksPlainHttpToTheTlsPort(int status, @Nullable String field, @Nullable String body)
            throws NoAnswerException {
        script = request -> answer(status, field == null ? "" : field + "\r\n", body == null ? "" : body);
        Finding finding = logIn().finding();

        assertEquals(
                "The proxy in front passes on by plain HTTP what it gets by https, to a port that speaks TLS (" + status
                        + ").",
                finding.found());
        assertTrue(
                finding.fix().contains(
                        "SEAWALL_TRUSTED_PROXIES=127.0.0.1), and set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"),
                finding.fix());
    }

    /// The list that is set takes the place of all that counted before.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"PORT=8080|SEAWALL_ALLOWED_ORIGINS=https://claw.example.com",
        "COOLIFY_FQDN=https://b.example|SEAWALL_ALLOWED_ORIGINS=https://b.example,https://claw.example.com",
        "SEAWALL_ALLOWED_ORIGINS=https://a.example|SEAWALL_ALLOWED_ORIGINS=https://a.example,https://claw.example.com",
        "SEAWALL_ALLOWED_ORIGINS=https://claw.example.com|restart Seawall, or send it SIGHUP, so that it runs with this "
                + "configuration"})
    void namesTheWholeListWhereAnOriginIsRefused(String key, String fix) throws NoAnswerException {
        script = request -> answer(403, "Content-Type: application/json\r\n", refusal("bad_origin"));
        Front front = front();
        var config = TestConfig.of(key);

        assertEquals(fix,
                new Front(config, new Credentials(config), front.gateway(), front.target(), front.origin(), true)
                        .webSocket("url.websocket", "a=b").fix());
    }

    private Front.Login logIn() throws NoAnswerException {
        return front().logIn("url.login");
    }

    /// Seawall, as it answers without a credential, to the password, and to the cookie.
    private static String seawall(String request, String withPassword, String withCookie) {
        return request.contains("Authorization: Basic ")
                ? withPassword
                : request.contains("Cookie: __Host-seawall-01234567=abc") ? withCookie : answer(401, CHALLENGE, "");
    }

    @Test
    void isContentWithOnePasswordAndOneCookie() throws NoAnswerException {
        script = request -> seawall(request, answer(200, COOKIE, "page"), answer(200, "", "{}"));
        Front.Login login = logIn();

        assertEquals(Status.PASS, login.finding().status(), login.toString());
        assertEquals("__Host-seawall-01234567=abc", login.cookie());
    }

    @Test
    void findsACookieThatDoesNotArrive() throws NoAnswerException {
        script = request -> seawall(request, answer(200, "", "page"), answer(200, "", "{}"));
        assertTrue(logIn().finding().found().contains("no session's cookie arrives"));
    }

    @Test
    void findsACookieThatDoesNotCount() throws NoAnswerException {
        script = request -> seawall(request, answer(200, COOKIE, "page"), answer(401, CHALLENGE, ""));
        Finding finding = logIn().finding();

        assertEquals(Status.FAIL, finding.status());
        assertTrue(finding.found().contains("asked again and again"), finding.found());
    }

    @Test
    void findsAGatewayThatRefusesThePageBehindTheLogin() throws NoAnswerException {
        String refused = answer(403, COOKIE, "{\"error\":{\"type\":\"proxy_attribution_required\"}}");
        script = request -> seawall(request, refused, answer(200, "", "{}"));

        assertEquals(GatewayChecks.TRUST_US, logIn().finding().fix());
    }

    @Test
    void waitsForAGatewayThatStarts() throws NoAnswerException {
        script = request -> seawall(request, answer(503, COOKIE, refusal("starting")), answer(200, "", "{}"));
        assertEquals(Status.WARN, logIn().finding().status());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"200||FAIL|without a password", "502||FAIL|does not reach Seawall",
        "503||FAIL|does not reach Seawall", "521||FAIL|does not reach Seawall", "404||FAIL|do not give here",
        "429|locked|UNKNOWN|locked out", "421|host|FAIL|does not know the name claw.example.com",
        "503|exposed|FAIL|listens beyond loopback", "503|foreign|FAIL|another user than OpenClaw's",
        "503|descriptors|FAIL|no file descriptor left", "503|starting|WARN|starting or down"})
    void tellsApartWhatUnauthenticatedClientsGet(int status, String code, Status expected, String part)
            throws NoAnswerException {
        String body = code == null ? "" : refusal(code);
        script = request -> answer(status, "", body);
        Finding finding = logIn().finding();

        assertEquals(expected, finding.status(), finding.toString());
        assertTrue(finding.found().contains(part), finding.found());
        assertFalse(finding.fix().isEmpty());
    }

    @Test
    void cannotTellMoreWhereOnlyTheProxyIsServed() throws NoAnswerException {
        script = request -> answer(403, "", refusal("direct_peer"));
        assertEquals(Status.SKIPPED, logIn().finding().status());
    }

    @Test
    void leavesCloudflareAccessToPeople() throws NoAnswerException {
        script = request -> answer(302, "Location: https://team.cloudflareaccess.com/cdn-cgi/access/login\r\n", "");
        assertEquals(Status.SKIPPED, logIn().finding().status());
    }

    @Test
    void findsAHandshakeThatDoesNotArriveAsOne() throws NoAnswerException {
        script = request -> answer(200, "", "<html>");
        Finding finding = front().webSocket("url.websocket", "__Host-seawall-01234567=abc");

        assertEquals(Status.FAIL, finding.status());
        assertTrue(finding.fix().contains("Upgrade"), finding.fix());
    }

    @Test
    void findsAWebSocketThatIsClosedAtOnce() throws NoAnswerException {
        script = request -> "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\u0008\u0002\u0003\u0001";
        Finding finding = front().webSocket("url.websocket", "__Host-seawall-01234567=abc");

        assertEquals(Status.FAIL, finding.status());
        assertTrue(finding.found().contains("closed with 769"), finding.found());
    }

    @Test
    void findsWhatHoldsStreamsBack() throws NoAnswerException {
        script = request -> request.startsWith("POST /tools/invoke")
                ? answer(200, "", "{\"result\":{\"details\":{\"sessions\":[{\"key\":\"a\"}]}}}")
                : "";
        Finding finding = front().stream("url.stream");

        assertEquals(Status.FAIL, finding.status());
        assertTrue(finding.fix().contains("proxy_buffering off"), finding.fix());
    }

    @Test
    void findsAPasswordInFrontOfTheApi() throws NoAnswerException {
        script = request -> answer(401, CHALLENGE, "");
        Finding finding = front().api("url.api");

        assertEquals(Status.FAIL, finding.status());
        assertTrue(finding.found().contains("asks for a password"), finding.found());
    }

    /// As nginx does with auth_basic, and passes what it was given on.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"Basic realm=\"Restricted\"|, for \"Restricted\".",
        "Basic realm=\"Seawall\"|, for \"Seawall\".", "basic realm=Staff|of its own. ", "Basic|of its own. ",
        "Basic realm=\"<b>\\\"\"|of its own. "})
    void findsAPasswordOfTheProxyInFront(String challenge, String part) throws NoAnswerException {
        List<String> asked = new CopyOnWriteArrayList<>();
        script = request -> {
            asked.add(request);
            return answer(401, "Server: nginx\r\nWWW-Authenticate: " + challenge + "\r\n", "<html>401</html>");
        };
        for (Finding finding : List.of(logIn().finding(), front().api("url.api"))) {
            assertEquals(Status.FAIL, finding.status());
            assertTrue(finding.found().contains("asks for a password of its own"), finding.found());
            assertTrue(finding.found().contains(part), finding.found());
            assertTrue(finding.fix().contains("auth_basic off;"), finding.fix());
        }
        assertTrue(asked.stream().noneMatch(request -> request.contains("Authorization")),
                "and ours is not given to it");
        assertTrue(front().stream("url.stream").fix().contains("auth_basic off;"));
        assertTrue(front().webSocket("url.websocket", "__Host-seawall-01234567=abc").fix()
                .contains("auth_basic off;"));
    }

    /// A proxy may put a page or a challenge of its own in the place of one of ours.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"OURS|<html>", "Basic realm=\"other\"|OURS"})
    void takesOursForOursThroughAProxyToo(String challenge, String body) throws NoAnswerException {
        String asking = challenge.equals("OURS") ? CHALLENGE : "WWW-Authenticate: " + challenge + "\r\n";
        String refused = body.equals("OURS") ? refusal("unauthorized") : body;
        script = request -> request.contains("Authorization: Basic ")
                ? answer(200, COOKIE, "page")
                : request.contains("Cookie: ") ? answer(200, "", "{}") : answer(401, asking, refused);
        assertEquals(Status.PASS, logIn().finding().status());
    }

    @Test
    void looksForAnotherServerWhereNothingIsInFront() throws NoAnswerException {
        script = request -> answer(401, "WWW-Authenticate: Basic realm=\"Restricted\"\r\n", "");
        Front front = front();
        Finding finding = new Front(front.config(), front.credentials(), front.gateway(), front.target(),
                front.origin(),
                false).logIn("seawall.login").finding();
        assertTrue(finding.fix().contains("find out what listens on port"), finding.fix());
    }

    /// A server that sends a byte now and then does not keep the doctor longer than one that sends none.
    @Test
    void waitsForNobodyLongerThanTenSeconds() throws InterruptedException {
        script = request -> "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx";
        long start = System.nanoTime();
        NoAnswerException.Instead instead = null;
        try {
            logIn();
        } catch (NoAnswerException e) {
            instead = e.instead();
        }
        assertEquals(NoAnswerException.Instead.SILENCE, Objects.requireNonNull(instead));
        assertTrue(System.nanoTime() - start < 20_000_000_000L);
    }

    @Test
    void hidesASecretThatOthersSaid() {
        Finding finding = new Checks(new Credentials(TestConfig.of()), "it", Long.MAX_VALUE)
                .add(Finding.warn("x", "They say " + TestConfig.GATEWAY_TOKEN + ".", "do"));
        assertFalse(finding.toString().contains(TestConfig.GATEWAY_TOKEN));
        assertEquals("x", finding.id());
    }
}
