package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

class Http2FuzzTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST = 16 * 1024;

    /// Whatever frames follow the preface, in whatever pieces: no failure inside, no buffer kept, and nothing reaches the
    /// application that a request line could not carry.
    @FuzzTest
    void survivesAnyFrames(byte[] frames) {
        if (frames.length > MOST) {
            return;
        }
        Http2Memory connection = new Http2Memory();
        connection.sends(PREFACE, 0, PREFACE.length);
        Random random = new Random(Arrays.hashCode(frames));
        for (int at = 0; at < frames.length && connection.isConnected();) {
            int to = Math.min(frames.length, at + 1 + random.nextInt(2 + frames.length));
            connection.sends(frames, at, to);
            at = to;
        }
        connection.receives();
        connection.isOver();
        connection.receives();
        connection.seen().forEach(line -> assertTrue(line.startsWith("body ") || line.startsWith("tunnel ")
                || line.matches("[A-Z]+ /[!-~]* [A-Za-z0-9._:\\[\\]-]+ \\[.*]"), line));
        connection.ended().forEach(exchange -> assertNotEquals("internal", exchange.rejection()));
        LeakCheck.nothingIsHeld();
    }
}
