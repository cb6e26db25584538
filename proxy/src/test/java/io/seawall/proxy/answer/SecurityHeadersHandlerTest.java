package io.seawall.proxy.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.config.Config;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecurityHeadersHandlerTest {

    private static final Config.Hsts AUTO = new Config.Hsts(Optional.of(31_536_000), false);

    private static ResponseHead through(boolean tls, ResponseHead head) {
        return through(tls, AUTO, "claw.example.com", head);
    }

    private static ResponseHead through(boolean tls, Config.Hsts hsts, String authority, ResponseHead head) {
        EmbeddedChannel channel = new EmbeddedChannel(new SecurityHeadersHandler(tls, hsts));
        Exchange.start(channel, new RequestHead("GET", "/", authority, Persistence.KEPT, Headers.EMPTY, Body.NONE));
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

    /// Browsers apply it to every port of the host, for a year.
    @ParameterizedTest
    @CsvSource({"localhost, false, false", "LOCALHOST:8443, false, false", "localhost.example, true, true",
        "claw.example.com:8443, false, true", "claw.example.com:443, true, true", "claw.example.com:4430, false, true",
        "[2001:db8::7], true, true", "[2001:db8::7]:8443, false, true", "'', false, false"})
    void bindsNoOtherServiceOfTheHost(String authority, boolean bound, boolean boundWhenAsked) {
        assertEquals(bound, through(true, AUTO, authority, answer()).headers().contains("Strict-Transport-Security"));
        assertEquals(boundWhenAsked ? List.of("max-age=0") : List.of(),
                through(true, new Config.Hsts(Optional.of(0), true), authority, answer()).headers()
                        .all("Strict-Transport-Security"));
        assertFalse(through(true, new Config.Hsts(Optional.empty(), false), authority, answer()).headers()
                .contains("Strict-Transport-Security"));
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream, no", "Text/Event-Stream;charset=utf-8, no", "text/html, ''"})
    void keepsNginxFromHoldingEventsBack(String type, String told) {
        assertEquals(told, through(true, answer("Content-Type", type)).headers().get("X-Accel-Buffering", ""));
        assertEquals(List.of("yes"), through(true, answer("Content-Type", type, "X-Accel-Buffering", "yes")).headers()
                .all("X-Accel-Buffering"));
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
        EmbeddedChannel channel = new EmbeddedChannel(new SecurityHeadersHandler(true, AUTO));
        channel.writeOutbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertSame(LastHttpContent.EMPTY_LAST_CONTENT, channel.readOutbound());
        channel.finishAndReleaseAll();
    }
}
