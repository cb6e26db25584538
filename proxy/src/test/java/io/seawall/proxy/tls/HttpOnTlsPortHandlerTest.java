package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpOnTlsPortHandlerTest {
    private static final String REFUSAL = String.join("\r\n", "HTTP/1.1 400 Bad Request",
            "Content-Type: text/plain; charset=utf-8", "Content-Length: 33", "Connection: close", "",
            "This port speaks TLS: use https.\n");

    private final List<Channel> loops = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new HttpOnTlsPortHandler(peer -> {
        loops.add(peer);
        return "Do this.";
    }));

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    private void sends(String text) {
        channel.writeInbound(channel.alloc().buffer().writeBytes(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private String receives() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            text.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return text.toString();
    }

    private static String redirect(String location) {
        return "HTTP/1.1 308 Permanent Redirect\r\nLocation: " + location
                + "\r\nContent-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
    }

    @Test
    void leavesNoTimerBehindThatWouldKeepAClosedConnection() {
        sends("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        receives();
        channel.close();

        assertEquals(-1, channel.runScheduledPendingTasks());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"GET / HTTP/1.1~Host: a | https://a/",
        "HEAD /x HTTP/1.0~Host: a.example:8443 | https://a.example:8443/x",
        "GET /a/b?c=d&e=%20 HTTP/1.1~X: y~hOST: \t[::1]:8443 \t~Host: b | https://[::1]:8443/a/b?c=d&e=%20"})
    void sendsToHttpsWhoOnlyLooks(String lines, String location) {
        sends(lines.replace("~", "\r\n") + "\r\n\r\n");

        assertEquals(redirect(location), receives());
        assertFalse(channel.isOpen());
    }

    /// Each of them would follow the redirect to the proxy, and come back in clear, twenty times.
    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Proto: https", "x-forwarded-proto:wss", "X-Forwarded-Proto: https, http",
        "Forwarded: for=192.0.2.1;proto=https", "X-Forwarded-Ssl: on", "Front-End-Https: on",
        "CF-Visitor: {\"scheme\":\"https\"}"})
    void namesTheTwoWaysOutOfALoop(String header) {
        sends("GET / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n");

        String answer = receives();
        assertTrue(answer.startsWith("HTTP/1.1 400 ") && answer.endsWith(" would lead here again.\nDo this.\n"),
                answer);
        assertEquals(List.of(channel), loops, "the operator is told");
    }

    /// With no word of how the client came, it may have been by http.
    @ParameterizedTest
    @CsvSource({"X-Forwarded-For: 192.0.2.1, 1", "x-real-ip: 192.0.2.1, 1",
        "X-Forwarded-For: 192.0.2.1~X-Forwarded-Proto: http, 0", "Forwarded: for=192.0.2.1;proto=http~X-Real-IP: a, 0",
        "Accept: */*, 0"})
    void tellsOfAProxyThatMayGoInACircle(String headers, int told) {
        sends("GET / HTTP/1.1\r\nHost: a\r\n" + headers.replace("~", "\r\n") + "\r\n\r\n");

        assertEquals(redirect("https://a/"), receives());
        assertEquals(told, loops.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-Proto: http", "X-Forwarded-Proto: http, https", "Forwarded: proto=http",
        "CF-Visitor: {\"scheme\":\"http\"}", "X-Note: X-Forwarded-Proto: https"})
    void redirectsWhoCameToTheProxyInClear(String header) {
        sends("GET / HTTP/1.1\r\nHost: a\r\n" + header + "\r\n\r\n");

        assertEquals(redirect("https://a/"), receives());
        assertEquals(List.of(), loops);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET //evil HTTP/1.1~Host: a", "GET //evil/x HTTP/1.1~Host: a",
        "GET /\\evil HTTP/1.1~Host: a",
        "GET http://evil/ HTTP/1.1~Host: a", "GET evil HTTP/1.1~Host: a", "GET /a\" HTTP/1.1~Host: a",
        "GET /<a> HTTP/1.1~Host: a", "GET /# HTTP/1.1~Host: a", "GET /\u00e9 HTTP/1.1~Host: a",
        "GET /\rX HTTP/1.1~Host: a", "GET / HTTP/1.1", "GET / HTTP/1.1~Host:", "GET / HTTP/1.1~Host: a b",
        "GET / HTTP/1.1~Host: a/b", "GET / HTTP/1.1~Host: u@a", "GET / HTTP/1.1~Host: a\rX: y",
        "GET / HTTP/1.1~X-Host: a",
        "GET / HTTP/1.1~~Host: a", "GET / HTTP/2.0~Host: a", "GET  / HTTP/1.1~Host: a", " GET / HTTP/1.1~Host: a",
        "get / HTTP/1.1~Host: a", "POST / HTTP/1.1~Host: a", "POST / HTTP/1.1~Host: a~Content-Length: 0",
        "PUT / HTTP/1.1~Host: a", "DELETE / HTTP/1.1~Host: a", "OPTIONS / HTTP/1.1~Host: a",
        "CONNECT a:443 HTTP/1.1~Host: a",
        "garbage", "", "\0\0\0\0", "\u0015\u0003\u0001"})
    void refusesEverythingElse(String lines) {
        sends(lines.replace("~", "\r\n") + "\r\n\r\n");

        assertEquals(REFUSAL, receives());
        assertFalse(channel.isOpen());
    }

    @Test
    void waitsForTheWholeHead() {
        String head = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n";
        for (int i = 0; i < head.length(); i++) {
            assertEquals("", receives());
            assertTrue(channel.isOpen());
            sends(head.substring(i, i + 1));
        }

        assertEquals(redirect("https://a/x"), receives());
    }

    @Test
    void waitsForEightKibibytesAtMost() {
        sends("x".repeat(8 * 1024 - 1));
        assertEquals("", receives());
        sends("x");

        assertEquals(REFUSAL, receives());
    }

    @Test
    void trustsNoHostThatWasCutOff() {
        String start = "GET / HTTP/1.1\r\nX: ";
        String end = "\r\nHost: trusted";
        sends(start + "x".repeat(8 * 1024 - start.length() - end.length()) + end + ".evil\r\n\r\n");

        assertEquals(REFUSAL, receives());
    }

    /// As many lines as fit, which a regular expression over all of them would recurse into.
    @ParameterizedTest
    @ValueSource(strings = {"a\r\n", "X: y\r\n", "\n", "\r"})
    void readsAnyNumberOfLines(String line) {
        sends("GET / HTTP/1.1\r\n" + line.repeat(8 * 1024 / line.length()));

        assertEquals(REFUSAL, receives());
        channel.checkException();
    }

    @Test
    void answersOnce() {
        EmbeddedChannel unflushed = new EmbeddedChannel(new io.netty.channel.ChannelOutboundHandlerAdapter() {
            @Override
            public void close(io.netty.channel.ChannelHandlerContext ctx, io.netty.channel.ChannelPromise promise) {
                // a socket whose close takes its time
            }
        }, new HttpOnTlsPortHandler(peer -> ""));
        for (int i = 0; i < 3; i++) {
            unflushed.writeInbound(unflushed.alloc().buffer()
                    .writeBytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        }

        ByteBuf answer = unflushed.readOutbound();
        assertNotNull(answer);
        answer.release();
        assertNull(unflushed.readOutbound());
        assertNull(unflushed.readInbound(), "plaintext never goes on");
        unflushed.pipeline().removeFirst();
        unflushed.finishAndReleaseAll();
    }

    @Test
    void letsTlsPassAndLeaves() {
        sends("\u0016");
        sends("\u0003\u0001");

        assertEquals("\u0016", inbound());
        assertEquals("\u0003\u0001", inbound());
        assertNull(channel.pipeline().get(HttpOnTlsPortHandler.class));
        assertEquals("", receives());
        assertTrue(channel.isOpen());
    }

    @Test
    void letsAllOfTheFirstBytesPass() {
        sends("\u0016\u0003\u0001\u0002\0\1GET / HTTP/1.1\r\n\r\n");

        assertEquals("\u0016\u0003\u0001\u0002\0\1GET / HTTP/1.1\r\n\r\n", inbound());
    }

    @Test
    void doesNotAnswerWhoLeavesBeforeTheEnd() {
        sends("GET / HT");
        channel.close();

        assertEquals("", receives());
    }

    private String inbound() {
        ByteBuf in = channel.readInbound();
        String text = in.toString(StandardCharsets.ISO_8859_1);
        in.release();
        return text;
    }
}
