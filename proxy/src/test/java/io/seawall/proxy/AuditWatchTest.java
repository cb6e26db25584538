package io.seawall.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.proxy.audit.Finding;
import io.seawall.proxy.audit.Report;
import io.seawall.proxy.audit.Severity;
import io.seawall.proxy.audit.Status;
import java.util.List;
import org.junit.jupiter.api.Test;

class AuditWatchTest {
    private List<Finding> findings = List.of(finding(Severity.CRITICAL, Status.PASS));
    private final AuditWatch watch = new AuditWatch(() -> new Report(findings));

    private static Finding finding(Severity severity, Status status) {
        return new Finding("a.b", severity, "", "", status, "", "");
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
}
