package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.TestConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The guard before the codec that it guards, each frame in a packet of its own.
class Http2GuardHandlerTest {
    private static final int END_STREAM = 1;
    private static final int INDEXED_METHOD_GET = 0x82;

    private final List<String> troubles = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(
            new Http2GuardHandler(new Deadlines(), TestConfig.HTTP), Http2Codec.create(100, TestConfig.HTTP),
            new ChannelInboundHandlerAdapter() {
                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    if (event instanceof Http2ErrorEvent trouble) {
                        troubles.add(trouble.reason());
                    }
                }
            });

    Http2GuardHandlerTest() {
        channel.writeInbound(Http2CodecUtil.connectionPrefaceBuf());
        send(Http2Frames.SETTINGS, 0, 0);
    }

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    private void send(int type, int flags, int stream, int... payload) {
        ByteBuf frame = Unpooled.buffer().writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
        for (int octet : payload) {
            frame.writeByte(octet);
        }
        channel.writeInbound(frame);
    }

    /// The codec has limits too, and calls all of them ENHANCE_YOUR_CALM.
    @ParameterizedTest
    @CsvSource({"6, 0, 8, 100, ping_flood", "4, 0, 0, 19, settings_flood", "2, 1, 5, 500, priority_flood",
        "64, 0, 0, 100, unknown_frame_flood"})
    void namesAFloodBeforeTheCodecEndsIt(int type, int stream, int length, int allowed, String name) {
        for (int i = 0; i < allowed; i++) {
            send(type, 0, stream, new int[length]);
        }
        assertEquals(List.of(), troubles);

        send(type, 0, stream, new int[length]);

        assertEquals(List.of(name), troubles);
        assertFalse(channel.isOpen());
    }

    @Test
    void namesAFloodOfContinuationsBeforeTheCodecEndsIt() {
        send(Http2Frames.HEADERS, END_STREAM, 1, INDEXED_METHOD_GET);
        for (int i = 0; i < Http2Budget.CONTINUATIONS; i++) {
            send(Http2Frames.CONTINUATION, 0, 1);
        }
        assertEquals(List.of(), troubles);

        send(Http2Frames.CONTINUATION, 0, 1);

        assertEquals(List.of("continuation_flood"), troubles);
        assertFalse(channel.isOpen());
    }
}
