package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What an unauthenticated client's byte costs in bytes. What it may cost in time and memory is bounded by the limits,
/// whose tests THREAT_MODEL.md names.
class AmplificationTest {
    /// Bytes of any response to an unauthenticated client, and response bytes for each of its bytes.
    private static final int MOST = 3_072;
    private static final int MOST_FOR_EACH = 80;

    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of());

    @AfterEach
    void close() {
        seawall.close();
    }

    /// The cheapest ways to each page and each refusal that an unauthenticated client can get.
    private static List<String> requests() {
        List<String> requests = new ArrayList<>();
        String wrong = Base64.getEncoder().encodeToString("a:b".getBytes(StandardCharsets.UTF_8));
        for (String line : List.of("GET /", "HEAD /", "GET /v1/x", "POST /hooks/x", "GET /hooksx", "GET /%2e%2e%2fv1",
                "GET /.seawall/login", "GET /.seawall/logout", "GET /.seawall/client", "GET /healthz", "GET /readyz",
                "TRACE /",
                "GET /?token=x",
                "POST /hooks/a?token=x", "GET //", "PUT /v1/x", "GET  /")) {
            for (String fields : List.of("", "Accept:text/html\n", "Authorization:Basic " + wrong + "\n",
                    "Accept:text/html\nAuthorization:Basic " + wrong + "\n", "Origin:null\nAccept:text/html\n",
                    """
                            Accept:text/html
                            Upgrade:websocket
                            Connection:upgrade
                            Sec-WebSocket-Version:13
                            Sec-WebSocket-Key:dGhlIHNhbXBsZSBub25jZQ==
                            """)) {
                requests.add(line + " HTTP/1.1\nHost:[::]\n" + fields);
                requests.add(line + " HTTP/1.1\nHost:foreign.example\n" + fields);
            }
        }
        return requests;
    }

    @Test
    void anUnauthenticatedClientsByteGetsFewInReturn() {
        double most = 0;
        int network = 0;
        for (String request : requests()) {
            String wire = seawall.connect("10.0." + network / 250 + "." + network++ % 250).ask(request.stripTrailing());
            int sent = request.replace("\n", "\r\n").length() + 2;
            assertTrue(wire.length() <= MOST, () -> wire.length() + " bytes for " + request + "\n" + wire);
            most = Math.max(most, (double) wire.length() / sent);
        }
        assertTrue(most <= MOST_FOR_EACH, most + " bytes for each");
        assertEquals(List.of(), seawall.permitted, "all of them are unauthenticated");
    }
}
