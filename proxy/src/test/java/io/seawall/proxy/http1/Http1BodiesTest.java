package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.chunked;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static io.seawall.proxy.http1.Corpus.post;
import static io.seawall.proxy.http1.TestClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Http1BodiesTest {
    private TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    @Test
    void areDeliveredOnDemandOnly() {
        client.sends(post("10", "12345"));
        assertEquals("POST /\n", client.seen());

        client.reads();
        assertEquals("12345", client.seen());
        client.sends("678");
        assertEquals("", client.seen());
        assertEquals(3, client.unread());

        client.reads();
        assertEquals("678", client.seen());
        client.reads();
        client.sends("90");
        assertEquals("90.\n", client.seen());
        client.answers(200, "ok");
        assertEquals(answer("ok"), client.receives());
    }

    @Test
    void areDeliveredWhenTheyAreAskedFor() {
        client.sends(chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
        assertEquals("POST /\n", client.seen());

        client.reads();
        assertEquals("abcde", client.seen());
        client.reads();
        assertEquals(".\n", client.seen());
        client.answers(200, "ok");
    }

    @Test
    void areCountedWithTheExchange() {
        client.readsAll().sends(chunked("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
        client.answers(200, "four");

        assertEquals(5, client.ended().getFirst().received());
        assertEquals(4, client.ended().getFirst().sent());
        assertEquals(200, client.ended().getFirst().status());
    }

    @Test
    void endWhereTheNextRequestBegins() {
        client.readsAll().sends(post("5", "hello" + get()));
        client.answers(200, "1");
        assertEquals("POST /\nhello.\nGET /\n", client.seen());
        client.answers(200, "2");

        assertEquals(answer("1") + answer("2"), client.receives());
    }

    @Test
    void areDrainedWhenSmallAndAnsweredEarly() {
        client.sends(post("5", "he"));
        client.answers(413, "no");
        client.sends("llo" + get());

        assertEquals("POST /\nGET /\n", client.seen());
        client.answers(200, "2");
        assertEquals(head("HTTP/1.1 413 Request Entity Too Large", "Content-Length: 2") + "no" + answer("2"),
                client.receives());
    }

    @Test
    void areDrainedWhenTheyHaveComeAlready() {
        client.isOver();
        client = new TestClient(TestClient::answersAtOnce);
        client.sends(post("5", "hello") + get());

        assertEquals("POST /\nGET /\n", client.seen());
        assertEquals(answer("ok").repeat(2), client.receives());
    }

    @ParameterizedTest
    @CsvSource({"65536, true", "65537, false"})
    void endTheConnectionWhenLargeAndAnsweredEarly(int length, boolean kept) {
        client.sends(post(Integer.toString(length), "begin"));
        client.answers(413, "no");

        assertEquals(!kept, client.receives().contains("Connection: close"));
        client.sends("x".repeat(length - 5) + get());
        assertEquals(kept ? "POST /\nGET /\n" : "POST /\n", client.seen());
    }

    @Test
    void endTheConnectionWhenChunkedAndAnsweredEarly() {
        client.sends(chunked("5\r\nhello\r\n"));
        client.answers(413, "no");

        assertTrue(client.receives().contains("Connection: close"));
        client.sends("0\r\n\r\n" + get());
        assertEquals("POST /\n", client.seen());
    }

    @Test
    void endTheConnectionWhenTheClientMayNotSendThem() {
        client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Expect: 100-continue"));
        client.answers(413, "no");

        assertTrue(client.receives().contains("Connection: close"), "it may send the body, or the next request");
    }

    @Test
    void thatAreNeverFinishedEndTheConnectionAfterTheAnswer() {
        client.sends(post("100000", "begin"));
        client.answers(413, "no");
        client.sends("x".repeat(90_000));
        assertTrue(client.isConnected(), "a reset could destroy the answer on its way");

        client.waits(4);
        assertFalse(client.isConnected());
    }

    @Test
    void areNotReadForEverOnceNobodyWantsThem() {
        client.sends(post("10000000", "begin"));
        client.answers(413, "no");
        for (int i = 0; i < 10 && client.isConnected(); i++) {
            client.sends("x".repeat(60_000));
        }

        assertFalse(client.isConnected());
    }
}
