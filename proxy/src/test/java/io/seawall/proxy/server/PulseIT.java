package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What feeds the service manager's watchdog.
@Timeout(60)
final class PulseIT {
    @TempDir
    private static Path state;

    @Test
    void comesBackWhenEveryEventLoopDoesAndNotBefore() throws Exception {
        try (ScriptedUpstream upstream = new ScriptedUpstream();
                RunningServer server = RunningServer.start(state, upstream.port())) {
            CountDownLatch hangs = new CountDownLatch(1);
            CountDownLatch mended = new CountDownLatch(1);
            server.server().pulse(() -> { // on the loop that came around last
                hangs.countDown();
                try {
                    mended.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertTrue(hangs.await(20, TimeUnit.SECONDS));
            CountDownLatch back = new CountDownLatch(1);
            server.server().pulse(back::countDown);
            assertFalse(back.await(300, TimeUnit.MILLISECONDS));
            mended.countDown();
            assertTrue(back.await(20, TimeUnit.SECONDS));
        }
    }
}
