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
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// One stream without a connection: frames in, frames out.
class Http2StreamHandlerTest {
    private final List<String> seen = new ArrayList<>();
    private final List<Exchange> ended = new ArrayList<>();
    private final EmbeddedChannel stream = new EmbeddedChannel();

    Http2StreamHandlerTest() {
        stream.config().setAutoRead(false);
        stream.pipeline()
                .addLast(new Http2StreamHandler(new Deadlines(), TestConfig.HTTP,
                        new Http2Streams(new DefaultHttp2Connection(true))))
                .addLast(new RejectionHandler()).addLast(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext ctx, Object msg) {
                        switch (msg) {
                            case RequestHead head -> seen.add(head.toString());
                            case HttpContent content -> {
                                seen.add((content instanceof LastHttpContent ? "last " : "body ")
                                        + content.content().toString(StandardCharsets.US_ASCII));
                                content.release();
                            }
                            case ByteBuf bytes -> {
                                seen.add("tunnel " + bytes.toString(StandardCharsets.US_ASCII));
                                bytes.release();
                            }
                            default -> ctx.fireChannelRead(msg);
                        }
                    }

                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof Exchange.Ended(Exchange exchange)) {
                            ended.add(exchange);
                        }
                    }
                });
    }

    @AfterEach
    void isOver() {
        stream.finishAndReleaseAll();
    }

    private void head(boolean end, String method, String... fields) {
        Http2Headers headers = new DefaultHttp2Headers().method(method).scheme("https").path("/x").authority("a");
        for (String field : fields) {
            headers.add(field.substring(0, field.indexOf('=')), field.substring(field.indexOf('=') + 1));
        }
        stream.writeInbound(new DefaultHttp2HeadersFrame(headers, end));
    }

    private void data(String text, boolean end) {
        stream.writeInbound(new DefaultHttp2DataFrame(bytes(text), end));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    private void answer(int status, String body) {
        stream.write(ResponseHead.of(status, Headers.EMPTY, new Body.Length(body.length())));
        stream.writeAndFlush(new DefaultLastHttpContent(bytes(body)));
    }

    private void waits(int seconds) {
        for (int i = 0; i < seconds; i++) {
            stream.advanceTimeBy(1, TimeUnit.SECONDS);
            stream.runScheduledPendingTasks();
        }
    }

    private <T> T sent(Class<T> type) {
        return assertInstanceOf(type, Objects.requireNonNull(stream.<Object>readOutbound()));
    }

    private void sentReset(Http2Error error) {
        assertEquals(error.code(), sent(Http2ResetFrame.class).errorCode());
        assertFalse(stream.isActive());
    }

    private String sentText(boolean end) {
        Http2DataFrame frame = sent(Http2DataFrame.class);
        try {
            assertEquals(end, frame.isEndStream());
            return frame.content().toString(StandardCharsets.US_ASCII);
        } finally {
            frame.release();
        }
    }

    /// The codec in front would refuse it, too; but what the gateway reads rests on this.
    @ParameterizedTest
    @CsvSource({"abcd, false", "abcd, true", "ab, true"})
    void refusesABodyOfAnotherLengthThanAnnounced(String body, boolean end) {
        head(false, "POST", "content-length=3");
        stream.read();
        data(body, end);

        assertEquals(List.of("POST /x"), seen);
        assertEquals("400", sent(Http2HeadersFrame.class).headers().status().toString());
        assertTrue(sentText(false).startsWith("Refused: "));
        sentReset(Http2Error.PROTOCOL_ERROR);
        assertEquals("content_length", ended.getFirst().rejection());
    }

    @Test
    void endsABodyWithTheStreamNotWithTheLastByteThatWasAnnounced() {
        head(false, "POST", "content-length=3");
        data("abc", false);
        assertEquals(List.of("POST /x", "body abc"), seen);
        data("", true);
        assertEquals(List.of("POST /x", "body abc", "last "), seen);
    }

    @Test
    void waitsForARefusedBodyBeforeItEndsTheStream() {
        head(false, "POST");
        answer(401, "no");
        assertEquals("401", sent(Http2HeadersFrame.class).headers().status().toString());
        assertEquals("no", sentText(true));
        data("unread", false);
        assertEquals(1, ended.size());
        assertTrue(stream.isActive());

        waits(4);

        sentReset(Http2Error.NO_ERROR);
        assertEquals(List.of("POST /x"), seen);
    }

    @Test
    void endsWithTheAnswerWhenTheRequestIsComplete() {
        head(true, "GET");
        answer(200, "ok");
        assertFalse(sent(Http2HeadersFrame.class).isEndStream());
        assertEquals("ok", sentText(true));
        waits(10);

        assertNull(stream.<Object>readOutbound());
        assertEquals(200, ended.getFirst().status());
    }

    @Test
    void answersNothingThatNobodyAsked() {
        head(true, "GET");
        answer(200, "");
        assertTrue(sent(Http2HeadersFrame.class).isEndStream());

        assertFalse(stream.write(ResponseHead.of(200, Headers.EMPTY, Body.NONE)).isSuccess());
        assertFalse(stream.write(new DefaultHttpContent(bytes("more"))).isSuccess());
        assertNull(stream.<Object>readOutbound());
    }

    @Test
    void endsWithTheClientsReset() {
        head(false, "POST");
        stream.pipeline().fireUserEventTriggered(new DefaultHttp2ResetFrame(Http2Error.CANCEL));

        assertFalse(stream.isActive());
        assertEquals(1, ended.size());
    }

    @Test
    void waitsAMinuteForABodyThatIsWantedAndNotLonger() {
        head(false, "POST");
        waits(300);
        assertTrue(stream.isActive());
        stream.read();
        waits(58);
        assertEquals(0, ended.size());
        waits(5);

        assertEquals("408", sent(Http2HeadersFrame.class).headers().status().toString());
        assertEquals("body_timeout", ended.getFirst().rejection());
        sentText(true);
    }

    @Test
    void carriesATunnelInData() {
        head(false, "CONNECT", ":protocol=websocket", "sec-websocket-version=13");
        stream.writeAndFlush(ResponseHead.of(101, Headers.builder().add("Upgrade", "websocket")
                .add("Sec-WebSocket-Accept", "x").add("Sec-WebSocket-Protocol", "v3").build(), Body.NONE));
        Http2HeadersFrame head = sent(Http2HeadersFrame.class);
        assertEquals("[:status: 200, sec-websocket-protocol: v3]", fields(head.headers()));
        assertFalse(head.isEndStream());
        data("up", false);
        assertEquals("tunnel up", seen.getLast());
        stream.writeAndFlush(bytes("down"));
        assertEquals("down", sentText(false));

        stream.close();

        assertEquals("", sentText(true));
    }

    private static String fields(Http2Headers headers) {
        List<String> fields = new ArrayList<>();
        headers.forEach(field -> fields.add(field.getKey() + ": " + field.getValue()));
        return fields.toString();
    }

    @Test
    void answersAndThrowsAwayTheRestWhereThereIsNoRoomForIt() {
        head(false, "POST", "content-length=100");
        stream.pipeline().fireUserEventTriggered(Http2StreamHandler.NO_ROOM);
        Http2HeadersFrame answer = sent(Http2HeadersFrame.class);
        assertEquals("503", answer.headers().status().toString());
        assertEquals("heap", ended.getFirst().rejection());

        data("x", false);
        assertEquals(1, seen.size(), "the head alone");
        assertTrue(stream.isOpen(), "what is on its way is thrown away for a while");
        waits(4);
        assertFalse(stream.isOpen());
    }
}
