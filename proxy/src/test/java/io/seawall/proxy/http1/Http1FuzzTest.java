package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.server.LeakCheck;
import java.util.Arrays;
import java.util.Random;

class Http1FuzzTest {
    private static final int MOST = 16 * 1024;

    /// Where TCP cuts the bytes changes nothing of what is read whole, answered or refused.
    @FuzzTest
    void readsTheSameHoweverTheBytesAreCut(byte[] wire) {
        if (wire.length > MOST) {
            return;
        }
        String whole = conversation(wire, wire.length);
        assertEquals(whole, conversation(wire, 2 + wire.length / 8));
        LeakCheck.nothingIsHeld();
    }

    /// All that application and client saw, with the bytes in pieces of up to `longest`.
    private static String conversation(byte[] wire, int longest) {
        TestClient client = new TestClient().readsAll().answersEach(200, "ok");
        Random random = new Random(Arrays.hashCode(wire));
        for (int at = 0; at < wire.length && client.isConnected();) {
            int to = longest == wire.length ? longest : Math.min(wire.length, at + 1 + random.nextInt(longest));
            client.sends(wire, at, to);
            at = to;
        }
        StringBuilder conversation = new StringBuilder(client.seenWhole())
                .append(client.receives().replaceAll("Date: .*|[0-9a-f]{32}", ""));
        client.isOver();
        for (Exchange exchange : client.ended()) {
            assertNotEquals("internal", exchange.rejection());
            conversation.append(exchange.status()).append(' ').append(exchange.rejection()).append('\n');
        }
        return conversation.toString();
    }
}
