package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Origin;
import io.seawall.host.Cidr;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.server.Allocated;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    private static final String PROXY = "10.0.0.1";
    private static final List<Origin> ORIGINS = List.of(Origin.parse("https://claw.example.com"),
            Origin.parse("https://both.example.com"), Origin.parse("http://both.example.com"),
            Origin.parse("https://port.example.com:8443"));

    private static ClientAddress believing(String header) {
        return new ClientAddress(new Config.Clients(
                List.of(Cidr.parse("10.0.0.0/8"), Cidr.parse("fd00::/8"), Cidr.parse("203.0.113.128/25")),
                header.isEmpty() ? Optional.empty() : Optional.of(header)), ORIGINS);
    }

    /// The header's values are separated by `|`.
    private static String client(String header, String peer, String values) {
        Headers.Builder headers = Headers.builder().add("X-Real-IP", "192.0.2.66");
        if (!values.equals("-")) {
            for (String value : values.split("\\|", -1)) {
                headers.add(header.toUpperCase(java.util.Locale.ROOT), value);
            }
        }
        return believing(header).of(InetAddress.ofLiteral(peer), headers.build()).map(ClientAddress::text)
                .orElse("none");
    }

    @ParameterizedTest
    @CsvSource({
        // only a trusted proxy's header counts
        "198.51.100.7, 192.0.2.1, 198.51.100.7", "2001:db8::7, 192.0.2.1, 2001:db8::7",
        "198.51.100.7, garbage, 198.51.100.7", "11.0.0.1, 192.0.2.1, 11.0.0.1",
        // one that sends nothing speaks for itself
        "10.0.0.1, -, 10.0.0.1", "fd00::1, -, fd00::1",
        "10.0.0.1, 192.0.2.1, 192.0.2.1", "fd12::1, 192.0.2.1, 192.0.2.1", "10.0.0.1, 2001:DB8:0::7, 2001:db8::7",
        // the right-most that is no trusted proxy; what is left of it is the client's own word
        "10.0.0.1, '6.6.6.6, 192.0.2.1', 192.0.2.1", "10.0.0.1, '127.0.0.1,192.0.2.1', 192.0.2.1",
        "10.0.0.1, '6.6.6.6, 192.0.2.1, 10.9.9.9', 192.0.2.1",
        "10.0.0.1, '192.0.2.1, 203.0.113.200, fd00::2', 192.0.2.1",
        "10.0.0.1, 'garbage, 192.0.2.1', 192.0.2.1", "10.0.0.1, '10.5.5.5, 192.0.2.1', 192.0.2.1",
        // several fields are one list
        "10.0.0.1, 6.6.6.6|192.0.2.1, 192.0.2.1", "10.0.0.1, '192.0.2.1|10.1.1.1, 10.2.2.2', 192.0.2.1",
        // proxies only: the first of them
        "10.0.0.1, '10.1.1.1, 10.2.2.2', 10.1.1.1",
        // ports and brackets
        "10.0.0.1, 192.0.2.1:4711, 192.0.2.1", "10.0.0.1, [2001:db8::7], 2001:db8::7",
        "10.0.0.1, [2001:db8::7]:4711, 2001:db8::7", "10.0.0.1, '192.0.2.1:1, 10.1.1.1:2', 192.0.2.1",
        // IPv4 in IPv6's clothes
        "10.0.0.1, ::ffff:192.0.2.1, 192.0.2.1", "10.0.0.1, '192.0.2.1, ::ffff:10.1.1.1', 192.0.2.1",
        "10.0.0.1, [::ffff:192.0.2.1]:1, 192.0.2.1",
        // an empty element is none (RFC 9110, 5.6.1)
        "10.0.0.1, '6.6.6.6, , 192.0.2.1', 192.0.2.1", "10.0.0.1, '192.0.2.1,', 192.0.2.1",
        "10.0.0.1, '192.0.2.1, ,\t, 10.1.1.1 ,', 192.0.2.1", "10.0.0.1, '192.0.2.1||,', 192.0.2.1",
        // the zone names an interface of the proxy's host, and the client is known without it
        "10.0.0.1, fe80::1%eth0, fe80::1", "10.0.0.1, '6.6.6.6, 2001:db8::7%25eth0', 2001:db8::7",
        "10.0.0.1, [fe80::1%eth0]:4711, fe80::1", "10.0.0.1, '192.0.2.1, fd00::2%1', 192.0.2.1"})
    void isTheRightMostThatIsNoTrustedProxy(String peer, String values, String client) {
        assertEquals(client, client("x-forwarded-for", peer, values));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", " , ,", "unknown", "_hidden", "192.0.2.1, unknown",
        "example.com", "localhost", "1", "8080", "10.1", "192.0.2", "192.0.2.256", "192.0.2.1.1", "192.0.2.1.",
        "192.0.2.01", "010.0.0.1", "0xc0.0.2.1", "3221225985", "192.0.2.1:", "192.0.2.1:x", "192.0.2.1:123456",
        "192.0.2.1:80:80", "192.0.2.1 192.0.2.2", "[2001:db8::7", "2001:db8::7]", "[]", "[192.0.2.1]",
        "[2001:db8::7]x", "[2001:db8::7]:", "[2001:db8::7]:x", "fe80::1%", "192.0.2.1%1", "fe80::1%e 0", "fe80::g%eth0",
        "%eth0", "2001:db8::g", ":::",
        "\u0661.2.3.4", "for=192.0.2.1", "\"192.0.2.1\"", "192.0.2.1/32", "6.6.6.6, garbage, 10.1.1.1"})
    void isNobodyWhereTheProxyNamesNoAddress(String values) {
        assertEquals("none", client("x-forwarded-for", PROXY, values));
    }

    /// 32 KiB, which is as long as a head may be.
    @ParameterizedTest
    @ValueSource(strings = {"1,", ",", " ,", "6.6.6.6,", "10.1.1.1,", "x"})
    void takesApartNoMoreOfALongListThanItNeeds(String element) {
        ClientAddress addresses = believing("x-forwarded-for");
        String list = element.repeat(32_768 / element.length());
        Headers headers = Headers.builder().add("X-Forwarded-For", list).add("X-Forwarded-Proto", list).build();
        RequestHead head = new RequestHead("GET", "/", "a", Persistence.KEPT, headers, Body.NONE);
        long bytes = Allocated.by(() -> addresses.identify(InetAddress.ofLiteral(PROXY), head, false));
        assertTrue(bytes < 150_000, bytes + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 192.0.2.1, 192.0.2.1", "10.0.0.1, ' 192.0.2.1 ', 192.0.2.1", "10.0.0.1, -, 10.0.0.1",
        "10.0.0.1, ::ffff:192.0.2.1, 192.0.2.1", "10.0.0.1, 2001:db8::7, 2001:db8::7",
        "198.51.100.7, 192.0.2.1, 198.51.100.7",
        // one address and nothing else; no list, no port, and not twice
        "10.0.0.1, '192.0.2.1, 192.0.2.2', none", "10.0.0.1, 192.0.2.1|192.0.2.1, none", "10.0.0.1, 192.0.2.1:80, none",
        "10.0.0.1, [2001:db8::7], none", "10.0.0.1, '', none", "10.0.0.1, unknown, none"})
    void isTheOneAddressOfAnotherHeader(String peer, String values, String client) {
        assertEquals(client, client("cf-connecting-ip", peer, values));
    }

    @Test
    void isThePeerWhereNoHeaderIsBelieved() {
        Headers headers = Headers.builder().add("X-Forwarded-For", "192.0.2.1").build();

        assertEquals(PROXY,
                believing("").of(InetAddress.ofLiteral(PROXY), headers).map(ClientAddress::text).orElse(""));
    }

    /// Behind a balancer that ends TLS and sends no header about it.
    @ParameterizedTest
    @CsvSource({"claw.example.com, true", "CLAW.example.com, true", "claw.example.com:443, true",
        "claw.example.com:8443, false", "port.example.com:8443, true", "port.example.com, false",
        "both.example.com, false", "other.example.com, false", "192.0.2.1, false"})
    void speaksHttpsWhereTheConfigurationSaysSoAndTheBalancerSpeaksProxy(String authority, boolean secure) {
        RequestHead head = Permits
                .head("GET / HTTP/1.1\nHost: " + authority + "\nX-Forwarded-Proto: https\n");
        InetAddress client = InetAddress.ofLiteral("198.51.100.7");

        assertEquals(secure,
                believing(Config.Clients.PROXY_PROTOCOL).identify(client, head, false).orElseThrow().secure());
        assertFalse(believing("x-forwarded-for").identify(client, head, false).orElseThrow().secure());
    }

    @Test
    void trustsProxiesOnly() {
        assertTrue(believing("x").trusts(InetAddress.ofLiteral(PROXY)));
        assertFalse(believing("x").trusts(InetAddress.ofLiteral("127.0.0.1")));
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 192.0.2.1", "2001:DB8:0:0:0:0:0:7, 2001:db8::7", "::1, ::1", "::ffff:192.0.2.1, 192.0.2.1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1"})
    void hasOneText(String address, String text) {
        assertEquals(text, ClientAddress.text(InetAddress.ofLiteral(address)));
    }
}
