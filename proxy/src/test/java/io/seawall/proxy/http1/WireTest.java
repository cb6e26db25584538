package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.Body;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTest {
    private final ByteBufAllocator allocator = ByteBufAllocator.DEFAULT;

    private static String text(ByteBuf out) {
        String text = out.toString(StandardCharsets.ISO_8859_1);
        out.release();
        return text;
    }

    private HttpContent content(String text, boolean last) {
        ByteBuf data = ByteBufUtil.writeAscii(allocator, text);
        return last ? new DefaultLastHttpContent(data) : new DefaultHttpContent(data);
    }

    @ParameterizedTest
    @CsvSource({"hello, false, '5|hello|'", "'', false, ''", "hello, true, '5|hello|0||'", "'', true, '0||'",
        "0123456789abcdef, false, '10|0123456789abcdef|'"})
    void writesChunks(String text, boolean last, String wire) {
        assertEquals(wire.replace("|", "\r\n"), text(Wire.content(allocator, Body.CHUNKED, content(text, last))));
    }

    @ParameterizedTest
    @CsvSource({"hello, false", "hello, true", "'', false", "'', true"})
    void writesOtherBodiesAsTheyAre(String text, boolean last) {
        assertEquals(text, text(Wire.content(allocator, new Body.Length(5), content(text, last))));
        assertEquals(text, text(Wire.content(allocator, Body.UNTIL_CLOSE, content(text, last))));
    }

    @Test
    void writesTheSharedLastContent() {
        assertEquals("0\r\n\r\n", text(Wire.content(allocator, Body.CHUNKED, LastHttpContent.EMPTY_LAST_CONTENT)));
        assertEquals("", text(Wire.content(allocator, new Body.Length(0), LastHttpContent.EMPTY_LAST_CONTENT)));
    }

    @Test
    void sendsNoTrailers() {
        DefaultLastHttpContent last = new DefaultLastHttpContent(ByteBufUtil.writeAscii(allocator, "x"));
        last.trailingHeaders().add("Secret", "x");

        assertEquals("1\r\nx\r\n0\r\n\r\n", text(Wire.content(allocator, Body.CHUNKED, last)));
    }
}
