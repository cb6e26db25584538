package io.seawall.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.Allocated;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionsTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static Sessions at(Duration later) {
        return at(later, "key", "credential");
    }

    private static Sessions at(Duration later, String key, String credential) {
        return new Sessions(key.getBytes(StandardCharsets.UTF_8), List.of(credential.getBytes(StandardCharsets.UTF_8)),
                TestConfig.of().session(),
                Revocations.inMemory(Clock.fixed(START.plus(later), ZoneOffset.UTC)),
                Clock.fixed(START.plus(later), ZoneOffset.UTC));
    }

    private static String fresh() {
        Sessions sessions = at(Duration.ZERO);
        return sessions.cookie(sessions.begin());
    }

    private static Sessions.Check check(Sessions sessions, String cookie) {
        return sessions.check(Optional.of(cookie));
    }

    private static Sessions.Check.Valid valid(Sessions sessions, String cookie) {
        return assertInstanceOf(Sessions.Check.Valid.class, check(sessions, cookie));
    }

    private static void assertExpired(Sessions sessions, String cookie) {
        assertInstanceOf(Sessions.Check.Expired.class, check(sessions, cookie), cookie);
    }

    /// Random bytes are fetched many at a time, and none is used twice: to end one session would end another.
    @Test
    void givesNoTwoSessionsTheSameId() {
        Sessions sessions = at(Duration.ZERO);
        assertEquals(1000, Stream.generate(sessions::begin).limit(1000).map(Session::id).distinct().count());
    }

    @Test
    void knowsItsOwnCookieAlsoAfterARestart() {
        Sessions sessions = at(Duration.ZERO);
        Session session = sessions.begin();
        String cookie = sessions.cookie(session);
        assertEquals(session, valid(sessions, cookie).session());
        assertEquals(session.id(), valid(at(Duration.ofMinutes(1)), cookie).session().id());
    }

    private static Sessions overlapping(String... credentials) {
        return new Sessions(new byte[32],
                Stream.of(credentials).map(c -> c.getBytes(StandardCharsets.UTF_8)).toList(),
                TestConfig.of().session(), Revocations.inMemory(Clock.fixed(START, ZoneOffset.UTC)),
                Clock.fixed(START, ZoneOffset.UTC));
    }

    @Test
    void outlivesItsPasswordForAsLongAsThatOneStillCounts() {
        Sessions before = overlapping("old");
        Session session = before.begin();
        String cookie = before.cookie(session);
        Sessions overlap = overlapping("new", "old");
        assertTrue(valid(overlap, cookie).previous());
        assertFalse(overlap.isOver(session));
        String renewed = overlap.cookie(valid(overlap, cookie).session());
        assertTrue(valid(overlap, renewed).previous(), "a younger cookie does not make it one of the new password");
        Sessions after = overlapping("new");
        assertExpired(after, cookie);
        assertExpired(after, renewed);
        assertTrue(after.isOver(session));
    }

    @Test
    void beginsWithThePresentPasswordOrTheOneBefore() {
        Sessions overlap = overlapping("new", "old");
        assertFalse(valid(overlap, overlap.cookie(overlap.begin())).previous());
        assertTrue(valid(overlap, overlap.cookie(overlap.beginPrevious())).previous());
        Sessions after = overlapping("new");
        assertFalse(after.isOver(overlap.begin()));
        assertTrue(after.isOver(overlap.beginPrevious()));
    }

    @Test
    void isAbsentWithoutACookie() {
        assertInstanceOf(Sessions.Check.Absent.class, at(Duration.ZERO).check(Optional.empty()));
    }

    @Test
    void endsAfterTwelveIdleHours() {
        String cookie = fresh();
        valid(at(Duration.ofHours(12)), cookie);
        assertExpired(at(Duration.ofHours(12).plusSeconds(1)), cookie);
    }

    @Test
    void endsAfterSevenDaysHoweverOftenItIsRenewed() {
        String cookie = fresh();
        for (int hours = 8; hours <= 7 * 24; hours += 8) {
            Sessions later = at(Duration.ofHours(hours));
            cookie = later.cookie(valid(later, cookie).session());
        }
        Session last = valid(at(Duration.ofDays(7)), cookie).session();
        assertFalse(at(Duration.ofDays(7)).isOver(last));
        assertExpired(at(Duration.ofDays(7).plusSeconds(1)), cookie);
        assertTrue(at(Duration.ofDays(7).plusSeconds(1)).isOver(last));
    }

    @Test
    void asksForRenewalAfterTenMinutes() {
        String cookie = fresh();
        assertFalse(valid(at(Duration.ofMinutes(10)), cookie).renew());
        assertTrue(valid(at(Duration.ofMinutes(10).plusSeconds(1)), cookie).renew());
    }

    @Test
    void startsTheIdleTimeAgainWithARenewedCookie() {
        Sessions later = at(Duration.ofHours(11));
        String renewed = later.cookie(valid(later, fresh()).session());
        valid(at(Duration.ofHours(22)), renewed);
        assertFalse(valid(at(Duration.ofHours(11)), renewed).renew());
    }

    @Test
    void refusesEveryChangeOfEveryCharacter() {
        Sessions sessions = at(Duration.ZERO);
        String cookie = fresh();
        for (int i = 0; i < cookie.length(); i++) {
            for (char c : new char[]{'0', '1', 'A', '.'}) {
                if (cookie.charAt(i) != c) {
                    assertExpired(sessions, cookie.substring(0, i) + c + cookie.substring(i + 1));
                }
            }
            assertExpired(sessions, cookie.substring(0, i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "....", "1....", "1.a.b.c.d", "2.x.1.1.x", "1.x.1.1.x.x", "1.ä.1.1.x"})
    void refusesWhatIsNoCookieOfOurs(String cookie) {
        assertExpired(at(Duration.ZERO), cookie);
    }

    @Test
    void refusesACookieWithTheSignatureOfAnother() {
        String one = fresh();
        String two = fresh();
        assertNotEquals(one, two);
        assertExpired(at(Duration.ZERO),
                one.substring(0, one.lastIndexOf('.')) + two.substring(two.lastIndexOf('.')));
        assertExpired(at(Duration.ZERO), one + "x");
    }

    @Test
    void refusesACookieOfAnotherKey() {
        assertExpired(at(Duration.ZERO, "other", "credential"), fresh());
    }

    @Test
    void refusesACookieFromBeforeTheCredentialChanged() {
        assertExpired(at(Duration.ZERO, "key", "other"), fresh());
    }

    @Test
    void refusesARevokedSessionAndItsRenewalsOnly() {
        Sessions sessions = at(Duration.ZERO);
        Session session = sessions.begin();
        String cookie = sessions.cookie(session);
        String other = sessions.cookie(sessions.begin());
        sessions.revoke(session);
        assertExpired(sessions, cookie);
        assertExpired(sessions, sessions.cookie(session));
        assertTrue(sessions.isOver(session));
        valid(sessions, other);
    }

    @Test
    void setsACookieThatOnlyThisHostGetsBackAndNoScriptReads() {
        Sessions sessions = at(Duration.ZERO);
        String header = sessions.setCookie(sessions.begin());
        assertTrue(header
                .matches("__Host-seawall-[0-9a-f]{8}=1\\.[0-9a-f]{32}\\.1767225600\\.1767225600\\.[A-Za-z0-9_-]{43}"
                        + "; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax"),
                header);
    }

    private static String name(Sessions sessions) {
        return sessions.setCookie(sessions.begin()).replaceFirst("=.*", "");
    }

    @Test
    void isCalledTheSameForAsLongAsTheKeyIs() {
        String name = name(overlapping("old"));
        assertEquals(name, name(overlapping("old")), "after a restart");
        assertEquals(name, name(overlapping("new", "old")), "while two passwords count");
        assertEquals(name, name(overlapping("new")));
        assertNotEquals(name, name(at(Duration.ZERO)), "of another key");
        assertFalse(name.contains(overlapping("new").begin().credential().substring(0, 8)));
    }

    private static Headers cookies(String... cookies) {
        return Headers.builder().add("Cookie", String.join("; ", cookies)).build();
    }

    @Test
    void looksForItsOwnNameAndNotForAnothers() {
        Sessions sessions = at(Duration.ZERO);
        Sessions other = at(Duration.ZERO, "other", "credential");
        String theirs = name(other) + "=" + other.cookie(other.begin());
        assertInstanceOf(Sessions.Check.Valid.class, sessions.check(cookies(theirs, name(sessions) + "=" + fresh())));
        assertInstanceOf(Sessions.Check.Absent.class, sessions.check(cookies(theirs)));
        assertInstanceOf(Sessions.Check.Absent.class, sessions.check(cookies(name(other) + "=" + fresh())));
        assertInstanceOf(Sessions.Check.Absent.class,
                sessions.check(cookies(name(sessions).replace("__Host", "__host") + "=" + fresh())));
        assertTrue(sessions.isOffered(cookies(name(sessions) + "=")));
        assertFalse(sessions.isOffered(cookies(theirs)));
    }

    @Test
    void readsTheFormerNameAndWantsItReplaced() {
        Sessions sessions = at(Duration.ZERO);
        Headers former = cookies("__Host-seawall=" + fresh());
        assertTrue(sessions.isOffered(former));
        assertTrue(assertInstanceOf(Sessions.Check.Valid.class, sessions.check(former)).renew());
        Sessions overlap = overlapping("new", "old");
        Headers before = cookies("__Host-seawall=" + overlapping("old").cookie(overlapping("old").begin()));
        assertTrue(assertInstanceOf(Sessions.Check.Valid.class, overlap.check(before)).previous());
        assertInstanceOf(Sessions.Check.Expired.class,
                at(Duration.ZERO, "other", "credential").check(former), "another's, or older");
    }

    @Test
    void takesItsOwnNameBeforeTheFormer() {
        Sessions sessions = at(Duration.ZERO);
        Session session = sessions.begin();
        Headers both = cookies("__Host-seawall=" + fresh(), name(sessions) + "=" + sessions.cookie(session));
        Sessions.Check.Valid valid = assertInstanceOf(Sessions.Check.Valid.class, sessions.check(both));
        assertEquals(session.id(), valid.session().id());
        assertFalse(valid.renew());
    }

    @Test
    void printsNothingOfASession() {
        assertEquals("session", at(Duration.ZERO).begin().toString());
    }

    /// Neither taken apart nor signed.
    @ParameterizedTest
    @ValueSource(strings = {".", "1.a.b.c."})
    void passesOverACookieLongerThanItsOwn(String piece) {
        Sessions sessions = at(Duration.ZERO);
        Optional<String> cookie = Optional.of(piece + piece.repeat(30_000 / piece.length()));
        long bytes = Allocated.by(() -> sessions.check(cookie));
        assertTrue(bytes < 200, () -> bytes + " bytes");
        assertTrue(fresh().length() <= 100, "ours are shorter than the longest that is looked at");
    }

    @Test
    void passesOverOneLongCookieOfTheRightShape() {
        Sessions sessions = at(Duration.ZERO);
        Optional<String> cookie = Optional.of("1." + "a".repeat(30_000) + ".1.1.x");
        long bytes = Allocated.by(() -> sessions.check(cookie));
        assertTrue(bytes < 200, () -> bytes + " bytes");
    }
}
