package io.seawall.certs.acme;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.CertificateEvents.Failure;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.Pki;
import io.seawall.certs.SettableClock;
import io.seawall.certs.UnusableCertificateException;
import io.seawall.config.Config;
import io.seawall.config.Config.Acme.Challenge;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AcmeSourceTest extends AcmeSourceCase {
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
