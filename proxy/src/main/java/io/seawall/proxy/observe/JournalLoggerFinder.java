package io.seawall.proxy.observe;

import io.seawall.proxy.limit.Fatal;
import java.text.MessageFormat;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Sends what is logged through [System.Logger], our own code's and the libraries', to the journal. Exceptions are
/// named by class and place: their messages may quote input.
public final class JournalLoggerFinder extends System.LoggerFinder {
    /// One process has one output; lines logged before it is set up are not lost but go to standard error.
    private static final AtomicReference<@Nullable Journal> JOURNAL = new AtomicReference<>();

    /// Where lines go from now on; null for standard error.
    public static void use(@Nullable Journal journal) {
        JOURNAL.set(journal);
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new JournalLogger(name);
    }

    private record JournalLogger(String getName) implements System.Logger {

        @Override
        public boolean isLoggable(Level level) {
            Journal journal = JOURNAL.get();
            Level wanted = journal == null ? Level.INFO : journal.level();
            // libraries log only when something is wrong
            Level least = getName.startsWith("io.seawall.") ? wanted : Level.WARNING;
            return level.getSeverity() >= Math.max(least.getSeverity(), wanted.getSeverity());
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String msg,
                @Nullable Throwable thrown) {
            Fatal.check(thrown); // libraries log what they caught and go on
            if (!isLoggable(level)) {
                return;
            }
            String text = String.valueOf(msg);
            if (thrown != null) {
                StackTraceElement[] trace = thrown.getStackTrace();
                text += ": " + thrown.getClass().getName() + (trace.length > 0 ? " at " + trace[0] : "");
            }
            Journal journal = JOURNAL.get();
            if (journal == null) {
                System.err.println("seawall: " + text);
            } else {
                journal.log(LineBudget.Kind.EVENT, getName, level, text, Map.of());
            }
        }

        @Override
        public void log(Level level, @Nullable ResourceBundle bundle, @Nullable String format,
                @Nullable Object @Nullable... params) {
            log(level, bundle, params == null || params.length == 0
                    ? format
                    : formatted(String.valueOf(format), params), (Throwable) null);
        }

        private static String formatted(String format, @Nullable Object[] params) {
            try {
                return MessageFormat.format(format, params);
            } catch (IllegalArgumentException e) {
                return format; // a library's slip is no reason to fail in its place
            }
        }
    }
}
