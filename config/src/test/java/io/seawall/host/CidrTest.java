package io.seawall.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {

    @ParameterizedTest
    @CsvSource({"10.0.0.0/8, 10.255.255.255, true", "10.0.0.0/8, 11.0.0.0, false", "10.0.0.0/8, 9.255.255.255, false",
        "10.1.2.3/8, 10.9.9.9, true", "192.168.4.0/22, 192.168.7.255, true", "192.168.4.0/22, 192.168.8.0, false",
        "192.168.4.0/22, 192.168.3.255, false", "128.0.0.0/1, 255.0.0.1, true", "128.0.0.0/1, 127.0.0.1, false",
        "0.0.0.0/1, 128.0.0.0, false", "127.0.0.1, 127.0.0.1, true", "127.0.0.1, 127.0.0.2, false",
        "192.0.2.6/31, 192.0.2.7, true", "192.0.2.6/31, 192.0.2.8, false", "0.0.0.0/0, 203.0.113.9, true",
        "2001:db8::/32, 2001:db8:ffff::1, true", "2001:db8::/32, 2001:db9::1, false", "fe80::/10, febf::1, true",
        "fe80::/10, fec0::1, false", "::1, ::1, true", "::1, ::2, false", "::/0, 10.0.0.1, false",
        "0.0.0.0/0, ::1, false", "10.0.0.0/8, ::ffff:10.0.0.1, true", "::ffff:10.0.0.1, 10.0.0.1, true"})
    void contains(String block, String address, boolean expected) {
        assertEquals(expected, Cidr.parse(block).contains(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1/32", "10.0.0.0/08, 10.0.0.0/8", "::1, ::1/128",
        "2001:db8::/32, 2001:db8::/32", "::ffff:10.0.0.1, 10.0.0.1/32", "0.0.0.0/0, 0.0.0.0/0"})
    void printsAsABlock(String text, String printed) {
        assertEquals(printed, Cidr.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/8", "localhost", "cloudflare.com/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
        "10.0.0.0/٨", "10.0.0.0/", "10.0.0.0/8/8", "10.0.0.0 /8", "::/129", "10", "10/8", "10.0/16", "10.0.0/24",
        "010.0.0.1", "10.0.0.256", "10.0.0.0.0", "10.0.0.1.", "0x0a.0.0.1", "::ffff:10.0.0.0/104",
        "::ffff:10.0.0.1/32"})
    void refusesAnythingButALiteral(String text) {
        assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text));
    }

    @Test
    void saysWhichLengthsThereAre() {
        assertEquals("/33 (expected: 0 to 32)",
                assertThrows(IllegalArgumentException.class, () -> Cidr.parse("10.0.0.0/33")).getMessage());
        assertEquals("/129 (expected: 0 to 128)",
                assertThrows(IllegalArgumentException.class, () -> Cidr.parse("::/129")).getMessage());
    }
}
