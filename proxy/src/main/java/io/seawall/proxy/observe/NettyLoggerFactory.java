package io.seawall.proxy.observe;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import org.jspecify.annotations.Nullable;

/// Lets Netty's warnings and errors through to the journal, and drops the rest: at debug level it would print the
/// contents of exceptions and buffers.
public final class NettyLoggerFactory extends InternalLoggerFactory {

    @Override
    protected InternalLogger newInstance(String name) {
        return new NettyLogger(name);
    }

    private static final class NettyLogger extends AbstractInternalLogger {
        private static final long serialVersionUID = 1L;

        private final transient System.Logger target;

        NettyLogger(String name) {
            super(name);
            target = System.getLogger(name);
        }

        private void log(System.Logger.Level level, String msg, @Nullable Throwable thrown) {
            if (thrown == null) {
                target.log(level, msg);
            } else {
                target.log(level, msg, thrown);
            }
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public void trace(String msg) {}

        @Override
        public void trace(String format, Object arg) {}

        @Override
        public void trace(String format, Object argA, Object argB) {}

        @Override
        public void trace(String format, Object... arguments) {}

        @Override
        public void trace(String msg, Throwable t) {}

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public void debug(String msg) {}

        @Override
        public void debug(String format, Object arg) {}

        @Override
        public void debug(String format, Object argA, Object argB) {}

        @Override
        public void debug(String format, Object... arguments) {}

        @Override
        public void debug(String msg, Throwable t) {}

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public void info(String msg) {}

        @Override
        public void info(String format, Object arg) {}

        @Override
        public void info(String format, Object argA, Object argB) {}

        @Override
        public void info(String format, Object... arguments) {}

        @Override
        public void info(String msg, Throwable t) {}

        @Override
        public boolean isWarnEnabled() {
            return target.isLoggable(System.Logger.Level.WARNING);
        }

        @Override
        public void warn(String msg) {
            log(System.Logger.Level.WARNING, msg, null);
        }

        @Override
        public void warn(String format, Object arg) {
            log(System.Logger.Level.WARNING, format, thrown(arg));
        }

        @Override
        public void warn(String format, Object... arguments) {
            log(System.Logger.Level.WARNING, format, thrown(arguments));
        }

        @Override
        public void warn(String format, Object argA, Object argB) {
            log(System.Logger.Level.WARNING, format, thrown(argA, argB));
        }

        @Override
        public void warn(String msg, Throwable t) {
            log(System.Logger.Level.WARNING, msg, t);
        }

        @Override
        public boolean isErrorEnabled() {
            return target.isLoggable(System.Logger.Level.ERROR);
        }

        @Override
        public void error(String msg) {
            log(System.Logger.Level.ERROR, msg, null);
        }

        @Override
        public void error(String format, Object arg) {
            log(System.Logger.Level.ERROR, format, thrown(arg));
        }

        @Override
        public void error(String format, Object argA, Object argB) {
            log(System.Logger.Level.ERROR, format, thrown(argA, argB));
        }

        @Override
        public void error(String format, Object... arguments) {
            log(System.Logger.Level.ERROR, format, thrown(arguments));
        }

        @Override
        public void error(String msg, Throwable t) {
            log(System.Logger.Level.ERROR, msg, t);
        }

        /// The arguments are not put into the text: they may be messages with content.
        private static @Nullable Throwable thrown(Object... arguments) {
            Object last = arguments.length == 0 ? null : arguments[arguments.length - 1];
            return last instanceof Throwable thrown ? thrown : null;
        }
    }
}
