package io.seawall.proxy.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Authentication;
import io.seawall.proxy.credential.Decision.Counting;
import io.seawall.proxy.server.TestConfig;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ThrottleTest {
    private static final InetAddress CLIENT = InetAddress.ofLiteral("203.0.113.7");

    private long now = Duration.ofDays(-3).toNanos(); // nanoTime may be negative
    private final Throttle throttle = new Throttle(TestConfig.of().lockout(), () -> now);

    private final AtomicLong next = new AtomicLong();

    /// One that was never tried before; whether it locked.
    private boolean guessed(Layer layer, InetAddress client) {
        return guessed(throttle, layer, client);
    }

    private boolean guessed(Throttle counting, Layer layer, InetAddress client) {
        return counting.guessed(layer, client, next.incrementAndGet()) == Counting.LOCKED_OUT;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    /// Guesses that many times; true when the last one locked.
    private boolean guess(int times, Layer layer, InetAddress client) {
        boolean locked = false;
        for (int i = 0; i < times; i++) {
            assertFalse(locked, "locked before the last guess");
            locked = guessed(layer, client);
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

    private Counting repeat(long credential) {
        return throttle.guessed(Layer.BASIC, CLIENT, credential);
    }

    /// A program that reconnects with last week's password.
    @Test
    void countsTheSameOneOnceHoweverOftenItComes() {
        assertEquals(Counting.COUNTED, repeat(-7));
        for (int i = 0; i < 1_000; i++) {
            assertEquals(Counting.REPEATED, repeat(-7));
            pass(Duration.ofMillis(10));
        }
        assertFalse(throttle.isSlowing(Layer.BASIC));
        assertFalse(guess(8, Layer.BASIC, CLIENT));
        assertEquals(0, locked());
        assertTrue(guess(1, Layer.BASIC, CLIENT), "nine others, and it");
    }

    @Test
    void countsAFewThatAlternateOnceEach() {
        for (int i = 0; i < 100; i++) {
            assertEquals(i < 4 ? Counting.COUNTED : Counting.REPEATED, repeat(-1 - i % 4));
        }
        assertFalse(guess(5, Layer.BASIC, CLIENT));
        assertTrue(guess(1, Layer.BASIC, CLIENT));
    }

    @Test
    void countsMoreThanTheLastFewEachTime() {
        for (int i = 0; i < 9; i++) {
            assertEquals(Counting.COUNTED, repeat(i % 5));
        }
        assertEquals(Counting.LOCKED_OUT, repeat(9 % 5));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void knowsTheOneThatComesAgainAndAgainLongest(boolean hashed) {
        repeat(-1);
        for (int i = 0; i < 8; i++) {
            assertEquals(Counting.COUNTED, repeat(i));
            // where a hash would be computed it is asked for before
            assertTrue(hashed ? throttle.knows(Layer.BASIC, CLIENT, -1) : repeat(-1) == Counting.REPEATED);
        }
        assertEquals(0, locked());
        assertFalse(throttle.knows(Layer.BASIC, CLIENT, 0));
    }

    @Test
    void knowsItOfOneLayerAndOneNetworkOnly() {
        assertFalse(throttle.knows(Layer.BASIC, CLIENT, -7));
        assertEquals(Counting.COUNTED, repeat(-7));
        assertTrue(throttle.knows(Layer.BASIC, CLIENT, -7));
        assertFalse(throttle.knows(Layer.BASIC, CLIENT, 7));
        assertFalse(throttle.knows(Layer.HOOKS, CLIENT, -7));
        assertFalse(throttle.knows(Layer.BASIC, unknownNetwork(1), -7));
        assertEquals(Counting.COUNTED, throttle.guessed(Layer.HOOKS, CLIENT, -7));
        assertEquals(Counting.COUNTED, throttle.guessed(Layer.BASIC, unknownNetwork(1), -7));
    }

    @Test
    void forgetsItAfterTwoQuietMinutesAndInALockout() {
        repeat(-7);
        pass(Duration.ofSeconds(119));
        assertEquals(Counting.REPEATED, repeat(-7), "the minute is over, and it is no other");
        pass(Duration.ofSeconds(121));
        assertEquals(Counting.COUNTED, repeat(-7));
        guess(9, Layer.BASIC, CLIENT);
        assertEquals(301, locked());
        assertFalse(throttle.knows(Layer.BASIC, CLIENT, -7));
        assertEquals(Counting.COUNTED, repeat(-7), "and neither it nor the lock counts on");
        assertEquals(301, locked());
    }

    @Test
    void takesNothingOfTheBudgetForARepeatedOne() {
        repeat(-7);
        for (int i = 0; i < 298; i++) {
            guessed(Layer.BASIC, unknownNetwork(i));
        }
        repeat(-7);
        place(CLIENT, -7).wrong();
        assertFalse(throttle.isSlowing(Layer.BASIC));
        guessed(Layer.BASIC, unknownNetwork(298));
        assertTrue(throttle.isSlowing(Layer.BASIC));
    }

    @Test
    void countsTheSameOneOnceThatIsComparedManyTimesAtOnce() {
        List<PendingGuess> places = Stream.generate(() -> place(CLIENT, -7)).limit(10).toList();
        assertTrue(isFull(), "as long as nobody knows that it is the same");
        assertEquals(Counting.COUNTED, places.getFirst().wrong());
        for (PendingGuess place : places.subList(1, 10)) {
            assertEquals(Counting.REPEATED, place.wrong());
        }
        assertFalse(guess(8, Layer.BASIC, CLIENT));
        assertTrue(guess(1, Layer.BASIC, CLIENT));
    }

    @Test
    void countsTheSameOneOnceFromManyThreads() {
        AtomicInteger counted = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                threads.execute(() -> counted.addAndGet(repeat(-7) == Counting.COUNTED ? 1 : 0));
            }
        }
        assertEquals(1, counted.get());
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
                    guessed(Layer.BASIC, InetAddress.ofLiteral("2001:db8:1:2:" + i + "::" + i)));
        }
        assertEquals(301, throttle.lockedSeconds(Layer.BASIC, InetAddress.ofLiteral("2001:db8:1:2:ffff::1")));
        assertEquals(0, throttle.lockedSeconds(Layer.BASIC, InetAddress.ofLiteral("2001:db8:1:3::1")));
    }

    @Test
    void countsAMappedAddressAsItsIpv4Address() {
        assertTrue(guess(10, Layer.BASIC, InetAddress.ofLiteral("::ffff:203.0.113.7")));
        assertEquals(301, locked());
    }

    private static InetAddress unknownNetwork(int number) {
        byte[] bytes = ByteBuffer.allocate(16).putInt(0x20010db8).putInt(number).array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Spends a layer's budget from everywhere, no network often enough to be locked out.
    private void spendBudget(Layer layer) {
        for (int i = 0; i < 300; i++) {
            assertFalse(guessed(layer, unknownNetwork(i)));
        }
    }

    @Test
    void slowsUnknownNetworksWhenTheBudgetOfALayerIsSpent() {
        for (int i = 0; i < 299; i++) {
            guessed(Layer.BASIC, unknownNetwork(i));
            assertFalse(throttle.isSlowing(Layer.BASIC));
        }
        guessed(Layer.BASIC, unknownNetwork(299));

        assertTrue(throttle.isSlowing(Layer.BASIC));
        assertEquals(1, throttle.slowedSeconds(Layer.BASIC, CLIENT));
        assertEquals(0, throttle.slowedSeconds(Layer.GATEWAY, CLIENT), "each layer has a budget of its own");
        assertEquals(0, locked(), "nobody is locked out for what others do");
    }

    @Test
    void neverSlowsWhoWasLetInFromThere() {
        throttle.granted(Layer.BASIC, CLIENT);
        spendBudget(Layer.BASIC);
        pass(Duration.ofMillis(10));

        assertEquals(0, throttle.slowedSeconds(Layer.BASIC, CLIENT));
        assertEquals(1, throttle.slowedSeconds(Layer.BASIC, InetAddress.ofLiteral("203.0.113.8")));
    }

    @Test
    void refillsTheBudgetSteadily() {
        spendBudget(Layer.BASIC);
        pass(Duration.ofMillis(200)); // a three hundredth of the window
        assertEquals(0, throttle.slowedSeconds(Layer.BASIC, CLIENT));
        guessed(Layer.BASIC, CLIENT);
        assertEquals(1, throttle.slowedSeconds(Layer.BASIC, CLIENT));

        pass(Duration.ofDays(1));
        spendBudget(Layer.BASIC);
        assertTrue(throttle.isSlowing(Layer.BASIC), "it never grows beyond its size");
    }

    @Test
    void takesItsNumbersFromTheConfiguration() {
        Authentication.Lockout limits = TestConfig.of("SEAWALL_LOCKOUT_GUESSES=3", "SEAWALL_LOCKOUT_WINDOW=30",
                "SEAWALL_LOCKOUT_TIME=20", "SEAWALL_LOCKOUT_MAX_TIME=50", "SEAWALL_LOCKOUT_BUDGET=12").lockout();
        Throttle other = new Throttle(limits, () -> now);
        guessed(other, Layer.BASIC, CLIENT);
        guessed(other, Layer.BASIC, CLIENT);
        pass(Duration.ofSeconds(31));
        for (int seconds : new int[]{20, 40, 50, 50}) {
            guessed(other, Layer.BASIC, CLIENT);
            guessed(other, Layer.BASIC, CLIENT);
            assertEquals(0, other.lockedSeconds(Layer.BASIC, CLIENT));
            assertTrue(guessed(other, Layer.BASIC, CLIENT));
            assertEquals(seconds + 1, other.lockedSeconds(Layer.BASIC, CLIENT));
            pass(Duration.ofSeconds(seconds));
        }
        for (int i = 0; i < 12; i++) {
            guessed(other, Layer.HOOKS, unknownNetwork(i));
        }
        assertTrue(other.isSlowing(Layer.HOOKS));
    }

    private PendingGuess place(InetAddress client, long credential) {
        return throttle.take(Layer.BASIC, client, credential).orElseThrow();
    }

    private PendingGuess place(InetAddress client) {
        return throttle.take(Layer.BASIC, client, next.incrementAndGet()).orElseThrow();
    }

    private boolean isFull() {
        return throttle.take(Layer.BASIC, CLIENT, next.incrementAndGet()).isEmpty();
    }

    @Test
    void admitsNoMoreGuessesAtOnceThanWouldLock() {
        guess(4, Layer.BASIC, CLIENT);
        List<PendingGuess> places = Stream.generate(() -> place(CLIENT)).limit(6).toList();
        assertTrue(isFull(), "four were wrong, six are under way");
        assertTrue(
                throttle.take(Layer.BASIC, InetAddress.ofLiteral("203.0.113.8"), next.incrementAndGet()).isPresent());
        assertTrue(throttle.take(Layer.GATEWAY, CLIENT, next.incrementAndGet()).isPresent());

        for (PendingGuess place : places.subList(0, 5)) {
            assertEquals(Counting.COUNTED, place.wrong());
            assertTrue(isFull());
        }
        assertEquals(Counting.LOCKED_OUT, places.getLast().wrong());
        assertEquals(301, locked());
        assertTrue(isFull(), "locked");
    }

    @Test
    void getsThePlaceOfARightOneBack() {
        guess(9, Layer.BASIC, CLIENT);
        for (int i = 0; i < 20; i++) {
            PendingGuess place = place(CLIENT);
            assertTrue(isFull());
            place.free();
        }
        assertEquals(0, locked());
        assertEquals(Counting.LOCKED_OUT, place(CLIENT).wrong());
    }

    @Test
    void countsGuessesUnderWayAgainstTheBudget() {
        throttle.granted(Layer.BASIC, CLIENT);
        List<PendingGuess> places = IntStream.range(0, 300).mapToObj(i -> place(unknownNetwork(i))).toList();
        assertTrue(throttle.isSlowing(Layer.BASIC));
        assertTrue(throttle.take(Layer.BASIC, unknownNetwork(300), next.incrementAndGet()).isEmpty());
        assertTrue(throttle.take(Layer.BASIC, CLIENT, next.incrementAndGet()).isPresent(), "no unknown network");
        places.getFirst().free();
        assertTrue(throttle.take(Layer.BASIC, unknownNetwork(300), next.incrementAndGet()).isPresent());
        places.getLast().wrong();
        assertTrue(throttle.take(Layer.BASIC, unknownNetwork(301), next.incrementAndGet()).isEmpty());
    }

    @Test
    void aGuessThatEndsAfterTheLockMakesItNoLonger() {
        assertTrue(guess(10, Layer.BASIC, CLIENT));
        assertFalse(guessed(Layer.BASIC, CLIENT));
        guess(20, Layer.BASIC, CLIENT);
        assertEquals(301, locked());
        pass(Duration.ofMinutes(5));
        assertFalse(guess(9, Layer.BASIC, CLIENT));
        assertTrue(guess(1, Layer.BASIC, CLIENT));
        assertEquals(601, locked());
    }

    /// One that is counted and about to leave counts twice for a moment, so it may be fewer at first.
    @RepeatedTest(200)
    void admitsNoMoreFromManyThreadsAtOnce() {
        AtomicInteger admitted = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 1_000; i++) {
                threads.execute(() -> guessesWrong(admitted));
            }
        }
        int before = 0;
        while (before < admitted.get()) {
            before = admitted.get();
            guessesWrong(admitted);
        }
        assertEquals(10, admitted.get());
        assertEquals(301, locked());
    }

    private void guessesWrong(AtomicInteger admitted) {
        throttle.take(Layer.BASIC, CLIENT, next.incrementAndGet()).ifPresent(place -> {
            admitted.incrementAndGet();
            place.wrong();
        });
    }

    @Test
    void remembersABoundedNumberOfNetworks() {
        for (int i = 0; i < 2_000_000; i++) {
            guessed(Layer.BASIC, unknownNetwork(i));
            throttle.granted(Layer.HOOKS, unknownNetwork(i));
        }
        long remembered = throttle.remembered();
        assertTrue(remembered > 90_000 && remembered <= 110_000, () -> remembered + " networks");
    }

    @Test
    void keepsALockWhenItsHolderComesBackFromAMillionOtherAddresses() {
        assertTrue(guess(10, Layer.BASIC, CLIENT));
        for (int i = 0; i < 1_000_000; i++) {
            guessed(Layer.BASIC, unknownNetwork(i));
        }
        assertEquals(301, locked());
    }

    @Test
    void remembersABoundedNumberOfLocks() {
        for (int i = 0; i < 120_000; i++) {
            assertTrue(guess(10, Layer.BASIC, unknownNetwork(i)));
        }
        long remembered = throttle.locked(Layer.BASIC);
        assertTrue(remembered > 90_000 && remembered <= 100_000, () -> remembered + " networks");
    }
}
