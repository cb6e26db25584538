package io.seawall.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityHeadersHandlerTest {

    private static ResponseHead through(boolean tls, ResponseHead head) {
        EmbeddedChannel channel = new EmbeddedChannel(new SecurityHeadersHandler(tls));
        assertTrue(channel.writeOutbound(head));
        ResponseHead out = assertInstanceOf(ResponseHead.class, channel.readOutbound());
        channel.finishAndReleaseAll();
        return out;
    }

    private static ResponseHead answer(String... headers) {
        Headers.Builder builder = Headers.builder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.add(headers[i], headers[i + 1]);
        }
        return ResponseHead.of(200, builder.build(), Body.CHUNKED);
    }

    @Test
    void addsWhatIsAbsent() {
        Headers headers = through(true, answer("X", "y")).headers();

        assertEquals("[X, Strict-Transport-Security, X-Content-Type-Options, Referrer-Policy, Content-Security-Policy]",
                headers.toString());
        assertEquals("max-age=31536000", headers.get("Strict-Transport-Security"));
        assertEquals("nosniff", headers.get("X-Content-Type-Options"));
        assertEquals("no-referrer", headers.get("Referrer-Policy"));
        assertEquals("frame-ancestors 'self'", headers.get("Content-Security-Policy"));
    }

    @Test
    void promisesNoTlsWhereThereIsNone() {
        assertEquals("[X-Content-Type-Options, Referrer-Policy, Content-Security-Policy]",
                through(false, answer()).headers().toString());
    }

    @ParameterizedTest
    @CsvSource({"localhost, false", "LOCALHOST:8443, false", "localhost.example, true", "a, true", "127.0.0.1, true"})
    void bindsNoOtherServiceOfThePersonsMachine(String authority, boolean bound) {
        EmbeddedChannel channel = new EmbeddedChannel(new SecurityHeadersHandler(true));
        Exchange.start(channel, new RequestHead("GET", "/", authority, false, true, Headers.EMPTY, Body.NONE));
        channel.writeOutbound(answer());

        assertEquals(bound, assertInstanceOf(ResponseHead.class, channel.readOutbound()).headers()
                .contains("Strict-Transport-Security"));
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @CsvSource({"strict-transport-security, max-age=1", "X-CONTENT-TYPE-OPTIONS, x", "referrer-policy, same-origin",
        "content-security-policy, default-src 'self'", "Strict-Transport-Security, ''"})
    void neverDoublesOrChangesWhatIsThere(String name, String value) {
        Headers headers = through(true, answer(name, value)).headers();

        assertEquals(List.of(value), headers.all(name));
        assertEquals(4, headers.size());
    }

    @Test
    void leavesFramingToWhoSetItInTheOldWay() {
        Headers headers = through(true, answer("X-Frame-Options", "SAMEORIGIN")).headers();

        assertEquals(0, headers.count("Content-Security-Policy"));
        assertEquals(4, headers.size());
    }

    @Test
    void keepsTheRestOfTheAnswer() {
        ResponseHead head = new ResponseHead(404, "Gone fishing", Headers.EMPTY, new Body.Length(3), true);
        ResponseHead out = through(true, head);

        assertEquals(new ResponseHead(404, "Gone fishing", out.headers(), new Body.Length(3), true), out);
    }

    @Test
    void leavesInterimAnswersAndSwitchesAlone() {
        for (int status : new int[]{100, 101, 103}) {
            ResponseHead head = ResponseHead.of(status, Headers.EMPTY, Body.NONE);
            assertSame(head, through(true, head));
        }
    }

    @Test
    void leavesBodiesAlone() {
        EmbeddedChannel channel = new EmbeddedChannel(new SecurityHeadersHandler(true));
        channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertSame(LastHttpContent.EMPTY_LAST_CONTENT, channel.readOutbound());
        channel.finishAndReleaseAll();
    }
}
