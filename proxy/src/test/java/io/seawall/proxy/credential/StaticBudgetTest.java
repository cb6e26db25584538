package io.seawall.proxy.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StaticBudgetTest {
    private long now = 1;
    private final StaticBudget budget = new StaticBudget(() -> now);

    private long take(String client) {
        return budget.take(InetAddress.ofLiteral(client), false);
    }

    private void spend(String client) {
        for (int i = 0; i < StaticBudget.FILES; i++) {
            assertEquals(0, take(client));
        }
    }

    @Test
    void givesSoManyAtOnceAndThenOneAfterAnother() {
        spend("203.0.113.7");
        assertEquals(1, take("203.0.113.7"));
        now += TimeUnit.MILLISECONDS.toNanos(101);
        assertEquals(0, take("203.0.113.7"));
        assertEquals(1, take("203.0.113.7"));
    }

    @Test
    void isANetworksOwn() {
        spend("203.0.113.7");
        assertEquals(0, take("203.0.113.8"));
        spend("2001:db8::1");
        assertEquals(1, take("2001:db8::2"));
        assertEquals(0, take("2001:db8:0:1::2"));
    }

    @Test
    void allNetworksHaveOneTogetherFromWhichAKnownOneTakesNothing() {
        for (int network = 0; network < StaticBudget.FILES_OF_ALL / StaticBudget.FILES; network++) {
            spend("203.0.113." + network);
        }
        assertEquals(1, take("198.51.100.1"));
        assertEquals(0, budget.take(InetAddress.ofLiteral("198.51.100.2"), true));
        now += TimeUnit.MILLISECONDS.toNanos(11);
        assertEquals(0, take("198.51.100.3"));
        assertEquals(1, take("198.51.100.4"));
    }

    private Runnable begin(String client) {
        return budget.begin(InetAddress.ofLiteral(client), false).orElseThrow();
    }

    private boolean isFull(String client, boolean isKnown) {
        return budget.begin(InetAddress.ofLiteral(client), isKnown).map(over -> {
            over.run();
            return false;
        }).orElse(true);
    }

    @Test
    void soManyOfANetworkAreUnderWayAndNoMoreHoweverLongTheyTake() {
        Runnable first = begin("203.0.113.7");
        for (int i = 1; i < StaticBudget.AT_ONCE; i++) {
            begin("203.0.113.7");
        }
        now += TimeUnit.HOURS.toNanos(1);
        assertEquals(0, take("203.0.113.7"));
        assertTrue(isFull("203.0.113.7", false));
        assertTrue(isFull("203.0.113.7", true));
        assertFalse(isFull("203.0.113.8", false));
        first.run();
        assertFalse(isFull("203.0.113.7", false));
    }

    @Test
    void soManyOfAllNetworksAreUnderWayAndAKnownOneTakesNothingOfThat() {
        List<Runnable> all = new ArrayList<>();
        for (int i = 0; i < StaticBudget.AT_ONCE_OF_ALL; i++) {
            all.add(begin("203.0.113." + i));
        }
        assertTrue(isFull("198.51.100.1", false));
        assertFalse(isFull("198.51.100.1", true));
        all.forEach(Runnable::run);
        for (int i = 0; i < StaticBudget.AT_ONCE_OF_ALL; i++) {
            begin("198.51.100." + i);
        }
        assertTrue(isFull("203.0.113.1", false));
    }

    @Test
    void remembersABoundedNumberOfNetworks() {
        for (int i = 0; i < 3 * StaticBudget.MOST_NETWORKS; i++) {
            take("10." + (i >> 16) + "." + (i >> 8 & 0xff) + "." + (i & 0xff));
        }
        assertTrue(budget.remembered() <= StaticBudget.MOST_NETWORKS, () -> budget.remembered() + " networks");
    }
}
