package io.seawall.proxy.server;

import static io.seawall.proxy.server.Frames.CLOSE;
import static io.seawall.proxy.server.Http2Client.ACK;
import static io.seawall.proxy.server.Http2Client.END_STREAM;
import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.handler.codec.http2.Http2Error;
import io.seawall.proxy.server.Frames.Frame;
import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How connections of HTTP/2 end: when Seawall drains, when nothing comes, and by a client's fault.
@Timeout(60)
final class Http2EndsIT extends Http2Setup {
    Http2EndsIT() throws IOException {}

    @Test
    void sendsGoAwayWhenItDrains() throws Exception {
        upstream.script(Frames::echo);
        RunningServer server = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(server);
        int tunnel = client.connectWebSocket("/", AUTHORIZED);
        assertEquals(200, client.awaitHead(tunnel).status());
        upstream.script(connection -> {
            connection.request();
            connection.in.untilEnd();
        });
        Thread stopping = Thread.ofVirtual().start(server::close);

        assertEquals(Http2Error.NO_ERROR, client.awaitGoAway().error());
        Http2Client.Frame goAway = client.awaitData(tunnel);
        assertEquals(1012, new Frame(true, CLOSE, Arrays.copyOfRange(goAway.payload(), 2, 4)).closeCode());
        stopping.join();
    }

    /// Its client has asked before it could read that it should not.
    @Test
    void answersARequestThatCrossesTheGoAwayOfAnIdleConnection() throws Exception {
        upstream.answering(request -> ScriptedUpstream.ok("crossed"));
        RunningServer server = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(server);
        Thread stopping = Thread.ofVirtual().start(server::close);
        assertEquals(Integer.MAX_VALUE, lastStream(client.awaitGoAway()));
        Http2Client.Frame ping = client.await(frame -> frame.type() == Http2Client.PING);
        Thread.sleep(200); // more than Seawall looks whether something is under way

        int stream = client.get("/", AUTHORIZED);
        client.frame(Http2Client.PING, ACK, 0, ping.payload());

        assertEquals("crossed", client.answer(stream).body());
        assertEquals(stream, lastStream(client.awaitGoAway()));
        client.awaitEnd();
        stopping.join();
    }

    @Test
    void sendsGoAwayToAConnectionWhoseHandshakeEndsWhileItDrains() throws Exception {
        RunningServer server = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client busy = connect(server);
        int slow = busy.get("/slow", AUTHORIZED);
        Connection answering = upstream.next();
        answering.request();
        Socket late = Http2Client.connected(server.end());
        eventually("two connections", () -> server.metric("seawall_connections_open") >= 2);
        Thread stopping = Thread.ofVirtual().start(server::close);
        busy.awaitGoAway();

        Http2Client client = new Http2Client(server, late);
        client.preface();
        client.frame(Http2Client.SETTINGS, 0, 0);
        assertEquals(Http2Error.NO_ERROR, client.awaitGoAway().error());

        answering.send(ScriptedUpstream.ok("late"));
        assertEquals("late", busy.answer(slow).body());
        stopping.join();
    }

    private static int lastStream(Http2Client.Frame goAway) {
        return ByteBuffer.wrap(goAway.payload()).getInt();
    }

    @Test
    void asksAWebSocketThatOpensWhileItDrainsToComeBack() throws Exception {
        CompletableFuture<Void> go = new CompletableFuture<>();
        upstream.script(connection -> {
            Message handshake = connection.request();
            go.join();
            connection.send(Frames.switching(handshake));
            connection.in.untilEnd();
        });
        RunningServer server = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(server);
        int tunnel = client.connectWebSocket("/", AUTHORIZED);
        eventually("the handshake", () -> upstream.requests().size() == 1);
        Thread stopping = Thread.ofVirtual().start(server::close);
        client.awaitGoAway();

        go.complete(null);

        assertEquals(200, client.awaitHead(tunnel).status());
        Http2Client.Frame goAway = client.awaitData(tunnel);
        assertEquals(1012, new Frame(true, CLOSE, Arrays.copyOfRange(goAway.payload(), 2, 4)).closeCode());
        stopping.join();
    }

    @Test
    void letsARunningRequestFinishWhileItDrains() throws Exception {
        RunningServer server = start("SEAWALL_DRAIN_TIMEOUT=20");
        Http2Client client = connect(server);
        int stream = client.get("/slow", AUTHORIZED);
        Connection connection = upstream.next();
        connection.request();
        Thread stopping = Thread.ofVirtual().start(server::close);
        client.awaitGoAway();

        connection.send(ScriptedUpstream.ok("late"));

        assertEquals("late", client.answer(stream).body());
        stopping.join();
    }

    @Test
    void closesAConnectionOnWhichNothingIsAsked() throws IOException {
        Http2Client client = connect(start("SEAWALL_IDLE_TIMEOUT=1"));
        assertEquals(200, client.answer(client.get("/healthz")).status());

        assertEquals(Http2Error.NO_ERROR, client.awaitGoAway().error());
        client.awaitEnd();
    }

    @Test
    void closesAConnectionWhoseBeginningDoesNotCome() throws IOException {
        try (Http2Client client = new Http2Client(start("SEAWALL_HEADER_TIMEOUT=1"))) {
            client.send("PRI * HTTP".getBytes(StandardCharsets.US_ASCII));

            client.awaitGoAway();
            client.awaitEnd();
        }
    }

    @Test
    void closesAConnectionWhoseHeadDoesNotEnd() throws IOException {
        RunningServer server = start("SEAWALL_HEADER_TIMEOUT=1");
        Http2Client client = connect(server);
        client.frame(Http2Client.HEADERS, END_STREAM, 1, Http2Client.block(client.fields("GET", "/")));

        client.awaitGoAway();
        client.awaitEnd();
        assertEquals(1, server.metric("seawall_http2_errors_total{reason=\"head_timeout\",scope=\"connection\"}"));
    }
}
