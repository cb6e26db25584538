package io.seawall.certs.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.CertificateEvents.Failure;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.Config.Acme.Challenge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Attempts that fail, for which names, how often, and in which way.
class AcmeAttemptsTest extends AcmeSourceCase {
    @Test
    void leavesOutWhatTheCasPolicyIsAgainst() throws UnusableCertificateException {
        SequencedSet<String> more = new LinkedHashSet<>(NAMES);
        more.add("my_claw.lan");
        ca.rejected = Set.of("my_claw.lan");
        AcmeSource source = open(DIRECTORY, Challenge.AUTO, false, more);
        assertTrue(source.refresh());
        KeyMaterial material = source.current().getFirst();
        assertEquals(List.copyOf(NAMES), material.names());
        assertEquals(List.of("SEAWALL_HOSTS: ca.example.com does not certify my_claw.lan, so browsers will warn there: "
                + "the CA says rejectedIdentifier: not public"), material.remarks());
        assertEquals(List.of("renewed acme"), events);
        assertEquals(2, ca.orders.size());

        // asked for no more until the next start, which gets the same answer and orders nothing
        clock.pass(Duration.ofHours(7));
        assertFalse(source.refresh());
        assertEquals(2, ca.orders.size());
        AcmeSource second = open(DIRECTORY, Challenge.AUTO, false, more);
        assertFalse(second.refresh());
        assertEquals(3, ca.orders.size());
        clock.pass(Duration.ofHours(7));
        assertFalse(second.refresh());
        assertEquals(3, ca.orders.size());

        // and for all of them when the time has come
        ca.rejected = Set.of();
        clock.pass(Duration.ofDays(80));
        assertTrue(second.refresh());
        assertEquals(List.copyOf(more), second.current().getFirst().names());
    }

    @Test
    void isRefusedWhereTheCasPolicyIsAgainstAllNames() throws UnusableCertificateException {
        ca.rejected = NAMES;
        assertTrue(failure(open()).contains("rejectedIdentifier: not public"));
        assertEquals(1, ca.orders.size());
    }

    @Test
    void ordersAgainForOtherNames() throws UnusableCertificateException {
        open().refresh();
        SequencedSet<String> more = new LinkedHashSet<>(NAMES);
        more.add("hooks.example.com");
        AcmeSource source = open(DIRECTORY, Challenge.AUTO, false, more);
        assertEquals(List.copyOf(NAMES), source.current().getFirst().names(), "better than the local CA's");
        clock.pass(Duration.ofHours(6));
        assertTrue(source.refresh());
        assertEquals(List.copyOf(more), source.current().getFirst().names());
    }

    @Test
    void saysOnceWhatTheCaSaidAndWhenItTriesAgain() throws UnusableCertificateException {
        fails();
        AcmeSource source = open();
        assertEquals("SEAWALL_TLS=acme: no certificate from https://ca.example.com/directory for claw.example.com, "
                + "www.example.com: www.example.com by http-01: ?[31mno?route; served meanwhile: the local CA's; "
                + "next attempt at 2026-06-01T00:0", failure(source).replaceFirst("[12]:\\d\\dZ$", ""));
        String said = failure(source);
        for (int i = 0; i < 45; i++) {
            clock.pass(Duration.ofSeconds(2));
            assertEquals(said, failure(source), "the trouble lasts until the next attempt");
        }
        assertEquals(List.of("failed acme validation"), events);
        assertEquals(1, ca.orders.size());
        ca.failure = null;
        clock.pass(Duration.ofMinutes(2));
        assertTrue(source.refresh());
        assertFalse(source.refresh(), "and then it is over");
    }

    @Test
    void waitsAsLongAsTheCaWants() throws UnusableCertificateException {
        ca.failure = new AcmeFailureException(Failure.RATE_LIMITED, "too many",
                Optional.of(clock.instant().plusSeconds(7_200)));
        AcmeSource source = open();
        assertTrue(failure(source).endsWith("next attempt at 2026-06-01T02:00:00Z"));
        clock.pass(Duration.ofSeconds(7_199));
        assertFalse(open().refresh(), "and so does the next process");
        clock.pass(Duration.ofSeconds(1));
        failure(source);
        assertEquals(2, ca.orders.size());
    }

    @Test
    void countsAnAttemptBeforeItIsMade() throws UnusableCertificateException {
        ca.failure = null;
        AcmeSource dying = new AcmeSource(folder.resolve("state"),
                new AcmeSource.Wanted(new Config.Acme(DIRECTORY, Optional.empty(), Challenge.AUTO, Optional.empty(),
                        Optional.empty()), NAMES, NAMES, false),
                () -> {
                    throw new IllegalStateException("killed");
                }, new AcmeChallenges(), clock, new Random(7));
        assertThrows(IllegalStateException.class, dying::refresh);
        for (int i = 0; i < 10; i++) {
            assertFalse(open().refresh());
        }
        assertEquals(0, ca.orders.size());
    }

    @Test
    void asksNobodyWhenItCannotWriteDownThatItDoes() throws Exception {
        AcmeSource source = open();
        Path ledger = folder.resolve("state").resolve("lock");
        Files.deleteIfExists(ledger);
        Files.createDirectory(ledger);
        assertTrue(failure(source).contains("cannot be locked"));
        assertEquals(0, ca.orders.size());
        assertEquals(List.of("failed acme storage"), events);
        clock.pass(Duration.ofSeconds(2));
        failure(source);
        assertEquals(List.of("failed acme storage"), events, "but not every two seconds");
    }

    @Test
    void makesANewAccountOnceADayWhenTheOldOneIsGone() throws UnusableCertificateException {
        AcmeSource source = open();
        source.refresh();
        ca.forgetsOldAccounts = true;
        clock.pass(Duration.ofDays(70));
        assertTrue(source.refresh());
        assertEquals(3, ca.orders.size());
        assertNotEquals(ca.orders.get(1).account().getPublic(), ca.orders.get(2).account().getPublic());
        clock.pass(Duration.ofDays(70));
        assertTrue(source.refresh());
        assertEquals(ca.orders.get(2).account().getPublic(), ca.orders.get(3).account().getPublic(), "it is kept");
    }

    @Test
    void takesTheOtherChallengeEverySecondTimeWhereBothAreOpen() throws UnusableCertificateException {
        fails();
        AcmeSource source = open(DIRECTORY, Challenge.AUTO, true, NAMES);
        for (int i = 0; i < 3; i++) {
            failure(source);
            clock.pass(Duration.ofHours(1));
        }
        assertEquals(List.of(Challenge.AUTO, Challenge.HTTP_01, Challenge.AUTO),
                ca.orders.stream().map(AcmeAuthority.Order::challenge).toList());
    }

    @Test
    void neverTakesAChallengeWhosePortIsClosed() throws UnusableCertificateException {
        fails();
        AcmeSource source = open();
        for (int i = 0; i < 3; i++) {
            failure(source);
            clock.pass(Duration.ofHours(1));
        }
        assertTrue(ca.orders.stream().allMatch(order -> order.challenge() == Challenge.TLS_ALPN_01));
    }
}
