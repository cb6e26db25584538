package io.seawall.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.http2.Http2Codec;
import io.seawall.proxy.http2.Http2Frames;
import io.seawall.proxy.http2.Http2GuardHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.TestConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Time passes only by what the work here is said to take.
class LoopShareHandlerTest {
    private static final int END_OF_BOTH = 5;
    private static final int INDEXED_METHOD_GET = 0x82;
    private static final int WORK_MICROS = 150;

    private boolean granted;
    private boolean known;
    private final LoopShare shares = new LoopShare(new LoopShare.Standing() {
        @Override
        public boolean isGranted(Channel connection) {
            return granted;
        }

        @Override
        public boolean isKnown(Channel connection) {
            return known;
        }
    });
    private final List<String> turns = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int wanted;

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    LoopShareHandlerTest() {
        channel.config().setAutoRead(false);
        channel.freezeTime();
    }

    private void handledBy(ChannelHandler... handlers) {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void read(ChannelHandlerContext ctx) {
                wanted++;
            }
        }).addLast(new LoopShareHandler(shares)).addLast(handlers);
    }

    private void works(int micros) {
        channel.advanceTimeBy(micros, TimeUnit.MICROSECONDS);
    }

    /// Microseconds of work in a second for a client that always has more to say.
    private int worked() {
        handledBy(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                ReferenceCountUtil.release(msg);
                works(WORK_MICROS);
                ctx.read();
            }
        });
        channel.read();
        int worked = 0;
        for (int micros = 0; micros < 1_000_000;) {
            if (wanted > 0) {
                wanted--;
                channel.writeInbound(Unpooled.copyInt(1));
                worked += WORK_MICROS;
                micros += WORK_MICROS;
            } else {
                works(10);
                micros += 10;
            }
            channel.runScheduledPendingTasks();
        }
        return worked;
    }

    @Test
    void leavesHalfOfTheLoopToOthers() {
        int worked = worked();
        long most = 500_000 + TimeUnit.NANOSECONDS.toMicros(LoopShare.BURST);
        assertTrue(worked <= most + 2 * WORK_MICROS, worked + " microseconds (expected: at most " + most + ")");
        assertTrue(worked >= 490_000, worked + " microseconds (expected: about half)");
    }

    @Test
    void neverHoldsBackWhomALayerLetIn() {
        granted = true;
        assertTrue(worked() >= 999_000);
    }

    @Test
    void lettingKnownNetworksGoFirstTakesTurnsOneAtATime() {
        handledBy();
        allIsSpent();
        LoopShare.Loop loop = shares.of(channel.eventLoop());
        for (String name : List.of("first", "second", "known")) {
            loop.await(name.equals("known"), () -> {
                turns.add(name);
                channel.eventLoop().schedule(() -> turns.add("others"), 0, TimeUnit.NANOSECONDS);
            });
        }
        channel.runScheduledPendingTasks();
        assertEquals(List.of(), turns);

        channel.advanceTimeBy(200, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertEquals(List.of("known", "others", "first", "others", "second", "others"), turns);
    }

    @Test
    void chargesNobodyForWhatTheMachineTakes() {
        handledBy();
        LoopShare.Loop loop = shares.of(channel.eventLoop());
        loop.spent(TimeUnit.SECONDS.toNanos(10));
        assertTrue(loop.isFree());
    }

    /// As many requests as said in one read.
    private void sendsRequests(int count) {
        handledBy(new Http2GuardHandler(new Deadlines(), TestConfig.HTTP), Http2Codec.create(100, TestConfig.HTTP),
                new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        if (msg instanceof Http2HeadersFrame) {
                            turns.add("request");
                            works(WORK_MICROS);
                            ctx.executor().schedule(() -> turns.add("others"), 0, TimeUnit.NANOSECONDS);
                        }
                        ReferenceCountUtil.release(msg);
                    }
                });
        ByteBuf read = Unpooled.buffer().writeBytes(Http2CodecUtil.connectionPrefaceBuf()).writeMedium(0)
                .writeByte(Http2Frames.SETTINGS).writeByte(0).writeInt(0);
        for (int i = 0; i < count; i++) {
            read.writeMedium(1).writeByte(Http2Frames.HEADERS).writeByte(END_OF_BOTH).writeInt(2 * i + 1)
                    .writeByte(INDEXED_METHOD_GET);
        }
        channel.pipeline().fireChannelRead(read); // and no task yet
    }

    private void allIsSpent() {
        for (int i = 0; i < 100; i++) {
            shares.of(channel.eventLoop()).spent(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /// For half a second.
    private void goesOn() {
        for (int i = 0; i < 500; i++) {
            works(1_000);
            channel.runScheduledPendingTasks();
        }
    }

    private long served() {
        return turns.stream().filter("request"::equals).count();
    }

    @Test
    void givesOtherConnectionsATurnBetweenTheStreamsOfOneRead() {
        sendsRequests(6);
        goesOn();
        assertEquals(6, served());
        // two are more than a turn
        String order = String.join(" ", turns);
        assertTrue(order.startsWith("request request others") && !order.contains("request request request"), order);
    }

    @Test
    void readsNoMoreWhileStreamsWait() {
        sendsRequests(3);
        assertEquals(2, served());
        wanted = 0;
        channel.pipeline().lastContext().read();
        assertEquals(0, wanted);

        goesOn();
        channel.pipeline().lastContext().read();
        assertEquals(3, served());
        assertTrue(wanted > 0);
    }

    @Test
    void takesAllStreamsAtOnceOfAClientWhomALayerLetIn() {
        granted = true;
        sendsRequests(20);
        assertEquals(20, served());
    }

    @Test
    void keepsWhatWaitsInOrderWithWhatComesBehindIt() {
        allIsSpent();
        sendsRequests(3);
        channel.writeInbound(Unpooled.buffer().writeMedium(1).writeByte(Http2Frames.HEADERS).writeByte(END_OF_BOTH)
                .writeInt(7).writeByte(INDEXED_METHOD_GET));
        goesOn();
        assertEquals(4, served());
        assertTrue(channel.isOpen());
    }
}
