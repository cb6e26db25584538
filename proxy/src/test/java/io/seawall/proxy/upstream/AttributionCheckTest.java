package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributionCheckTest {
    private static final String MARKED = "{\"error\":\"proxy_attribution_required\"}";

    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private static ResponseHead head(int status, String type, Body body) {
        return ResponseHead.of(status, Headers.builder().add("Content-Type", type).build(), body);
    }

    private ChannelHandlerContext client() {
        return channel.pipeline().firstContext();
    }

    private static HttpContent piece(String text) {
        return new DefaultHttpContent(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private boolean take(AttributionCheck check, String text, boolean navigation) {
        check.take(piece(text.substring(0, 10)));
        check.take(piece(text.substring(10)));
        boolean confirmed = check.confirms();
        check.answer(client(), navigation);
        return confirmed;
    }

    private String body() {
        HttpContent content = channel.readOutbound();
        channel.flushOutbound();
        try {
            return content.content().toString(StandardCharsets.UTF_8);
        } finally {
            content.release();
        }
    }

    @ParameterizedTest
    @CsvSource({"403, application/json, 30, true", "403, application/json; charset=utf-8, 4096, true",
        "401, application/json, 30, false", "200, application/json, 30, false", "403, text/html, 30, false",
        "403, application/json, 0, false", "403, application/json, 4097, false"})
    void looksAtSmallJsonOnly(int status, String type, long length, boolean looks) {
        assertEquals(looks, AttributionCheck.mayBe(head(status, type, new Body.Length(length))));
    }

    @Test
    void leavesAnAnswerOfUnknownLengthAlone() {
        assertFalse(AttributionCheck.mayBe(head(403, "application/json", Body.CHUNKED)));
        assertFalse(AttributionCheck.mayBe(head(403, "application/json", Body.UNTIL_CLOSE)));
    }

    @Test
    void tellsAPersonWhichLineToAdd() {
        ResponseHead head = head(403, "application/json", new Body.Length(MARKED.length()));
        AttributionCheck check = new AttributionCheck(head);
        assertTrue(take(check, MARKED, true));
        ResponseHead answer = channel.readOutbound();
        assertEquals(403, answer.status());
        assertEquals("text/html; charset=utf-8", answer.headers().get("Content-Type", ""));
        String page = body();
        assertTrue(page.contains("OpenClaw does not trust Seawall yet"), page);
        assertTrue(page.contains("&quot;trustedProxies&quot;: [&quot;127.0.0.1&quot;]"), page);
    }

    @ParameterizedTest
    @CsvSource({"'{\"error\":\"proxy_attribution_required\"}', false, true",
        "'{\"error\":\"something else\"}', true, false", "'{\"error\":\"something else\"}', false, false"})
    void passesEveryOtherAnswerOnAsItWas(String text, boolean navigation, boolean confirmed) {
        ResponseHead head = head(403, "application/json", new Body.Length(text.length()));
        AttributionCheck check = new AttributionCheck(head);
        assertEquals(confirmed, take(check, text, navigation));
        channel.flush();
        assertEquals(head, channel.readOutbound());
        assertEquals(text, body());
    }

    @Test
    void givesUpWhatItHolds() {
        AttributionCheck check = new AttributionCheck(head(403, "application/json", new Body.Length(30)));
        HttpContent piece = piece("{\"error\":");
        check.take(piece);
        check.release();
        assertEquals(0, piece.refCnt());
    }
}
