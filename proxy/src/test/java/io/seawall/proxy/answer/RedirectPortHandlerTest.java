package io.seawall.proxy.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.pace.Linger;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectPortHandlerTest {
    private final List<Channel> tls = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel(new RedirectPortHandler(TestConfig.HTTP,
            authority -> authority.startsWith("claw") ? Optional.of("https://claw.example.com") : Optional.empty(),
            token -> token.equals("tOken-_1") ? Optional.of("tOken-_1.thumb") : Optional.empty(),
            tls::add));

    @AfterEach
    void isOver() {
        channel.finishAndReleaseAll();
    }

    private String answer(String text) {
        channel.writeInbound(channel.alloc().buffer().writeBytes(
                text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
        StringBuilder answer = new StringBuilder();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            answer.append(out.toString(StandardCharsets.ISO_8859_1));
            out.release();
        }
        return answer.toString();
    }

    private void assertEnds() {
        channel.advanceTimeBy(Linger.SECONDS, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertFalse(channel.isOpen());
    }

    @ParameterizedTest
    @CsvSource({"GET / HTTP/1.1~Host: claw:80, /", "HEAD /x?y=z HTTP/1.0~Host: claw, /x?y=z",
        "GET //evil.example/ HTTP/1.1~Host: claw, //evil.example/",
        "GET http://claw/x HTTP/1.1~Host: claw, /x",
        "GET /.well-known/acme-challenge HTTP/1.1~Host: claw, /.well-known/acme-challenge"})
    void sendsPeopleToHttpsAtOurOwnName(String request, String path) {
        assertEquals("HTTP/1.1 308 Permanent Redirect\r\nLocation: https://claw.example.com" + path
                + "\r\nContent-Length: 0\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
                answer(request + "~~"));
        assertEnds();
    }

    @Test
    void tellsOfTlsAndOfNothingElse() {
        assertTrue(answer("\u0016\u0003\u0001\u0002\0\u0001\0\u0001").startsWith("HTTP/1.1 400 "));
        assertEquals(List.of(channel), tls);
        assertEnds();
    }

    @Test
    void leavesNoTimerBehindThatWouldKeepAClosedConnection() {
        answer("GET / HTTP/1.1~Host: claw~~");
        channel.close();

        assertEquals(-1, channel.runScheduledPendingTasks());
    }

    @Test
    void answersAPendingChallenge() {
        String answer = answer("GET /.well-known/acme-challenge/tOken-_1 HTTP/1.1~Host: claw~~");
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\ntOken-_1.thumb"), answer);
        assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
    }

    @ParameterizedTest
    @CsvSource({"GET /.well-known/acme-challenge/other HTTP/1.1~Host: claw, 404",
        "GET /.well-known/acme-challenge/ HTTP/1.1~Host: claw, 404",
        "GET /.well-known/acme-challenge/../acme-challenge/tOken-_1 HTTP/1.1~Host: claw, 404",
        "GET /.well-known/acme-challenge/tOken-_1%00 HTTP/1.1~Host: claw, 404",
        "GET /.well-known/acme-challenge/tOken-_1 HTTP/1.1~Host: evil.example, 421",
        "GET / HTTP/1.1~Host: evil.example, 421", "POST / HTTP/1.1~Host: claw~Content-Length: 3, 400",
        "DELETE /.well-known/acme-challenge/tOken-_1 HTTP/1.1~Host: claw, 400",
        "CONNECT claw:443 HTTP/1.1~Host: claw, 400",
        "GET / HTTP/1.1, 400", "GET / HTTP/1.1~Host: claw~Host: evil.example, 400", "GET / HTTP/2.0~Host: claw, 400",
        "GET /\u0001 HTTP/1.1~Host: claw, 400", "PRI * HTTP/2.0, 400"})
    void refusesEverythingElse(String request, int status) {
        String answer = answer(request + "~~");
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(answer.contains("Content-Length: 0\r\n"), answer);
        assertEnds();
    }

    @Test
    void answersOnceHoweverMuchIsSent() {
        String answer = answer("GET / HTTP/1.1~Host: claw~~GET / HTTP/1.1~Host: claw~~");
        assertEquals(1, answer.split("HTTP/1\\.1 308", -1).length - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0016\u0003\u0001\u0002", "GET / HTTP/1.1~Host: cl", "~"})
    void waitsForAHeadAndNotForEver(String beginning) {
        assertEquals("", answer(beginning).replaceFirst("^HTTP/1.1 400(?s).*", ""));
        channel.advanceTimeBy(TestConfig.HTTP.header().toSeconds() + 1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertFalse(channel.isOpen());
    }

    @Test
    void refusesAHeadWithoutAnEnd() {
        String answer = answer("GET / HTTP/1.1~" + "A: " + "x".repeat(1_000) + "~".repeat(0));
        assertEquals("", answer);
        answer = answer("x".repeat(40_000) + "~");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    }

    @Test
    void saysNothingOfWhatItWasTold() {
        String answer = answer("POST /secret-path HTTP/1.1~Host: claw~Authorization: Basic c2VjcmV0~Cookie: a=b~~");
        assertFalse(answer.contains("secret") || answer.contains("c2VjcmV0") || answer.contains("a=b"), answer);
    }
}
