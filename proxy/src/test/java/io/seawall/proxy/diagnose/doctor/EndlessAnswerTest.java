package io.seawall.proxy.diagnose.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.seawall.proxy.diagnose.Finding;
import io.seawall.proxy.diagnose.Status;
import io.seawall.proxy.diagnose.doctor.probe.Answer;
import io.seawall.proxy.diagnose.doctor.probe.Credentials;
import io.seawall.proxy.diagnose.doctor.probe.NoAnswerException;
import io.seawall.proxy.diagnose.doctor.probe.Request;
import io.seawall.proxy.diagnose.doctor.probe.Target;
import io.seawall.proxy.server.TestConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server whose response does not end.
@Timeout(60)
class EndlessAnswerTest {
    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.ofLiteral("127.0.0.1"));
    private final AtomicLong sent = new AtomicLong();

    EndlessAnswerTest() throws IOException {}

    @AfterEach
    void stop() throws IOException {
        listener.close();
    }

    /// @param block sent for ever, behind the beginning
    private Target answering(String beginning, String block) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!listener.isClosed()) {
                try (Socket client = listener.accept()) {
                    OutputStream out = client.getOutputStream();
                    out.write(beginning.getBytes(StandardCharsets.ISO_8859_1));
                    byte[] bytes = block.getBytes(StandardCharsets.ISO_8859_1);
                    while (true) {
                        out.write(bytes);
                        sent.addAndGet(bytes.length);
                    }
                } catch (IOException e) {
                    // it has gone, as it should
                }
            }
        });
        return Target.plain(new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()), "x");
    }

    private static String text(String kind) {
        return switch (kind) {
            case "long" -> "X-A: " + "a".repeat(60_000) + "\r\n";
            case "short" -> "a:b\r\n".repeat(2_000);
            case "line" -> "x".repeat(10_000);
            case "interim" -> "HTTP/1.1 100 Continue\r\n\r\n".repeat(400);
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 200 OK|, long", "HTTP/1.1 200 OK|, short", "HTTP/1.1 200 OK|X-A: , line",
        "HTTP/1.1 100 Continue||, interim"})
    void aHeadHasAnEnd(String beginning, String block) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        NoAnswerException missed = assertThrows(NoAnswerException.class,
                () -> answering(beginning.replace("|", "\r\n"), text(block)).ask(Request.get("/")));
        assertEquals(NoAnswerException.Instead.TOO_MUCH, missed.instead());
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 16 << 20, allocated + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1 200 OK||", "HTTP/1.1 200 OK|Content-Length: 2147483647||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||7ffffff0|"})
    void aBodyHasAnEnd(String head) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            Answer answer = answering(head.replace("|", "\r\n"), "x".repeat(10_000)).ask(Request.get("/"));
            assertTrue(answer.body().length() <= 1 << 20);
        } catch (NoAnswerException e) {
            assertTrue(e.instead() == NoAnswerException.Instead.TOO_MUCH
                    || e.instead() == NoAnswerException.Instead.NOT_HTTP, e.words());
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < 16 << 20, allocated + " bytes");
    }

    @Test
    void chunksAreCountedToo() {
        NoAnswerException missed = assertThrows(NoAnswerException.class, () -> answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1;" + "e".repeat(60_000) + "\r\nx\r\n")
                .ask(Request.get("/")));
        assertEquals(NoAnswerException.Instead.TOO_MUCH, missed.instead());
    }

    @Test
    void aFewBytesOfBracketsAreNoTreeOfMegabytes() {
        assertTrue(Answer.json("[" + "[],".repeat(300_000) + "[]]").isMissingNode());
        assertTrue(Answer.json("[".repeat(100_000)).isMissingNode());
        assertEquals(1, Answer.json("{\"a\":1}").path("a").asInt());
    }

    @Test
    void framesAreCountedToo() {
        Target target = answering("HTTP/1.1 101 x\r\n\r\n", "\u0089\u0000".repeat(5_000));
        NoAnswerException missed = assertThrows(NoAnswerException.class, () -> ConnectAnswer.of(target));
        assertEquals(NoAnswerException.Instead.TOO_MUCH, missed.instead());
    }

    /// A server that lets every check wait delays the doctor for two minutes, however many checks there are.
    @Test
    void nothingIsAskedWhenTheTimeIsOver() {
        Checks checks = new Checks(new Credentials(TestConfig.of()), "it", System.nanoTime() - 1);
        Finding finding = checks.run("a.b", id -> {
            throw new AssertionError("asked");
        });
        assertEquals(Status.UNKNOWN, finding.status());
    }

    @Test
    void aFindingShowsNothingThatAScreenWouldObey() {
        Finding finding = Finding.warn("a.b", "it says \u001b[2J", "do\u202e");
        assertEquals("it says \\u001b[2J", finding.found());
        assertEquals("do\\u202e", finding.fix());
    }
}
