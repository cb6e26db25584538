package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.ScriptedUpstream.Connection;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Each side at the pace of the other, byte by byte as it comes.
@Timeout(60)
final class RelayStreamingIT extends Relaying {
    private static final int MIB = 1 << 20;

    RelayStreamingIT() throws IOException {}

    @Test
    void passesEachEventOnBeforeTheNextOneExists() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("GET /v1/events", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            up.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertEquals("text/event-stream", client.in.head().one("Content-Type"));
            for (int i = 1; i <= 3; i++) {
                up.chunk("data: " + i + "\n\n");
                assertEquals("data: " + i + "\n\n", client.in.chunk());
            }
            up.send("0\r\n\r\n");
            assertEquals("", client.in.chunk());
        }
    }

    @Test
    void passesEachPieceOfAnUploadOnBeforeItsEnd() throws IOException {
        try (RawClient client = server.raw()) {
            client.head("POST /v1/audio", AUTHORIZED, "Transfer-Encoding: chunked");
            Connection up = upstream.next();
            assertTrue(up.in.head().isChunked());
            for (String piece : List.of("one", "two", "three")) {
                client.chunk(piece);
                assertEquals(piece, up.in.chunk());
            }
            client.send("0\r\n\r\n");
            assertEquals("", up.in.chunk());
            up.send(ScriptedUpstream.ok("heard"));
            assertEquals("heard", client.answer().body());
        }
    }

    @Test
    void slowReaderSlowsTheGatewayDownAndGetsEveryByteOf100Megabytes() throws Exception {
        byte[] block = block();
        int blocks = 100 * MIB / block.length;
        AtomicLong written = new AtomicLong();
        try (RawClient client = new RawClient(server, 64 * 1024)) {
            client.head("GET /v1/big", AUTHORIZED);
            Connection up = upstream.next();
            up.request();
            CompletableFuture<Void> writer = inBackground(() -> {
                up.send("HTTP/1.1 200 OK\r\nContent-Length: " + 100 * MIB + "\r\n\r\n");
                for (int i = 0; i < blocks; i++) {
                    up.send(block);
                    written.addAndGet(block.length);
                }
            });
            long stalledAt = whereItStalls(written);
            assertTrue(stalledAt < 40 * MIB, "written while nobody reads: " + stalledAt);

            assertEquals(100 * MIB, Integer.parseInt(client.in.head().one("Content-Length")));
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] into = new byte[64 * 1024];
            for (long left = 100 * MIB; left > 0;) {
                int length = client.in.some(into);
                digest.update(into, 0, length);
                left -= length;
            }
            writer.join();
            assertEquals(digest(block, blocks), HexFormat.of().formatHex(digest.digest()));

            // the connection that backpressure had stopped must be as good as new for its next user
            client.head("GET /v1/next", AUTHORIZED);
            assertEquals("/v1/next", up.request().target());
            up.send(ScriptedUpstream.ok("fresh"));
            assertEquals("fresh", client.answer().body());
        }
    }

    @Test
    void slowGatewaySlowsAnUploadDownAndGetsEveryByte() throws Exception {
        byte[] block = block();
        int blocks = 25 * MIB / block.length;
        AtomicLong written = new AtomicLong();
        try (RawClient client = server.raw()) {
            client.head("POST /upload", "Authorization: " + BASIC, "Content-Length: " + 25 * MIB);
            Connection up = upstream.next();
            assertEquals(Integer.toString(25 * MIB), up.in.head().one("Content-Length"));
            CompletableFuture<Void> writer = inBackground(() -> {
                for (int i = 0; i < blocks; i++) {
                    client.send(block);
                    written.addAndGet(block.length);
                }
            });
            long stalledAt = whereItStalls(written);
            assertTrue(stalledAt < 25 * MIB, "uploaded while nobody reads: " + stalledAt);

            byte[] body = up.in.exactly(25 * MIB);
            writer.join();
            assertEquals(digest(block, blocks),
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body)));
            up.send(ScriptedUpstream.ok("stored"));
            assertEquals("stored", client.answer().body());
        }
    }

    /// Where a counter stops to grow.
    private static long whereItStalls(AtomicLong counter) throws InterruptedException {
        long last = -1;
        for (int still = 0; still < 25; still++) {
            Thread.sleep(20);
            long now = counter.get();
            if (now != last) {
                still = 0;
                last = now;
            }
        }
        return last;
    }

    private static byte[] block() {
        byte[] block = new byte[64 * 1024];
        new Random(7).nextBytes(block);
        return block;
    }

    private static String digest(byte[] block, int times) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < times; i++) {
            digest.update(block);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
