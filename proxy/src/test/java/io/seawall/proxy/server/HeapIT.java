package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.Http2Error;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What an unauthenticated client can make a running Seawall keep on its heap.
@Timeout(60)
final class HeapIT extends Http2Setup {
    /// Bytes of the connection that asks for the metric, and its request; less than any of HTTP/2.
    private static final int SCRAPE = 8 * 1024;

    HeapIT() throws IOException {}

    /// Not before the client's window is told to be zero, so that no body of an answer is taken.
    private Http2Client takesNothing(RunningServer server) throws IOException {
        Http2Client client = connect(server);
        client.frame(Http2Client.SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) 4).putInt(0).array());
        return client;
    }

    private static int maxStreams(Http2Client.Frame settings) {
        ByteBuffer fields = ByteBuffer.wrap(settings.payload());
        while (fields.hasRemaining()) {
            short name = fields.getShort();
            int value = fields.getInt();
            if (name == 3) {
                return value;
            }
        }
        return -1;
    }

    private static boolean isSettings(Http2Client.Frame frame) {
        return frame.type() == Http2Client.SETTINGS && (frame.flags() & Http2Client.ACK) == 0;
    }

    @Test
    void givesFewStreamsUntilALayerHasGrantedOne() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("x"));
        RunningServer server = start();
        try (Http2Client client = new Http2Client(server)) {
            client.preface();
            client.frame(Http2Client.SETTINGS, 0, 0);
            assertEquals(16, maxStreams(client.await(HeapIT::isSettings)));
            int granted = client.get("/", AUTHORIZED);
            assertEquals(100, maxStreams(client.await(HeapIT::isSettings)));
            List<Integer> assets = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                assets.add(client.get("/asset" + i, AUTHORIZED));
            }
            // settings are acknowledged late, as by a client far away
            client.frame(Http2Client.SETTINGS, Http2Client.ACK, 0);
            client.frame(Http2Client.SETTINGS, Http2Client.ACK, 0);
            assertEquals(200, client.answer(granted).status());
            for (int asset : assets) {
                assertEquals(200, client.answer(asset).status());
            }
        }
    }

    @Test
    void refusesAnUnauthenticatedClientsFurtherStreamsSoThatTheyCanBeAskedAgain() throws IOException {
        RunningServer server = start("SEAWALL_PUBLIC_PATHS=/open/*");
        Http2Client client = connect(server);
        for (int i = 0; i < 16; i++) {
            client.get("/open/" + i);
        }
        int seventeenth = client.get("/open/x");
        assertEquals(Http2Error.REFUSED_STREAM, client.awaitReset(seventeenth).error());
        eventually("sixteen requests", () -> upstream.traffic().size() == 16);
    }

    /// Each request of an unauthenticated client that is at the gateway takes a file descriptor, however few connections
    /// such clients have.
    @Test
    void haveNoMoreRequestsAtTheGatewayThanTheyMayHaveConnections() throws IOException {
        RunningServer server = start("SEAWALL_PUBLIC_PATHS=/open/*", "SEAWALL_MAX_CONNECTIONS=10");
        List<Integer> asked = new ArrayList<>();
        Http2Client unknown = connect(server);
        for (int i = 0; i < 12; i++) {
            asked.add(unknown.get("/open/" + i));
        }
        for (int oldest : asked.subList(0, 3)) {
            assertEquals(503, unknown.answer(oldest).status());
        }
        assertEquals(3, server.metric("seawall_connections_refused_total{reason=\"descriptors\"}"));
        upstream.answering(request -> ScriptedUpstream.ok("x"));
        Http2Client owner = connect(server);
        assertEquals(200, owner.answer(owner.get("/", AUTHORIZED)).status());
        int page = owner.get("/open/of-the-owner");
        assertEquals(200, owner.answer(page).status());
        assertEquals(3, server.metric("seawall_connections_refused_total{reason=\"descriptors\"}"));
    }

    @Test
    void endNoRequestOfANetworkThatLoggedInForAnUnknownOnes() throws IOException {
        RunningServer server = start("SEAWALL_PUBLIC_PATHS=/open/*", "SEAWALL_MAX_CONNECTIONS=10",
                "SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For");
        upstream.script(connection -> {
            while (!connection.atEnd()) {
                if (!connection.request().target().startsWith("/open/")) {
                    connection.send(ScriptedUpstream.ok("x"));
                }
            }
        });
        Http2Client owner = connect(server);
        assertEquals(200, owner.answer(owner.get("/", AUTHORIZED, "x-forwarded-for: 198.51.100.1")).status());
        int slow = owner.get("/open/slow", "x-forwarded-for: 198.51.100.1");
        eventually("the owner's request", () -> upstream.targets().contains("/open/slow"));
        Http2Client unknown = connect(server);
        for (int i = 0; i < 12; i++) {
            unknown.get("/open/" + i, "x-forwarded-for: 203.0.113.9");
        }
        eventually("four have ended",
                () -> server.metric("seawall_connections_refused_total{reason=\"descriptors\"}") == 4);
        owner.frame(Http2Client.PING, 0, 0, new byte[8]);
        Http2Client.Frame first = owner.await(frame -> frame.stream() == slow || frame.type() == Http2Client.PING);
        assertEquals(Http2Client.PING, first.type(), first.toString());
    }

    @Test
    void clientThatSendsBeforeItHasSeenOurSettingsLosesNothing() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("x"));
        RunningServer server = start();
        try (Http2Client client = new Http2Client(server)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            all.writeBytes(Http2Client.frameBytes(Http2Client.SETTINGS, 0, 0));
            for (int i = 0; i < 61; i++) {
                all.writeBytes(Http2Client.frameBytes(Http2Client.HEADERS,
                        Http2Client.END_HEADERS | Http2Client.END_STREAM, 1 + 2 * i,
                        Http2Client.block(client.fields("GET", "/asset" + i, AUTHORIZED))));
            }
            client.send(all.toByteArray());
            for (int i = 0; i < 61; i++) {
                assertEquals(200, client.answer(1 + 2 * i).status());
            }
        }
    }

    @Test
    void endsAConnectionThatTakesNoneOfItsAnswers() throws IOException {
        RunningServer server = start();
        Http2Client client = takesNothing(server);
        for (int i = 0; i < 12; i++) {
            client.get("/");
        }
        while (client.next() != null) {
            // heads of the answers, whose bodies never come
        }
        assertTrue(
                server.metric("seawall_http2_errors_total{reason=\"answers_not_taken\",scope=\"connection\"}") >= 1);
        assertTrue(server.metric("seawall_unauthenticated_heap_bytes") <= SCRAPE);
    }

    /// Some of its clients may be slow, and the others have the same connection.
    @Test
    void waitsForTheAnswersThatAProxyDoesNotTake() throws Exception {
        RunningServer server = start("SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For");
        Http2Client client = takesNothing(server);
        for (int i = 0; i < 12; i++) {
            client.get("/");
        }
        Thread.sleep(3_000);
        for (int i = 0; i < 12; i++) {
            client.frame(Http2Client.WINDOW_UPDATE, 0, 1 + 2 * i, Http2Client.number(60_000));
            assertEquals(401, client.answer(1 + 2 * i).status());
        }
    }

    @Test
    void bodiesOnStreamsThatAreRefusedCostNothingElse() throws IOException {
        Http2Client client = connect(start("SEAWALL_PUBLIC_PATHS=/open/*"));
        for (int i = 0; i < 16; i++) {
            client.get("/open/" + i);
        }
        int refused = client.head(false, client.fields("POST", "/open/x"));
        client.data(refused, false, "a");
        assertEquals(Http2Error.REFUSED_STREAM, client.awaitReset(refused).error());
        client.data(refused, false, "b");
        client.frame(Http2Client.WINDOW_UPDATE, 0, refused, Http2Client.number(1));
        client.frame(Http2Client.RST_STREAM, 0, refused, Http2Client.number(8));

        client.frame(Http2Client.RST_STREAM, 0, 1, Http2Client.number(8));
        assertEquals(200, client.answer(client.get("/healthz")).status());
    }

    @Test
    void waitsForAFewAnswersThatAreNotTaken() throws Exception {
        RunningServer server = start();
        Http2Client client = takesNothing(server);
        for (int i = 0; i < 6; i++) {
            client.get("/");
        }
        Thread.sleep(3_000);
        for (int i = 0; i < 6; i++) {
            client.frame(Http2Client.WINDOW_UPDATE, 0, 1 + 2 * i, Http2Client.number(60_000));
            assertEquals(401, client.answer(1 + 2 * i).status());
        }
        eventually("an idle connection's bytes",
                () -> server.metric("seawall_unauthenticated_heap_bytes") <= 32 * 1024 + SCRAPE);
    }

    @Test
    void endsAConnectionThatSendsItsBodyAheadInSingleBytes() throws IOException {
        RunningServer server = start(
                "AUTH_PASSWORD_HASH=$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
                "AUTH_PASSWORD=");
        Http2Client client = connect(server);
        List<Integer> streams = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            // their passwords are hashed one after the other, and the bodies wait meanwhile
            streams.add(client.head(false, client.fields("POST", "/", "authorization: "
                    + RunningServer.basic("admin", "wrong-but-long-enough-" + i))));
        }
        boolean ended = false;
        for (int i = 0; i < 20_000 && !ended; i++) {
            try {
                client.data(streams.get(8 + i % 8), false, "x");
            } catch (IOException e) {
                ended = true;
            }
        }
        // the last of them may be on their way still
        eventually("the end of a connection of which 20,000 frames would be kept", () -> server
                .metric("seawall_http2_errors_total{reason=\"held_data_flood\",scope=\"connection\"}") >= 1);
    }

    @Test
    void endsARequestAloneWhereTheOwnersIsOnTheSameConnectionOfATrustedProxy() throws IOException {
        RunningServer server = start("SEAWALL_TRUSTED_PROXIES=127.0.0.0/8",
                "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For",
                "AUTH_PASSWORD_HASH=$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
                "AUTH_PASSWORD=");
        Http2Client proxy = connect(server);
        int owners = proxy.get("/v1/models", "authorization: " + RunningServer.BEARER, "x-forwarded-for: 192.0.2.1");
        ScriptedUpstream.Connection answering = upstream.next();
        List<Integer> streams = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            streams.add(proxy.head(false, proxy.fields("POST", "/", "x-forwarded-for: 198.51.100." + i,
                    "authorization: " + RunningServer.basic("admin", "wrong-but-long-enough-" + i))));
        }
        for (int i = 0; i < 20_000; i++) {
            proxy.data(streams.get(6 + i % 4), false, "x");
        }
        answering.request();
        answering.send(ScriptedUpstream.ok("models"));
        assertEquals("models", proxy.answer(owners).body());
        assertEquals(503, proxy.awaitHead(streams.getLast()).status());
    }

    @Test
    void bookedIsNothingOfTheOwnerAndNothingOfWhoIsGone() throws IOException {
        upstream.answering(request -> ScriptedUpstream.ok("x"));
        RunningServer server = start();
        Http2Client owner = connect(server);
        assertEquals(200, owner.answer(owner.get("/", AUTHORIZED)).status());
        assertTrue(server.metric("seawall_unauthenticated_heap_bytes") <= SCRAPE);

        Http2Client unknown = connect(server);
        assertEquals(401, unknown.answer(unknown.get("/")).status());
        assertTrue(server.metric("seawall_unauthenticated_heap_bytes") > SCRAPE);
        unknown.close();
        eventually("nothing booked", () -> server.metric("seawall_unauthenticated_heap_bytes") <= SCRAPE);
    }
}
