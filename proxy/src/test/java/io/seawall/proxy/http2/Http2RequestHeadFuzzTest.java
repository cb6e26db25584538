package io.seawall.proxy.http2;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.seawall.config.Config;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.RequestHeadParser;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;

class Http2RequestHeadFuzzTest {
    // HTTP/1.1's request line holds the method, too
    private static final Config.Http LIMITS = TestConfig.HTTP;

    /// What HTTP/2 lets in, HTTP/1.1 would have let in and read the same: the gateway gets it as HTTP/1.1. Each line of the
    /// input is a field, `name=value`; the first byte says whether there is a body.
    @FuzzTest
    void letsInOnlyWhatHttp1ReadsTheSame(byte[] bytes) throws HygieneException {
        if (bytes.length < 2) {
            return;
        }
        RequestHead head;
        try {
            head = Http2RequestHead.parse(fields(bytes), (bytes[0] & 1) == 0, LIMITS);
        } catch (HygieneException e) {
            return;
        }
        RequestHead again = RequestHeadParser.parse(http1(head), LIMITS.fields() + 8);

        assertEquals(head.method(), again.method());
        assertEquals(head.target(), again.target());
        assertEquals(head.authority(), again.authority());
        assertEquals(head.isUpgrade(), again.isUpgrade());
        for (int i = 0; i < head.headers().size(); i++) {
            assertEquals(head.headers().name(i), again.headers().name(i));
            assertEquals(head.headers().value(i), again.headers().value(i));
        }
    }

    private static Http2Headers fields(byte[] bytes) {
        Http2Headers fields = new DefaultHttp2Headers(false);
        String text = new String(bytes, 1, bytes.length - 1, StandardCharsets.ISO_8859_1);
        for (String line : text.split("\u00ff", -1)) {
            int at = line.indexOf('=');
            if (at >= 0) {
                fields.add(line.substring(0, at), line.substring(at + 1));
            }
        }
        return fields;
    }

    private static byte[] http1(RequestHead head) {
        StringBuilder text = new StringBuilder(head.method()).append(' ').append(head.target())
                .append(" HTTP/1.1\r\n");
        for (int i = 0; i < head.headers().size(); i++) {
            text.append(head.headers().name(i)).append(": ").append(head.headers().value(i)).append("\r\n");
        }
        return text.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
