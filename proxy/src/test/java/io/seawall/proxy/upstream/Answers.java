package io.seawall.proxy.upstream;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.UpstreamResponseHead;
import io.seawall.proxy.http1.ResponseReader;
import java.nio.charset.StandardCharsets;

/// Heads of answers as the gateway sends them.
final class Answers {
    private Answers() {}

    static UpstreamResponseHead head(int status, String... fields) {
        StringBuilder text = new StringBuilder("HTTP/1.1 ").append(status).append(' ')
                .append(HttpResponseStatus.valueOf(status).reasonPhrase());
        for (String field : fields) {
            text.append("\r\n").append(field);
        }
        try {
            Object head = new ResponseReader()
                    .next(Unpooled.copiedBuffer(text.append("\r\n\r\n"), StandardCharsets.ISO_8859_1));
            if (head instanceof UpstreamResponseHead answer) {
                return answer;
            }
            throw new AssertionError(text + " is no head");
        } catch (HygieneException e) {
            throw new AssertionError(text.toString(), e);
        }
    }
}
