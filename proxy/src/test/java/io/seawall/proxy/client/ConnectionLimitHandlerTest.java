package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Cidr;
import io.seawall.config.Config;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLimitHandlerTest {
    private final ConnectionLimitHandler limits = new ConnectionLimitHandler(new Config.Limits(5, 2),
            new Config.Clients(List.of(Cidr.parse("10.0.0.0/8")), Optional.empty()));
    private final EmbeddedChannel listener = new EmbeddedChannel(limits);
    private final List<Channel> accepted = new ArrayList<>();

    @AfterEach
    void isOver() {
        accepted.forEach(Channel::close);
        assertEquals(0, limits.open());
        listener.releaseInbound();
        listener.finishAndReleaseAll();
    }

    /// Whether a connection from there is let in.
    private boolean connects(String peer) {
        EmbeddedChannel child = new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(InetAddress.ofLiteral(peer), 4711);
            }
        };
        listener.writeInbound(child);
        boolean in = child.equals(listener.readInbound());
        assertEquals(in, child.isOpen(), "what is refused is closed");
        if (in) {
            accepted.add(child);
        }
        return in;
    }

    @Test
    void capsEachClientsConnections() {
        assertTrue(connects("192.0.2.1"));
        assertTrue(connects("192.0.2.1"));
        assertFalse(connects("192.0.2.1"));
        assertFalse(connects("::ffff:192.0.2.1"));
        assertTrue(connects("192.0.2.2"));

        assertEquals(3, limits.open());
        assertEquals(2, limits.refused());
    }

    @Test
    void takesAnIpv6NetworkForOneClient() {
        assertTrue(connects("2001:db8::1"));
        assertTrue(connects("2001:db8::2"));
        assertFalse(connects("2001:db8::3"));
        assertTrue(connects("2001:db8:0:1::1"));
    }

    @Test
    void capsAllConnectionsTogether() {
        for (int i = 1; i <= 5; i++) {
            assertTrue(connects("192.0.2." + i));
        }
        assertFalse(connects("192.0.2.6"));
        assertFalse(connects("10.0.0.1"));

        assertEquals(5, limits.open());
        assertEquals(2, limits.refused());
    }

    @Test
    void doesNotCapATrustedProxyByItsAddress() {
        for (int i = 1; i <= 5; i++) {
            assertTrue(connects("10.0.0.1"));
        }
        assertFalse(connects("10.0.0.1"), "but with all the others");
    }

    @Test
    void letsInAgainWhenOneHasGone() {
        assertTrue(connects("192.0.2.1"));
        assertTrue(connects("192.0.2.1"));
        assertFalse(connects("192.0.2.1"));
        accepted.removeFirst().close();

        assertTrue(connects("192.0.2.1"));
        assertFalse(connects("192.0.2.1"));
    }

    @Test
    void doesNotCountWhatItRefused() {
        for (int i = 0; i < 100; i++) {
            connects("192.0.2.1");
        }
        accepted.forEach(Channel::close);
        accepted.clear();

        assertEquals(0, limits.open());
        assertTrue(connects("192.0.2.1"));
        assertTrue(connects("192.0.2.1"));
        assertFalse(connects("192.0.2.1"));
    }

    @Test
    void releasesWhereTheTotalWasReachedFirst() {
        for (int i = 1; i <= 5; i++) {
            connects("10.0.0.1");
        }
        for (int i = 0; i < 10; i++) {
            assertFalse(connects("192.0.2.1"));
        }
        accepted.forEach(Channel::close);
        accepted.clear();

        assertTrue(connects("192.0.2.1"));
        assertTrue(connects("192.0.2.1"));
    }

    @Test
    void saysSoOnceASecondForAnyNumber() {
        PrintStream before = System.err;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
        try {
            for (int i = 0; i < 20; i++) {
                connects("192.0.2.1");
            }
        } finally {
            System.setErr(before);
        }

        List<String> said = lines.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(List.of("seawall: too many connections, refused since the start: 1"
                + " (see SEAWALL_MAX_CONNECTIONS, SEAWALL_MAX_CONNECTIONS_PER_CLIENT)"), said);
        assertEquals(18, limits.refused());
    }
}
