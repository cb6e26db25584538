package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Watches.Watch;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WatchesTest {

    static java.util.stream.Stream<Supplier<Throwable>> failures() {
        return java.util.stream.Stream.of(() -> new IllegalStateException("no descriptor"),
                () -> new NoClassDefFoundError("no descriptor"), StackOverflowError::new);
    }

    @ParameterizedTest
    @MethodSource("failures")
    void lookAgainAfterALookThatFailed(Supplier<Throwable> failure) throws InterruptedException {
        CountDownLatch looks = new CountDownLatch(2);
        try (ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor()) {
            Watches watches = new Watches(thread);
            watches.every(Watch.AUDIT, 0, 1, () -> {
                looks.countDown();
                WatchesTest.<RuntimeException>raise(failure.get());
            });
            assertTrue(looks.await(20, TimeUnit.SECONDS));
            thread.shutdownNow();
            assertTrue(watches.failures(Watch.AUDIT) >= 1);
            assertEquals(0, watches.failures(Watch.EXPOSURE));
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable failure) throws E {
        throw (E) failure;
    }

    @Test
    void haveALabelEach() {
        assertEquals("exposure", Watch.EXPOSURE.label());
    }
}
