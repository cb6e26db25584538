package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("203.0.113.7");

    private long now = Duration.ofDays(-3).toNanos(); // nanoTime may be negative
    private final Throttle throttle = new Throttle(() -> now);

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /// Guesses that many times; true when the last one locked.
    private boolean guess(int times, Layer layer, InetAddress client) {
        boolean locked = false;
        for (int i = 0; i < times; i++) {
            assertFalse(locked, "locked before the last guess");
            locked = throttle.guessed(layer, client);
        }
        return locked;
    }

    private long locked() {
        return throttle.lockedSeconds(Layer.BASIC, CLIENT);
    }

    @Test
    void locksAtTheTenthGuessInAMinute() {
        assertFalse(guess(9, Layer.BASIC, CLIENT));
        assertEquals(0, locked());
        assertEquals(0, throttle.locked(Layer.BASIC));
        assertTrue(guess(1, Layer.BASIC, CLIENT));
        assertEquals(301, locked());
        assertEquals(1, throttle.locked(Layer.BASIC));
    }

    @Test
    void forgetsGuessesThatAreOlderThanAMinute() {
        assertFalse(guess(9, Layer.BASIC, CLIENT));
        pass(Duration.ofSeconds(60).plusNanos(1));
        assertFalse(guess(9, Layer.BASIC, CLIENT));
        assertEquals(0, locked());
        pass(Duration.ofSeconds(60));
        assertTrue(guess(1, Layer.BASIC, CLIENT));
    }

    @Test
    void unlocksAfterFiveMinutes() {
        assertTrue(guess(10, Layer.BASIC, CLIENT));
        pass(Duration.ofMinutes(5).minusNanos(1));
        assertEquals(1, locked());
        pass(Duration.ofNanos(1));
        assertEquals(0, locked());
        assertEquals(0, throttle.locked(Layer.BASIC));
        assertFalse(guess(9, Layer.BASIC, CLIENT));
    }

    @Test
    void doublesUpToAnHour() {
        for (int minutes : new int[]{5, 10, 20, 40, 60, 60, 60}) {
            assertTrue(guess(10, Layer.BASIC, CLIENT));
            assertEquals(minutes * 60 + 1, locked());
            pass(Duration.ofMinutes(minutes));
            assertEquals(0, locked());
        }
    }

    @Test
    void startsAfreshAfterTwoQuietHours() {
        assertTrue(guess(10, Layer.BASIC, CLIENT));
        pass(Duration.ofHours(2).plusSeconds(1));
        assertTrue(guess(10, Layer.BASIC, CLIENT));
        assertEquals(301, locked());
    }

    @Test
    void locksOneLayerOnly() {
        assertTrue(guess(10, Layer.BASIC, CLIENT));
        assertEquals(0, throttle.lockedSeconds(Layer.GATEWAY, CLIENT));
        assertEquals(0, throttle.lockedSeconds(Layer.HOOKS, CLIENT));
        assertEquals(0, throttle.locked(Layer.GATEWAY));
        assertFalse(guess(9, Layer.GATEWAY, CLIENT));
    }

    @Test
    void locksOneIpv4AddressOnly() {
        assertTrue(guess(10, Layer.BASIC, CLIENT));
        assertEquals(0, throttle.lockedSeconds(Layer.BASIC, InetAddress.ofLiteral("203.0.113.8")));
    }

    @Test
    void locksAWholeIpv6Network() {
        for (int i = 1; i <= 10; i++) {
            assertEquals(i == 10,
                    throttle.guessed(Layer.BASIC, InetAddress.ofLiteral("2001:db8:1:2:" + i + "::" + i)));
        }
        assertEquals(301, throttle.lockedSeconds(Layer.BASIC, InetAddress.ofLiteral("2001:db8:1:2:ffff::1")));
        assertEquals(0, throttle.lockedSeconds(Layer.BASIC, InetAddress.ofLiteral("2001:db8:1:3::1")));
    }

    @Test
    void countsAMappedAddressAsItsIpv4Address() {
        assertTrue(guess(10, Layer.BASIC, InetAddress.ofLiteral("::ffff:203.0.113.7")));
        assertEquals(301, locked());
    }

    @Test
    void remembersABoundedNumberOfNetworks() {
        for (int i = 0; i < 120_000; i++) {
            InetAddress stranger = InetAddress
                    .ofLiteral("2001:db8:%x:%x::1".formatted(i >> 16, i & 0xffff));
            assertTrue(guess(10, Layer.BASIC, stranger));
        }
        long remembered = throttle.locked(Layer.BASIC);
        assertTrue(remembered > 90_000 && remembered <= 100_000, () -> remembered + " networks");
    }
}
