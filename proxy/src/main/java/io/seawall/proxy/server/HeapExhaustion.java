package io.seawall.proxy.server;

import java.lang.ref.SoftReference;

/// Ends the process when the heap was exhausted and the code that caught the `OutOfMemoryError` went on: a future, a
/// promise, a library. The JVM clears all soft references before it throws one for want of heap or of metadata
/// (`SoftReference` says so); one that is looked at each second it clears earlier only where less than a megabyte of
/// the heap is free and two collections follow each other within that second. Nothing is allocated.
public final class HeapExhaustion {
    private static final int MILLIS = 1_000;
    private static final SoftReference<Object> SEEN = new SoftReference<>(new Object());

    private HeapExhaustion() {}

    /// @param end what ends the process
    public static void watch(Runnable end) {
        Thread.ofPlatform().name("seawall-heap").daemon().start(() -> {
            while (SEEN.get() != null) {
                try {
                    Thread.sleep(MILLIS);
                } catch (InterruptedException e) {
                    return; // nobody does
                }
            }
            end.run();
        });
    }
}
