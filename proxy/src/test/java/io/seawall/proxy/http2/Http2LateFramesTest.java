package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.TestConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client sends on a stream before it has read that Seawall refused or reset it.
class Http2LateFramesTest {
    private static final int END = 1;
    private static final int END_HEADERS = 4;
    private static final int STREAMS = 2;
    private static final byte[] REQUEST = {(byte) 0x82, (byte) 0x87, (byte) 0x84}; // RFC 7541, appendix A
    private static final byte[] TRAILER = {0x40, 1, 'a', 1, 'b'};

    private final List<Http2FrameStream> streams = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final List<Runnable> waiting = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Http2FrameCodec codec = Http2Codec.create(channel, STREAMS, TestConfig.HTTP);
    private boolean isSocketFull;

    Http2LateFramesTest() {
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
                if (isSocketFull) {
                    waiting.add(() -> ctx.writeAndFlush(msg, promise));
                } else {
                    ctx.write(msg, promise);
                }
            }
        }).addLast(new Http2GuardHandler(new Deadlines(), TestConfig.HTTP)).addLast(codec)
                .addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        if (msg instanceof Http2HeadersFrame head) {
                            streams.add(head.stream());
                        }
                        ReferenceCountUtil.release(msg);
                    }

                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof Http2ErrorEvent trouble) {
                            troubles.add(trouble.reason());
                        }
                    }

                    @Override
                    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                        assertInstanceOf(Http2Exception.class, cause);
                    }
                });
        channel.writeInbound(Http2CodecUtil.connectionPrefaceBuf());
        send(Http2Frames.SETTINGS, 0, 0);
        received();
    }

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    private void send(int type, int flags, int stream, byte... payload) {
        channel.writeInbound(Unpooled.buffer().writeMedium(payload.length).writeByte(type).writeByte(flags)
                .writeInt(stream).writeBytes(payload));
    }

    private void head(int stream) {
        send(Http2Frames.HEADERS, END_HEADERS, stream, REQUEST);
    }

    /// The frames that came since the last time, by type and stream.
    private List<String> received() {
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(out);
            out.release();
        }
        List<String> frames = new ArrayList<>();
        while (all.isReadable()) {
            int length = all.readMedium();
            int type = all.readByte();
            all.skipBytes(1);
            frames.add(type + " on " + all.readInt());
            all.skipBytes(length);
        }
        all.release();
        return frames;
    }

    /// Begins as many streams as there may be, and one more.
    private void refusesTheThird() {
        head(1);
        head(3);
        received();
        head(5);
        assertEquals(List.of(Http2Frames.RST_STREAM + " on 5"), received());
    }

    @ParameterizedTest
    @CsvSource({"0, 0, xy", "0, 1, xy", "0, 1, ''", "3, 0, aaaa", "8, 0, aaaa", "2, 0, aaaaa"})
    void areIgnoredOnARefusedStream(int type, int flags, String payload) {
        refusesTheThird();

        send(type, flags, 5, payload.getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertEquals(List.of(), received());
        assertTrue(channel.isOpen());
    }

    @Test
    void areIgnoredOnARefusedStreamAsTrailers() {
        refusesTheThird();

        send(Http2Frames.HEADERS, END_HEADERS | END, 5, TRAILER);

        assertEquals(List.of(), received());
        assertTrue(channel.isOpen());
        assertEquals(2, streams.size());
    }

    /// The codec says nothing of such a head but to the client.
    @ParameterizedTest
    @CsvSource({"0, xy", "3, aaaa", "8, aaaa"})
    void areIgnoredOnAStreamThatWasRefusedWithAHeadThatIsTooLong(int type, String payload) {
        head(1);
        head(3);
        received();
        long longest = codec.decoder().localSettings().maxHeaderListSize();
        byte[] field = new byte[127 + 4]; // not indexed, a name of one letter, a value of 126
        Arrays.fill(field, (byte) 'a');
        System.arraycopy(new byte[]{0, 1, 'a', 126}, 0, field, 0, 4);
        ByteBuf block = Unpooled.buffer().writeBytes(REQUEST);
        for (long size = 0; size <= longest; size += 32 + 1 + 126) {
            block.writeBytes(field, 0, 4 + 126);
        }
        for (int part = Http2Frames.HEADERS; block.isReadable(); part = Http2Frames.CONTINUATION) {
            byte[] fragment = new byte[Math.min(16_000, block.readableBytes())];
            block.readBytes(fragment);
            send(part, block.isReadable() ? 0 : END_HEADERS, 5, fragment);
        }
        assertEquals(List.of(Http2Frames.RST_STREAM + " on 5"), received());

        send(type, 0, 5, payload.getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertEquals(List.of(), received());
        assertTrue(channel.isOpen());
    }

    @Test
    void leaveNothingBehindWhereTheResetWaitedForTheSocket() {
        head(1);
        isSocketFull = true;
        channel.writeOutbound(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(streams.getFirst()));
        send(Http2Frames.DATA, 0, 1, (byte) 1);
        isSocketFull = false;
        waiting.forEach(Runnable::run);

        assertNull(codec.connection().stream(1));
        assertTrue(channel.isOpen());
    }

    @Test
    void doNotKeepTheNextStreamFromBeginning() {
        refusesTheThird();
        send(Http2Frames.DATA, 0, 5, new byte[100]);
        send(Http2Frames.RST_STREAM, 0, 3, new byte[4]);
        head(7);

        assertEquals(List.of(), received());
        assertEquals(7, streams.getLast().id());
    }

    @Test
    void areIgnoredOnAStreamThatWasResetAsFarAsAWindowGoes() {
        head(1);
        channel.writeOutbound(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(streams.getFirst()));
        received();
        for (int i = 0; i < Http2Resets.MOST_LATE; i++) {
            send(Http2Frames.DATA, 0, 1, (byte) 1);
        }
        assertEquals(List.of(), received());
        assertEquals(List.of(), troubles);

        send(Http2Frames.DATA, 0, 1, (byte) 1);

        assertEquals(List.of(Http2Frames.RST_STREAM + " on 1"), received());
        assertEquals(List.of("stream_closed"), troubles);
    }

    @Test
    void giveTheirPartOfTheConnectionsWindowBack() {
        head(1);
        channel.writeOutbound(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(streams.getFirst()));
        received();
        for (int i = 0; i < 3; i++) {
            send(Http2Frames.DATA, 0, 1, new byte[16_000]);
        }

        assertEquals(List.of(Http2Frames.WINDOW_UPDATE + " on 0"), received());
    }

    /// Else one client of a proxy, whose uploads are refused, makes the trailers of another one an error of the connection.
    @Test
    void doNotMakeSeawallForgetAStreamThatIsOpen() {
        head(1);
        for (int stream = 3; stream < 700; stream += 2) {
            head(stream);
            channel.writeOutbound(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR).stream(streams.getLast()));
        }
        received();

        send(Http2Frames.HEADERS, END_HEADERS | END, 1, TRAILER);

        assertEquals(List.of(), troubles);
        assertTrue(channel.isOpen());
    }

    /// RFC 9113, 5.1: also where Seawall ends the stream in turn.
    @Test
    void areAnErrorWhereTheClientHasResetTheStreamItself() {
        head(1);
        send(Http2Frames.RST_STREAM, 0, 1, new byte[4]);
        channel.writeOutbound(new DefaultHttp2ResetFrame(Http2Error.CANCEL).stream(streams.getFirst()));
        received();

        send(Http2Frames.DATA, 0, 1, (byte) 1);

        assertEquals(List.of(Http2Frames.RST_STREAM + " on 1"), received());
        assertEquals(List.of("stream_closed"), troubles);
    }

    @ParameterizedTest
    @CsvSource({"0, x", "3, aaaa", "8, aaaa"})
    void areAnErrorWhereTheStreamNeverBegan(int type, String payload) {
        head(1);
        received();

        send(type, 0, 9, payload.getBytes(java.nio.charset.StandardCharsets.US_ASCII));

        assertEquals(List.of(Http2Frames.GOAWAY + " on 0"), received());
        assertFalse(channel.isOpen());
    }
}
