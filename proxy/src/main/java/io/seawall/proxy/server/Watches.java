package io.seawall.proxy.server;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Periodic checks. A check that fails changes nothing, is counted, is logged once a minute, and does not prevent the
/// next one.
final class Watches {
    private static final System.Logger LOG = System.getLogger(Watches.class.getName());
    private static final long REMIND_NANOS = TimeUnit.MINUTES.toNanos(1);

    /// A watcher, by its metric label.
    enum Watch {
        EXPOSURE, HEALTH, HEAP, TICKETS, AUDIT, SESSIONS;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final ScheduledExecutorService threads;
    private final Map<Watch, LongAdder> failures = new EnumMap<>(Watch.class);

    Watches(ScheduledExecutorService threads) {
        this.threads = threads;
        for (Watch watch : Watch.values()) {
            failures.put(watch, new LongAdder());
        }
    }

    void every(Watch watch, int firstSeconds, int seconds, Runnable look) {
        threads.scheduleWithFixedDelay(new Look(watch, look), firstSeconds, seconds, TimeUnit.SECONDS);
    }

    long failures(Watch watch) {
        return Objects.requireNonNull(failures.get(watch)).sum();
    }

    private final class Look implements Runnable {
        private final Watch watch;
        private final Runnable task;
        private long toldAt = System.nanoTime() - REMIND_NANOS;

        Look(Watch watch, Runnable task) {
            this.watch = watch;
            this.task = task;
        }

        @Override
        public void run() {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                // a watcher that threw would silently never run again
                Objects.requireNonNull(failures.get(watch)).increment();
                long now = System.nanoTime();
                if (now - toldAt >= REMIND_NANOS) {
                    toldAt = now;
                    LOG.log(System.Logger.Level.ERROR, "the watcher of " + watch.label() + " failed", e);
                }
            }
        }
    }
}
