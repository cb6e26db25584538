package io.seawall.proxy.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Config;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.server.TestConfig;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// By default a client has a minute, and then 500 bytes a second.
class SlowReaderHandlerTest {
    private final Socket socket = new Socket();

    @AfterEach
    void isOver() {
        if (socket.isOpen()) {
            socket.takesAll();
        }
        socket.close();
    }

    /// A socket that accepts a given number of bytes.
    private static final class Socket extends EmbeddedChannel {
        private int room;
        private boolean memoryIsShort;

        Socket() {
            this(TestConfig.HTTP);
        }

        Socket(Config.Http limits) {
            super(false, false);
            pipeline().addLast(new SlowReaderHandler(new Deadlines(), limits, channel -> memoryIsShort));
            try {
                register();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            freezeTime();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            while (in.current() instanceof ByteBuf buffer && room > 0) {
                int bytes = Math.min(room, buffer.readableBytes());
                room -= bytes;
                in.removeBytes(bytes);
            }
        }

        void takes(int bytes) {
            room += bytes;
            flushOutbound();
        }

        void takesAll() {
            takes(Integer.MAX_VALUE / 2);
        }

        void pass(int seconds) {
            for (int i = 0; i < seconds; i++) {
                advanceTimeBy(1, TimeUnit.SECONDS);
                runScheduledPendingTasks();
            }
        }

        void send(int bytes) {
            writeOneOutbound(alloc().buffer().writeZero(bytes));
            flushOutbound();
        }
    }

    @Test
    void endsAConnectionWhoseClientTakesNothing() {
        socket.send(10_000);
        socket.pass(59);
        assertTrue(socket.isOpen());
        socket.pass(8);
        assertFalse(socket.isOpen());
    }

    @Test
    void beginsAnewWhenAllWasTakenInBetween() {
        Socket fast = new Socket(TestConfig.of("SEAWALL_STALL_TIMEOUT=1", "SEAWALL_MIN_RATE=1000000").http());
        fast.send(1_000);
        fast.takes(1_000);
        fast.pass(1);
        fast.advanceTimeBy(900, TimeUnit.MILLISECONDS);
        fast.send(1_000);
        fast.advanceTimeBy(200, TimeUnit.MILLISECONDS);
        fast.runScheduledPendingTasks();
        assertTrue(fast.isOpen(), "the second answer has waited for a fifth of a second");
        fast.pass(2);
        assertFalse(fast.isOpen());
        fast.close();
    }

    @Test
    void endsOneWhoseClientTookALotBeforeItStopped() {
        socket.send(1_000_000);
        socket.pass(1);
        socket.takes(900_000);
        socket.pass(59);
        assertTrue(socket.isOpen());
        socket.pass(16);
        assertFalse(socket.isOpen());
    }

    @Test
    void endsAConnectionWhoseClientTakesALittleNowAndThen() {
        socket.send(10_000_000);
        int seconds = 0;
        while (socket.isOpen() && seconds < 1_000) {
            socket.takes(100);
            socket.pass(1);
            seconds++;
        }
        assertTrue(seconds > 60 && seconds < 90, seconds + " seconds");
    }

    @Test
    void keepsOneWhoseClientTakesTheMinimum() {
        socket.send(10_000_000);
        for (int i = 0; i < 600; i++) {
            socket.takes(600);
            socket.pass(1);
        }
        assertTrue(socket.isOpen());
    }

    @Test
    void doesNotCountTheTimeInWhichNothingWaits() {
        for (int i = 0; i < 100; i++) {
            socket.send(5_000);
            socket.pass(6);
            socket.takesAll();
            socket.pass(6);
        }
        assertTrue(socket.isOpen());
    }

    @Test
    void endsAtOnceWhoKeepsMemoryWhileItIsShort() {
        socket.memoryIsShort = true;
        socket.takesAll();
        socket.send(10_000);
        assertTrue(socket.isOpen(), "he took it all");

        socket.room = 0;
        socket.send(10_000);
        assertFalse(socket.isOpen());
    }

    @Test
    void endsAtOnceWhoSendsMoreWhileMemoryIsShort() {
        socket.memoryIsShort = true;
        ByteBuf more = socket.alloc().buffer().writeZero(10);
        socket.writeOneInbound(more);
        assertEquals(0, more.refCnt());
        assertFalse(socket.isOpen());
    }

    @Test
    void leavesATunnelAlone() {
        socket.pipeline().removeFirst();
        socket.send(10_000);
        socket.pass(600);
        assertTrue(socket.isOpen());
    }

    @Test
    void saysWhyTheExchangeEnded() {
        Exchange exchange = Exchange.start(socket, null);
        socket.send(10_000);
        socket.pass(70);
        assertEquals("answer_timeout", exchange.rejection());
    }
}
