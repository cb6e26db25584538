package io.seawall.proxy.server;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// Counts the bytes of heap that some work takes on this thread: what it copies, whatever the machine is doing.
public final class Allocated {
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 20;

    private Allocated() {}

    /// The least that it took in some rounds.
    public static long by(Runnable work) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            work.run();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }
}
