package io.seawall.proxy.exposure;

import io.netty.channel.EventLoop;
import io.seawall.proxy.exposure.ConnectionCheck.Reached;
import io.seawall.proxy.limit.Fatal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Checks which user a new connection to the gateway's port has reached, before the first byte is sent on it: between
/// two looks of the watch the gateway may have ended, and another local user may have taken its port. The look begins
/// after the connection was made, so no process can come in between. One look serves all connections that wait for it;
/// it takes milliseconds, so no event loop makes it. Thread-safe.
final class FreshLook {
    /// Looks take a quarter of one processor at most, however many connections are made.
    private static final int REST = 3;
    /// No connection waits longer than this for a look to begin after the one before.
    static final long LONGEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Table table;
    private final Executor threads;
    private final LongSupplier nanos;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private final LongAdder failures = new LongAdder();
    private long restUntil;

    /// Where it is looked.
    interface Table {
        /// The user whom each of them has reached.
        ///
        /// @param ours the ports of our ends of the connections
        Map<Integer, Reached> look(Set<Integer> ours);
    }

    private record Waiting(EventLoop loop, int port, Consumer<Reached> next) {
        void goOn(Reached reached) {
            if (loop.inEventLoop()) {
                next.accept(reached);
                return;
            }
            try {
                loop.execute(() -> next.accept(reached));
            } catch (RejectedExecutionException e) {
                // Seawall ends, and the client's connection with it
            }
        }
    }

    FreshLook(Table table, Executor threads, LongSupplier nanos) {
        this.table = table;
        this.threads = threads;
        this.nanos = nanos;
        restUntil = nanos.getAsLong();
    }

    /// Reports on that event loop which user the connection has reached.
    ///
    /// @param port of our end
    void at(EventLoop loop, int port, Consumer<Reached> next) {
        waiting.add(new Waiting(loop, port, next));
        begin();
    }

    /// Looks that could not be made.
    long failures() {
        return failures.sum();
    }

    private void begin() {
        if (!waiting.isEmpty() && looking.compareAndSet(false, true)) {
            try {
                threads.execute(this::lookForAll);
            } catch (RuntimeException | Error e) {
                looking.set(false);
                refuseAll(e);
            }
        }
    }

    private void lookForAll() {
        List<Waiting> served = new ArrayList<>();
        try {
            rest();
            for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
                served.add(next);
            }
            long begun = nanos.getAsLong();
            Map<Integer, Reached> reached = look(served.stream().map(Waiting::port).collect(Collectors.toSet()));
            long end = nanos.getAsLong();
            restUntil = end + Math.min(REST * (end - begun), LONGEST_REST_NANOS);
            served.forEach(one -> one.goOn(reached.getOrDefault(one.port(), Reached.NOBODY)));
        } finally {
            looking.set(false);
            begin();
        }
    }

    private Map<Integer, Reached> look(Set<Integer> ours) {
        try {
            return table.look(ours);
        } catch (RuntimeException | Error e) {
            // the wait is bounded, and no byte is sent unchecked
            failures.increment();
            Fatal.check(e);
            return Map.of();
        }
    }

    private void refuseAll(Throwable why) {
        failures.increment();
        Fatal.check(why);
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            next.goOn(Reached.NOBODY);
        }
    }

    private void rest() {
        for (long left = restUntil - nanos.getAsLong(); left > 0; left = restUntil - nanos.getAsLong()) {
            LockSupport.parkNanos(left);
        }
    }
}
