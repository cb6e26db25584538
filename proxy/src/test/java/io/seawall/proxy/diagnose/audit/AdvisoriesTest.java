package io.seawall.proxy.diagnose.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdvisoriesTest {
    @ParameterizedTest
    @CsvSource({"2026.3.1, 2026.3.2, -1", "2026.3.2, 2026.3.2, 0", "2026.10.1, 2026.9.6, 1", "v2026.1.29, 2026.1.29, 0",
        "2026.3.2-1, 2026.3.2, 0", "2025.12.31, 2026.1.20, -1", "x, 2026.1.20, -1"})
    void comparesVersions(String one, String other, int order) {
        assertEquals(order, Integer.signum(Advisories.compare(one, other)));
    }

    @Test
    void knowsAdvisoriesAndWhatIsFreeOfThem() {
        Advisories advisories = Advisories.ofTree();
        assertTrue(advisories.date().matches("20\\d\\d-\\d\\d-\\d\\d"), advisories.date());
        List<Advisories.Advisory> known = advisories.of("2026.4.1");
        assertEquals(List.of("GHSA-68x5-xx89-w9mm", "CVE-2026-53821", "CVE-2026-53832"),
                known.stream().map(Advisories.Advisory::id).toList());
        assertEquals("2026.5.18", advisories.fixed(known));
        assertEquals(List.of(), advisories.of("2026.9.6"));
    }
}
