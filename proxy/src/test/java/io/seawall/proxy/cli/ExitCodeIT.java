package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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

    /// Fills the heap in a thread that nobody waits for, as an event loop is.
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
}
