package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.proxy.observe.JournalLoggerFinder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The PROXY protocol through the whole pipeline, in memory and so without TLS.
class ProxyProtocolTest {
    private static final String PROXY = "10.0.0.1";
    private static final String OTHER_CLIENT = "198.51.100.7";
    private static final String HEADER = "PROXY TCP4 203.0.113.9 10.0.0.2 4711 443\r\n";
    private static final String GET = "GET /v1/models HTTP/1.1\r\nHost: claw.example.com\r\n";
    private static final String BEARER = "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN + "\r\n";

    private final Config config = TestConfig.of("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8",
            "SEAWALL_CLIENT_IP_HEADER=PROXY", "SEAWALL_MAX_CONNECTIONS_PER_CLIENT=2");
    private final MemorySeawall seawall = new MemorySeawall(config);

    @AfterEach
    void close() {
        seawall.close();
    }

    private String client() {
        return seawall.permitted.getLast().client().getHostAddress();
    }

    @Test
    void namesTheClientOfEveryRequestOnTheConnection() {
        MemoryChannel channel = seawall.connect(PROXY);
        assertTrue(channel.send(HEADER + GET + BEARER + "\r\n").startsWith("HTTP/1.1 200 "));
        assertEquals("203.0.113.9", client());
        assertTrue(channel.send(GET + BEARER + "\r\n").startsWith("HTTP/1.1 200 "));
        assertEquals("203.0.113.9", client());
    }

    @Test
    void comesInPiecesToo() {
        MemoryChannel channel = seawall.connect(PROXY);
        for (int i = 0; i < HEADER.length(); i++) {
            assertEquals("", channel.send(HEADER.substring(i, i + 1)));
        }
        assertTrue(channel.send(GET + BEARER + "\r\n").startsWith("HTTP/1.1 200 "));
        assertEquals("203.0.113.9", client());
    }

    /// The headers are the client's own words: the proxy does not read HTTP.
    @Test
    void leavesNothingToBelieveInHeaders() {
        String spoofed = String.join("\r\n", "X-Forwarded-For: 192.0.2.66", "CF-Connecting-IP: 192.0.2.66",
                "Forwarded: for=192.0.2.66", "PROXY: 192.0.2.66", "X-Forwarded-Proto: https", "");
        seawall.connect(PROXY).send("PROXY TCP4 10.9.9.9 10.0.0.2 1 2\r\n" + GET + BEARER + spoofed + "\r\n");
        assertEquals("10.9.9.9", client(), "although it lies among the trusted ones itself");
        assertFalse(seawall.permitted.getLast().secure());
        seawall.connect(PROXY).send("PROXY UNKNOWN\r\n" + GET + BEARER + spoofed + "\r\n");
        assertEquals(PROXY, client(), "the proxy speaks for itself");
        assertFalse(seawall.permitted.getLast().secure());
    }

    @ParameterizedTest
    @ValueSource(strings = {GET + BEARER + "\r\n", "PROXY TCP4 203.0.113.9 10.0.0.2 4711 443\n" + GET + BEARER + "\r\n",
        "PROXY TCP4 garbage\r\n" + GET + BEARER + "\r\n", "\u0016\u0003\u0001"})
    void isNeededFromATrustedProxy(String bytes) {
        MemoryChannel channel = seawall.connect(PROXY);
        assertEquals("", channel.send(bytes));
        assertFalse(channel.isOpen());
        assertEquals(0, seawall.permitted.size());
    }

    @Test
    void isSaidToBeTooLong() {
        JournalLoggerFinder.use(seawall.journal);
        try {
            MemoryChannel channel = seawall.connect(PROXY);
            assertEquals("", channel.send("\r\n\r\n\0\r\nQUIT\n!\21\20\45"));
            assertFalse(channel.isOpen());
        } finally {
            JournalLoggerFinder.use(null);
        }
        assertTrue(String.join("\n", seawall.log()).contains("a trusted proxy's PROXY protocol header is too long, 4133"
                + " bytes (at most 4132): have it send fewer TLVs"), () -> String.join("\n", seawall.log()));
    }

    @Test
    void isNeededInTime() {
        MemoryChannel channel = seawall.connect(PROXY);
        channel.send(HEADER.substring(0, 20));
        channel.pass(10);
        assertTrue(channel.isOpen(), "SEAWALL_HANDSHAKE_TIMEOUT");
        channel.pass(2);
        assertFalse(channel.isOpen());
    }

    @ParameterizedTest
    @ValueSource(strings = {HEADER, "PROXY UNKNOWN\r\n",
        "\r\n\r\n\0\r\nQUIT\n!\21\0\14\313\0q\t\12\0\0\2\22g\1\273"})
    void isRefusedFromEverybodyElse(String header) {
        MemoryChannel channel = seawall.connect(OTHER_CLIENT);
        String answer = channel.send(header + GET + BEARER + "\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
        assertEquals(0, seawall.permitted.size());
        assertEquals(2, answer.split("HTTP/1\\.1 [0-9]{3} ", -1).length, "and nothing behind it is answered");
    }

    @Test
    void letsOthersConnectWithoutOne() {
        assertTrue(seawall.connect(OTHER_CLIENT).send(GET + BEARER + "\r\n").startsWith("HTTP/1.1 200 "));
        assertEquals(OTHER_CLIENT, client());
    }

    @Test
    void saysItOnlyOnce() {
        MemoryChannel channel = seawall.connect(PROXY);
        String answer = channel.send(HEADER + "PROXY TCP4 192.0.2.66 10.0.0.2 1 2\r\n" + GET + BEARER + "\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
        assertEquals(0, seawall.permitted.size());
    }

    /// One proxy carries all clients, and still none has more than its share.
    @Test
    void countsConnectionsForTheClientNotForTheProxy() {
        MemoryChannel first = seawall.connect(PROXY);
        first.send(HEADER);
        seawall.connect(PROXY).send(HEADER);
        MemoryChannel third = seawall.connect(PROXY);
        third.send(HEADER);
        assertFalse(third.isOpen());
        MemoryChannel other = seawall.connect(PROXY);
        other.send(HEADER.replace("203.0.113.9", "203.0.113.10"));
        assertTrue(other.isOpen());
        first.close();
        MemoryChannel fourth = seawall.connect(PROXY);
        fourth.send(HEADER);
        assertTrue(fourth.isOpen(), "a place that was given back");
    }

    @Test
    void locksOutTheGuesserNotTheProxy() {
        for (int i = 0; i < 10; i++) {
            String wrong = GET + "Authorization: Bearer wrong" + i + "\r\n\r\n";
            MemoryChannel channel = seawall.connect(PROXY);
            assertTrue(channel.send(HEADER + wrong).startsWith("HTTP/1.1 401 "));
            channel.close();
        }
        assertTrue(seawall.connect(PROXY).sendAndWait(HEADER + GET + BEARER + "\r\n").startsWith("HTTP/1.1 429 "));
        assertTrue(seawall.connect(PROXY).send(HEADER.replace(".9 ", ".10 ") + GET + BEARER + "\r\n")
                .startsWith("HTTP/1.1 200 "));
    }
}
