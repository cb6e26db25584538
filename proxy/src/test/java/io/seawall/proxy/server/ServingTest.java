package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServingTest {
    @ParameterizedTest
    @CsvSource({"0.0.0.0, localhost", "'::', localhost", "127.0.0.1, 127.0.0.1", "'::1', [::1]",
        "2001:db8:0:0::7, [2001:db8::7]", "192.0.2.7, 192.0.2.7"})
    void tellsAUrlThatIsOne(String bind, String host) {
        assertEquals(host, Serving.ownHost(InetAddress.ofLiteral(bind)));
        assertEquals(host, URI.create("https://" + Serving.ownHost(InetAddress.ofLiteral(bind)) + ":8443/").getHost());
    }
}
