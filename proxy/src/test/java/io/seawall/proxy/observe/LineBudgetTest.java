package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.observe.LineBudget.Kind;
import io.seawall.proxy.observe.LineBudget.Summary;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LineBudgetTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 7); // a nanoTime may overflow
    private final LineBudget budget = new LineBudget(now::get);

    private void pass(long seconds) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private int written(Kind kind, int lines, String client) {
        int written = 0;
        for (int i = 0; i < lines; i++) {
            written += budget.take(kind, client) ? 1 : 0;
        }
        return written;
    }

    private int writtenOfMany(Kind kind, int clients) {
        int written = 0;
        for (int i = 0; i < clients; i++) {
            written += budget.take(kind, i) ? 1 : 0;
        }
        return written;
    }

    /// Ten in a minute are a lockout, and twenty in an hour a ban.
    @Test
    void writesEveryFailureThatABanTakes() {
        for (int minute = 0; minute < 60; minute++) {
            assertEquals(10, written(Kind.AUTH_FAILURE, 10, "a"));
            pass(60);
        }
        assertEquals(25, written(Kind.AUTH_FAILURE, 25, "b"));
        assertEquals(List.of(), budget.rest());
    }

    @Test
    void writesSoManyOfOneClient() {
        assertEquals(30, written(Kind.AUTH_FAILURE, 1000, "a"));
        assertEquals(30, written(Kind.AUTH_FAILURE, 1000, "b"));
        assertEquals(5, written(Kind.NO_GUESS, 1000, "a"));
        assertEquals(200, written(Kind.REFUSAL, 1000, "a"));
        assertEquals(200, written(Kind.OPEN, 1000, "a"));
        assertEquals(50, written(Kind.EVENT, 1000, "a"));
    }

    @Test
    void writesSoManyMoreOfHimAsTimePasses() {
        written(Kind.AUTH_FAILURE, 1000, "a");
        pass(60);
        assertEquals(30, written(Kind.AUTH_FAILURE, 1000, "a"));
        pass(20);
        assertEquals(10, written(Kind.AUTH_FAILURE, 1000, "a"));
        pass(3600);
        assertEquals(30, written(Kind.AUTH_FAILURE, 1000, "a"));
    }

    @Test
    void writesSoManyOfAMillionClients() {
        assertEquals(1000, writtenOfMany(Kind.AUTH_FAILURE, 1_000_000));
        pass(1);
        assertEquals(50, writtenOfMany(Kind.AUTH_FAILURE, 1_000_000));
        assertEquals(1_998_950, budget.suppressed(Kind.AUTH_FAILURE));
        assertEquals(1000, writtenOfMany(Kind.REFUSAL, 10_000));
    }

    @ParameterizedTest
    @EnumSource
    void remembersBoundedManyOfThem(Kind kind) {
        writtenOfMany(kind, 100_000);
        assertTrue(budget.remembered() <= LineBudget.MOST_CLIENTS, "clients: " + budget.remembered());
    }

    @Test
    void forgetsWhoeverIsGone() {
        written(Kind.REFUSAL, 1, "a");
        assertEquals(1, budget.remembered());
        pass(601);
        assertEquals(0, budget.remembered());
    }

    /// The budget of one kind is not another's: who floods with refusals hides no failure.
    @Test
    void keepsKindsApart() {
        writtenOfMany(Kind.REFUSAL, 100_000);
        assertFalse(budget.take(Kind.REFUSAL, "a"));
        assertTrue(budget.take(Kind.AUTH_FAILURE, "a"));
        assertTrue(budget.take(Kind.EVENT, "a"));
        assertEquals(0, budget.suppressed(Kind.AUTH_FAILURE));
    }

    @Test
    void tellsOnceWhatItSuppressedTenSecondsAfterTheFirst() {
        written(Kind.NO_GUESS, 8, "a");
        assertEquals(List.of(), budget.due());
        pass(9);
        assertEquals(List.of(), budget.due());
        pass(1);
        assertEquals(List.of(new Summary(Kind.NO_GUESS, 3, 10)), budget.due());
        assertEquals(List.of(), budget.due());
        written(Kind.NO_GUESS, 2, "a");
        assertEquals(List.of(), budget.due());
        assertEquals(List.of(new Summary(Kind.NO_GUESS, 2, 0)), budget.rest());
        assertEquals(5, budget.suppressed(Kind.NO_GUESS));
    }

    @Test
    void tellsNothingWhereNothingWasSuppressed() {
        written(Kind.REFUSAL, 200, "a");
        pass(3600);
        assertEquals(List.of(), budget.due());
        assertEquals(List.of(), budget.rest());
    }
}
