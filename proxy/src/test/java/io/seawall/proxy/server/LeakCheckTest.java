package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class LeakCheckTest {

    @ParameterizedTest
    @ValueSource(classes = {Forgets.class, ForgetsPooled.class, ForgetsASlice.class, ForgetsNested.class})
    void failsAClassThatForgetsABuffer(Class<?> leaking) {
        TestExecutionSummary summary = run(leaking);

        assertEquals(0, summary.getTestsFailedCount(), "the tests themselves are fine");
        assertEquals(1, summary.getContainersFailedCount());
        String message = String.valueOf(summary.getFailures().getFirst().getException().getMessage());
        assertTrue(message.startsWith("Possible memory leak detected"), message);
    }

    @ParameterizedTest
    @ValueSource(classes = {Releases.class, ReleasesLater.class, HoldsConstants.class})
    void passesAClassThatKeepsOrder(Class<?> orderly) {
        assertEquals(0, run(orderly).getTotalFailureCount());
    }

    private static TestExecutionSummary run(Class<?> tests) {
        LauncherConfig config = LauncherConfig.builder().enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false).build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create(config).execute(
                LauncherDiscoveryRequestBuilder.request().selectors(selectClass(tests)).build(), listener);
        assertEquals(1, listener.getSummary().getTestsStartedCount());
        return listener.getSummary();
    }

    static final class Forgets {
        @Test
        void forgets() {
            ByteBufAllocator.DEFAULT.buffer(16);
        }
    }

    static final class ForgetsPooled {
        @Test
        void forgets() {
            PooledByteBufAllocator.DEFAULT.directBuffer(16);
        }
    }

    static final class ForgetsASlice {
        @Test
        void forgets() {
            ByteBuf whole = ByteBufAllocator.DEFAULT.buffer(16).writeLong(1);
            whole.readRetainedSlice(4);
            whole.release();
        }
    }

    static final class ForgetsNested {
        @Nested
        class Inner {
            @Test
            void forgets() {
                ByteBufAllocator.DEFAULT.buffer(16);
            }
        }
    }

    static final class Releases {
        @Test
        void releases() {
            ByteBufAllocator.DEFAULT.buffer(16).release();
        }
    }

    static final class ReleasesLater {
        @Test
        void leavesItToAnotherThread() {
            ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(16);
            CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(buffer::release);
        }
    }

    static final class HoldsConstants {
        @Test
        void touchesAConstantFirst() {
            assertTrue(Constants.DIRECT.isDirect());
            assertEquals(2, Constants.WRAPPED.readableBytes());
        }
    }

    private static final class Constants {
        private static final ByteBuf DIRECT = Unpooled.unreleasableBuffer(ByteBufAllocator.DEFAULT.directBuffer(16));
        private static final ByteBuf WRAPPED = Unpooled
                .unreleasableBuffer(Unpooled.wrappedBuffer(new byte[]{'\r', '\n'}));
    }
}
