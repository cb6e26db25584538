package io.seawall.proxy.limit;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How much of the heap the connections of unauthenticated clients may occupy: each one, and all together. Where all
/// together need more, the costliest of them ends; of two the one that was there longer. Thread-safe.
public final class HeapBudget {
    /// One connection's: a page's first requests with cookies of 8 KiB fit in, 16 heads of 32 KiB do not.
    public static final int PER_CONNECTION = 512 * 1024;
    /// A trusted proxy's connection may have that many times as much, for its many clients: as many requests as it may
    /// have at once fit in, so that those of one client do not use up another's share.
    private static final int SHARED = 16;
    /// The part of the heap that is for all of them.
    private static final int PARTS = 4;

    static final HeapBudget UNLIMITED = new HeapBudget(Integer.MAX_VALUE, Long.MAX_VALUE, excess -> {});

    /// Why a connection ended.
    public enum Excess {
        // It needed more than one connection may.
        CONNECTION,
        // All of them together needed more than they may.
        ALL
    }

    private final int perConnection;
    private final long all;
    private final Consumer<Excess> ended;
    private final AtomicLong booked = new AtomicLong();
    private final AtomicLong leaving = new AtomicLong();
    private final AtomicLong order = new AtomicLong();
    private final Set<HeapLedger> unauthenticated = ConcurrentHashMap.newKeySet();
    // with what they free when they have ended
    private final Map<HeapLedger, Integer> ending = new HashMap<>();

    /// @param perConnection bytes of one connection
    /// @param all bytes of all together
    /// @param ended is called for each connection that ends for it
    public HeapBudget(int perConnection, long all, Consumer<Excess> ended) {
        this.perConnection = perConnection;
        this.all = all;
        this.ended = ended;
    }

    /// The one of a process with that much heap.
    public static HeapBudget ofHeap(long bytes, Consumer<Excess> ended) {
        return new HeapBudget(PER_CONNECTION, bytes / PARTS, ended);
    }

    /// Bytes that are booked for all of them, but for those that are about to end.
    public long booked() {
        return Math.max(0, booked.get() - leaving.get());
    }

    public long all() {
        return all;
    }

    long order() {
        return order.getAndIncrement();
    }

    /// Connections that have an account.
    int connections() {
        return unauthenticated.size();
    }

    void add(HeapLedger ledger) {
        unauthenticated.add(ledger);
    }

    /// Takes over what a ledger booked.
    ///
    /// @return false when it may not keep it; it is taken back then, unless the ledger is being closed
    boolean add(HeapLedger ledger, int bytes) {
        long now = booked.addAndGet(bytes);
        if (ledger.booked() > limit(ledger)) {
            if (ledger.isUnauthenticated()) {
                end(ledger, Excess.CONNECTION);
            }
            return false;
        }
        return now - leaving.get() <= all || makeRoom(ledger);
    }

    private long limit(HeapLedger ledger) {
        return ledger.isShared()
                ? Math.max(perConnection, Math.min((long) SHARED * perConnection, all / 2))
                : perConnection;
    }

    void free(int bytes) {
        booked.addAndGet(-bytes);
    }

    /// Ends the costliest connections, until that many bytes less are booked or there is none left to end.
    public void shed(long bytes) {
        long goal = Math.max(0, booked.get() - bytes);
        synchronized (ending) {
            while (booked.get() - leaving.get() > goal && endCostliest() != null) {
                // each ends one
            }
        }
    }

    private boolean makeRoom(HeapLedger asking) {
        synchronized (ending) {
            while (booked.get() - leaving.get() > all) {
                HeapLedger costliest = endCostliest();
                if (costliest == null || costliest.equals(asking)) {
                    return false;
                }
            }
        }
        return true;
    }

    private @Nullable HeapLedger endCostliest() {
        HeapLedger costliest = null;
        for (HeapLedger ledger : unauthenticated) {
            if (ledger.isUnauthenticated() && ledger.isRegistered()
                    && (costliest == null || ledger.isCostlierThan(costliest))
                    && !ending.containsKey(ledger)) {
                costliest = ledger;
            }
        }
        if (costliest != null) {
            end(costliest, Excess.ALL);
        }
        return costliest;
    }

    private void end(HeapLedger ledger, Excess excess) {
        synchronized (ending) {
            int frees = ledger.booked();
            if (ending.putIfAbsent(ledger, frees) == null) {
                leaving.addAndGet(frees);
                ledger.end(() -> ended.accept(excess));
            }
        }
    }

    /// It does not end after all.
    void stays(HeapLedger ledger) {
        synchronized (ending) {
            Integer share = ending.remove(ledger);
            if (share != null) {
                leaving.addAndGet(-share);
            }
        }
    }

    /// Its connection has ended, or a layer let its client in.
    void left(HeapLedger ledger, int bytes) {
        unauthenticated.remove(ledger);
        stays(ledger);
        booked.addAndGet(-bytes);
    }
}
