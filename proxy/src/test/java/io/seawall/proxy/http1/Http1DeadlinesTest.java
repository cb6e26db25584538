package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.chunked;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static io.seawall.proxy.http1.Corpus.post;
import static io.seawall.proxy.http1.TestClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1DeadlinesTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    @Test
    void areTenSecondsForAHeadInTotal() {
        client.sends("GET / HTTP/1.1\r\n");
        for (int i = 0; i < 9; i++) {
            client.waits(1);
            client.sends("X: y\r\n");
        }
        assertEquals("", client.receives());
        client.waits(2);

        assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
        client.sends("Host: a\r\n\r\n");
        assertEquals("", client.seen());
        client.waits(3);
        assertFalse(client.isConnected());
    }

    @Test
    void areTenSecondsForTheNextHeadToo() {
        client.sends(get());
        client.answers(200, "ok");
        client.receives();
        client.waits(60);
        client.sends("GET");
        client.waits(12);

        assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
    }

    @Test
    void holdForAHeadThatWasSentAheadInPart() {
        client.sends(get() + "GET");
        client.waits(100);
        client.answers(200, "ok");
        client.receives();
        client.waits(12);

        assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
    }

    @Test
    void areAMinuteForEachPieceOfABody() {
        client.readsAll().sends(post("1000000", "a"));
        for (int i = 0; i < 5; i++) {
            client.waits(58);
            client.sends("x".repeat(30_000));
        }
        assertEquals("", client.receives());
        client.waits(62);

        assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
        assertEquals("body_timeout", client.ended().getFirst().rejection());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void areNotMovedByAByteNowAndThen(boolean chunked) {
        client.readsAll().sends(chunked ? chunked("") : post("1000", ""));
        String drip = chunked ? "3;" + "x".repeat(100) : "x".repeat(100);
        for (int i = 0; i < 7; i++) {
            client.waits(10);
            client.sends(drip.substring(i, i + 1));
        }

        assertTrue(client.receives().startsWith("HTTP/1.1 408 Request Timeout\r\n"));
    }

    @Test
    void doNotHoldWhileNobodyWantsTheBody() {
        client.sends(post("100", "a"));
        client.waits(500);
        assertTrue(client.isConnected());
        client.reads();
        client.waits(500);

        assertTrue(client.isConnected(), "a piece was delivered, and no other was asked for");
        assertEquals("", client.receives());
    }

    @Test
    void doNotHoldWhileTheAnswerIsAwaited() {
        client.sends(get());
        client.waits(1_000);
        client.answers(200, "ok");

        assertEquals(answer("ok"), client.receives());
        assertTrue(client.isConnected());
    }

    @Test
    void cutAnAnswerThatIsUnderWayWhenTheBodyStalls() {
        client.sends(post("100", "a"));
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.reads();
        client.reads();
        client.waits(62);

        assertEquals(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), client.receives());
        assertFalse(client.isConnected());
    }

    @Test
    void areTwoSecondsForTheRestOfABodyThatNobodyWants() {
        client.sends(post("5", "he"));
        client.answers(413, "no");
        assertTrue(client.isConnected());
        client.waits(4);

        assertFalse(client.isConnected());
    }
}
