package io.seawall.proxy.tls;

import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.certs.CertificateSource;
import io.seawall.certs.KeyMaterial;
import io.seawall.certs.LocalCa;
import io.seawall.certs.PemFiles;
import io.seawall.certs.UnusableCertificateException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CertificateWatchTest {
    private static final SequencedSet<String> NAMES = new LinkedHashSet<>(List.of("localhost"));

    private final LocalCa authority;
    private final KeyMaterial first;
    private final ServerTls tls;
    private final List<String> taken = new ArrayList<>();
    private final ScriptedSource source;
    private final CertificateWatch watch;

    CertificateWatchTest(@TempDir Path home) throws Exception {
        authority = LocalCa.open(home, NAMES, Clock.systemUTC());
        first = authority.serverCertificate(NAMES);
        tls = new ServerTls(List.of(first), Duration.ofSeconds(10), List.of(), false);
        source = new ScriptedSource(first);
        watch = watch(Clock.systemUTC());
    }

    private CertificateWatch watch(Clock clock) {
        return new CertificateWatch(source, tls, materials -> taken.add(materials.getFirst().fingerprint()), clock);
    }

    @AfterEach
    void stop() {
        watch.close();
        tls.close();
    }

    private interface Refresh {
        void run() throws UnusableCertificateException;
    }

    /// Does what the test says; [#current()] is whatever it sets.
    private static final class ScriptedSource implements CertificateSource {
        private volatile KeyMaterial material;
        private volatile Refresh refresh = () -> {};

        ScriptedSource(KeyMaterial material) {
            this.material = material;
        }

        @Override
        public List<KeyMaterial> current() {
            return List.of(material);
        }

        @Override
        public boolean refresh() throws UnusableCertificateException {
            KeyMaterial before = material;
            refresh.run();
            return !material.equals(before);
        }
    }

    private static void refuse(String name) throws UnusableCertificateException {
        PemFiles.load(Path.of("/nowhere/" + name), Path.of("/nowhere/key"), Instant.EPOCH);
    }

    @Test
    void takesWhatTheSourceHas() throws Exception {
        watch.look();
        assertEquals(List.of(first.fingerprint()), taken);
        KeyMaterial second = authority.renew(NAMES);
        source.material = second;
        watch.look();
        watch.look();
        assertEquals(List.of(first.fingerprint(), second.fingerprint()), taken);
        assertEquals(1, watch.reloads());
        assertEquals(second.notAfter(), watch.expiry());
        assertEquals(Duration.between(second.leaf().getNotBefore().toInstant(), second.notAfter()), watch.lifetime());
        assertEquals("", watch.detail());
    }

    @Test
    void takesWhatIsGoodEvenIfSomethingElseIsNot() throws Exception {
        KeyMaterial second = authority.renew(NAMES);
        source.refresh = () -> {
            source.material = second;
            refuse("one");
        };
        watch.look();
        assertEquals(1, watch.reloads());
        assertEquals(1, watch.refusals());
    }

    @Test
    void countsEachTroubleOnceAndForgetsItWhenItIsOver() {
        source.refresh = () -> refuse("one");
        watch.look();
        watch.look();
        assertEquals(1, watch.refusals());
        assertEquals(
                "certificate refused: SEAWALL_TLS_CERT: /nowhere/one does not exist (expected: a PEM file with the "
                        + "certificate chain)\n",
                watch.detail());
        source.refresh = () -> refuse("two");
        watch.look();
        assertEquals(2, watch.refusals());
        source.refresh = () -> {};
        watch.look();
        assertEquals("", watch.detail());
        source.refresh = () -> refuse("two");
        watch.look();
        assertEquals(3, watch.refusals());
    }

    @Test
    void looksOnWhateverIsThrown() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        KeyMaterial second = authority.renew(NAMES);
        source.refresh = () -> {
            switch (looks.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("a defect");
                case 2 -> throw new NoClassDefFoundError("a defect");
                case 3 -> refuse("one");
                default -> source.material = second;
            }
        };
        watch.start(Duration.ofMillis(1));
        // the reload is counted before the trouble is over
        eventually("the certificate after the failures", () -> watch.reloads() == 1 && watch.detail().isEmpty());
        assertEquals(3, watch.refusals());
    }

    @Test
    void endsALookThatWaits() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        source.refresh = () -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                ended.countDown();
                Thread.currentThread().interrupt();
            }
        };
        watch.start(Duration.ofMillis(1));
        assertTrue(began.await(20, TimeUnit.SECONDS));
        watch.close();
        assertTrue(ended.await(20, TimeUnit.SECONDS));
    }

    @Test
    void saysWhenWhatIsServedHasExpired() {
        Instant end = first.notAfter();
        assertFalse(watch(Clock.fixed(end, ZoneOffset.UTC)).isExpired());
        CertificateWatch late = watch(Clock.fixed(end.plusSeconds(1), ZoneOffset.UTC));
        assertTrue(late.isExpired());
        assertEquals("certificate expired " + end + "\n", late.detail());
    }
}
