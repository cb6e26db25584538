package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    private static final String LABEL = "a".repeat(63);
    private static final String LONGEST = (LABEL + ".").repeat(3) + "b".repeat(61);

    @ParameterizedTest
    @CsvSource({"claw.example.com, claw.example.com", "Claw.Example.COM, claw.example.com",
        "claw.example.com., claw.example.com", "my_app, my_app", "My_Claw.lan, my_claw.lan", "_x.y_, _x.y_",
        "bücher.example, xn--bcher-kva.example", "BÜCHER.example., xn--bcher-kva.example",
        "xn--bcher-kva.example, xn--bcher-kva.example", "b\u00fc_cher.example, xn--b_cher-3ya.example",
        "😀.example, xn--e28h.example", "bücher。example, xn--bcher-kva.example", "1a.2b, 1a.2b",
        "4711.example, 4711.example",
        "a--b.example, a--b.example", "192.0.2.7, 192.0.2.7", "0.0.0.0, 0.0.0.0", "::1, [::1]", "[::1], [::1]",
        "[2001:DB8:0::0:7], [2001:db8::7]", "::, [::]", "1::, [1::]", "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]",
        "1:0:0:2:0:0:0:3, [1:0:0:2::3]", "1:0:0:2:3:0:0:4, [1::2:3:0:0:4]", "::ffff:192.0.2.7, 192.0.2.7",
        "[::ffff:c000:207], 192.0.2.7"})
    void haveOneForm(String text, String form) {
        assertEquals(Optional.of(form), HostName.of(text));
        assertEquals(Optional.of(form), HostName.of(form));
        assertEquals(form, HostName.ofAuthority(form + ":8443"));
        assertTrue(HostName.isAuthority(form + ":8443"));
    }

    /// What a browser makes of ß is another name than what the JDK does.
    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a..", "a..b", ".a", "-a.example", "a-.example", "a.-b", "a.b-", "a b",
        "a,b", "a/b", "a%b",
        "a*b", "*.a", "*", "a:1", "a:", ":a", "u@a", "a?", "a#", "a\\b", "a\n", "1.2.3", "1.2.3.256", "01.2.3.4",
        "1.2.3.4.", "1.2.3.4.5", "a.1", "2130706433", "[127.0.0.1]", "[a]", "[]", "[", "]", "[::1", "::1]", ":::",
        "[::1%1]", "fe80::1%eth0", "::g", "[[::1]]", "straße.example", "a\u200db.example", "a\u2100.example",
        "\uff05.example", "http://a", "\u0000"})
    void areNothingElse(String text) {
        assertEquals(Optional.empty(), HostName.of(text));
        assertFalse(HostName.isAddress(text));
    }

    @Test
    void areAsLongAsDnsAllows() {
        assertEquals(Optional.of(LONGEST), HostName.of(LONGEST + "."));
        assertEquals(Optional.empty(), HostName.of(LONGEST + "b"));
        assertEquals(Optional.empty(), HostName.of(LABEL + "a"));
        assertTrue(HostName.isAuthority(LONGEST));
        assertFalse(HostName.isAuthority(LONGEST + "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "A.b-c_d.e0", "a:1", "a:65535", "a:0", "a.", "a.:80", "127.0.0.1", "127.0.0.1:80",
        "[::]",
        "[::1]", "[::1]:0", "[2001:db8::7]:443", "[::ffff:127.0.0.1]"})
    void standInAnAuthority(String text) {
        assertTrue(HostName.isAuthority(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":", "a:", ":1", "a:65536", "a:123456", "a:1:2", "a b", "a,b", "a/", "u@a", "a?", "a#",
        "a%00", "a\\b", "\u00e4", "[", "]", "[]", "[:]", "[::1", "::1", "[::1]x", "[::1]:x", "[::1]:", "[a]", "[1]",
        "[::1%25lo]", "[fe80::1%1]", "[127.0.0.1]", "a[::1]", "a..:1", "a:\u0661"})
    void standInNothingThatIsNoAuthority(String text) {
        assertFalse(HostName.isAuthority(text));
    }

    @ParameterizedTest
    @CsvSource({"Claw.example.com:80, claw.example.com", "claw.example.com.:80, claw.example.com",
        "[2001:DB8::7]:1, [2001:db8::7]", "[::1], [::1]", "127.0.0.1:9, 127.0.0.1", "[::ffff:127.0.0.1]:1, 127.0.0.1"})
    void areTakenOutOfAnAuthority(String authority, String host) {
        assertEquals(host, HostName.ofAuthority(authority));
    }

    @Test
    void areTakenOutOfNothingWithoutAnAnswer() {
        for (String garbage : new String[]{"", "[", "]", "[:", ":", "[claw.example.com]"}) {
            assertFalse(HostName.isAddress(HostName.ofAuthority(garbage)), garbage);
        }
    }

    @ParameterizedTest
    @CsvSource({"localhost, true", "claw.localhost, true", "localhost.example.com, false", "xlocalhost, false",
        "127.0.0.1, false"})
    void areOfThisMachine(String host, boolean local) {
        assertEquals(local, HostName.isLocal(host));
    }
}
