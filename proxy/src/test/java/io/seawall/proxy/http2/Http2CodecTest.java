package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.server.TestConfig;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http2CodecTest {
    private static final int END_STREAM_AND_HEADERS = 5;
    // :method GET, :scheme https, :path /, of the static table
    private static final byte[] REQUEST = {(byte) 0x82, (byte) 0x87, (byte) 0x84};
    // literal never indexed (RFC 7541, 6.2.3), name 55 of the static table
    private static final String NEVER_INDEXED_SET_COOKIE = "1f28";

    private final List<Http2FrameStream> streams = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(Http2Codec.create(100, TestConfig.HTTP),
            new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    if (msg instanceof Http2HeadersFrame head) {
                        streams.add(head.stream());
                    }
                }
            });

    Http2CodecTest() {
        channel.writeInbound(Http2CodecUtil.connectionPrefaceBuf(),
                Unpooled.buffer().writeMedium(0).writeByte(Http2Frames.SETTINGS).writeByte(0).writeInt(0));
    }

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    /// The bytes of an answer with this field, the frame's header first.
    private String answer(int stream, String name, String value) {
        channel.writeInbound(Unpooled.buffer().writeMedium(REQUEST.length).writeByte(Http2Frames.HEADERS)
                .writeByte(END_STREAM_AND_HEADERS).writeInt(stream).writeBytes(REQUEST));
        channel.releaseOutbound();
        Headers headers = Headers.builder().add(name, value).build();
        channel.writeOutbound(new DefaultHttp2HeadersFrame(
                Http2ResponseHead.of(new ResponseHead(200, "OK", headers, Body.NONE, false), false))
                .stream(streams.getLast()));
        StringBuilder hex = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            hex.append(ByteBufUtil.hexDump(out));
            out.release();
        }
        return hex.toString();
    }

    @Test
    void answersAKeyOnlyWhereThereWasOneAndTheHandshakeSucceeded() {
        Headers headers = Headers.builder().add("Sec-WebSocket-Accept", "ICX+Yqv66kxgM0FcWaLWlFLwTAI=").build();
        ResponseHead switched = new ResponseHead(101, "Switching Protocols", headers, Body.NONE, false);
        ResponseHead refused = new ResponseHead(403, "Forbidden", headers, Body.NONE, false);

        assertEquals("ICX+Yqv66kxgM0FcWaLWlFLwTAI=", Http2ResponseHead.of(switched, true).get("sec-websocket-accept"));
        assertNull(Http2ResponseHead.of(switched, false).get("sec-websocket-accept"));
        assertNull(Http2ResponseHead.of(refused, true).get("sec-websocket-accept"));
    }

    @Test
    void neverIndexesACookie() {
        String first = answer(1, "Set-Cookie", "a=b");
        String second = answer(3, "set-cookie", "a=b");

        assertTrue(first.contains(NEVER_INDEXED_SET_COOKIE), first);
        assertTrue(second.contains(NEVER_INDEXED_SET_COOKIE), second);
    }

    @Test
    void indexesWhatEveryAnswerSays() {
        String first = answer(1, "X-Content-Type-Options", "nosniff");
        String second = answer(3, "X-Content-Type-Options", "nosniff");

        assertTrue(second.length() < first.length(), first + " " + second);
        // :status 200 and one index
        assertEquals(2, Integer.parseInt(second.substring(0, 6), 16));
    }
}
