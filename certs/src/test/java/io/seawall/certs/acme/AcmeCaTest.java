package io.seawall.certs.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.CertificateEvents.Failure;
import io.seawall.certs.Issuer;
import io.seawall.certs.Pki;
import io.seawall.certs.acme.FakeAcme.Answer;
import io.seawall.config.Config;
import io.seawall.config.Config.Acme.Challenge;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What pebble cannot be made to say; what it can is in `proxy/src/acme/run`.
class AcmeCaTest {
    @TempDir
    private Path folder = Path.of("");

    private final Clock clock = Clock.fixed(Instant.now(), Clock.systemUTC().getZone());
    private final AcmeChallenges challenges = new AcmeChallenges();
    private FakeAcme server;
    private AcmeCa ca;

    @SuppressWarnings("NullAway.Init")
    AcmeCaTest() {}

    @BeforeEach
    void starts() throws Exception {
        server = new FakeAcme(folder.resolve("fake"));
        ca = ca(List.of(server.anchor()));
    }

    @AfterEach
    void stops() {
        server.close();
    }

    private AcmeCa ca(List<X509Certificate> anchors) {
        return new AcmeCa(new Config.Acme(URI.create(server.base() + "/directory"), Optional.empty(), Challenge.AUTO,
                Optional.empty(), Optional.empty()), anchors, challenges, clock);
    }

    private AcmeAuthority.Order order() {
        return new AcmeAuthority.Order(new LinkedHashSet<>(List.of("claw.example.com")), Challenge.AUTO,
                Issuer.newKeyPair(), Issuer.newKeyPair(), Optional.empty());
    }

    private AcmeFailureException failure() {
        return assertThrows(AcmeFailureException.class, () -> ca.order(order()));
    }

    private X509Certificate certificate() {
        var key = Pki.ec("secp256r1");
        Instant from = clock.instant();
        var root = new Pki.Identity(key, Pki.certificate("CN=Root", key, "CN=Root", key, true, from,
                from.plus(Duration.ofDays(90))));
        return ScriptedCa.certify(Pki.ec("secp256r1").getPublic(), List.of("claw.example.com"), from,
                Duration.ofDays(90), root);
    }

    @ParameterizedTest
    @CsvSource({"429, rateLimited, 600", "503, rateLimited, 600", "429, serverInternal, 600",
        "503, serverInternal, 600"})
    void hearsForHowLongNotToCome(int status, String type, long seconds) {
        server.answers.put("/order", Answer.problem(status, type, "later", "Retry-After: " + seconds));
        AcmeFailureException failure = failure();
        assertEquals(Optional.of(clock.instant().plusSeconds(seconds)), failure.retryAfter());
        assertEquals(type.equals("rateLimited") ? Failure.RATE_LIMITED : Failure.REFUSED, failure.failure());
        assertEquals("the CA says " + type + ": later", failure.getMessage());
    }

    @Test
    void hearsItInAPageThatIsNoProblemDocument() {
        server.answers.put("/directory",
                new Answer(503, "text/html", "<h1>maintenance</h1>", List.of("Retry-After: 600")));
        AcmeFailureException failure = failure();
        assertEquals(Optional.of(clock.instant().plusSeconds(600)), failure.retryAfter());
        assertEquals(Failure.RATE_LIMITED, failure.failure());
    }

    @Test
    void hearsADateAsWell() {
        server.answers.put("/order", Answer.problem(429, "rateLimited", "later",
                "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT"));
        assertEquals(Optional.of(Instant.parse("2100-01-01T00:00:00Z")), failure().retryAfter());
    }

