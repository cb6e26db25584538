package io.seawall.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeadBytesTest {

    private static String text(HeadBytes head) {
        ByteBuf buffer = head.buffer(UnpooledByteBufAllocator.DEFAULT, 10);
        try {
            assertEquals(10, buffer.writableBytes());
            return buffer.toString(StandardCharsets.ISO_8859_1);
        } finally {
            buffer.release();
        }
    }

    @Test
    void writesFieldsAsTheyCame() {
        Headers headers = Headers.builder().add("x-A", "\u00e9\u00ff").add("B", "").build();

        assertEquals("GET\r\nx-A: \u00e9\u00ff\r\nB: \r\nC: d\r\n\r\n",
                text(HeadBytes.begin().text("GET").endLine().fields(headers).field("C", "d").endLine()));
    }

    /// Cut to their lower byte these would be line ends.
    @Test
    void makesNoLineEndOfAnotherCharacter() {
        assertEquals("a???b", text(HeadBytes.begin().text("a\u010d\u010a\u0a0db")));
    }

    @Test
    void growsAndForgetsTheOneBefore() {
        String large = "x".repeat(100_000);

        assertEquals(large, text(HeadBytes.begin().text(large)));
        assertEquals("a" + large + "b", text(HeadBytes.begin().text("a").text(large).text("b")));
        assertEquals("short", text(HeadBytes.begin().text("short")));
    }
}
