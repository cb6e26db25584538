package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNetworkTest {

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1, true", "192.0.2.1, 192.0.2.2, false", "192.0.2.1, ::ffff:192.0.2.1, true",
        "2001:db8:1:2::1, 2001:db8:1:2:ffff:ffff:ffff:ffff, true", "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "2001:db8:1:2::, 2001:db9:1:2::, false", "0.0.0.0, ::, false", "0.0.0.1, 0:0:0:1::, false",
        "255.255.255.255, ffff:ffff:ffff:ffff::, false"})
    void isAnIpv4AddressOrAnIpv6Slash64(String one, String other, boolean same) {
        assertEquals(same,
                ClientNetwork.of(InetAddress.ofLiteral(one)).equals(ClientNetwork.of(InetAddress.ofLiteral(other))));
    }
}