    @Test
    void passesOnNothingUnprintableOrEndless() {
        server.answers.put("/order", Answer.problem(400, "malformed", "a\\u001b[31m\\nb\\u2028" + "x".repeat(9_000)));
        String message = String.valueOf(failure().getMessage());
        assertTrue(message.startsWith("the CA says malformed: a?[31m?b?xxx"), message);
        assertTrue(message.length() < 320, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deactivated", "revoked"})
    void knowsAnAccountThatIsGone(String status) {
        server.answers.put("/account", Answer.json(200, "{\"status\": \"" + status + "\"}",
                "Location: " + server.base() + "/account/1"));
        assertThrows(AcmeAuthority.AccountGoneException.class, () -> ca.order(order()));
    }

    @ParameterizedTest
    @CsvSource({"/account, unauthorized", "/order, unauthorized", "/order, accountDoesNotExist"})
    void knowsItByItsRefusalToo(String path, String type) {
        server.answers.put(path, Answer.problem(403, type, "go away"));
        assertThrows(AcmeAuthority.AccountGoneException.class, () -> ca.order(order()));
    }

    @Test
    void believesNoDirectoryThatNobodyVouchesFor() {
        ca = ca(List.of());
        AcmeFailureException failure = failure();
        assertEquals(Failure.UNREACHABLE, failure.failure());
        assertTrue(String.valueOf(failure.getMessage()).contains("SEAWALL_ACME_CA"), failure.getMessage());
        assertEquals(List.of(), server.asked);
    }

    @Test
    void neverLeavesTls() {
        server.answers.put("/directory", Answer.json(200, """
                {"newNonce": "http://127.0.0.1:1/nonce", "newAccount": "@/account", "newOrder": "@/order"}
                """));
        server.answers.remove("/nonce");
        server.answers.put("/order", Answer.json(201, "{}"));
        server.answers.put("/account", Answer.json(200, "{\"status\": \"valid\"}",
                "Location: " + server.base() + "/account/1"));
        server.answers.put("/order", Answer.json(201, """
                {"status": "pending", "authorizations": ["http://127.0.0.1:1/authz"], "finalize": "@/finalize"}
                """, "Location: " + server.base() + "/order/1"));
        assertTrue(String.valueOf(failure().getMessage()).contains("without TLS"));
    }

    @Test
    void readsNoAnswerWithoutAnEnd() {
        server.answers.put("/directory", Answer.json(200, "{\"a\": \"" + "x".repeat(2 << 20) + "\"}"));
        assertEquals(Failure.UNREACHABLE, failure().failure());
    }

    @Test
    void readsNoTreeOfMegabytes() {
        server.answers.put("/directory", Answer.json(200, "{\"a\": [" + "[],".repeat(50_000) + "[]]}"));
        assertEquals(Failure.UNREACHABLE, failure().failure());
    }

    @Test
    void showsNoMoreNamesThanItHasOrdered() {
        server.answers.put("/order", Answer.json(201, """
                {"status": "pending", "authorizations": ["@/authz/1", "@/authz/2"], "finalize": "@/finalize"}
                """, "Location: " + server.base() + "/order/1"));
        AcmeFailureException failure = failure();
        assertEquals(Failure.PROTOCOL, failure.failure());
        assertEquals("it wants to see more names than were ordered", failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "\"x\"", "{\"newNonce\": 5}", "{\"newNonce\": \"\"}", "<html>"})
    void survivesAnyDirectory(String body) {
        server.answers.put("/directory", Answer.json(200, body));
        failure();
    }

    @Test
    void offersNoChallengeThatTheCaDoesNot() {
        server.answers.put("/order", Answer.json(201, """
                {"status": "pending", "authorizations": ["@/authz/1"], "finalize": "@/finalize"}
                """, "Location: " + server.base() + "/order/1"));
        server.answers.put("/authz", Answer.json(200, """
                {"status": "pending", "identifier": {"type": "dns", "value": "claw.example.com"},
                 "challenges": [{"type": "dns-01", "url": "@/chall/1", "status": "pending", "token": "abc"}]}
                """));
        assertEquals("claw.example.com: the CA offers dns-01, not http-01", failure().getMessage());
        assertFalse(challenges.expectsTls());
    }

    @Test
    void asksForAdviceByTheNameOfTheCertificate() throws Exception {
        server.answers.put("/ari", Answer.json(200, """
                {"suggestedWindow": {"start": "2026-01-02T04:00:00Z", "end": "2026-01-03T04:00:00Z"}}
                """));
        assertEquals(Optional.of(new AcmeAuthority.Advice(Instant.parse("2026-01-02T04:00:00Z"),
                Instant.parse("2026-01-03T04:00:00Z"), Optional.empty())), ca.advice(certificate()));
        // RFC 9773, section 4.1: two parts in base64url
        assertTrue(server.asked.getLast().matches("/ari/[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+"), server.asked::toString);
    }

    @Test
    void doesWithoutAdviceWhereThereIsNone() throws Exception {
        server.answers.put("/directory", Answer.json(200, "{\"newNonce\": \"@/nonce\"}"));
        assertEquals(Optional.empty(), ca.advice(certificate()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"suggestedWindow\": {\"start\": \"x\", \"end\": \"y\"}}",
        "{\"suggestedWindow\": {\"start\": \"2026-01-02T04:00:00Z\", \"end\": \"2026-01-01T04:00:00Z\"}}"})
    void takesNoAdviceThatIsNone(String body) {
        server.answers.put("/ari", Answer.json(200, body));
        assertThrows(AcmeFailureException.class, () -> ca.advice(certificate()));
    }

    /// In Let's Encrypt's words, for one name and for several.
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "\"detail\": \"Cannot issue for \\\"my_claw.lan\\\": Domain name contains an invalid character\"|my_claw.lan",
        "\"detail\": \"Error creating new order\", \"subproblems\": [{\"type\": \"urn:ietf:params:acme:error:rejectedIdentifier\","
                + " \"detail\": \"x\", \"identifier\": {\"type\": \"dns\", \"value\": \"my_claw.lan\"}}, {\"type\":"
                + " \"urn:ietf:params:acme:error:rejectedIdentifier\", \"detail\": \"x\", \"identifier\":"
                + " {\"type\": \"dns\", \"value\": \"other.example\"}}]|my_claw.lan",
        "\"detail\": \"no\"|''"})
    void saysWhichNamesThePolicyIsAgainst(String problem, String rejected) {
        server.answers.put("/order", new Answer(400, "application/problem+json",
                "{\"type\": \"urn:ietf:params:acme:error:rejectedIdentifier\", " + problem + "}", List.of()));
        AcmeFailureException failure = assertThrows(AcmeFailureException.class,
                () -> ca.order(new AcmeAuthority.Order(new LinkedHashSet<>(List.of("claw.example.com", "my_claw.lan")),
                        Challenge.AUTO, Issuer.newKeyPair(), Issuer.newKeyPair(), Optional.empty())));
        assertEquals(rejected, String.join(",", failure.rejected()));
        assertEquals(Failure.REFUSED, failure.failure());
    }
}
