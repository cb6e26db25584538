package io.seawall.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelException;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Errors;
import io.seawall.config.Config;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptorsTest {
    private static final Config.Limits WANTED = new Config.Limits(9_000, 512, 10, 75);

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({"1024, 1024", "20000, 20000", "unlimited, 9223372036854775807"})
    void readsTheSoftLimit(String soft, long limit) throws IOException {
        Files.createDirectories(folder.resolve("self"));
        Files.writeString(folder.resolve("self/limits"), """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             31201                31201                processes
                Max open files            %-20s 524288               files
                """.formatted(soft));
        assertEquals(new Descriptors(limit), Descriptors.read(folder));
    }

    @Test
    void knowsOfNoLimitWithoutAProcFileSystem() {
        assertEquals(new Descriptors(Long.MAX_VALUE), Descriptors.read(folder));
        assertEquals(WANTED, new Descriptors(Long.MAX_VALUE).fit(WANTED));
    }

    /// Two for each connection, and what goes on when they are all taken.
    @ParameterizedTest
    @CsvSource({"18160, 9000, 512", "18159, 8999, 512", "1024, 432, 432", "300, 70, 70", "256, 48, 48"})
    void takesNoMoreConnectionsThanItHasDescriptorsFor(long limit, int connections, int perClient) {
        assertEquals(new Config.Limits(connections, perClient, 10, 75), new Descriptors(limit).fit(WANTED));
        assertEquals(connections < 9_000, new Descriptors(limit).warning(WANTED).isPresent());
    }

    @Test
    void saysHowToTakeMore() {
        assertEquals(Optional.of("SEAWALL_MAX_CONNECTIONS: 9000, but 1024 file descriptors are enough for 432"
                + " connections, so no more than these are taken. Fix: raise the limit to 18160 (systemd:"
                + " LimitNOFILE=18160, docker: --ulimit nofile=18160, shell: ulimit -n 18160), or set"
                + " SEAWALL_MAX_CONNECTIONS=432"), new Descriptors(1_024).warning(WANTED));
    }

    /// The numbers are those of the native library.
    @Test
    @EnabledOnOs(OS.LINUX)
    void tellsOurOwnTroubleFromTheGateways() {
        assertTrue(Epoll.isAvailable());
        assertTrue(Descriptors.areMissing(new SocketException("Too many open files")));
        assertTrue(Descriptors.areMissing(new IOException("Too many open files in system")));
        assertTrue(Descriptors.areMissing(new ChannelException("no channel",
                new IllegalStateException(Errors.newIOException("socket", -24)))));
        assertTrue(Descriptors.areMissing(Errors.newIOException("accept", -23)));
        assertFalse(Descriptors.areMissing(new ConnectException("Connection refused")));
        assertFalse(Descriptors.areMissing(Errors.newIOException("accept", -103)));
        assertFalse(Descriptors.areMissing(null));
    }
}
