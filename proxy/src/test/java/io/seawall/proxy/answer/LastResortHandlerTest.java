package io.seawall.proxy.answer;

import static io.seawall.proxy.http1.Corpus.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderException;
import io.seawall.proxy.http1.TestClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LastResortHandlerTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    static Stream<Throwable> bugs() {
        return Stream.of(new IllegalStateException("secret"), new NullPointerException("secret"),
                new DecoderException("secret"), new DecoderException(new ArithmeticException("secret")),
                new StackOverflowError("secret"));
    }

    @ParameterizedTest
    @MethodSource("bugs")
    void makesAnExceptionA500WithoutItsMessage(Throwable bug) {
        client.sends(get("Accept: text/html"));
        List<String> log = log(() -> client.channel().pipeline().fireExceptionCaught(bug));

        String answer = client.receives();
        assertTrue(answer.startsWith("HTTP/1.1 500 Internal Server Error\r\n"), answer);
        assertTrue(answer.contains("Connection: close"), answer);
        assertFalse(answer.contains("secret"), answer);
        assertEquals("internal", client.ended().getFirst().rejection());
        assertFalse(client.isConnected());
        assertEquals(1, log.size());
        assertTrue(log.getFirst().contains("unexpected java.lang.") || log.getFirst().contains("unexpected io.netty."));
        assertFalse(log.getFirst().contains("secret"), log.getFirst());
    }

    static Stream<Throwable> departures() {
        return Stream.of(new IOException("Connection reset by peer"), new SocketException("reset"),
                new DecoderException(new SSLHandshakeException("certificate unknown")));
    }

    /// Unauthenticated clients cause these at will: neither a line in the log nor a response.
    @ParameterizedTest
    @MethodSource("departures")
    void endsSilentlyWhenTheClientIsGone(Throwable departure) {
        client.sends(get());
        List<String> log = log(() -> client.channel().pipeline().fireExceptionCaught(departure));

        assertEquals("", client.receives());
        assertFalse(client.isConnected());
        assertEquals(List.of(), log);
    }

    @Test
    void refusesWhatNobodyTook() {
        client.sends(get());
        ByteBuf taken = client.channel().alloc().buffer();
        ChannelHandlerContext application = client.channel().pipeline().context("application");
        List<String> log = log(() -> application.fireChannelRead(taken));

        assertTrue(client.receives().startsWith("HTTP/1.1 500 Internal Server Error\r\n"));
        assertEquals(0, taken.refCnt());
        assertEquals(1, log.size());
        assertTrue(log.getFirst().contains("no handler took a "), log.getFirst());
    }

    @Test
    void endsAConnectionThatFailsBetweenRequests() {
        log(() -> client.channel().pipeline().fireExceptionCaught(new IllegalStateException()));

        assertEquals("", client.receives());
        assertFalse(client.isConnected());
        assertEquals(0, client.started().size());
    }

    /// What is logged meanwhile; without a journal that is standard error.
    private static List<String> log(Runnable work) {
        PrintStream before = System.err;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        System.setErr(new PrintStream(lines, true, StandardCharsets.UTF_8));
        try {
            work.run();
        } finally {
            System.setErr(before);
        }
        return lines.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
