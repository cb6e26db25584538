package io.seawall.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private final List<Object> events = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            events.add(event);
        }
    });

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    @Test
    void isTheChannelsFromStartToEnd() {
        assertNull(Exchange.current(channel));
        Exchange exchange = Exchange.start(channel, null);
        assertSame(exchange, Exchange.current(channel));
        assertSame(exchange, Exchange.of(channel));
        exchange.end(channel);

        assertNull(Exchange.current(channel));
        assertEquals(List.of(new Exchange.Started(exchange), new Exchange.Ended(exchange)), events);
    }

    @Test
    void endsOnce() {
        Exchange exchange = Exchange.start(channel, null);
        exchange.end(channel);
        exchange.end(channel);

        assertEquals(2, events.size());
    }

    @Test
    void leavesALaterOneAloneWhenItEnds() {
        Exchange first = Exchange.start(channel, null);
        Exchange second = Exchange.start(channel, null);
        first.end(channel);

        assertSame(second, Exchange.current(channel));
        assertNotSame(first, second);
    }

    @Test
    void hasAnIdOf32HexadecimalDigits() {
        Exchange one = Exchange.start(new EmbeddedChannel(), null);

        assertTrue(one.id().matches("[0-9a-f]{32}"), one.id());
        assertNotEquals(one.id(), Exchange.start(new EmbeddedChannel(), null).id());
    }

    @Test
    void knowsNothingAtFirst() {
        Exchange exchange = Exchange.start(new EmbeddedChannel(), null);

        assertEquals(0, exchange.status());
        assertEquals(-1, exchange.upstreamNanos());
        assertEquals("none none none", exchange.route() + " " + exchange.layer() + " " + exchange.outcome());
        assertNull(exchange.rejection());
        assertNull(exchange.client());
    }
}
