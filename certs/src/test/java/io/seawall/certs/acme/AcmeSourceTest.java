package io.seawall.certs.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.CertificateEvents;
import io.seawall.certs.CertificateEvents.Failure;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.Pki;
import io.seawall.certs.SettableClock;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.Config.Acme.Challenge;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcmeSourceTest {
    private static final URI DIRECTORY = URI.create("https://ca.example.com/directory");
    private static final SequencedSet<String> NAMES = new LinkedHashSet<>(
            List.of("claw.example.com", "www.example.com"));

    @TempDir
    private Path folder = Path.of("");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-06-01T00:00:00Z"));
    private final ScriptedCa ca = new ScriptedCa(clock);
    private final List<String> events = new ArrayList<>();

    private AcmeSource open() throws UnusableCertificateException {
        return open(DIRECTORY, Challenge.AUTO, false, NAMES);
    }

    private AcmeSource open(URI directory, Challenge challenge, boolean plainPort, SequencedSet<String> names)
            throws UnusableCertificateException {
        var config = new Config.Acme(directory, Optional.empty(), challenge, Optional.empty(), Optional.empty());
        SequencedSet<String> localNames = new LinkedHashSet<>(names);
        localNames.add("localhost");
        AcmeSource source = new AcmeSource(folder.resolve("state"),
                new AcmeSource.Wanted(config, names, localNames, plainPort), () -> ca, new AcmeChallenges(), clock,
                new Random(7));
        source.reportTo(new CertificateEvents() {
            @Override
            public void renewed(String from) {
                events.add("renewed " + from);
            }

            @Override
            public void failed(String from, Failure failure) {
                events.add("failed " + from + " " + failure.label());
            }
        });
        return source;
    }

    private String failure(AcmeSource source) {
        return String.valueOf(assertThrows(UnusableCertificateException.class, source::refresh).getMessage());
    }

    private void fails() {
        ca.failure = new AcmeFailureException(Failure.VALIDATION, "www.example.com by http-01: \u001b[31mno\nroute");
    }

    private List<Path> kept() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("state"))) {
            return files.filter(f -> f.getFileName().toString().startsWith("acme-")).toList();
        }
    }

    @Test
    void servesTheLocalCaUntilTheFirstOneComes() throws UnusableCertificateException {
        AcmeSource source = open();
        assertTrue(source.standIn().isPresent());
        assertTrue(source.current().getFirst().names().contains("localhost"));
        assertTrue(source.refresh());
        assertEquals(List.copyOf(NAMES), source.current().getFirst().names());
        assertEquals(2, source.current().getFirst().chain().size());
        assertEquals(List.of("renewed acme"), events);
        assertFalse(source.refresh(), "once is enough");
        assertEquals(1, ca.orders.size());
    }

    @Test
    void takesWhatIsKeptAtTheNextStartWithoutAskingAnybody() throws UnusableCertificateException {
        AcmeSource first = open();
        first.refresh();
        AcmeSource second = open();
        assertEquals(first.current(), second.current());
        assertTrue(second.standIn().isEmpty(), "no local CA is made for nothing");
        assertFalse(second.refresh());
        assertEquals(1, ca.orders.size());
    }

    @Test
    void keepsWhatItKeepsForItsOwnerOnly() throws Exception {
        open().refresh();
        List<Path> files = kept();
        assertEquals(3, files.size(), files::toString);
        for (Path file : files) {
            assertEquals("rw-------", Pki.mode(file), file::toString);
        }
    }

    @Test
    void doesNotMixStagingAndProduction() throws Exception {
        open().refresh();
        AcmeSource other = open(URI.create("https://ca.example.com/staging"), Challenge.AUTO, false, NAMES);
        assertTrue(other.standIn().isPresent());
        assertTrue(other.refresh());
        assertNotEquals(ca.orders.get(0).account(), ca.orders.get(1).account());
        assertEquals(6, kept().size());
    }

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
    void renewsAfterTwoThirdsOfALifeWithTheSameAccountAndANewKey() throws UnusableCertificateException {
        AcmeSource source = open();
        source.refresh();
        KeyMaterial first = source.current().getFirst();
        clock.pass(Duration.ofDays(59));
        assertFalse(source.refresh());
        clock.pass(Duration.ofDays(9));
        assertTrue(source.refresh());
        assertEquals(ca.orders.get(0).account().getPublic(), ca.orders.get(1).account().getPublic());
        assertEquals(Optional.of(first.leaf()), ca.orders.get(1).replaces());
        assertNotEquals(first.key(), source.current().getFirst().key());
    }

    @Test
    void renewsWhenTheCaAdvisesItBecauseItWillRevoke() throws UnusableCertificateException {
        AcmeSource source = open();
        source.refresh();
        clock.pass(Duration.ofHours(12));
        ca.advice = Optional.of(new AcmeAuthority.Advice(clock.instant().minusSeconds(7_200),
                clock.instant().minusSeconds(3_600), Optional.empty()));
        assertTrue(source.refresh());
        assertEquals(2, ca.orders.size());
        for (int i = 0; i < 60; i++) {
            clock.pass(Duration.ofMinutes(1));
            source.refresh();
        }
        assertEquals(2, ca.orders.size(), "a CA that always says so is not asked without end");
    }

    @Test
    void asksForAdviceRarelyAndDoesWithoutIt() throws UnusableCertificateException {
        AcmeSource source = open();
        source.refresh();
        ca.failure = new AcmeFailureException(Failure.UNREACHABLE, "down");
        for (int i = 0; i < 3_600; i++) {
            clock.pass(Duration.ofSeconds(2));
            assertFalse(i % 600 == 0 ? open().refresh() : source.refresh());
        }
        assertTrue(ca.advised <= 2, ca.advised + " times in two hours");
        assertEquals(List.of("renewed acme"), events);
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
    void keepsServingWhatItHasWhileTheCaFails() throws UnusableCertificateException {
        AcmeSource source = open();
        source.refresh();
        List<KeyMaterial> served = source.current();
        ca.failure = new AcmeFailureException(Failure.UNREACHABLE, "the CA cannot be reached: connect");
        clock.pass(Duration.ofDays(70));
        assertTrue(failure(source).contains("served meanwhile: the present one, until 2026-08-30T00:00:00Z"));
        assertEquals(served, source.current());
        ca.failure = null;
        clock.pass(Duration.ofMinutes(3));
        assertTrue(source.refresh());
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

    @Test
    void refusesACertificateForAnotherName() throws UnusableCertificateException {
        AcmeSource source = new AcmeSource(folder.resolve("state"),
                new AcmeSource.Wanted(new Config.Acme(DIRECTORY, Optional.empty(), Challenge.AUTO, Optional.empty(),
                        Optional.empty()), NAMES, NAMES, false),
                () -> new AcmeAuthority() {
                    @Override
                    public List<java.security.cert.X509Certificate> order(Order order) {
                        return List.of(ca.certify(order.key().getPublic(), List.of("claw.example.com")));
                    }

                    @Override
                    public Optional<Advice> advice(java.security.cert.X509Certificate certificate) {
                        return Optional.empty();
                    }
                }, new AcmeChallenges(), clock, new Random(7));
        assertTrue(failure(source).contains("its certificate is for claw.example.com;"));
        assertTrue(source.current().getFirst().chain().getLast().equals(source.standIn().orElseThrow().certificate()));
    }

    @Test
    void takesADamagedCertificateForNone() throws Exception {
        open().refresh();
        Path file = kept().stream().filter(f -> f.toString().matches(".*[0-9a-f]{8}\\.pem")).findFirst().orElseThrow();
        Files.writeString(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        AcmeSource source = open();
        assertTrue(source.standIn().isPresent());
        clock.pass(Duration.ofHours(6));
        assertTrue(source.refresh());
    }

    @Test
    void takesWhatAnotherProcessWasGiven() throws UnusableCertificateException {
        AcmeSource one = open();
        AcmeSource two = open();
        assertTrue(one.refresh());
        assertTrue(two.refresh());
        assertEquals(one.current(), two.current());
        assertEquals(1, ca.orders.size());
    }

    @Test
    void neverLetsTheStandInExpire() throws UnusableCertificateException {
        ca.failure = new AcmeFailureException(Failure.UNREACHABLE, "down",
                Optional.of(clock.instant().plus(Duration.ofDays(7))));
        AcmeSource source = open();
        failure(source);
        clock.pass(Duration.ofDays(85));
        try {
            source.refresh();
        } catch (UnusableCertificateException e) {
            // the CA is still down
        }
        assertTrue(source.current().getFirst().notAfter().isAfter(clock.instant().plus(Duration.ofDays(80))));
    }

    @Test
    void needsNoLibraryForWhatIsKept() throws Exception {
        new AcmeSource(folder.resolve("state"), new AcmeSource.Wanted(new Config.Acme(DIRECTORY, Optional.empty(),
                Challenge.AUTO, Optional.empty(), Optional.empty()), NAMES, NAMES, false),
                () -> new ScriptedCa(new SettableClock(Instant.now())), new AcmeChallenges(), Clock.systemUTC(),
                new Random(7)).refresh();
        URL certs = KeyMaterial.class.getProtectionDomain().getCodeSource().getLocation();
        URL config = Config.class.getProtectionDomain().getCodeSource().getLocation();
        try (var bare = new URLClassLoader(new URL[]{certs, config}, ClassLoader.getPlatformClassLoader())) {
            Class<?> acme = bare.loadClass(Config.Acme.class.getName());
            Object auto = bare.loadClass(Challenge.class.getName()).getField("AUTO").get(null);
            Object settings = acme.getConstructors()[0].newInstance(DIRECTORY, Optional.empty(), auto,
                    Optional.empty(), Optional.empty());
            Object wanted = bare.loadClass(AcmeSource.Wanted.class.getName()).getConstructors()[0]
                    .newInstance(settings, NAMES, NAMES, false);
            Class<?> type = bare.loadClass(AcmeSource.class.getName());
            Object source = type.getMethod("open", Path.class, wanted.getClass(), Clock.class)
                    .invoke(null, folder.resolve("state"), wanted, Clock.systemUTC());
            assertEquals(1, ((List<?>) type.getMethod("current").invoke(source)).size());
        }
    }
}
