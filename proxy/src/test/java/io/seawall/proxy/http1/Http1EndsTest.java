package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.post;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1EndsTest {
    private TestClient client = new TestClient();

    @AfterEach
    void isOver() {
        client.isOver();
    }

    @Test
    void areNotFiredWhereNothingBegan() {
        client.disconnects();

        assertEquals(0, client.started().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET / HTTP/1.1\r\nHost: a\r\n"})
    void areNotFiredForAHeadThatNeverCame(String part) {
        client.sends(part);
        client.disconnects();

        assertEquals(0, client.started().size());
    }

    @Test
    void areFiredWhenTheClientGoesBeforeItsBodyIsThere() {
        client.readsAll().sends(post("10", "half"));
        client.disconnects();

        assertEquals(1, client.ended().size());
    }

    @Test
    void areFiredWhenTheClientGoesBeforeTheAnswer() {
        client.sends(get() + get());
        client.disconnects();

        assertEquals(1, client.ended().size());
        assertEquals(0, client.ended().getFirst().status());
    }

    @Test
    void areFiredWhenTheClientGoesDuringTheAnswer() {
        client.sends(get());
        client.begins(ResponseHead.of(200, Headers.EMPTY, Body.CHUNKED));
        client.goesOn("part");
        client.disconnects();

        assertEquals(1, client.ended().size());
        assertEquals(200, client.ended().getFirst().status());
    }

    @Test
    void areFiredOnceWhenTheClientGoesAfterTheAnswer() {
        client.sends(get());
        client.answers(200, "ok");
        assertEquals(1, client.ended().size());
        client.disconnects();

        assertEquals(1, client.ended().size());
    }

    @Test
    void areFiredOnceWhenTheClientGoesWhileARestIsDrained() {
        client.sends(post("10", "half"));
        client.answers(413, "no");
        client.disconnects();

        assertEquals(1, client.ended().size());
    }

    @Test
    void areFiredOnceWhenTheClientGoesAfterARefusal() {
        client.sends("nonsense\r\n\r\n");
        client.disconnects();

        assertEquals(1, client.ended().size());
        assertEquals("request_line", client.ended().getFirst().rejection());
    }

    @Test
    void areFiredOnceWhenTimeIsUp() {
        client.sends("GET /");
        client.waits(20);

        assertEquals(1, client.ended().size());
        assertEquals(408, client.ended().getFirst().status());
    }

    @Test
    void areFiredBeforeTheNextBegins() {
        client.isOver();
        client = new TestClient(TestClient::answersAtOnce);
        client.sends(get().repeat(3));

        assertEquals(3, client.started().size());
        assertEquals(client.started(), client.ended());
        assertEquals(3, client.ended().stream().map(Exchange::id).distinct().count());
    }

    @Test
    void leaveWhatIsWrittenLateUnsent() {
        client.sends(get());
        client.disconnects();
        client.channel().writeAndFlush(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
        client.goesOn("la");
        client.ends("te");

        assertEquals("", client.receives());
    }
}
