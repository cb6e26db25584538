package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1HalfCloseTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    private static final ResponseHead EVENTS = ResponseHead.of(200,
            Headers.builder().add("Content-Type", "text/event-stream; charset=utf-8").build(), Body.CHUNKED);

    @Test
    void leavesACompleteRequestItsAnswer() {
        client.sends(get());
        client.endsItsDirection();
        client.waits(9);
        client.answers(200, "late");
        String answer = client.receives();
        assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
        assertTrue(answer.contains("Connection: close\r\n") && answer.endsWith("late"), answer);
        assertFalse(client.isConnected());
    }

    @Test
    void leavesAnAnswerThatIsUnderWayItsEnd() {
        client.sends(get());
        client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(4)));
        client.endsItsDirection();
        for (String piece : List.of("l", "a", "t")) {
            client.waits(9);
            client.goesOn(piece);
        }
        client.waits(9);
        client.ends("e");
        assertTrue(client.receives().endsWith("late"));
        assertFalse(client.isConnected());
    }

    @Test
    void leavesEveryRequestThatWasSentAheadItsAnswer() {
        client.sends(get() + get());
        client.endsItsDirection();
        client.answers(200, "one");
        client.waits(1);
        assertTrue(client.isConnected());
        client.answers(200, "two");
        assertTrue(client.receives().endsWith("two"));
        assertFalse(client.isConnected());
    }

    @Test
    void leavesABodyThatIsHereItsReader() {
        client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 4") + "body");
        client.endsItsDirection();
        assertTrue(client.isConnected());
        client.readsAll();
        client.reads();
        client.answers(200, "ok");
        assertTrue(client.receives().endsWith("ok"));
        assertFalse(client.isConnected());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HT", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbo"})
    void endsWhoOwesMore(String sent) {
        client.readsAll();
        client.sends(sent);
        client.endsItsDirection();
        assertFalse(client.isConnected());
        assertEquals("", client.receives());
    }

    @Test
    void waitsTenSecondsForTheNextPieceOfTheAnswer() {
        client.sends(get());
        client.endsItsDirection();
        client.waits(12);
        assertFalse(client.isConnected());
        assertEquals(1, client.ended().size());
    }

    @Test
    void waitsNoLongerBehindABodyThatWasHere() {
        client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 4") + "body");
        client.endsItsDirection();
        client.readsAll();
        client.reads();
        client.waits(12);
        assertFalse(client.isConnected());
    }

    /// Who closes shows the same FIN, and a silent stream would go on for minutes.
    @Test
    void endsAnEventStreamThatIsUnderWay() {
        client.sends(get());
        client.begins(EVENTS);
        client.endsItsDirection();
        assertFalse(client.isConnected());
    }

    @Test
    void letsNoEventStreamBegin() {
        client.sends(get());
        client.endsItsDirection();
        client.begins(EVENTS);
        assertFalse(client.isConnected());
    }

    @Test
    void endsAWebSocketThatIsNotOpenYet() {
        client.sends(head("GET / HTTP/1.1", "Host: a", "Connection: Upgrade", "Upgrade: websocket",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        client.endsItsDirection();
        assertFalse(client.isConnected());
    }
}
