package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.chunked;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static io.seawall.proxy.http1.TestClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http1HygieneTest {
    private TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    @Test
    void letsNothingThroughBehindAnAmbiguousRequest() {
        client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 4", "Transfer-Encoding: chunked")
                + "0\r\n\r\n" + get());
        client.sends(get());
        client.waits(1);
        client.sends(get());

        assertEquals("", client.seen());
        assertEquals(1, client.ended().size());
        // what the log says of it
        RequestHead refused = client.ended().getFirst().head();
        assertEquals("POST /", String.valueOf(refused));
        assertEquals(0, refused == null ? -1 : refused.headers().size());
    }

    @Test
    void knowsTheRequestWhoseHeadDoesNotEnd() {
        client.sends("GET /large HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(40_000));

        assertTrue(client.receives().startsWith("HTTP/1.1 431 "));
        assertEquals("GET /large", String.valueOf(client.ended().getFirst().head()));
    }

    @Test
    void knowsNoRequestWhereTheFirstLineIsRefused() {
        client.sends("GET /bare HTTP/1.1\nHost: a\r\n\r\n");

        assertTrue(client.receives().startsWith("HTTP/1.1 400 "));
        assertNull(client.ended().getFirst().head());
    }

    @Test
    void showsNobodyARequestWhoseBodyIsBrokenAlready() {
        client.sends(head("POST / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked") + "1\r\nx\r\n2 x\r\nyy\r\n");

        assertEquals("", client.seen());
        assertTrue(client.receives().startsWith("HTTP/1.1 400 "));
        assertEquals(1, client.ended().size());
    }

    @Test
    void endsARequestWhoseBodyBreaksAfterItsHeadWasSeen() {
        client.readsAll().sends(chunked("5\r\nhello\r\nx"));
        client.sends("\r\n" + get());

        assertEquals("POST /\nhello", client.seen());
        String answer = client.receives();
        assertTrue(answer.startsWith("HTTP/1.1 400 Bad Request\r\n"), answer);
        assertTrue(answer.contains("Connection: close"), answer);
        client.sends(get());
        assertEquals("", client.seen());
    }

    @Test
    void cutsAnAnswerThatIsUnderWayWhenTheBodyBreaks() {
        client.readsAll().sends(chunked("5\r\nhello\r\n"));
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.goesOn("part");
        client.receives();
        client.sends("zz\r\n");

        assertEquals("", client.receives());
        assertFalse(client.isConnected());
    }

    @Test
    void answersTheRequestsBeforeTheBrokenOne() {
        client.isOver();
        client = new TestClient(TestClient::answersAtOnce);
        client.sends(get() + get() + get("X : y") + get());

        String answers = client.receives();
        assertTrue(answers.startsWith(answer("ok").repeat(2) + "HTTP/1.1 400 Bad Request\r\n"), answers);
        assertEquals(3, client.ended().size());
    }

    @Test
    void looksAtABrokenRequestOnlyWhenItsTurnComes() {
        client.sends(get() + get("X : y"));
        assertEquals("", client.receives());
        client.answers(200, "ok");

        assertTrue(client.receives().startsWith(answer("ok") + "HTTP/1.1 400 Bad Request\r\n"));
    }
}
