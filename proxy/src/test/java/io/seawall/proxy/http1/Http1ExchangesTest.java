package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.chunked;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static io.seawall.proxy.http1.Corpus.post;
import static io.seawall.proxy.http1.TestClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Drain;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.pace.Linger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1ExchangesTest {
    private TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    @Test
    void keepsTheSecondRequestUntilTheFirstIsAnswered() {
        client.sends(head("GET /1 HTTP/1.1", "Host: a") + head("GET /2 HTTP/1.1", "Host: a"));
        assertEquals("GET /1\n", client.seen());

        client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
        client.goesOn("o");
        assertEquals("", client.seen());

        client.ends("k");
        assertEquals("GET /2\n", client.seen());
        client.answers(200, "two");
        assertEquals(answer("ok") + answer("two"), client.receives());
    }

    @Test
    void sendsAnAnswersHeadWithTheFirstPieceOfItsBody() {
        client.sends(get());
        client.channel().write(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
        client.ends("ok");

        ByteBuf only = client.channel().readOutbound();
        assertEquals(answer("ok"), only.toString(StandardCharsets.ISO_8859_1));
        only.release();
        assertEquals("", client.receives());
    }

    @Test
    void doesNotCopyALargePiece() {
        String large = "x".repeat(Wire.COPIED + 1);
        client.sends(get());
        client.channel().write(ResponseHead.of(200, Headers.EMPTY, new Body.Length(large.length())));
        client.ends(large);

        assertEquals(2, client.channel().outboundMessages().size());
        assertEquals(answer(large), client.receives());
    }

    /// A head that waits for its body occupies memory.
    @Test
    void forgetsAHeadWhoseClientIsGone() {
        client.sends(get());
        client.channel().write(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
        client.disconnects();
        assertEquals("", client.receives());
    }

    @Test
    void answersInOrderWhateverComesTogether() {
        client.isOver();
        client = new TestClient(c -> c.answers(200, c.head() == null ? "" : c.head().target()));
        client.sends(head("GET /1 HTTP/1.1", "Host: a") + post("5", "hello").replace("POST /", "POST /2")
                + chunked("1\r\nx\r\n0\r\n\r\n").replace("Transfer", "Connection: close\r\nTransfer")
                + head("GET /4 HTTP/1.1", "Host: a"));

        assertEquals("GET /1\nPOST /2\nPOST /\n", client.seen());
        assertEquals(answer("/1") + answer("/2") + answer("/", "Connection: close"), client.receives());
    }

    @Test
    void deliversThousandsOfPipelinedRequestsWithoutRecursion() {
        client.isOver();
        client = new TestClient(TestClient::answersAtOnce);
        client.sends(get().repeat(5_000));

        assertEquals(answer("ok").repeat(5_000), client.receives());
    }

    @Test
    void givesOtherConnectionsATurnBetweenPipelinedRequests() {
        client.isOver();
        List<String> turns = new ArrayList<>();
        client = new TestClient(c -> {
            turns.add("request");
            c.channel().eventLoop().schedule(() -> turns.add("others"), 0, TimeUnit.NANOSECONDS);
            TestClient.answersAtOnce(c);
        });
        client.sends(get().repeat(3));

        assertEquals(List.of("request", "others", "request", "others", "request", "others"), turns);
        assertEquals(answer("ok").repeat(3), client.receives());
    }

    /// HTTP/1.1's counterpart of GOAWAY (RFC 9112, 9.6).
    @Test
    void saysWithItsLastAnswerThatSeawallDrains() {
        client.isOver();
        client = new TestClient();
        client.sends(get());
        client.channel().pipeline().fireUserEventTriggered(Drain.NOW);
        assertTrue(client.isConnected());

        client.answers(200, "ok");
        assertTrue(client.receives().contains("\r\nConnection: close\r\n"));
        assertFalse(client.isConnected());
    }

    @Test
    void letsGoWhoAsksForNothingWhenSeawallDrains() {
        client.isOver();
        client = new TestClient(c -> c.answers(200, "ok"));
        client.sends(get());
        assertFalse(client.receives().contains("Connection: close"));
        assertTrue(client.isConnected());

        client.channel().pipeline().fireUserEventTriggered(Drain.NOW);
        client.waits(Linger.SECONDS + 1);
        assertFalse(client.isConnected());
    }

    @Test
    void stopsAnsweringWhoTakesNothing() {
        client.isOver();
        client = new TestClient(c -> c.answers(200, "x".repeat(10_000)));
        client.takesNothing(true);
        for (int i = 0; i < 5_000; i++) {
            client.sends(get());
        }

        assertTrue(client.started().size() < 10, client.started().size() + " answers are kept");
        assertTrue(client.unread() > 0, "and what he sends piles up on his side");

        client.takesNothing(false);
        String all = client.receives();
        assertEquals(5_000, client.started().size());
        assertEquals(0, client.unread());
        assertEquals(5_000, all.split("HTTP/1.1 200", -1).length - 1);
    }

    @Test
    void keepsFewAnswersHoweverSmallTheyAre() {
        client.isOver();
        client = new TestClient(c -> c.answers(200, "x"));
        client.takesNothing(true);
        for (int i = 0; i < 500; i++) {
            client.sends(get());
        }

        assertEquals(ResponseSender.MOST_WAITING, client.started().size());

        client.takesNothing(false);
        String all = client.receives();
        assertEquals(500, client.started().size());
        assertEquals(500, all.split("HTTP/1.1 200", -1).length - 1);
    }

    @Test
    void stopsReadingWhenTooMuchIsSentAhead() {
        String body = "x".repeat(30_000);
        client.sends(head("GET /1 HTTP/1.1", "Host: a"));
        for (int i = 0; i < 10; i++) {
            client.sends(post("30000", body));
        }
        assertTrue(client.unread() >= 200_000, "left unread: " + client.unread());

        client.readsAll();
        client.answers(200, "ok");
        for (int i = 0; i < 10; i++) {
            client.answers(200, "ok");
        }
        assertEquals(0, client.unread());
        assertEquals(answer("ok").repeat(11), client.receives());
    }

    @Test
    void toleratesOneEmptyLineBetweenRequests() {
        client.isOver();
        client = new TestClient(TestClient::answersAtOnce);
        client.sends(get() + "\r\n" + get());
        client.sendsBytewise("\r\n" + get());

        assertEquals(answer("ok").repeat(3), client.receives());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n\r\n", "\n", "\r\r\n", "\r\n\n"})
    void refusesMoreThanThat(String between) {
        client.isOver();
        client = new TestClient(TestClient::answersAtOnce);
        client.sends(get() + between + get());

        assertEquals("GET /\n", client.seen());
        assertTrue(client.receives().contains("HTTP/1.1 400 Bad Request"));
    }
}
