package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.proxy.diagnose.Expectation;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Report;
import io.seawall.proxy.diagnose.Severity;
import io.seawall.proxy.diagnose.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AuditWatchTest {
    private List<Finding> findings = List.of(finding(Severity.CRITICAL, Status.PASS));
    private final AuditWatch watch = new AuditWatch(() -> Report.ofChecklist(findings), Runnable::run);

    private static Finding finding(Severity severity, Status status) {
        return new Finding("a.b", Optional.of(new Expectation(severity, "", "")), status, "", "");
    }

    @Test
    void knowsNothingBeforeItLooked() {
        assertEquals(Double.NaN, watch.findings(Severity.CRITICAL));
        assertEquals("", watch.detail());
    }

    @Test
    void countsWhatFailedAndWhatWarns() {
        findings = List.of(finding(Severity.HIGH, Status.FAIL), finding(Severity.HIGH, Status.WARN),
                finding(Severity.HIGH, Status.UNKNOWN), finding(Severity.LOW, Status.FAIL),
                finding(Severity.MEDIUM, Status.SKIPPED));
        watch.look();
        assertEquals(2, watch.findings(Severity.HIGH));
        assertEquals(1, watch.findings(Severity.LOW));
        assertEquals(0, watch.findings(Severity.MEDIUM));
        assertEquals("audit: 2 failed (seawall audit says what)\n", watch.detail());
    }

    @Test
    void forgetsWhatWasMended() {
        findings = List.of(finding(Severity.HIGH, Status.FAIL));
        watch.look();
        findings = List.of(finding(Severity.HIGH, Status.WARN));
        watch.look();
        assertEquals("", watch.detail());
        assertEquals(1, watch.findings(Severity.HIGH));
    }

    @Test
    void theLastOneCountsWhenItCannotBeMade() {
        findings = List.of(finding(Severity.HIGH, Status.FAIL));
        List<RuntimeException> trouble = new ArrayList<>();
        AuditWatch watch = new AuditWatch(() -> {
            if (!trouble.isEmpty()) {
                throw trouble.getFirst();
            }
            return Report.ofChecklist(findings);
        }, Runnable::run);
        watch.look();
        trouble.add(new IllegalStateException());
        watch.look();
        assertEquals(1, watch.findings(Severity.HIGH));
        trouble.clear();
        findings = List.of();
        watch.look();
        assertEquals(0, watch.findings(Severity.HIGH));
    }

    /// The caller is a thread that watches the gateway, too.
    @Test
    @Timeout(20)
    void holdsUpNobodyAndIsMadeOnceAtATime() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        AuditWatch watch = new AuditWatch(() -> {
            started.incrementAndGet();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            over.countDown();
            return Report.ofChecklist(findings);
        });
        watch.look();
        watch.look();
        end.countDown();
        over.await();
        assertEquals(1, started.get());
    }
}
