package io.seawall.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What is true of every process that begins here.
@Timeout(60)
class MainIT {
    private static final String RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    /// Says at its end what the JDK's TLS has been told.
    static final class Begun {
        private Begun() {}

        public static void main(String[] arguments) {
            Runtime.getRuntime().addShutdownHook(
                    new Thread(() -> System.err.println(RENEGOTIATION + "=" + System.getProperty(RENEGOTIATION))));
            Main.main(new String[]{"routes", "--help"});
        }
    }

    /// The JDK's TLS reads it once, with the first handshake, which may be that of an ACME client.
    @Test
    void refusesRenegotiationBeforeAnyHandshake() throws Exception {
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Begun.class.getName())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor());
        assertEquals(RENEGOTIATION + "=true", errors.strip());
    }
}
