package io.seawall.certs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectNameTest {
    private static final String LABEL_63 = "a".repeat(63);
    private static final String NAME_253 = (LABEL_63 + ".").repeat(3) + "b".repeat(61);

    @ParameterizedTest
    @CsvSource({"localhost,localhost,false", "Gateway.EXAMPLE,gateway.example,false",
        "*.example.org,*.example.org,false",
        "bücher.example,xn--bcher-kva.example,false", "*.bücher.example,*.xn--bcher-kva.example,false",
        "1a.2b,1a.2b,false", "my_app,my_app,false", "a.example.,a.example,false", "[::1],::1,true",
        "192.0.2.1,192.0.2.1,true", "::1,::1,true",
        "2001:DB8::A,2001:db8::a,true", "::ffff:192.0.2.1,192.0.2.1,true"})
    void writesANameInItsOneForm(String name, String text, boolean isAddress) throws Exception {
        assertEquals(List.of(new SubjectName(text, isAddress)), parse(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "-a.example", "a-.example", "a..b", "a.example..", "a b", "*",
        "*.*.example", "*.127.0.0.1", "*.", "a.*.example", "w*.example", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.",
        "*.::1", "fe80::1%1",
        "::g", "https://a.example", "a.example:8080", "a.example\n"})
    void refusesWhatIsNeitherDnsNorAddress(String name) {
        assertEquals("SEAWALL_HOSTS: \"" + name.replace('\n', '?') + "\" cannot stand in a certificate (expected: a DNS"
                + " name of letters, digits, hyphens and underscores, perhaps with a leading *., or an IP address)",
                refusal(name));
    }

    @Test
    void knowsTheLongestNames() throws Exception {
        assertEquals(NAME_253, parse(NAME_253).getFirst().text());
        assertEquals(
                "SEAWALL_HOSTS: \"" + NAME_253 + "b\" cannot stand in a certificate (expected: a DNS name of letters,"
                        + " digits, hyphens and underscores, perhaps with a leading *., or an IP address)",
                refusal(NAME_253 + "b"));
        assertEquals(
                "SEAWALL_HOSTS: \"" + LABEL_63 + "a\" cannot stand in a certificate (expected: a DNS name of letters,"
                        + " digits, hyphens and underscores, perhaps with a leading *., or an IP address)",
                refusal(LABEL_63 + "a"));
    }

    @Test
    void countsTwoSpellingsAsOneName() throws Exception {
        assertEquals(2, parse("a.example", "A.example", "::1", "0::1").size());
    }

    @Test
    void refusesNoNamesAtAll() {
        assertEquals("SEAWALL_HOSTS: no names for the certificate (expected: at least one)", refusal());
    }

    private static List<SubjectName> parse(String... names) throws UnusableCertificateException {
        return List.copyOf(SubjectName.parseAll(new LinkedHashSet<>(List.of(names))));
    }

    private static String refusal(String... names) {
        return String.valueOf(assertThrows(UnusableCertificateException.class, () -> parse(names)).getMessage());
    }
}
