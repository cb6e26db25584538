package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"fe80::1%1", "[fe80::1%1]"})
    void takesAZoneFromAnOperatorAndFromNobodyElse(String text) {
        Inet6Address address = assertInstanceOf(Inet6Address.class, Addresses.parse(text));
        assertEquals(1, address.getScopeId());
        assertEquals("fe80::1", Addresses.text(address));
        assertEquals(Optional.empty(), Addresses.find(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::1%no-such-interface", "fe80::1%", "10.0.0.1%1", "fe80::g%1"})
    void refusesAnyOtherZone(String text) {
        assertThrows(IllegalArgumentException.class, () -> Addresses.parse(text));
    }

    /// RFC 5952, sections 4.1 to 4.3.
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 0.0.0.0", "::1, ::1", "0:0:0:0:0:0:0:1, ::1", "::, ::",
        "2001:0DB8::0001, 2001:db8::1", "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1", "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "fe80:0:0:0:1:2:3:0, fe80::1:2:3:0", "1:0:0:0:0:0:0:0, 1::", "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:10.0.0.1, 10.0.0.1", "::ffff:a00:1, 10.0.0.1"})
    void writesTheOneText(String text, String written) {
        assertEquals(Optional.of(written), Addresses.find(text).map(Addresses::text));
    }

    /// What the JDK, C libraries or other programs would read as one address or another.
    @ParameterizedTest
    @ValueSource(strings = {"", "8080", "10.1", "010.0.0.1", "10.0.0.256", "10.0.0.1.", ".10.0.0.1", "10..0.1",
        "0x7f.0.0.1",
        "1.2.3.4.5", "localhost", ":", ":::", "1::2::3", "12345::", "::ffff:010.0.0.1", "::10.1",
        "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", ":1", "1:", "1:2:3:4:5:6:7",
        "::1.2.3.4:5", "ffff::٣",
        "1.2.3.4:80", "[10.0.0.1]", "[[::1]]", "[::1", "::1]", "٣.0.0.1", "::g"})
    void takesNothingElse(String text) {
        assertEquals(Optional.empty(), Addresses.find(text));
        assertThrows(IllegalArgumentException.class, () -> Addresses.parse(text));
    }

    @Test
    void takesBracketsOfAnOperatorOnly() {
        assertEquals(Addresses.IPV6_LOOPBACK, Addresses.parse("[::1]"));
        assertEquals(Optional.empty(), Addresses.find("[::1]"));
    }

    @Test
    void saysWhatItExpects() {
        assertEquals("10.1 (expected: 203.0.113.7 or 2001:db8::7)",
                assertThrows(IllegalArgumentException.class, () -> Addresses.parse("10.1")).getMessage());
    }

    /// What is written is read again, and the JDK agrees with every text that is taken.
    @Test
    void readsAsTheJdkDoesWhereItReads() {
        String[] parts = {"0", "1", "ffff", "00a0", ":", ":", "::", ".", "12", "255", "256", "1.2.3.4", "g", "12345",
            "-"};
        Random random = new Random(5952);
        int taken = 0;
        for (int i = 0; i < 300_000; i++) {
            StringBuilder built = new StringBuilder();
            for (int n = random.nextInt(16); n >= 0; n--) {
                built.append(parts[random.nextInt(parts.length)]);
            }
            String text = built.toString();
            Optional<InetAddress> found = Addresses.find(text);
            if (found.isPresent()) {
                taken++;
                assertEquals(InetAddress.ofLiteral(text), found.get(), text);
                assertEquals(found, Addresses.find(Addresses.text(found.get())), text);
            } else if (text.contains(":") && !text.contains(".") && !text.matches(".*[0-9a-f]{5}.*")) {
                // the JDK takes more digits, of which the first are zeros
                assertThrows(IllegalArgumentException.class, () -> InetAddress.ofLiteral(text), text);
            }
        }
        assertTrue(taken > 1_000, taken + " addresses");
    }
}
