package io.seawall.proxy.cli;

import io.seawall.proxy.limit.Fatal;
import io.seawall.proxy.server.HeapExhaustion;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Handles uncaught exceptions: an exhausted heap ends the process at once with exit code 70, another one is logged.
/// Allocates nothing for the former.
final class InternalFailure implements Thread.UncaughtExceptionHandler {
    private static final System.Logger LOG = System.getLogger(InternalFailure.class.getName());
    private static final FileOutputStream ERRORS = new FileOutputStream(FileDescriptor.err);
    private static final byte[] OUT_OF_MEMORY = ("seawall: out of memory, so it ends with exit code "
            + Exit.INTERNAL.code()
            + ". Fix: more heap (-Xmx, SEAWALL_JAVA_OPTIONS), or a lower SEAWALL_MAX_CONNECTIONS\n")
            .getBytes(StandardCharsets.US_ASCII);

    private static final int LAST_WORDS_MILLIS = 1_000;
    // made in time; a pipe without a reader must not keep the process alive
    private static final Thread LAST_WORDS = Thread.ofPlatform().daemon().unstarted(InternalFailure::tell);

    /// For all threads, and for what they catch without a word.
    static void install() {
        Thread.setDefaultUncaughtExceptionHandler(new InternalFailure());
        HeapExhaustion.watch(InternalFailure::end);
    }

    private static void tell() {
        try {
            ERRORS.write(OUT_OF_MEMORY);
        } catch (IOException | OutOfMemoryError e) {
            // there is no reader
        }
    }

    private static synchronized void end() {
        try {
            LAST_WORDS.start();
            LAST_WORDS.join(LAST_WORDS_MILLIS);
        } catch (InterruptedException | RuntimeException | OutOfMemoryError e) {
            // then without a word
        } finally {
            Runtime.getRuntime().halt(Exit.INTERNAL.code());
        }
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        if (Fatal.isFatal(thrown)) {
            end();
        }
        LOG.log(System.Logger.Level.ERROR, "a thread ended unexpectedly", thrown);
    }

    /// Reports an unexpected exception by class and place: its message may quote input.
    static Exit report(Console console, Throwable thrown) {
        Fatal.check(thrown);
        StackTraceElement[] trace = thrown.getStackTrace();
        console.error("seawall: internal failure, " + thrown.getClass().getName()
                + (trace.length > 0 ? " at " + trace[0] : ""));
        return Exit.INTERNAL;
    }
}
