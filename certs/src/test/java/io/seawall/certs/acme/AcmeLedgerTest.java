package io.seawall.certs.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AcmeLedgerTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final RandomGenerator MIDDLE = new Random() {
        @Override
        public double nextDouble() {
            return 0.5;
        }
    };

    @ParameterizedTest
    @CsvSource({"1, 2", "2, 4", "3, 8", "4, 16", "5, 32", "8, 256", "9, 360", "1000, 360", "2147483647, 360"})
    void pausesTwiceAsLongAfterEachFailureUpToSixHours(int failures, int minutes) {
        assertEquals(Duration.ofMinutes(minutes), AcmeLedger.pause(failures, MIDDLE));
    }

    @Test
    void spreadsThePausesAFifthToEitherSide() {
        Random random = new Random(7);
        long least = Long.MAX_VALUE;
        long most = 0;
        for (int i = 0; i < 1_000; i++) {
            long seconds = AcmeLedger.pause(1, random).toSeconds();
            least = Math.min(least, seconds);
            most = Math.max(most, seconds);
        }
        assertTrue(least >= 96 && least < 100 && most > 140 && most <= 144, least + " to " + most);
    }

    @Test
    void renewsBetweenTwoThirdsAndThreeQuartersOfALife() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            Duration after = Duration.between(NOW, AcmeLedger.renewal(NOW, Duration.ofDays(90), random));
            assertTrue(after.compareTo(Duration.ofDays(60)) >= 0 && after.compareTo(Duration.ofHours(1620)) <= 0,
                    after::toString);
        }
    }

    @Test
    void allowsFiveAttemptsAnHourWhateverTheRestarts() {
        AcmeLedger ledger = AcmeLedger.empty();
        int attempts = 0;
        Instant now = NOW;
        for (; now.isBefore(NOW.plus(Duration.ofDays(1))); now = now.plusSeconds(2)) {
            // each a new process, which fails
            ledger = AcmeLedger.parse(ledger.text(), now);
            if (ledger.allows(now)) {
                ledger = ledger.attempt(now, MIDDLE);
                attempts++;
            }
            if (now.equals(NOW.plusSeconds(3_600))) {
                assertEquals(5, attempts);
            }
        }
        assertTrue(attempts <= 12, attempts + " in a day");
    }

    @Test
    void doesNotTrustThePauseAlone() {
        AcmeLedger ledger = AcmeLedger.empty();
        for (int i = 0; i < 5; i++) {
            ledger = ledger.attempt(NOW.plusSeconds(i), MIDDLE);
        }
        AcmeLedger tampered = AcmeLedger.parse(ledger.text().replaceFirst("next=.*", "next=" + Instant.EPOCH), NOW);
        assertFalse(tampered.allows(NOW.plusSeconds(10)));
        assertTrue(tampered.allows(NOW.plusSeconds(3_601)));
    }

    @Test
    void grantsTheCaItsPatienceButNoMoreThanAWeek() {
        AcmeLedger ledger = AcmeLedger.empty().attempt(NOW, MIDDLE);
        assertEquals(NOW.plusSeconds(120), ledger.failed(NOW, Optional.of(NOW.plusSeconds(60))).next());
        assertEquals(NOW.plusSeconds(900), ledger.failed(NOW, Optional.of(NOW.plusSeconds(900))).next());
        assertEquals(NOW.plus(Duration.ofDays(7)),
                ledger.failed(NOW, Optional.of(NOW.plus(Duration.ofDays(400)))).next());
    }

    @Test
    void startsAnewAfterASuccessButNotAtOnce() {
        AcmeLedger ledger = AcmeLedger.empty().attempt(NOW, MIDDLE).attempt(NOW, MIDDLE).succeeded(NOW, NOW,
                NOW.plus(Duration.ofDays(90)), MIDDLE);
        assertEquals(0, ledger.failures());
        assertEquals(1, ledger.tries().attempts().size(), "the one that failed");
        assertFalse(ledger.allows(NOW.plus(Duration.ofHours(5))));
        assertTrue(ledger.allows(NOW.plus(Duration.ofHours(6))));
        assertTrue(AcmeLedger.empty().succeeded(NOW, NOW, NOW.plusSeconds(60), MIDDLE).allows(NOW.plusSeconds(20)),
                "but in the life of a short one");
    }

    @Test
    void isNotHeldUpByAClockThatWasWrong() {
        AcmeLedger written = AcmeLedger.empty().attempt(Instant.parse("2099-01-01T00:00:00Z"), MIDDLE);
        assertTrue(written.allows(NOW));
        assertEquals(1, written.attempt(NOW, MIDDLE).tries().attempts().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "failures=1", "next=x\nfailures=1\nnextAdvice=x", "\u0000", "failures=-1"})
    void takesADamagedFileForAnAttempt(String text) {
        AcmeLedger ledger = AcmeLedger.parse(text, NOW);
        assertFalse(ledger.allows(NOW));
        assertTrue(ledger.allows(NOW.plusSeconds(600)));
        assertFalse(ledger.mayReplaceAccount(NOW));
    }

    @Test
    void drawsOnceFromEachWindow() {
        var advice = new AcmeAuthority.Advice(NOW.plusSeconds(1_000), NOW.plusSeconds(2_000), Optional.empty());
        Instant latest = NOW.plusSeconds(10_000);
        AcmeLedger first = AcmeLedger.empty().advised(NOW, advice, latest, MIDDLE);
        assertEquals(Optional.of(NOW.plusSeconds(1_500)), first.renewal());
        AcmeLedger kept = AcmeLedger.parse(first.text(), NOW);
        assertEquals(first, kept);
        assertEquals(first.renewal(), kept.advised(NOW.plusSeconds(9), advice, latest, new Random(7)).renewal());
        var sooner = new AcmeAuthority.Advice(NOW.minusSeconds(20), NOW.minusSeconds(10), Optional.empty());
        assertEquals(Optional.of(NOW.minusSeconds(15)), kept.advised(NOW, sooner, latest, MIDDLE).renewal());
    }

    @Test
    void renewsBeforeTheEndWhateverIsAdvised() {
        var late = new AcmeAuthority.Advice(NOW.plusSeconds(50_000), NOW.plusSeconds(60_000), Optional.empty());
        assertEquals(Optional.of(NOW.plusSeconds(10_000)),
                AcmeLedger.empty().advised(NOW, late, NOW.plusSeconds(10_000), MIDDLE).renewal());
    }

    @ParameterizedTest
    @CsvSource({"1, 60", "600, 600", "1000000, 86400", "-5, 60"})
    void asksForAdviceAsOftenAsTheCaSaysWithinReason(long retryAfter, long seconds) {
        var advice = new AcmeAuthority.Advice(NOW, NOW, Optional.of(NOW.plusSeconds(retryAfter)));
        assertEquals(NOW.plusSeconds(seconds), AcmeLedger.empty().advised(NOW, advice, NOW, MIDDLE).nextAdvice());
    }
}
