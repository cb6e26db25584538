package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Config;
import io.seawall.host.Cidr;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.limit.HeapLedger;
import io.seawall.proxy.limit.HeapMemory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionLimitHandlerTest {
    private static final Config.Clients CLIENTS = new Config.Clients(List.of(Cidr.parse("10.0.0.0/8")),
            Optional.empty());

    private long memory;
    private HeapMemory.Occupancy occupancy = new HeapMemory.Occupancy(0, 0, 1_000);
    private Connections limits = connections(5, 0);
    private EmbeddedChannel listener = new EmbeddedChannel(new ConnectionLimitHandler(limits));
    private final List<Channel> accepted = new ArrayList<>();

    @AfterEach
    void isOver() {
        accepted.forEach(Channel::close);
        assertEquals(0, limits.open());
        listener.releaseInbound();
        listener.finishAndReleaseAll();
    }

    private Connections connections(int most, int reserve) {
        return new Connections(new Config.Limits(most, 2, reserve, 75), CLIENTS, new DirectMemory(() -> memory, 1_000),
                Descriptors.UNLIMITED);
    }

    private void limit(int most, int reserve) {
        limits = connections(most, reserve);
        listener = new EmbeddedChannel(new ConnectionLimitHandler(limits));
    }

    @Test
    void takesNothingForASecondWithoutADescriptor() {
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        assertEquals(1, limits.refused(Connections.Reason.DESCRIPTORS));
        assertFalse(listener.config().isAutoRead());
        listener.advanceTimeBy(999, TimeUnit.MILLISECONDS);
        listener.runScheduledPendingTasks();
        assertFalse(listener.config().isAutoRead());
        listener.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        listener.runScheduledPendingTasks();
        assertTrue(listener.config().isAutoRead());
    }

    @Test
    void leavesOtherTroubleToOthers() {
        listener.pipeline().fireExceptionCaught(new IOException("Software caused connection abort"));
        assertEquals(0, limits.refused(Connections.Reason.DESCRIPTORS));
        assertTrue(listener.config().isAutoRead());
        assertThrows(IOException.class, listener::checkException);
    }

    private long refused() {
        return Stream.of(Connections.Reason.values()).mapToLong(limits::refused).sum();
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
        assertEquals(2, refused());
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
            limits.granted(accepted.getLast());
        }
        assertFalse(connects("192.0.2.6"));
        assertFalse(connects("10.0.0.1"));

        assertEquals(5, limits.open());
        assertEquals(2, limits.refused(Connections.Reason.TOTAL));
        assertTrue(accepted.stream().allMatch(Channel::isOpen), "nobody whom a layer let in is displaced");
    }

    @Test
    void displacesTheOldestUnauthenticatedConnection() {
        for (int i = 1; i <= 5; i++) {
            assertTrue(connects("192.0.2." + i));
        }
        limits.granted(accepted.getFirst());
        assertTrue(connects("192.0.2.6"));
        assertTrue(connects("10.0.0.1"));

        assertEquals(List.of(true, false, false, true, true, true, true),
                accepted.stream().map(Channel::isOpen).toList());
        assertEquals(5, limits.open());
        assertEquals(2, limits.refused(Connections.Reason.DISPLACED));
    }

    @Test
    void displacesNobodyForWhoHasHisShare() {
        for (String peer : List.of("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4")) {
            assertTrue(connects(peer));
        }
        assertFalse(connects("192.0.2.1"));

        assertTrue(accepted.stream().allMatch(Channel::isOpen));
        assertEquals(1, limits.refused(Connections.Reason.CLIENT));
    }

    @Test
    void keepsAReserveForNetworksThatGaveARightCredential() {
        limit(10, 40);
        assertTrue(connects("192.0.2.100"));
        limits.granted(accepted.getFirst());
        accepted.removeFirst().close();

        for (int i = 1; i <= 8; i++) {
            assertTrue(connects("192.0.2." + i));
        }
        assertEquals(6, limits.open(), "unauthenticated clients have six connections, however many they open");
        assertTrue(connects("192.0.2.100"));
        assertTrue(connects("192.0.2.100"));
        assertTrue(connects("10.0.0.1"));
        assertTrue(connects("10.0.0.1"));
        assertEquals(10, limits.open());
        assertEquals(2, limits.refused(Connections.Reason.DISPLACED), "no unauthenticated client had to go for them");
    }

    @Test
    void refusesUnauthenticatedClientsAndEndsTheCostliestAboveTheHeapWatermark() {
        limits = new Connections(new Config.Limits(5, 2, 0, 75), CLIENTS, new DirectMemory(() -> 0, 1_000),
                Descriptors.UNLIMITED, new HeapMemory(() -> occupancy, () -> {}, () -> 0), 1 << 30);
        listener = new EmbeddedChannel(new ConnectionLimitHandler(limits));
        assertTrue(connects("192.0.2.1"));
        limits.granted(accepted.getFirst());
        assertTrue(connects("192.0.2.2"));
        assertTrue(connects("192.0.2.3"));
        HeapLedger.of(accepted.get(1)).book(1_000);

        occupancy = new HeapMemory.Occupancy(900, 800, 1_000);
        limits.lookAtHeap();
        accepted.forEach(channel -> ((EmbeddedChannel) channel).runPendingTasks());

        assertEquals(List.of(true, false, true), accepted.stream().map(Channel::isOpen).toList());
        assertFalse(connects("192.0.2.4"), "an unknown network");
        assertTrue(connects("192.0.2.1"), "the owner");
        assertEquals(2, limits.refused(Connections.Reason.HEAP));

        occupancy = new HeapMemory.Occupancy(100, 100, 1_000);
        limits.lookAtHeap();
        assertTrue(connects("192.0.2.4"));
    }

    /// From the start on, and after a reload that wants more.
    @Test
    void takesNoMoreThanThereAreDescriptorsFor() {
        limits = new Connections(new Config.Limits(12, 12, 0, 75), CLIENTS, new DirectMemory(() -> 0, 1_000),
                new Descriptors(180));
        listener = new EmbeddedChannel(new ConnectionLimitHandler(limits));
        for (int i = 1; i <= 12; i++) {
            assertTrue(connects("192.0.2." + i));
        }
        assertEquals(10, limits.open());
        limits.use(new Config.Limits(20, 20, 0, 75), CLIENTS);
        assertTrue(connects("192.0.2.13"));
        assertEquals(10, limits.open());
        assertEquals(3, limits.refused(Connections.Reason.DISPLACED));
    }

    @Test
    void unauthenticatedClientsHaveAQuarterOfTheHeap() {
        limits = new Connections(new Config.Limits(1_000, 1_000, 0, 75), CLIENTS, new DirectMemory(() -> 0, 1_000),
                Descriptors.UNLIMITED, new HeapMemory(() -> occupancy, () -> {}, () -> 0), 1 << 20);
        listener = new EmbeddedChannel(new ConnectionLimitHandler(limits));
        assertTrue(connects("192.0.2.1"));
        limits.granted(accepted.getFirst());
        for (int i = 0; i < 200; i++) {
            assertTrue(connects("198.51.100.7"), "an older one makes room");
            accepted.forEach(channel -> ((EmbeddedChannel) channel).runPendingTasks());
            assertTrue(limits.heap().booked() <= 1 << 18, "booked " + limits.heap().booked());
        }
        assertTrue(accepted.getFirst().isOpen());
        assertTrue(limits.refused(Connections.Reason.HEAP) > 100);
    }

    @Test
    void refusesUnauthenticatedClientsAboveTheMemoryWatermark() {
        assertTrue(connects("192.0.2.1"));
        limits.granted(accepted.getFirst());
        memory = 751;
        assertFalse(connects("192.0.2.2"));
        assertTrue(connects("192.0.2.1"), "a network that was let in may still connect");
        assertTrue(connects("10.0.0.1"), "and a trusted proxy");
        memory = 750;
        assertTrue(connects("192.0.2.2"), "until there is memory again");

        assertEquals(1, limits.refused(Connections.Reason.MEMORY));
    }

    @Test
    void endsAnUnauthenticatedConnectionThatIsThereWhileMemoryIsShort() {
        assertTrue(connects("192.0.2.1"));
        assertTrue(connects("192.0.2.2"));
        limits.granted(accepted.getLast());
        assertFalse(limits.isTooMuch(accepted.getFirst()), "while there is enough");

        memory = 751;
        assertTrue(limits.isTooMuch(accepted.getFirst()));
        assertFalse(limits.isTooMuch(accepted.getLast()), "a layer let him in");
        assertEquals(1, limits.refused(Connections.Reason.MEMORY));
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
        assertEquals(List.of("seawall: connections are refused: one client network has as many as it may"
                + " (SEAWALL_MAX_CONNECTIONS_PER_CLIENT); 1 since the start"), said);
        assertEquals(18, refused());
    }
}
