package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.KEY;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.ResponseHead;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class Http1UpgradesTest {
    private final TestClient client = new TestClient();
    private final String upgrade = get("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
            KEY);

    @AfterEach
    void endTheExchangeWithTheTunnel() {
        client.started().getFirst().end(client.channel());
        client.isOver();
    }

    private void switches() {
        client.begins(new ResponseHead(101, "Switching Protocols",
                Headers.builder().add("Upgrade", "websocket").add("Connection", "Upgrade").build(), Body.NONE,
                false));
        client.channel().pipeline().remove("http");
    }

    @Test
    void handOnWhatWasReceivedBehindTheRequest() {
        client.sends(upgrade + "\u0081\u0085 first frame");
        switches();

        assertEquals("GET /\nraw:\u0081\u0085 first frame", client.seen());
        assertEquals("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
                client.receives());
    }

    @Test
    void handOnNothingWhereThereIsNothing() {
        client.sends(upgrade);
        switches();

        assertEquals("GET /\n", client.seen());
    }

    @Test
    void leaveNoDeadlineBehind() {
        client.sends(upgrade);
        switches();
        client.waits(1_000);

        assertTrue(client.isConnected());
    }

    @Test
    void parseNothingOfWhatFollows() {
        client.sends(upgrade + get());
        assertEquals("GET /\n", client.seen());
        switches();

        assertEquals("raw:" + get(), client.seen());
    }

    @Test
    void dropTheRestOfAnythingElse() {
        client.sends(post("5", "hel"));
        client.channel().pipeline().remove("http");

        assertEquals("POST /\n", client.seen());
    }
}
