package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RequestWriterTest {
    private static final Headers HEADERS = Headers.builder().add("Host", "claw.example.com")
            .add("X-Forwarded-For", "203.0.113.7").add("X-Name", "J\u00fcrgen").build();

    private static String wire(Body body) {
        ByteBuf out = RequestWriter.head(UnpooledByteBufAllocator.DEFAULT, "POST", "/a%2Fb?c=d", HEADERS, body);
        try {
            return out.toString(StandardCharsets.ISO_8859_1);
        } finally {
            out.release();
        }
    }

    @Test
    void writesTargetAndFieldsAsTheyAreAndOneFraming() {
        String head = "POST /a%2Fb?c=d HTTP/1.1\r\nHost: claw.example.com\r\nX-Forwarded-For: 203.0.113.7\r\nX-Name: J\u00fcrgen\r\n";
        assertEquals(head + "\r\n", wire(Body.NONE));
        assertEquals(head + "Content-Length: 0\r\n\r\n", wire(new Body.Length(0)));
        assertEquals(head + "Content-Length: 7\r\n\r\n", wire(new Body.Length(7)));
        assertEquals(head + "Transfer-Encoding: chunked\r\n\r\n", wire(Body.CHUNKED));
    }

    @Test
    void refusesARequestThatWouldLookLocal() {
        Headers headers = Headers.builder().add("Host", "claw.example.com").add("X-Real-IP", "203.0.113.7").build();
        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> RequestWriter
                .head(UnpooledByteBufAllocator.DEFAULT, "GET", "/", headers, Body.NONE));
        assertEquals("a request without X-Forwarded-For would be taken for a local user's", refusal.getMessage());
    }
}
