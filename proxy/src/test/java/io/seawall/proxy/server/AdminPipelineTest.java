package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.observe.AdminHandler;
import io.seawall.proxy.observe.Metrics;
import io.seawall.proxy.pace.Deadlines;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who connects to the admin listener and does not behave.
class AdminPipelineTest {
    private static final String REQUEST = "GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final Metrics metrics = new Metrics("test");
    private int answers;
    private final Socket socket = new Socket();

    @AfterEach
    void close() {
        if (socket.isOpen()) {
            socket.takes(1 << 30);
        }
        socket.finishAndReleaseAll();
        metrics.close();
    }

    /// A socket that accepts a given number of bytes.
    private final class Socket extends EmbeddedChannel {
        private int room;
        private final StringBuilder taken = new StringBuilder();

        Socket() {
            super(false, false);
            config().setAutoRead(false);
            pipeline().addLast(new AdminPipeline(new Deadlines(), new AdminHandler(Optional::empty, metrics, () -> {
                answers++;
                return new AdminHandler.Readiness(true, "x".repeat(10_000));
            })));
            try {
                register();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            freezeTime();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) {
            while (in.current() instanceof ByteBuf buffer && (room > 0 || !buffer.isReadable())) {
                int bytes = Math.min(room, buffer.readableBytes());
                taken.append(buffer.toString(buffer.readerIndex(), bytes, StandardCharsets.US_ASCII));
                room -= bytes;
                in.removeBytes(bytes);
            }
        }

        void sends(String text) {
            writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
            runPendingTasks();
        }

        void takes(int bytes) {
            room += bytes;
            flushOutbound();
            runPendingTasks();
        }

        void pass(int seconds) {
            for (int i = 0; i < seconds; i++) {
                advanceTimeBy(1, TimeUnit.SECONDS);
                runScheduledPendingTasks();
            }
        }
    }

    @Test
    void theNextRequestWaitsUntilTheAnswerIsTaken() {
        socket.sends(REQUEST.repeat(500));
        assertEquals(1, answers);
        socket.takes(9_000);
        assertEquals(1, answers, "a part of it is left");
        socket.takes(5_000);
        assertEquals(2, answers);
    }

    @Test
    void anAnswerThatIsNotTakenEndsTheConnection() {
        socket.sends(REQUEST);
        socket.pass(9);
        assertTrue(socket.isOpen());
        socket.pass(8);
        assertFalse(socket.isOpen());
    }

    @Test
    void aLastAnswerHasTheSameTimeAndNoMore() {
        socket.sends(REQUEST.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
        socket.takes(100);
        socket.pass(9);
        assertTrue(socket.isOpen());
        socket.pass(8);
        assertFalse(socket.isOpen());
    }

    @Test
    void aHeadHasFiveSecondsHoweverItComes() {
        socket.takes(10_000);
        for (int i = 0; i < 5; i++) {
            socket.sends("G");
            socket.pass(1);
        }
        assertTrue(socket.isOpen());
        socket.pass(4);
        assertTrue(socket.taken.toString().startsWith("HTTP/1.1 408 "), socket.taken.toString());
        socket.pass(10);
        assertFalse(socket.isOpen());
    }

    @Test
    void aConnectionOnWhichNothingIsAskedEnds() {
        socket.pass(9);
        assertFalse(socket.isOpen());
    }

    @Test
    void aHeadIsBounded() {
        socket.takes(10_000);
        socket.sends("GET /livez HTTP/1.1\r\nHost: localhost\r\n" + "X: 1234567890\r\n".repeat(600));
        assertTrue(socket.taken.toString().startsWith("HTTP/1.1 431 "), socket.taken.toString());
        assertTrue(socket.taken.toString().contains("Connection: close"), socket.taken.toString());
    }
}
