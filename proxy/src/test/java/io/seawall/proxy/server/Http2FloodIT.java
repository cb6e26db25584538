package io.seawall.proxy.server;

import static io.seawall.proxy.server.Http2Client.ACK;
import static io.seawall.proxy.server.Http2Client.END_HEADERS;
import static io.seawall.proxy.server.Http2Client.END_STREAM;
import static io.seawall.proxy.server.Http2Client.number;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.http2.Http2Error;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Frames without a use, more of them than the budget allows.
@Timeout(60)
final class Http2FloodIT extends Http2Setup {
    Http2FloodIT() throws IOException {}

    /// Ends with a GOAWAY that names the flood, is counted, and affects no other connection.
    private void isCalledAFlood(String name, Flood flood) throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("ok"));
        RunningServer server = start();
        Http2Client other = connect(server);
        Http2Client client = connect(server);
        Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 3_000; i++) {
                    flood.send(client, i);
                }
            } catch (IOException e) {
                // cut off, as it should be
            }
        });

        assertEquals(Http2Error.ENHANCE_YOUR_CALM, client.awaitGoAway().error());
        eventually("the end of the connection", () -> {
            try {
                return client.next() == null;
            } catch (IOException e) {
                return true;
            }
        });
        assertEquals(200, other.answer(other.get("/", AUTHORIZED)).status());
        eventually("counted", () -> server
                .metric("seawall_http2_errors_total{reason=\"" + name + "\",scope=\"connection\"}") == 1);
    }

    private interface Flood {
        void send(Http2Client client, int i) throws IOException;
    }

    @Test
    void endsAFloodOfPings() throws IOException {
        isCalledAFlood("ping_flood", (client, i) -> client.frame(Http2Client.PING, 0, 0, new byte[8]));
    }

    @Test
    void endsAFloodOfSettings() throws IOException {
        isCalledAFlood("settings_flood", (client, i) -> client.frame(Http2Client.SETTINGS, 0, 0));
    }

    @Test
    void endsAFloodOfSettingsAcknowledgements() throws IOException {
        isCalledAFlood("settings_flood", (client, i) -> client.frame(Http2Client.SETTINGS, ACK, 0));
    }

    @Test
    void endsAFloodOfPriorities() throws IOException {
        isCalledAFlood("priority_flood", (client, i) -> client.frame(Http2Client.PRIORITY, 0, 1, new byte[5]));
    }

    @Test
    void endsAFloodOfUnknownFrames() throws IOException {
        isCalledAFlood("unknown_frame_flood", (client, i) -> client.frame(0x40, 0, 0));
    }

    @Test
    void endsAFloodOfWindowUpdates() throws IOException {
        isCalledAFlood("window_update_flood",
                (client, i) -> client.frame(Http2Client.WINDOW_UPDATE, 0, 0, number(1)));
    }

    @Test
    void endsARapidReset() throws IOException {
        isCalledAFlood("reset_flood", (client, i) -> {
            int stream = client.get("/", AUTHORIZED);
            client.frame(Http2Client.RST_STREAM, 0, stream, number(8));
        });
    }

    /// A hundred clients of a proxy may end their requests without costing the others their connection.
    @Test
    void leavesAProxysConnectionOpenWhoseClientsEndTheirRequests() throws IOException {
        Http2Client client = connect(start("SEAWALL_TRUSTED_PROXIES=127.0.0.1",
                "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"));
        for (int i = 0; i < 300; i++) {
            int reset = client.get("/");
            client.frame(Http2Client.RST_STREAM, 0, reset, number(8));
            int provoked = client.get("/");
            client.frame(Http2Client.WINDOW_UPDATE, 0, provoked, number(0));
        }

        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void endsAFloodOfResetsThatItIsMadeToSend() throws IOException {
        isCalledAFlood("provoked_reset_flood", (client, i) -> {
            int stream = client.get("/", AUTHORIZED);
            client.frame(Http2Client.WINDOW_UPDATE, 0, stream, number(0));
        });
    }

    @Test
    void endsAFloodOfContinuations() throws IOException {
        isCalledAFlood("continuation_flood", (client, i) -> {
            if (i == 0) {
                client.frame(Http2Client.HEADERS, END_STREAM, 1, Http2Client.block(client.fields("GET", "/")));
            }
            client.frame(Http2Client.CONTINUATION, 0, 1);
        });
    }

    @Test
    void endsAFloodOfEmptyData() throws IOException {
        isCalledAFlood("empty_data_flood", (client, i) -> {
            int stream = i == 0 ? client.head(false, upload(client)) : 1;
            client.data(stream, false, "");
        });
    }

    @Test
    void endsAFloodOfDataThatIsPaddingAlone() throws IOException {
        isCalledAFlood("empty_data_flood", (client, i) -> {
            int stream = i == 0 ? client.head(false, upload(client)) : 1;
            client.frame(Http2Client.DATA, 8, stream, new byte[]{1, 0});
        });
    }

    private static List<String> upload(Http2Client client) {
        return client.fields("POST", "/v1/x", "authorization: " + BEARER);
    }

    /// Some clients flush so, or keep a tunnel awake.
    @Test
    void takesAHundredEmptyFramesOfData() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("ok"));
        Http2Client client = connect(start());
        int stream = client.head(false, upload(client));
        for (int i = 0; i < 100; i++) {
            client.data(stream, false, "");
        }
        client.data(stream, true, "body");

        assertEquals(200, client.answer(stream).status());
        assertEquals("body", upstream.requests().getFirst().body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"content-length: 4|content-length: 4", "content-length: 4, 4",
        "content-length: 4|content-length: 5"})
    void refusesMoreThanOneLength(String fields) throws IOException {
        Http2Client client = connect(start());
        List<String> head = new ArrayList<>(upload(client));
        head.addAll(List.of(fields.split("\\|")));
        int stream = client.head(false, head);
        client.data(stream, true, "body");

        assertEquals(Http2Error.PROTOCOL_ERROR, client.awaitReset(stream).error());
        assertEquals(List.of(), upstream.requests());
    }

    @Test
    void endsAConnectionThatUsesAStreamAgain() throws IOException {
        Http2Client client = connect(start());
        int stream = client.get("/healthz");
        assertEquals(200, client.answer(stream).status());

        client.frame(Http2Client.HEADERS, END_HEADERS | END_STREAM, stream,
                Http2Client.block(client.fields("GET", "/")));

        assertEquals(Http2Error.STREAM_CLOSED, client.awaitGoAway().error());
    }
}
