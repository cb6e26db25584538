package io.seawall.proxy.limit;

import io.netty.channel.unix.Errors;
import io.seawall.config.Config;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The file descriptors that this process may have. A client's connection takes two, one for the client and one to the
/// gateway; a reserve is kept for what must go on when clients take all the others: listeners, files, the admin port.
///
/// @param limit how many; [Long#MAX_VALUE] where there is no limit, or none is known
public record Descriptors(long limit) {
    public static final Descriptors UNLIMITED = new Descriptors(Long.MAX_VALUE);
    /// With fewer there is no use in starting.
    public static final int FLOOR = 256;
    /// What a Seawall without clients holds is about 60; the rest is for the admin port, files and idle connections.
    private static final int RESERVE = 160;
    private static final int PER_CONNECTION = 2;
    // EMFILE and ENFILE on Linux
    private static final int PROCESS_FULL = -24;
    private static final int SYSTEM_FULL = -23;

    /// Reads the soft limit, which the JVM has raised to the hard one, from the proc file system.
    public static Descriptors read(Path proc) {
        try {
            for (String line : Files.readAllLines(proc.resolve("self").resolve("limits"))) {
                if (line.startsWith("Max open files")) {
                    return new Descriptors(Long.parseLong(line.substring("Max open files".length()).strip()
                            .split("\\s+")[0]));
                }
            }
        } catch (IOException | NumberFormatException e) {
            // no proc file system, or "unlimited"
        }
        return UNLIMITED;
    }

    /// The limits, with no more connections than there are descriptors for.
    public Config.Limits fit(Config.Limits wanted) {
        long fitting = Math.max(10, (limit - RESERVE) / PER_CONNECTION);
        return fitting >= wanted.connections()
                ? wanted
                : new Config.Limits((int) fitting, Math.min(wanted.connectionsPerClient(), (int) fitting),
                        wanted.reserve(), wanted.memoryWatermark());
    }

    /// A warning that fewer connections are accepted than configured; empty where that is not so.
    public Optional<String> warning(Config.Limits wanted) {
        int fitting = fit(wanted).connections();
        long needed = needed(wanted.connections());
        return fitting >= wanted.connections()
                ? Optional.empty()
                : Optional.of("SEAWALL_MAX_CONNECTIONS: " + wanted.connections() + ", but " + limit
                        + " file descriptors are enough for " + fitting
                        + " connections, so no more than these are taken."
                        + " Fix: raise the limit to " + needed + " (systemd: LimitNOFILE=" + needed
                        + ", docker: --ulimit nofile=" + needed + ", shell: ulimit -n " + needed
                        + "), or set SEAWALL_MAX_CONNECTIONS=" + fitting);
    }

    /// How many descriptors so many connections need.
    public static long needed(int connections) {
        return (long) PER_CONNECTION * connections + RESERVE;
    }

    /// Whether something failed because there was no descriptor left, which is a shortage of our own.
    public static boolean areMissing(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Errors.NativeIoException native_
                    && (native_.expectedErr() == PROCESS_FULL || native_.expectedErr() == SYSTEM_FULL)
                    || String.valueOf(cause.getMessage()).contains("Too many open files")) {
                return true;
            }
        }
        return failure instanceof IOException && noneIsLeft();
    }

    /// The kernel's words come in the language of the host, so it is tried.
    private static boolean noneIsLeft() {
        try (RandomAccessFile probe = new RandomAccessFile("/dev/null", "r")) {
            return probe.length() < 0;
        } catch (IOException e) {
            return Files.exists(Path.of("/dev/null"));
        }
    }
}
