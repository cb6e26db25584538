package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2Stream;
import io.seawall.proxy.limit.HeapBudget;
import io.seawall.proxy.limit.HeapCost;
import io.seawall.proxy.limit.HeapLedger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2DataHandlerTest {
    private final List<String> seen = new ArrayList<>();
    private final List<Object> events = new ArrayList<>();
    private final EmbeddedChannel connection = new EmbeddedChannel();

    private record Stream(int id) implements Http2FrameStream {
        @Override
        public Http2Stream.State state() {
            return Http2Stream.State.OPEN;
        }
    }

    @AfterEach
    void isOver() {
        connection.finishAndReleaseAll();
    }

    private void begin() {
        connection.pipeline().addLast(new Http2DataHandler(new Http2Streams(new DefaultHttp2Connection(true))))
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        if (msg instanceof Http2DataFrame data) {
                            ByteBuf content = data.content();
                            seen.add(((Stream) data.stream()).id() + " "
                                    + (content.readableBytes() > 20
                                            ? content.readableBytes() + " bytes"
                                            : content.toString(StandardCharsets.US_ASCII))
                                    + (data.isEndStream() ? " end" : "") + " " + data.initialFlowControlledBytes());
                            data.release();
                        } else {
                            seen.add("headers");
                        }
                    }

                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        events.add(event);
                    }
                });
    }

    private static Http2DataFrame data(int stream, String text, boolean end, int padding) {
        return new DefaultHttp2DataFrame(ByteBufUtil.writeUtf8(Unpooled.buffer().alloc(), text), end, padding)
                .stream(new Stream(stream));
    }

    private static Http2DataFrame data(int stream, String text) {
        return data(stream, text, false, 0);
    }

    @Test
    void makesOneFrameOfSmallOnesThatCameTogether() {
        begin();
        connection.writeInbound(data(1, "a"), data(1, "b"), data(1, "c"));

        assertEquals(List.of("1 abc 3"), seen);
    }

    @Test
    void keepsTheOrderOfStreamsTrailersAndEnds() {
        begin();
        connection.writeInbound(data(1, "a"), data(3, "b"), data(3, "c"), data(1, "d", true, 0), data(3, "e"),
                new DefaultHttp2HeadersFrame(new DefaultHttp2Headers(), true).stream(new Stream(3)));

        assertEquals(List.of("1 a 1", "3 bc 2", "1 d end 1", "3 e 1", "headers"), seen);
    }

    @Test
    void givesBackTheWindowOfPaddingToo() {
        begin();
        connection.writeInbound(data(1, "a"), data(1, "b", false, 200), data(1, "c"));

        assertEquals(List.of("1 a 1", "1 b 201", "1 c 1"), seen);
    }

    @Test
    void gathersNoMoreThanItsBuffer() {
        begin();
        Object[] frames = new Object[40];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = data(1, "x".repeat(1_000));
        }
        connection.writeInbound(frames);

        assertEquals(List.of("1 16000 bytes 16000", "1 16000 bytes 16000", "1 8000 bytes 8000"), seen);
    }

    @Test
    void whatWaitsIsPassedOnAtTheEndOfTheReadAlone() {
        begin();
        connection.writeOneInbound(data(1, "a"));
        assertEquals(List.of(), seen);
        connection.flushInbound();
        assertEquals(List.of("1 a 1"), seen);
    }

    @Test
    void endsAConnectionWithMoreFramesThanOneMayHold() {
        begin();
        for (int i = 0; i < Http2DataHandler.MOST; i++) {
            connection.writeInbound(data(1, "a"));
        }
        assertTrue(connection.isOpen());

        connection.writeInbound(data(1, "a"));
        assertFalse(connection.isOpen());
        assertEquals(List.of(new Http2ErrorEvent(true, "held_data_flood")),
                events.stream().filter(Http2ErrorEvent.class::isInstance).toList());
    }

    @Test
    void booksWhatAnUnauthenticatedClientSendsAhead() {
        HeapBudget budget = new HeapBudget(HeapCost.CONNECTION + 100 * HeapCost.FRAME, Long.MAX_VALUE, excess -> {});
        assertTrue(HeapLedger.open(budget, connection, false));
        begin();
        for (int i = 0; i < 100; i++) {
            connection.writeInbound(data(1, "a"));
        }
        assertTrue(connection.isOpen());
        assertEquals(HeapCost.CONNECTION + 100 * HeapCost.FRAME, budget.booked());

        connection.writeInbound(data(1, "a"));
        connection.runPendingTasks();
        assertFalse(connection.isOpen());
    }

    @Test
    void endsOnlyTheStreamWhereAGrantedRequestIsOnTheConnection() {
        // of which a connection that is shared may have half
        int most = HeapCost.CONNECTION + 100 * HeapCost.FRAME;
        holdsOf(new HeapBudget(most, 2L * most, excess -> {}), 101);
    }

    @Test
    void endsOnlyTheStreamThatHoldsTooMuchOnAConnectionThatOthersShare() {
        holdsOf(new HeapBudget(Integer.MAX_VALUE, Long.MAX_VALUE, excess -> {}), Http2Streams.MOST_UNGRANTED + 1);
    }

    /// Of a stream whose client sends on, while another one's request is on the connection.
    private void holdsOf(HeapBudget budget, int frames) {
        assertTrue(HeapLedger.open(budget, connection, true));
        assertTrue(HeapLedger.of(connection).began());
        begin();
        for (int i = 0; i < Http2DataHandler.MOST; i++) {
            connection.writeInbound(data(1, "a"));
            connection.runPendingTasks();
        }
        assertTrue(connection.isOpen());
        assertEquals(frames, seen.size(), "nothing more of it is held");

        connection.writeInbound(data(3, "b"), data(3, "c"));
        assertEquals("3 bc 2", seen.getLast(), "another stream");
    }
}
