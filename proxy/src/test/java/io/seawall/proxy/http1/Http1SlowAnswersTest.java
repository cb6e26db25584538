package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static io.seawall.proxy.http1.Corpus.post;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Drain;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who takes nothing at all: `AdminPipelineTest`, `SlowReaderHandlerTest`.
class Http1SlowAnswersTest {
    private TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    private static final String LAST = head("GET / HTTP/1.1", "Host: a", "Connection: close");

    @Test
    void areNotCutWhereTheyAreTheLast() {
        client.takesNothing(true);
        client.sends(LAST);
        client.answers(200, "last");
        client.waits(30);
        assertTrue(client.isConnected());
        client.takesNothing(false);
        assertTrue(client.receives().endsWith("last"));
        assertFalse(client.isConnected());
    }

    @Test
    void areNotCutWhereTheClientSaysMeanwhileThatItSaysNoMore() {
        client.takesNothing(true);
        client.sends(LAST);
        client.answers(200, "last");
        client.endsItsDirection();
        assertTrue(client.isConnected());
        client.takesNothing(false);
        assertTrue(client.receives().endsWith("last"));
        assertFalse(client.isConnected());
    }

    @Test
    void areNotCutWhereARequestIsNotReadToItsEnd() {
        client.takesNothing(true);
        client.sends(post("1000000", "x"));
        client.answers(413, "no");
        client.waits(30);
        assertTrue(client.isConnected());
        client.takesNothing(false);
        assertTrue(client.receives().endsWith("no"));
        assertTrue(client.isConnected(), "what is on its way is thrown away");
        client.waits(4);
        assertFalse(client.isConnected());
    }

    @Test
    void areNotCutBetweenRequestsNorBehindABodyThatNobodyWants() {
        client.takesNothing(true);
        client.sends(get());
        client.answers(200, "one");
        client.channel().pipeline().fireUserEventTriggered(Drain.NOW);
        client.waits(30);
        assertTrue(client.isConnected());
        client.takesNothing(false);
        assertTrue(client.receives().endsWith("one"));

        client.isOver();
        client = new TestClient();
        client.takesNothing(true);
        client.sends(post("5", "he"));
        client.answers(413, "no");
        client.waits(30);
        assertTrue(client.isConnected());
        client.takesNothing(false);
        assertTrue(client.receives().endsWith("no"));
        assertFalse(client.isConnected());
    }

    @Test
    void areNotCutWhereTheConnectionHasBeenIdleSinceThen() {
        client.takesNothing(true);
        client.sends(get());
        client.answers(200, "one");
        client.waits(125);
        assertTrue(client.isConnected());
        client.takesNothing(false);
        assertTrue(client.receives().endsWith("one"));
        assertFalse(client.isConnected());
    }

    @Test
    void doNotCountAsSilenceOfTheGateway() {
        String much = "x".repeat(100_000);
        client.takesNothing(true);
        client.sends(get());
        client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(100_004)));
        client.goesOn(much);
        client.endsItsDirection();
        client.waits(30);
        assertTrue(client.isConnected());
        client.takesNothing(false);
        client.ends("last");
        assertTrue(client.receives().endsWith("xlast"));
    }
}
