package io.seawall.proxy.limit;

import io.netty.util.internal.PlatformDependent;
import java.util.function.LongSupplier;

/// How much of the memory outside the heap is in use, in bytes. Where it ends (`-XX:MaxDirectMemorySize`), reads and
/// writes fail on every connection, so new connections are refused before. It falls again when buffers are given back,
/// because the allocator (Netty's adaptive one) frees its chunks.
public record DirectMemory(LongSupplier used, long ceiling) {

    /// This process's own. Netty has no public accessor for what it counts against its ceiling.
    public static DirectMemory ofProcess() {
        return new DirectMemory(PlatformDependent::usedDirectMemory, PlatformDependent.maxDirectMemory());
    }

    public boolean isAbove(int percent) {
        return used.getAsLong() > ceiling / 100 * percent;
    }
}
