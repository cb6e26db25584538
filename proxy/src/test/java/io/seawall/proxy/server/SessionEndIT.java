package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.ScriptedUpstream.Connection;
import io.seawall.proxy.server.WireReader.Message;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a session opened ends with it, in whatever form; what others opened goes on.
@Timeout(60)
class SessionEndIT {
    @TempDir
    private static Path state;

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final RunningServer server = RunningServer.start(state, upstream.port());
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Semaphore more = new Semaphore(0);
    private final AtomicInteger cut = new AtomicInteger();
    private final String leaving = server.logIn();
    private final String staying = server.logIn();

    SessionEndIT() throws IOException {}

    @BeforeEach
    void script() {
        upstream.script(this::serve);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
        server.close();
        upstream.close();
    }

    private void serve(Connection connection) throws IOException {
        Message head = connection.in.head();
        if (head.has("Upgrade")) {
            connection.in.pushBack(head);
            Frames.echo(connection);
            return;
        }
        switch (head.target()) {
            case "/events" -> {
                connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                connection.chunk("one");
            }
            case "/download" -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\none");
            default -> connection.in.exactly(3); // the beginning of an upload
        }
        Thread.ofVirtual().start(() -> {
            if (connection.atEnd()) {
                cut.incrementAndGet();
            }
        });
        more.acquireUninterruptibly();
        try {
            switch (head.target()) {
                case "/events" -> connection.chunk("two");
                case "/download" -> connection.send("two");
                default -> connection.send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
            }
        } catch (IOException e) {
            // it was cut
        }
    }

    private RawClient http1(String start, String cookie, String... more) throws IOException {
        RawClient client = server.raw();
        open.add(client);
        List<String> fields = new ArrayList<>(List.of(more));
        fields.add("Cookie: " + cookie);
        return client.head(start, fields.toArray(String[]::new));
    }

    private void logOut() {
        assertEquals(200, server.post("/.seawall/logout", "", "Cookie", leaving, "Origin",
                "https://" + server.host()).statusCode());
    }

    private static void isCut(RawClient client) {
        IOException end = assertThrows(IOException.class, () -> client.in.exactly(1));
        assertFalse(end instanceof SocketTimeoutException, "it is still open");
    }

    @Test
    void logoutEndsItsEventStreams() throws IOException {
        RawClient gone = http1("GET /events", leaving);
        RawClient stays = http1("GET /events", staying);
        for (RawClient client : List.of(gone, stays)) {
            assertEquals(200, client.in.head().status());
            assertEquals("one", client.in.chunk());
        }
        logOut();
        isCut(gone);
        eventually("the gateway's end, too", () -> cut.get() == 1);
        more.release(2);
        assertEquals("two", stays.in.chunk());
    }

    @Test
    void logoutEndsItsDownloadsAndUploads() throws IOException {
        RawClient download = http1("GET /download", leaving);
        RawClient upload = http1("POST /upload", leaving, "Content-Length: 6", "Origin: https://" + server.host());
        upload.send("one");
        RawClient stays = http1("POST /upload", staying, "Content-Length: 6", "Origin: https://" + server.host());
        stays.send("one");
        assertEquals(200, download.in.head().status());
        assertEquals("one", new String(download.in.exactly(3), java.nio.charset.StandardCharsets.US_ASCII));
        eventually("all are there", () -> upstream.traffic().size() == 3);
        logOut();
        isCut(download);
        isCut(upload);
        eventually("the gateway's ends, too", () -> cut.get() == 2);
        more.release(3);
        assertEquals("two", stays.answer().body());
    }

    @Test
    void logoutEndsItsWebSocketsOverHttp11() throws IOException {
        RawClient gone = webSocket(leaving);
        RawClient stays = webSocket(staying);

        logOut();

        assertEquals(1008, Frames.read(gone.in).closeCode());
        stays.send(Frames.masked(Frames.TEXT, "two"));
        assertEquals("two", Frames.read(stays.in).text());
    }

    private RawClient webSocket(String cookie) throws IOException {
        RawClient client = server.raw();
        open.add(client);
        client.upgrade("/", "Cookie: " + cookie, "Origin: https://" + server.host());
        assertEquals(101, client.in.head().status());
        return client;
    }

    @Test
    void logoutEndsWhatIsOpenOverHttp2AndNotTheConnection() throws IOException {
        Http2Client client = Http2Client.connect(server);
        open.add(client);
        int events = client.get("/events", "cookie: " + leaving);
        int webSocket = client.connectWebSocket("/", "cookie: " + leaving, "origin: https://" + server.host());
        int upload = client.head(false, client.fields("POST", "/upload", "cookie: " + leaving,
                "origin: https://" + server.host(), "content-length: 6"));
        client.data(upload, false, "one");
        int stays = client.get("/events", "cookie: " + staying);
        assertEquals(200, client.awaitHead(events).status());
        assertEquals(200, client.awaitHead(webSocket).status());
        assertEquals(200, client.awaitHead(stays).status());
        eventually("all are there", () -> upstream.traffic().size() == 4);

        logOut();

        client.awaitReset(events);
        client.awaitReset(upload);
        String close = client.awaitData(webSocket).text();
        assertEquals(1008, close.charAt(2) << 8 | close.charAt(3));
        assertEquals(401, client.answer(client.get("/", "cookie: " + leaving)).status());
        more.release(4);
        assertTrue(client.awaitData(stays).text().contains("one"));
        assertTrue(client.awaitData(stays).text().contains("two"));
    }
}
