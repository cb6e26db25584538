package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedCaTest {
    private static final SequencedSet<String> NAMES = new LinkedHashSet<>(List.of("a.example", "localhost"));

    private final SettableClock clock = new SettableClock(Pki.NOW);
    private final List<String> events = new ArrayList<>();

    @TempDir
    private Path home = Path.of("");

    private WatchedCa watched() throws UnusableCertificateException {
        return new WatchedCa(home, NAMES, clock, new CertificateEvents() {
            @Override
            public void renewed(String source) {
                events.add(source + " renewed");
            }

            @Override
            public void failed(String source, Failure failure) {
                events.add(source + " " + failure.label());
            }
        });
    }

    private LocalCa other() throws UnusableCertificateException {
        return LocalCa.open(home, NAMES, clock);
    }

    private static KeyMaterial served(WatchedCa ca) {
        return ca.current().getFirst();
    }

    @Test
    void renewsAtTwoThirdsOfTheLifeOfWhatItServes() throws Exception {
        WatchedCa ca = watched();
        KeyMaterial first = served(ca);
        X509Certificate authority = ca.authority().certificate();
        clock.pass(Duration.ofDays(59));
        assertFalse(ca.refresh());
        assertEquals(first, served(ca));

        clock.pass(Duration.ofDays(1));
        assertTrue(ca.refresh());
        KeyMaterial second = served(ca);
        assertNotEquals(first.leaf(), second.leaf());
        assertNotEquals(first.key(), second.key());
        assertEquals(clock.instant().plus(Duration.ofDays(90)), second.notAfter());
        assertEquals(authority, second.chain().getLast());
        assertEquals("rw-------", Pki.mode(home.resolve("server.key")));
        assertFalse(ca.refresh());
        assertEquals(List.of("self-signed renewed"), events);
        assertEquals(second, served(watched()), "a restart finds it");
    }

    @Test
    void takesWhatAnotherProcessRenewed() throws Exception {
        WatchedCa ca = watched();
        KeyMaterial renewed = other().renew(NAMES);
        assertTrue(ca.refresh());
        assertEquals(renewed, served(ca));

        // with a later configuration
        SequencedSet<String> more = new LinkedHashSet<>(List.of("below.a.example", "a.example", "localhost"));
        renewed = other().renew(more);
        assertTrue(ca.refresh());
        assertEquals(renewed, served(ca));
        assertFalse(ca.refresh());
        assertEquals(List.of(), events);
    }

    @Test
    void takesANewAuthority() throws Exception {
        WatchedCa ca = watched();
        LocalCa replaced = LocalCa.replace(home, NAMES, clock);
        assertTrue(ca.refresh());
        assertEquals(replaced.certificate(), served(ca).chain().getLast());
        assertEquals(replaced.certificate(), ca.authority().certificate());
        clock.pass(Duration.ofDays(61));
        assertTrue(ca.refresh());
        assertEquals(replaced.certificate(), served(ca).chain().getLast());
    }

    @Test
    void mendsADamagedServerCertificate() throws Exception {
        WatchedCa ca = watched();
        Files.writeString(home.resolve("server.key"), "garbage");
        assertTrue(ca.refresh());
        assertFalse(ca.refresh());
        assertEquals(List.of("self-signed renewed"), events);
    }

    @Test
    void makesNoNewAuthorityWhileItRuns() throws Exception {
        WatchedCa ca = watched();
        KeyMaterial first = served(ca);
        String pem = Files.readString(home.resolve("ca.pem"));
        Files.delete(home.resolve("ca.pem"));
        Files.move(home.resolve("ca.key"), home.resolve("kept"));
        String trouble = String.valueOf(assertThrows(UnusableCertificateException.class, ca::refresh).getMessage());
        assertTrue(trouble.startsWith("SEAWALL_STATE_DIR: " + home.resolve("ca.pem") + " does not exist"), trouble);
        assertEquals(first, served(ca));
        assertFalse(Files.exists(home.resolve("ca.pem")));
        clock.pass(Duration.ofMinutes(9));
        assertEquals(trouble, assertThrows(UnusableCertificateException.class, ca::refresh).getMessage());
        assertEquals(List.of("self-signed storage"), events, "one attempt in ten minutes");

        Files.writeString(home.resolve("ca.pem"), pem);
        Files.move(home.resolve("kept"), home.resolve("ca.key"));
        assertFalse(ca.refresh());
        assertEquals(first, served(ca));
    }

    @Test
    void triesAgainWhenItCannotWrite() throws Exception {
        WatchedCa ca = watched();
        KeyMaterial first = served(ca);
        clock.pass(Duration.ofDays(60));
        Files.delete(home.resolve("server.pem"));
        Path inTheWay = Files.createDirectories(home.resolve("server.pem").resolve("x"));
        String trouble = String.valueOf(assertThrows(UnusableCertificateException.class, ca::refresh).getMessage());
        assertTrue(trouble.contains("server.pem cannot be written"), trouble);
        assertThrows(UnusableCertificateException.class, ca::refresh);
        assertEquals(first, served(ca));
        assertEquals(1, events.size());
        clock.pass(Duration.ofMinutes(10));
        assertThrows(UnusableCertificateException.class, ca::refresh);
        assertEquals(2, events.size());
        Files.delete(inTheWay);
        Files.delete(home.resolve("server.pem"));
        assertTrue(ca.refresh());
        assertEquals("self-signed renewed", events.getLast());
    }
}
