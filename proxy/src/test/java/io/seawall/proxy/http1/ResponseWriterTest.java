package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponseWriterTest {

    /// Asked with HEAD, in HTTP/1.0, status, body; the framing on the wire, what `x` becomes, who ends it.
    @ParameterizedTest
    @CsvSource({"false, false, 200, length, Content-Length: 1, x, false",
        "false, true, 200, length, Content-Length: 1, x, false",
        "true, false, 200, length, Content-Length: 1, '', false",
        "false, false, 200, none, Content-Length: 0, x, false",
        "true, false, 200, none, '', '', false",
        "false, false, 200, chunked, Transfer-Encoding: chunked, '1|x|0||', false",
        "false, false, 200, until, Transfer-Encoding: chunked, '1|x|0||', false",
        "true, false, 200, chunked, '', '', false",
        "false, true, 200, chunked, '', x, true", "false, true, 200, until, '', x, true",
        "true, true, 200, until, '', '', false", "false, false, 204, chunked, '', '', false",
        "false, false, 204, length, '', '', false", "false, false, 304, length, Content-Length: 1, '', false",
        "false, true, 304, until, '', '', false", "false, false, 101, none, '', '', false",
        "false, false, 100, none, '', '', false", "false, false, 103, none, '', '', false"})
    void framesForWhoAsked(boolean head, boolean http10, int status, String body, String framing, String content,
            boolean endsWithConnection) {
        Body given = switch (body) {
            case "length" -> new Body.Length(1);
            case "chunked" -> Body.CHUNKED;
            case "until" -> Body.UNTIL_CLOSE;
            default -> Body.NONE;
        };
        ResponseHead answer = new ResponseHead(status, "Said", Headers.builder().add("A", "b").build(), given, false);
        ResponseWriter writer = new ResponseWriter(answer, head, http10);

        String connection = status < 200 || !http10 ? "" : "Connection: keep-alive\r\n";
        assertEquals(
                "HTTP/1.1 " + status + " Said\r\nA: b\r\n" + (framing.isEmpty() ? "" : framing + "\r\n") + connection
                        + "\r\n",
                text(writer.head(ByteBufAllocator.DEFAULT, answer, false, http10)));
        assertEquals(content.replace("|", "\r\n"), text(writer.content(ByteBufAllocator.DEFAULT,
                new DefaultLastHttpContent(ByteBufUtil.writeAscii(ByteBufAllocator.DEFAULT, "x")))));
        assertEquals(endsWithConnection, writer.endsWithConnection());
    }

    @ParameterizedTest
    @CsvSource({"true, false, close", "true, true, close", "false, true, keep-alive", "false, false, ''"})
    void saysWhatBecomesOfTheConnection(boolean close, boolean http10, String connection) {
        ResponseHead answer = ResponseHead.of(200, Headers.EMPTY, new Body.Length(0));
        String text = text(
                new ResponseWriter(answer, false, http10).head(ByteBufAllocator.DEFAULT, answer, close, http10));

        assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"
                + (connection.isEmpty() ? "" : "Connection: " + connection + "\r\n") + "\r\n", text);
    }

    private static String text(ByteBuf out) {
        String text = out.toString(StandardCharsets.ISO_8859_1);
        out.release();
        return text;
    }
}
