package io.seawall.proxy.limit;

import io.netty.channel.Channel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The part of each event loop's time that unauthenticated connections may use, all of them together: half of it, so
/// that whatever their bytes cost, the other half remains for clients that a layer let in. Beyond that they wait, first
/// come, first served, one at a time; those from networks that gave a right credential before go first.
public final class LoopShare {
    /// Nanoseconds that one connection may use before others have a turn.
    static final long TURN = TimeUnit.MICROSECONDS.toNanos(200);
    /// Nanoseconds that may be used at once where the loop was not busy before.
    static final long BURST = TimeUnit.MILLISECONDS.toNanos(50);
    // what takes longer is a compiler, a collector or another process, and no client's doing
    private static final long MOST_AT_ONCE = TimeUnit.MILLISECONDS.toNanos(1);

    /// What is known of a connection.
    public interface Standing {
        /// Whether a layer has granted a request on it.
        boolean isGranted(Channel connection);

        /// Whether its network gave a right credential before.
        boolean isKnown(Channel connection);
    }

    private final Standing standing;
    private final Map<EventExecutor, Loop> loops = new ConcurrentHashMap<>();

    public LoopShare(Standing standing) {
        this.standing = standing;
    }

    Standing standing() {
        return standing;
    }

    Loop of(EventExecutor executor) {
        return loops.computeIfAbsent(executor, Loop::new);
    }

    /// Used on its event loop only.
    static final class Loop {
        private final EventExecutor executor;
        private final Ticker ticker;
        private final Queue<Runnable> known = new ArrayDeque<>();
        private final Queue<Runnable> others = new ArrayDeque<>();
        private long paidUntil;
        private boolean scheduled;

        Loop(EventExecutor executor) {
            this.executor = executor;
            ticker = executor.ticker();
            paidUntil = ticker.nanoTime() - 2 * BURST;
        }

        long now() {
            return ticker.nanoTime();
        }

        /// Unauthenticated connections used that many nanoseconds; as many have to pass.
        void spent(long nanos) {
            long now = now();
            paidUntil = Math.max(paidUntil, now - 2 * BURST) + 2 * Math.min(nanos, MOST_AT_ONCE);
        }

        /// Whether a request may begin now.
        boolean isFree() {
            return !scheduled && paidUntil - now() <= 0;
        }

        /// Runs it when its turn has come. A connection waits once at a time, so the queue is bounded by their number.
        void await(boolean first, Runnable turn) {
            (first ? known : others).add(turn);
            if (!scheduled) {
                schedule();
            }
        }

        private void schedule() {
            scheduled = true;
            // scheduled, because what is executed from a task runs before the loop looks at its sockets again
            executor.schedule(this::next, Math.max(0, paidUntil - now()), TimeUnit.NANOSECONDS);
        }

        private void next() {
            Runnable turn = known.isEmpty() ? others.poll() : known.poll();
            try {
                if (turn != null) {
                    turn.run();
                }
            } finally {
                if (known.isEmpty() && others.isEmpty()) {
                    scheduled = false;
                } else {
                    schedule();
                }
            }
        }
    }
}
