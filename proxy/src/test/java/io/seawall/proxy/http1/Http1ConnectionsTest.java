package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
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
import org.junit.jupiter.params.provider.CsvSource;

class Http1ConnectionsTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, keep-alive, ''", "HTTP/1.1, te, ''", "HTTP/1.0, keep-alive, Connection: keep-alive"})
    void areKept(String version, String connection, String answered) {
        client.sends(head("GET / " + version, "Host: a", "Connection: " + connection));
        client.answers(200, "ok");

        assertEquals(answered.isEmpty() ? answer("ok") : answer("ok", answered), client.receives());
        client.waits(100);
        assertTrue(client.isConnected());
        client.sends(get());
        assertEquals("GET /\nGET /\n", client.seen());
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.1, close", "HTTP/1.0, te", "HTTP/1.0, close"})
    void endAfterTheAnswer(String version, String connection) {
        client.sends(head("GET / " + version, "Host: a", "Connection: " + connection));
        client.answers(200, "ok");

        assertEquals(answer("ok", "Connection: close"), client.receives());
        assertFalse(client.isConnected());
    }

    @Test
    void endAfterAnAnswerThatSaysSo() {
        client.sends(get() + get());
        client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(0)).closing());
        client.ends("");

        assertEquals(answer("", "Connection: close"), client.receives());
        assertEquals("GET /\n", client.seen());
        client.waits(4);
        assertFalse(client.isConnected());
    }

    @Test
    void endWhenTheyAreIdleForTwoMinutes() {
        client.sends(get());
        client.answers(200, "ok");
        client.receives();

        client.waits(118);
        assertTrue(client.isConnected());
        client.waits(4);
        assertFalse(client.isConnected());
        assertEquals("", client.receives());
        assertEquals(1, client.ended().size());
    }

    @Test
    void endWhenNoRequestEverComes() {
        client.waits(8);
        assertTrue(client.isConnected());
        client.waits(4);

        assertFalse(client.isConnected());
        assertEquals(0, client.started().size());
    }

    @Test
    void areTakenOverWhileTheyAreOpenAlready() {
        // as when it is added to a channel that has been active before
        client.sends(get());
        assertEquals("GET /\n", client.seen());
    }
}
