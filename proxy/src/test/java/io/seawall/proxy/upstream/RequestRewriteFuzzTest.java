package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http1.RequestHeadParser;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

class RequestRewriteFuzzTest {
    private static final String ID = "0123456789abcdef0123456789abcdef";
    private static final RequestRewrite REWRITE = new RequestRewrite(Set.of("x-custom-user"));

    /// Each is set by Seawall, once and with its value; or by no one.
    private static final List<String> STRIPPED = List.of("forwarded", "x-real-ip", "true-client-ip",
            "x-openclaw-scopes",
            "x-custom-user", "transfer-encoding", "content-length", "te", "trailer", "keep-alive");
    private static final List<String> STRIPPED_PREFIXES = List.of("x-forwarded-", "cf-", "tailscale-", "proxy-",
            "x-seawall-");

    /// @param lines a header field a line, as the client wrote them
    @FuzzTest
    void passesNothingThatOnlyAProxyMaySay(byte[] lines) {
        StringBuilder wire = new StringBuilder("GET /a HTTP/1.1\r\nHost: claw.example.com\r\n");
        new String(lines, StandardCharsets.ISO_8859_1).lines().filter(line -> !line.isEmpty())
                .forEach(line -> wire.append(line).append("\r\n"));
        RequestHead head;
        try {
            head = RequestHeadParser.parse(wire.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1),
                    TestConfig.HTTP.fields());
        } catch (HygieneException e) {
            return;
        }
        for (Route route : List.of(Route.UI, Route.API, Route.HOOKS)) {
            Headers out = REWRITE.apply(Permits.permit(route, "2001:db8:0::7", true, head), ID);
            assertEquals(List.of("2001:db8::7"), out.all("X-Forwarded-For"));
            assertEquals(List.of("https"), out.all("X-Forwarded-Proto"));
            assertEquals(List.of("claw.example.com"), out.all("Host"));
            assertEquals(List.of(ID), out.all("X-Request-Id"));
            assertEquals(1, Math.min(1, out.count("traceparent")));
            for (int i = 0; i < out.size(); i++) {
                check(out.name(i), out.value(i), route);
            }
            String bearer = head.headers().get("Authorization", "");
            if (!bearer.toLowerCase(Locale.ROOT).startsWith("basic")) {
                assertEquals(head.headers().all("Authorization"), out.all("Authorization"));
            }
            checkWire(out);
        }
    }

    private static void check(String name, String value, Route route) {
        String folded = name.toLowerCase(Locale.ROOT).replace('_', '-');
        boolean ours = Set.of("X-Forwarded-For", "X-Forwarded-Proto").contains(name);
        assertFalse(STRIPPED.contains(folded), name);
        assertTrue(ours || STRIPPED_PREFIXES.stream().noneMatch(folded::startsWith), name);
        assertTrue(route == Route.HOOKS || !folded.equals("x-openclaw-token"), name);
        if (folded.equals("authorization")) {
            assertFalse(value.strip().toLowerCase(Locale.ROOT).startsWith("basic"), value);
        }
        if (folded.equals("cookie")) {
            for (String pair : value.split(";")) {
                assertFalse(pair.split("=", 2)[0].strip().toLowerCase(Locale.ROOT).matches("__host-seawall(-.*)?"),
                        value);
            }
        }
    }

    /// As many lines as fields, and no byte that could make another one.
    private static void checkWire(Headers headers) {
        ByteBuf out = RequestWriter.head(UnpooledByteBufAllocator.DEFAULT, "GET", "/a", headers, Body.NONE);
        String wire = out.toString(StandardCharsets.ISO_8859_1);
        out.release();
        assertEquals(headers.size() + 2, wire.split("\r\n", -1).length - 1);
        String text = wire.replace("\r\n", "");
        assertTrue(text.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\t'), () -> "a control byte in " + text);
    }
}
