package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Config;
import io.seawall.proxy.TestConfig;
import io.seawall.proxy.http.Deadlines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UpstreamConnectionTest {
    private final Config config = TestConfig.of();
    private final Deadlines deadlines = new Deadlines();
    private final UpstreamPool pool = new UpstreamPool(config.upstream().address(), EmbeddedChannel.class, deadlines,
            config.timeouts());
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final UpstreamConnection connection = new UpstreamConnection(channel, pool, deadlines, config.timeouts());

    UpstreamConnectionTest() {
        channel.pipeline().addLast(connection);
        channel.write(Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n", StandardCharsets.ISO_8859_1));
    }

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    @Test
    void isUsedAgainWhenItsRequestWasSent() {
        channel.flush();
        connection.release();
        assertTrue(channel.isOpen());
        assertSame(connection, pool.acquire(channel.eventLoop()));
    }

    /// Each channel of these has an event loop of its own.
    @Test
    void waitsInBoundedNumberHoweverManyLoopsThereAre() {
        List<EmbeddedChannel> idle = new ArrayList<>();
        for (int i = 0; i < UpstreamPool.MOST_IDLE_OF_ALL; i++) {
            EmbeddedChannel next = released();
            assertTrue(next.isOpen());
            idle.add(next);
        }
        assertFalse(released().isOpen());
        pool.acquire(idle.getFirst().eventLoop());
        idle.getLast().close();
        idle.add(released());
        idle.add(released());
        assertTrue(idle.getLast().isOpen());
        assertFalse(released().isOpen());
        idle.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    private EmbeddedChannel released() {
        EmbeddedChannel next = new EmbeddedChannel();
        UpstreamConnection its = new UpstreamConnection(next, pool, deadlines, config.timeouts());
        next.pipeline().addLast(its);
        its.release();
        return next;
    }

    /// Else the request would go out on an idle connection, and its answer be the next client's.
    @Test
    void isNotUsedAgainWhenItsAnswerCameBeforeItsRequestWasSent() {
        connection.release();
        assertFalse(channel.isOpen());
        assertNull(pool.acquire(channel.eventLoop()));
        assertNull(channel.readOutbound());
    }
}
