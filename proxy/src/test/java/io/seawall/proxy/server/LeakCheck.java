package io.seawall.proxy.server;

import io.netty.util.LeakPresenceDetector;
import io.netty.util.LeakPresenceDetector.ResourceScope;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/// Fails every test class that leaves a buffer, or another counted resource of Netty, unreleased. Registered for all of
/// them by service file. The place of a leak is shown by
/// `-Dio.netty.util.LeakPresenceDetector.trackCreationStack=true`.
public final class LeakCheck implements BeforeAllCallback, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);
    /// For event loops to finish what the last test began.
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    @Override
    public void beforeAll(ExtensionContext context) {
        ResourceLeakDetector<Object> inUse = ResourceLeakDetectorFactory.instance()
                .newResourceLeakDetector(Object.class);
        if (!(inUse instanceof Detector)) {
            throw new IllegalStateException("leaks are not counted (expected: -Dio.netty.customResourceLeakDetector="
                    + Detector.class.getName() + ")");
        }
        context.getStore(NAMESPACE).put("outer", new Outer(Detector.current));
        Detector.current = new ResourceScope(context.getDisplayName());
    }

    @Override
    public void afterAll(ExtensionContext context) throws InterruptedException {
        ResourceScope scope = Detector.current;
        Detector.current = context.getStore(NAMESPACE).getOrDefault("outer", Outer.class, new Outer(scope)).scope();
        long deadline = System.nanoTime() + GRACE_NANOS;
        while (scope.hasOpenResources() && System.nanoTime() - deadline < 0) {
            Thread.sleep(5);
        }
        scope.close(); // throws where something is left
    }

    /// Fails now where anything of the running class is unreleased; for tests that run many times in one class.
    public static void nothingIsHeld() {
        if (Detector.current.hasOpenResources()) {
            Detector.current.close(); // throws, and says what it knows
        }
    }

    /// Wrapped, because a store closes what is closeable.
    private record Outer(ResourceScope scope) {}

    /// Counts resources for the class that is running. Netty loads it by name, and wants it public.
    public static final class Detector<T> extends LeakPresenceDetector<T> {
        /// What is made between the classes, or once for all of them, is no leak.
        private static final ResourceScope SHARED = new ResourceScope("shared");

        private static volatile ResourceScope current = SHARED;

        public Detector(Class<?> resourceType, int samplingInterval) {
            super(resourceType);
        }

        /// It is not called, but Netty logs an error where it is missing.
        public Detector(Class<?> resourceType, int samplingInterval, long maxActive) {
            super(resourceType);
        }

        @Override
        protected ResourceScope currentScope() {
            // a constant belongs to the class that holds it, not to the test that first touched that class
            boolean constant = StackWalker.getInstance()
                    .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("<clinit>")));
            return constant ? SHARED : current;
        }
    }
}
