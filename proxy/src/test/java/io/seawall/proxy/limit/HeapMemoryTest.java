package io.seawall.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HeapMemoryTest {
    private HeapMemory.@Nullable Occupancy now = new HeapMemory.Occupancy(0, 0, 1_000);
    private int collections;
    private long nanos;
    private final HeapMemory heap = new HeapMemory(() -> now, () -> collections++, () -> nanos);

    @Test
    void isAboveWhenACollectionLeftTooMuch() {
        now = new HeapMemory.Occupancy(900, 800, 1_000);
        assertTrue(heap.look(75));
        assertTrue(heap.isAbove());
    }

    @Test
    void takesGarbageForNoShortage() {
        now = new HeapMemory.Occupancy(990, 300, 1_000);
        assertFalse(heap.look(75));
    }

    @Test
    void isBelowAsSoonAsThereIsRoomAgain() {
        now = new HeapMemory.Occupancy(800, 800, 1_000);
        assertTrue(heap.look(75));
        now = new HeapMemory.Occupancy(400, 800, 1_000);
        assertFalse(heap.look(75));
        assertFalse(heap.isAbove());
    }

    @Test
    void collectsNowAndThenWhileItIsAbove() {
        assertFalse(heap.look(75));
        assertEquals(0, collections);
        now = new HeapMemory.Occupancy(800, 800, 1_000);
        for (int second = 0; second < 30; second++) {
            heap.look(75);
            nanos += TimeUnit.SECONDS.toNanos(1);
        }
        assertEquals(3, collections);
    }

    @Test
    void isNotAboveWhereNobodyKnows() {
        now = null;
        assertFalse(heap.look(75));
    }

    @Test
    void knowsThisProcesssOldGeneration() {
        HeapMemory.Occupancy here = HeapMemory.oldGeneration().get();
        assertNotNull(here);
        assertTrue(here.most() > 0 && here.used() <= here.most(), here.toString());
    }
}
