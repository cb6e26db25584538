package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.ResponseHead;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseRewriteTest {

    private static ResponseHead rewritten(int status, @Nullable String cookie, String... fields) {
        return ResponseRewrite.of(Answers.head(status, fields), cookie == null ? List.of() : List.of(cookie));
    }

    @Test
    void keepsWhatTheGatewaySaysInItsOrder() {
        ResponseHead head = rewritten(200, null, "X-A: 1", "Content-Security-Policy: default-src 'self'",
                "Set-Cookie: a=1", "Set-Cookie: b=2", "Cache-Control: immutable");
        assertEquals("[X-A, Content-Security-Policy, Set-Cookie, Set-Cookie, Cache-Control]",
                head.headers().toString());
        assertEquals(List.of("a=1", "b=2"), head.headers().all("Set-Cookie"));
        assertEquals(200, head.status());
        assertEquals("OK", head.reason());
        assertFalse(head.close());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "TE", "Trailer",
        "Transfer-Encoding", "Upgrade", "Content-Length"})
    void stripsHopByHopFields(String name) {
        String value = name.equals("Transfer-Encoding") ? "chunked" : "1";
        assertFalse(rewritten(200, null, name + ": " + value).headers().contains(name));
    }

    @Test
    void stripsWhatConnectionNamesButNotWhatSecurityRestsOn() {
        ResponseHead head = rewritten(200, null,
                "Connection: X-Hop, set-cookie, Content-Security-Policy, cache-control, content-type", "X-Hop: 1",
                "Set-Cookie: a=1", "Content-Security-Policy: x", "Cache-Control: no-store", "Content-Type: text/html");
        assertEquals("[Set-Cookie, Content-Security-Policy, Cache-Control, Content-Type]", head.headers().toString());
    }

    @Test
    void addsOurCookieToTheGateways() {
        assertEquals(List.of("a=1", "__Host-seawall=x"),
                rewritten(200, "__Host-seawall=x", "Set-Cookie: a=1").headers().all("Set-Cookie"));
    }

    /// As a page of the gateway could: its own session is the owner's matter.
    @ParameterizedTest
    @ValueSource(strings = {"__Host-seawall-01234567=; Path=/; Max-Age=0; Secure", "__Host-seawall=x; Path=/; Secure",
        "__HOST-Seawall-01234567=x; Path=/; Secure"})
    void letsTheGatewayReplaceNoSession(String field) {
        assertEquals(List.of("a=1", "__Host-other=1; Path=/; Secure"), rewritten(200, null, "Set-Cookie: a=1",
                "Set-Cookie: " + field, "Set-Cookie: __Host-other=1; Path=/; Secure").headers().all("Set-Cookie"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"200|Content-Length: 7|Length[bytes=7]",
        "200|Transfer-Encoding: chunked|Chunked[]",
        "200|X: 1|UntilClose[]", "204|X: 1|None[]", "304|X: 1|None[]", "304|Content-Length: 7|Length[bytes=7]",
        "200|Content-Length: 0|Length[bytes=0]"})
    void knowsHowTheBodyEnds(int status, String field, String body) {
        Body actual = rewritten(status, null, field).body();
        assertEquals(body, actual.toString());
    }
}
