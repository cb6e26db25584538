package io.seawall.proxy.limit;

import io.netty.util.internal.OutOfDirectMemoryError;
import org.jspecify.annotations.Nullable;

/// Finds the one failure that no handler can answer, an exhausted heap, and gives it to the process's handler for uncaught
/// exceptions, which ends the process. A shortage of direct memory is none: it ends a connection and is over.
public final class Fatal {
    private static final int MOST_CAUSES = 8;

    private Fatal() {}

    /// Does nothing where it is not fatal.
    public static void check(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (isFatal(cause)) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, cause);
                return;
            }
            cause = cause.getCause();
        }
    }

    /// Whether it is what the JVM throws when the heap, its metadata or its threads are exhausted; Netty and
    /// `java.nio.Bits` use the same class for direct memory.
    public static boolean isFatal(Throwable thrown) {
        return thrown instanceof OutOfMemoryError && !(thrown instanceof OutOfDirectMemoryError)
                && !String.valueOf(thrown.getMessage()).startsWith("Cannot reserve");
    }
}
