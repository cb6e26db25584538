package io.seawall.proxy.limit;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How much of the heap is in use for longer than a moment: what the last whole collection left of the old generation.
/// A watcher measures it once a second; all others read its result.
public final class HeapMemory {
    private static final long COLLECT_NANOS = TimeUnit.SECONDS.toNanos(10);

    /// In use now, after the last whole collection, and at most; bytes.
    public record Occupancy(long used, long left, long most) {
        boolean isAbove(int percent) {
            long mark = most / 100 * percent;
            // without a further collection, what was left by the last one may be gone
            return left > mark && used > mark;
        }
    }

    private final Supplier<@Nullable Occupancy> pool;
    private final Runnable collect;
    private final LongSupplier nanos;
    private volatile boolean above;
    private long collectedAt;
    private boolean collected;

    /// @param pool what is in use; null where it is not known
    /// @param collect collects the whole heap
    public HeapMemory(Supplier<@Nullable Occupancy> pool, Runnable collect, LongSupplier nanos) {
        this.pool = pool;
        this.collect = collect;
        this.nanos = nanos;
    }

    /// This process's own.
    public static HeapMemory ofProcess() {
        return new HeapMemory(oldGeneration(), System::gc, System::nanoTime);
    }

    static Supplier<@Nullable Occupancy> oldGeneration() {
        return new OldGeneration();
    }

    /// Looks whether more than that is in use. While it is, the heap is collected now and then: while no connection is
    /// accepted nothing else would show that memory is free again.
    ///
    /// @return whether it is above
    public boolean look(int percent) {
        Occupancy now = pool.get();
        above = now != null && now.isAbove(percent);
        if (above && (!collected || nanos.getAsLong() - collectedAt > COLLECT_NANOS)) {
            collected = true;
            collectedAt = nanos.getAsLong();
            collect.run();
        }
        return above;
    }

    public boolean isAbove() {
        return above;
    }

    /// Found at the first look, because asking the JVM for its pools is a tenth of a start.
    private static final class OldGeneration implements Supplier<@Nullable Occupancy> {
        private boolean looked;
        private @Nullable MemoryPoolMXBean pool;

        @Override
        public @Nullable Occupancy get() {
            if (!looked) {
                looked = true;
                pool = ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(p -> p.getType() == MemoryType.HEAP && p.isCollectionUsageThresholdSupported()
                                && p.isUsageThresholdSupported())
                        .findFirst().orElse(null);
            }
            MemoryPoolMXBean old = pool;
            MemoryUsage left = old == null ? null : old.getCollectionUsage();
            MemoryUsage used = old == null ? null : old.getUsage();
            return left == null || used == null || used.getMax() <= 0
                    ? null
                    : new Occupancy(used.getUsed(), left.getUsed(), used.getMax());
        }
    }
}
