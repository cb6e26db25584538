package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Rejection;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenRelaysTest {
    private final AtomicInteger displaced = new AtomicInteger();
    private final OpenRelays relays = new OpenRelays(() -> 2, displaced::incrementAndGet);

    private EmbeddedChannel begins() {
        return begins(false);
    }

    private EmbeddedChannel begins(boolean isKnown) {
        EmbeddedChannel channel = new EmbeddedChannel();
        relays.begins(channel, isKnown);
        return channel;
    }

    @Test
    void theOneThatHasBeenThereLongestMakesRoom() {
        EmbeddedChannel first = begins();
        EmbeddedChannel second = begins();
        assertNull(first.readOutbound());
        EmbeddedChannel third = begins();
        first.runPendingTasks();
        Rejection rejection = first.readOutbound();
        assertEquals("503 descriptors", rejection.status() + " " + rejection.label());
        assertTrue(rejection.close());
        assertNull(second.readOutbound());
        assertNull(third.readOutbound());
        assertEquals(1, displaced.get());
    }

    @Test
    void whoHasEndedTakesNoRoom() {
        EmbeddedChannel first = begins();
        EmbeddedChannel second = begins();
        Exchange.of(second).end(second);
        begins();
        first.runPendingTasks();
        assertNull(first.readOutbound());
        assertEquals(0, displaced.get());
    }

    @Test
    void aWebSocketIsClosedInsteadOfAnswered() {
        EmbeddedChannel first = begins();
        Exchange.of(first).becameTunnel();
        begins();
        begins();
        first.runPendingTasks();
        assertNull(first.readOutbound());
        assertFalse(first.isOpen());
    }

    @Test
    void theNextRequestOfTheSameConnectionGoesOn() {
        EmbeddedChannel first = begins();
        Exchange before = Exchange.of(first);
        begins();
        begins();
        before.end(first);
        Exchange.of(first);
        first.runPendingTasks();
        assertNull(first.readOutbound());
        assertTrue(first.isOpen());
    }

    @Test
    void noneOfANetworkThatLoggedInEndsForAnUnknownOnes() {
        EmbeddedChannel portal = begins(true);
        Exchange.of(portal).becameTunnel();
        EmbeddedChannel unknown = begins();
        EmbeddedChannel second = begins();
        portal.runPendingTasks();
        unknown.runPendingTasks();
        assertTrue(portal.isOpen());
        assertEquals("descriptors", ((Rejection) unknown.readOutbound()).label());

        EmbeddedChannel other = begins(true);
        second.runPendingTasks();
        assertEquals("descriptors", ((Rejection) second.readOutbound()).label());
        assertNull(other.readOutbound());
    }

    @Test
    void anUnknownOneThatComesEndsItselfWhereAllAreOfNetworksThatLoggedIn() {
        EmbeddedChannel first = begins(true);
        begins(true);
        EmbeddedChannel unknown = begins();
        first.runPendingTasks();
        unknown.runPendingTasks();
        assertNull(first.readOutbound());
        assertEquals("descriptors", ((Rejection) unknown.readOutbound()).label());
    }

    @Test
    void thoseOfNetworksThatLoggedInAreBoundedAsWell() {
        EmbeddedChannel first = begins(true);
        begins(true);
        begins(true);
        first.runPendingTasks();
        assertEquals("descriptors", ((Rejection) first.readOutbound()).label());
    }
}
