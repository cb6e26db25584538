package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Exit codes as a service manager sees them. 3, 4 and 5 of a start: `AdminIT`, `CheckCommandTest`.
@Timeout(60)
class ExitCodeIT {
    @TempDir
    private Path folder;

    private String errors = "";

    /// @param words of the JVM and the program, behind the class path
    private int exit(Map<String, String> environment, String... words) throws Exception {
        Path out = folder.resolve("errors");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp",
                        System.getProperty("java.class.path")));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            assertTrue(process.waitFor(40, TimeUnit.SECONDS), "it runs on");
            errors = Files.readString(out);
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private static final String MAIN = Main.class.getName();

    @Test
    void are0And2ForWhatIsFineAndWhatIsNotUnderstood() throws Exception {
        assertEquals(0, exit(Map.of(), MAIN, "gen-token"), () -> errors);
        assertEquals(2, exit(Map.of(), MAIN, "no-such-command"), () -> errors);
        assertEquals(2, exit(Map.of(), MAIN, "run"), () -> errors);
    }

    @Test
    void is1WhereTheAnswerIsNo() throws Exception {
        Map<String, String> environment = Map.of("AUTH_PASSWORD", "seven calm otters", "OPENCLAW_GATEWAY_TOKEN",
                "8d1f4b7e02c95a63f0e8b21d7c6a9435", "SEAWALL_ALLOW_ROOT", "true", "PORT", "1", "SEAWALL_STATE_DIR",
                folder.resolve("state").toString());
        assertEquals(1, exit(environment, MAIN, "health"), () -> errors);
    }

    /// Fills the heap in a thread without a caller, as an event loop is.
    static final class Hog {
        private Hog() {}

        public static void main(String[] arguments) throws InterruptedException {
            InternalFailure.install();
            Thread hog = new Thread(() -> {
                List<long[]> kept = new ArrayList<>();
                while (kept.size() < Integer.MAX_VALUE) {
                    kept.add(new long[10_000]);
                }
            });
            hog.start();
            hog.join();
            System.exit(9);
        }
    }

    @Test
    void is70WhenTheHeapIsExhausted() throws Exception {
        assertEquals(70, exit(Map.of(), "-Xmx16m", Hog.class.getName()), () -> errors);
        assertTrue(errors.startsWith("seawall: out of memory, so it ends with exit code 70. Fix: "), errors);
    }

    /// Exhausts the heap where code catches the error, logs nothing, and goes on.
    static final class Swallowed {
        private static final List<long[]> KEPT = new ArrayList<>();

        private Swallowed() {}

        private static int fill() {
            return new long[100_000_000].length;
        }

        public static void main(String[] arguments) throws Exception {
            InternalFailure.install();
            switch (arguments[0]) {
                case "future" -> CompletableFuture.supplyAsync(Swallowed::fill);
                case "event loop" ->
                    new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next().submit(Swallowed::fill);
                case "handler" -> {
                    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
                    LocalOnly.register(loop);
                }
                case "schedule" -> Executors.newSingleThreadScheduledExecutor().scheduleWithFixedDelay(Swallowed::fill,
                        1, 1, TimeUnit.MILLISECONDS);
                case "virtual thread" -> Executors.newVirtualThreadPerTaskExecutor().submit(Swallowed::fill);
                case "leak" -> Executors.newSingleThreadScheduledExecutor().scheduleAtFixedRate(
                        () -> KEPT.add(new long[10_000]), 1, 1, TimeUnit.MILLISECONDS);
                default -> {
                    try {
                        fill();
                    } catch (OutOfMemoryError e) {
                        // it goes on
                    }
                }
            }
            Thread.sleep(20_000);
            System.exit(9);
        }
    }

    /// A handler of an event loop that answers its own exceptions.
    private static final class LocalOnly extends ChannelInboundHandlerAdapter {
        static void register(EventLoopGroup loop) {
            new Bootstrap().group(loop).channel(NioDatagramChannel.class).handler(new LocalOnly()).register();
        }

        @Override
        public void channelRegistered(ChannelHandlerContext ctx) {
            Swallowed.fill();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"future", "event loop", "handler", "schedule", "virtual thread", "leak", "nothing at all"})
    void is70WhereSomebodyCaughtWhatTheExhaustedHeapThrewAndSaidNothing(String where) throws Exception {
        assertEquals(70, exit(Map.of(), "-Xmx32m", Swallowed.class.getName(), where), () -> errors);
        assertTrue(errors.startsWith("seawall: out of memory, so it ends with exit code 70. Fix: "), errors);
    }

    /// A heap that is nearly full, and collected all the time, is not exhausted.
    static final class Busy {
        private Busy() {}

        public static void main(String[] arguments) throws InterruptedException {
            InternalFailure.install();
            List<byte[]> kept = new ArrayList<>();
            for (long bytes = 0; bytes < Runtime.getRuntime().maxMemory() / 100 * 85; bytes += 10_000) {
                kept.add(new byte[10_000]);
            }
            long total = 0;
            for (int i = 0; i < 300; i++) {
                for (int j = 0; j < 100; j++) {
                    total += new byte[10_000 + i].length;
                }
                Thread.sleep(10);
            }
            System.exit(total > kept.size() ? 0 : 9);
        }
    }

    @Test
    void isNot70WhereAFullHeapHasRoomAfterACollection() throws Exception {
        assertEquals(0, exit(Map.of(), "-Xmx64m", Busy.class.getName()), () -> errors);
    }
}
