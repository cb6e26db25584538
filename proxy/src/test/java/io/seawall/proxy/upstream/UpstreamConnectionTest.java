package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Config;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamConnectionTest {
    private final Config config = TestConfig.of();
    private final Deadlines deadlines = new Deadlines();
    private final UpstreamPool pool = UpstreamPool.of(config, EmbeddedChannel.class, deadlines);
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

    /// Whatever they are: the file descriptors are one reserve.
    @ParameterizedTest
    @CsvSource({"'', '', 1", "SEAWALL_SANDBOX=widgets.example.com, '', 2",
        "SEAWALL_SANDBOX=widgets.example.com, SEAWALL_PORTALS=portals.example.net, 3"})
    void waitsInBoundedNumberHoweverManyPortsTheGatewayHas(String sandbox, String portals, int ports) {
        Config wanted = TestConfig
                .of(Stream.of(sandbox, portals).filter(line -> !line.isEmpty()).toArray(String[]::new));
        List<UpstreamPool> pools = List.of(UpstreamPool.of(wanted, EmbeddedChannel.class, deadlines),
                UpstreamPool.beside(wanted.upstream().ofSandbox(), wanted, EmbeddedChannel.class, deadlines),
                UpstreamPool.beside(wanted.upstream().ofPortals(), wanted, EmbeddedChannel.class, deadlines));
        List<EmbeddedChannel> idle = new ArrayList<>();
        for (UpstreamPool its : pools.subList(0, ports)) {
            for (int i = 0; i <= UpstreamPool.MOST_IDLE_OF_ALL; i++) {
                idle.add(released(its));
            }
        }
        assertEquals(UpstreamPool.MOST_IDLE_OF_ALL, idle.stream().filter(EmbeddedChannel::isOpen).count());
        idle.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    private EmbeddedChannel released() {
        return released(pool);
    }

    private EmbeddedChannel released(UpstreamPool pool) {
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
