package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.chunked;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static io.seawall.proxy.http1.Corpus.post;
import static io.seawall.proxy.http1.TestClient.answer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelFuture;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Http1AnswersTest {
    private final TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    private void asks(String method, String version) {
        client.sends(head(method + " / " + version, "Host: a", "Connection: keep-alive"));
    }

    @Test
    void areChunkedWhereTheLengthIsUnknown() {
        asks("GET", "HTTP/1.1");
        client.begins(ResponseHead.of(200, Headers.builder().add("X", "y").build(), Body.CHUNKED));
        client.goesOn("hello");
        client.goesOn("");
        client.goesOn("0123456789abcdef");
        client.ends("");

        assertEquals(head("HTTP/1.1 200 OK", "X: y", "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n", client.receives());
        assertTrue(client.isConnected());
    }

    @Test
    void haveTheLastChunkBehindTheLastPiece() {
        asks("GET", "HTTP/1.1");
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.UNTIL_CLOSE));
        client.ends("end");

        assertEquals(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked") + "3\r\nend\r\n0\r\n\r\n",
                client.receives());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endWithTheConnectionForHttp10(boolean chunked) {
        asks("GET", "HTTP/1.0");
        client.begins(ResponseHead.of(200, Headers.EMPTY, chunked ? Body.CHUNKED : Body.UNTIL_CLOSE));
        client.goesOn("hello");
        client.ends("");

        assertEquals(head("HTTP/1.1 200 OK", "Connection: close") + "hello", client.receives());
        assertFalse(client.isConnected());
    }

    @Test
    void haveNoBodyForHead() {
        asks("HEAD", "HTTP/1.1");
        client.begins(ResponseHead.of(200, Headers.EMPTY, new Body.Length(1000)));
        client.ends("");
        asks("HEAD", "HTTP/1.1");
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.goesOn("a gateway that does not know better");
        client.ends("!");
        client.sends(get());
        client.answers(200, "ok");

        assertEquals(head("HTTP/1.1 200 OK", "Content-Length: 1000") + head("HTTP/1.1 200 OK") + answer("ok"),
                client.receives());
    }

    @Test
    void haveNoBodyForHeadOfHttp10AndKeepTheConnection() {
        asks("HEAD", "HTTP/1.0");
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.ends("");

        assertEquals(head("HTTP/1.1 200 OK", "Connection: keep-alive"), client.receives());
        assertTrue(client.isConnected());
    }

    @ParameterizedTest
    @CsvSource({"204, No Content", "304, Not Modified"})
    void haveNoBodyWhereTheStatusSaysSo(int status, String reason) {
        asks("GET", "HTTP/1.1");
        client.begins(ResponseHead.of(status, Headers.EMPTY, Body.CHUNKED));
        client.goesOn("never");
        client.ends("");
        asks("GET", "HTTP/1.1");
        client.answers(200, "ok");

        assertEquals(head("HTTP/1.1 " + status + " " + reason) + answer("ok"), client.receives());
    }

    @Test
    void areSentWhileTheRequestIsStillComing() {
        client.sends(post("10", "12345"));
        client.reads();
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.goesOn("early");
        assertTrue(client.receives().endsWith("5\r\nearly\r\n"));

        client.reads();
        client.sends("67890" + get());
        assertEquals("POST /\n1234567890.\n", client.seen());
        client.ends("");
        assertEquals("0\r\n\r\n", client.receives());
        assertEquals("GET /\n", client.seen());
    }

    @Test
    void tellAnHttp11ClientToGoOn() {
        client.sends(head("POST / HTTP/1.1", "Host: a", "Content-Length: 5", "Expect: 100-continue"));
        client.begins(ResponseHead.of(100, Headers.EMPTY, Body.NONE));
        assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.receives());
        assertEquals(0, client.started().getFirst().status());

        client.readsAll().reads();
        client.sends("hello");
        assertEquals("POST /\nhello.\n", client.seen());
        client.answers(200, "ok");
        assertEquals(answer("ok"), client.receives());
        assertTrue(client.isConnected());
    }

    @Test
    void tellAnHttp10ClientNothingInBetween() {
        client.sends(head("POST / HTTP/1.0", "Host: a", "Content-Length: 1", "Expect: 100-continue"));
        client.begins(ResponseHead.of(100, Headers.EMPTY, Body.NONE));

        assertEquals("", client.receives());
    }

    @Test
    void areNotSentToSomebodyWhoHasNotAsked() {
        ChannelFuture head = client.channel().writeAndFlush(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        assertFalse(head.isSuccess());
        client.sends(get());
        client.answers(200, "ok");
        assertEquals(answer("ok"), client.receives());

        client.writes(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.goesOn("late");
        client.ends("later");
        assertEquals("", client.receives());
        assertEquals(1, client.started().size());
    }
}
