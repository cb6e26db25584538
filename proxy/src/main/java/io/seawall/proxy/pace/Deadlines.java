package io.seawall.proxy.pace;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Deadlines at the price of one timer an event loop: each second it looks at every connection of its loop. A
/// connection moves its deadline by writing a field; nothing is scheduled or cancelled per request.
///
/// Time in which Seawall itself stood still (a starved machine, a stopped process) counts against no client: bytes that
/// arrived meanwhile have not been read yet.
public final class Deadlines {
    private static final long NEVER = Long.MAX_VALUE;
    // beyond the ordinary lateness of a tick
    private static final long MOST_PER_TICK = TimeUnit.SECONDS.toNanos(2);

    private final Map<EventExecutor, Wheel> wheels = new ConcurrentHashMap<>();

    /// One moving deadline. Used on its event loop only.
    public static final class Deadline {
        private final Wheel wheel;
        private final Runnable expired;
        private long at = NEVER;

        private Deadline(Wheel wheel, Runnable expired) {
            this.wheel = wheel;
            this.expired = expired;
        }

        /// Expires that many seconds from now, up to a second late.
        public void in(long seconds) {
            // the wheel's time is that of its last tick, up to a second ago: without the one more this would be early
            at = wheel.atTick + TimeUnit.SECONDS.toNanos(seconds + 1);
        }

        /// The time that counts, in nanoseconds since an arbitrary origin: this clock stands still where Seawall does.
        public long now() {
            return wheel.now();
        }

        public void never() {
            at = NEVER;
        }

        /// Ends it for good.
        public void remove() {
            at = NEVER;
            wheel.remove(this);
        }
    }

    /// A new deadline, not yet set. Must be called on the event loop, and removed there.
    public Deadline add(EventExecutor loop, Runnable expired) {
        Wheel wheel = wheels.computeIfAbsent(loop, Wheel::new);
        Deadline deadline = new Deadline(wheel, expired);
        wheel.add(deadline);
        return deadline;
    }

    private static final class Wheel {
        private final EventExecutor loop;
        private final Set<Deadline> deadlines = new HashSet<>();
        private final ScheduledFuture<?> tick;
        private long seen;
        private long atTick;

        Wheel(EventExecutor loop) {
            this.loop = loop;
            seen = loop.ticker().nanoTime();
            tick = loop.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
        }

        long now() {
            return atTick + Math.min(loop.ticker().nanoTime() - seen, MOST_PER_TICK);
        }

        void add(Deadline deadline) {
            deadlines.add(deadline);
        }

        void remove(Deadline deadline) {
            deadlines.remove(deadline);
        }

        private void tick() {
            if (loop.isShuttingDown()) {
                tick.cancel(false);
                return;
            }
            atTick = now();
            seen = loop.ticker().nanoTime();
            List<Deadline> due = new ArrayList<>(0);
            for (Deadline deadline : deadlines) {
                if (isDue(deadline)) {
                    due.add(deadline);
                }
            }
            for (Deadline deadline : due) {
                if (isDue(deadline)) { // unless one before it has moved or removed it
                    deadline.at = NEVER;
                    deadline.expired.run();
                }
            }
        }

        private boolean isDue(Deadline deadline) {
            return deadline.at != NEVER && deadline.at - atTick <= 0;
        }
    }
}
