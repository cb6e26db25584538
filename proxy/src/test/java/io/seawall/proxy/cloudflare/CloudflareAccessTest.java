package io.seawall.proxy.cloudflare;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.Config;
import io.seawall.proxy.http.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudflareAccessTest {
    private static final long NOW = 1_780_000_000;
    private static final Issuer ISSUER = new Issuer("k1");

    @TempDir
    private Path folder = Path.of("");
    private CloudflareAccess access = CloudflareAccess.off();

    private CloudflareAccess access(Path keys) {
        Config.Access config = new Config.Access(Issuer.NAME, Set.of("another-application", Issuer.AUDIENCE),
                new Config.Access.Keys.Pinned(keys));
        return CloudflareAccess.of(config, new KeyCache(new KeySource(config.keys()), Runnable::run, System::nanoTime),
                Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
    }

    @BeforeEach
    void pin() throws IOException {
        access = access(Files.writeString(folder.resolve("keys.json"), ISSUER.jwks()));
    }

    private Optional<AccessDenial> objection(String... assertions) {
        Headers.Builder headers = Headers.builder();
        for (String assertion : assertions) {
            headers.add("Cf-Access-Jwt-Assertion", assertion);
        }
        return access.objection(headers.build());
    }

    /// @param from a part of the claims
    private Optional<AccessDenial> objectionTo(String from, String to) {
        String claims = Issuer.claims(NOW);
        String changed = claims.replace(from, to);
        assertEquals(from.equals(to), claims.equals(changed), from);
        return objection(ISSUER.token(changed));
    }

    @Test
    void hasNoneToATokenOfTheTeamForTheApplication() {
        assertEquals(Optional.empty(), objection(ISSUER.token(Issuer.claims(NOW))));
    }

    @Test
    void hasNoneWhereNothingIsConfigured() {
        access = CloudflareAccess.off();
        assertEquals(Optional.empty(), objection());
        assertEquals(Optional.empty(), objection("garbage", "garbage"));
    }

    @Test
    void missesAToken() {
        assertEquals(Optional.of(AccessDenial.MISSING), objection());
    }

    @Test
    void refusesTwoTokensEvenWhereBothAreRight() {
        String token = ISSUER.token(Issuer.claims(NOW));
        assertEquals(Optional.of(AccessDenial.MALFORMED), objection(token, token));
        assertEquals(Optional.of(AccessDenial.MALFORMED), objection(token + "," + token));
    }

    @Test
    void passesOnWhatIsWrongWithTheToken() {
        assertEquals(Optional.of(AccessDenial.MALFORMED), objection(""));
        assertEquals(Optional.of(AccessDenial.UNKNOWN_KEY), objection(new Issuer("k2").token(Issuer.claims(NOW))));
        assertEquals(Optional.of(AccessDenial.SIGNATURE), objection(new Issuer("k1").token(Issuer.claims(NOW))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "\"iss\":\"https://otters|\"iss\":\"https://sharks|ISSUER", "access.com\"|access.com/\"|ISSUER",
        "https://otters|HTTPS://otters|ISSUER", "\"iss\":|\"isr\":|ISSUER",
        "\"iss\":\"https://otters.cloudflareaccess.com\"|\"iss\":[\"https://otters.cloudflareaccess.com\"]|ISSUER",
        "[\"4714|[\"5714|AUDIENCE", "\"aud\":|\"aut\":|AUDIENCE", "b2b6f2\"]|b2b6f2 \"]|AUDIENCE",
        "\"aud\":[|\"aud\":[[|MALFORMED", "[\"4714c|{\"x\":\"4714c|MALFORMED",
        "\"exp\":|\"expp\":|MALFORMED", "\"iat\":|\"iatt\":|MALFORMED", "\"iat\":|\"iat\":1,\"iat\":|MALFORMED",
        "\"iss\":|\"iss\":\"x\",\"iss\":|MALFORMED"})
    void refusesClaimsOfSomebodyElse(String from, String to, AccessDenial objection) {
        assertEquals(Optional.of(objection), objectionTo(from, to));
    }

    @Test
    void looksIntoNoObjectForAnAudience() {
        assertEquals(Optional.of(AccessDenial.AUDIENCE), objectionTo("[\"" + Issuer.AUDIENCE + "\"]",
                "{\"a\":\"" + Issuer.AUDIENCE + "\"}"));
        assertEquals(Optional.of(AccessDenial.AUDIENCE), objectionTo("[\"" + Issuer.AUDIENCE + "\"]",
                "[[\"" + Issuer.AUDIENCE + "\"]]"));
    }

    @Test
    void takesAnAudienceAmongOthersOrAlone() {
        assertEquals(Optional.empty(), objectionTo("[\"4714", "[\"x\",7,\"4714"));
        assertEquals(Optional.empty(),
                objectionTo("[\"" + Issuer.AUDIENCE + "\"]", "\"" + Issuer.AUDIENCE + "\""));
        assertEquals(Optional.empty(), objectionTo("[\"" + Issuer.AUDIENCE, "[\"another-application"));
    }

    @ParameterizedTest
    @CsvSource({"exp, 600, -59,", "exp, 600, -60, EXPIRED", "exp, 600, -86400, EXPIRED", "nbf, -5, 60,",
        "nbf, -5, 61, NOT_YET", "iat, -5, 60,", "iat, -5, 61, NOT_YET", "iat, -5, 601, NOT_YET"})
    void isExactAboutTime(String claim, long from, long to, AccessDenial objection) {
        String was = "\"" + claim + "\":" + (NOW + from);
        String is = "\"" + claim + "\":" + (NOW + to);
        if (claim.equals("exp")) {
            // an honest one is not issued after its end
            String claims = Issuer.claims(NOW).replace("\"iat\":" + (NOW - 5), "\"iat\":" + (NOW - 90_000));
            assertEquals(Optional.ofNullable(objection), objection(ISSUER.token(claims.replace(was, is))));
        } else {
            assertEquals(Optional.ofNullable(objection), objectionTo(was, is));
        }
    }

    @Test
    void refusesATokenThatWasIssuedAfterItsEnd() {
        assertEquals(Optional.of(AccessDenial.NOT_YET), objectionTo("\"exp\":" + (NOW + 600), "\"exp\":" + (NOW - 20)));
    }

    @Test
    void needsNoNotBefore() {
        assertEquals(Optional.empty(), objectionTo("\"nbf\":" + (NOW - 5), "\"x\":1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {"\"9999999999\"", "9999999999.5", "1e10", "-1", "null",
        "true", "[9999999999]", "99999999999999999999", "999999999999999999999"})
    void refusesATimeThatIsNoWholeNumberOfSeconds(String time) {
        assertEquals(Optional.of(AccessDenial.MALFORMED), objectionTo("\"exp\":" + (NOW + 600), "\"exp\":" + time));
        assertEquals(Optional.of(AccessDenial.MALFORMED), objectionTo("\"nbf\":" + (NOW - 5), "\"nbf\":" + time));
    }

    @Test
    void refusesAPayloadThatIsNoObject() {
        for (String payload : new String[]{"", "[]", "null", "otter", Issuer.claims(NOW) + "x"}) {
            assertEquals(Optional.of(AccessDenial.MALFORMED), objection(ISSUER.token(payload)), payload);
        }
    }

    /// Fails closed: without keys no request is let in.
    @Test
    void refusesEverythingWhileThereAreNoKeys() {
        access = access(folder.resolve("nowhere.json"));
        assertEquals(Optional.of(AccessDenial.UNAVAILABLE), objection(ISSUER.token(Issuer.claims(NOW))));
        assertEquals(Optional.of(AccessDenial.UNAVAILABLE), objection());
    }
}
