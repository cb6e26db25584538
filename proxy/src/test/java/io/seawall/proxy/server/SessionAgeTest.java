package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What a session opened ends with its age, by default twelve hours without use and seven days in all.
class SessionAgeTest {
    private static final String CLIENT = "203.0.113.7";
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final MemorySeawall seawall = MemorySeawall.relaying(TestConfig.of());

    @AfterEach
    void close() {
        MemoryGateway.take().forEach(MemoryGateway::end);
        seawall.close();
    }

    private static String request(String line, String field) {
        return line + " HTTP/1.1\nHost: claw.example.com\n" + field;
    }

    private String logIn() {
        String password = "Authorization: Basic " + Base64.getEncoder()
                .encodeToString(("admin:" + TestConfig.PASSWORD).getBytes(StandardCharsets.UTF_8));
        return "Cookie: " + seawall.ask(CLIENT, request("GET /.seawall/login", password)).header("Set-Cookie")
                .replaceFirst(";.*", "");
    }

    /// A request that the gateway never answers.
    private MemoryChannel open(String cookie) {
        MemoryChannel channel = seawall.connect(CLIENT);
        assertEquals("", channel.send(request("GET /events", cookie).replace("\n", "\r\n") + "\r\n\r\n"));
        assertTrue(channel.isOpen());
        return channel;
    }

    private void pass(Duration time) {
        seawall.pass(time);
        seawall.endWhatIsOver();
    }

    @Test
    void sevenDaysAreTheEndHoweverMuchItIsUsed() {
        String cookie = logIn();
        MemoryChannel stream = open(cookie);
        for (int hours = 0; hours < 7 * 24; hours += 8) {
            pass(Duration.ofHours(8));
            assertTrue(stream.isOpen(), hours + " hours");
            cookie = "Cookie: " + seawall.ask(CLIENT, request("GET /.seawall/login", cookie)).header("Set-Cookie")
                    .replaceFirst(";.*", "");
        }
        String other = logIn();
        MemoryChannel younger = open(other);
        pass(Duration.ofSeconds(1));
        assertFalse(stream.isOpen());
        assertTrue(younger.isOpen());
    }

    @Test
    void twelveHoursWithoutUseAreTheEnd() {
        String cookie = logIn();
        MemoryChannel stream = open(cookie);
        pass(Duration.ofHours(11));
        assertEquals(200, seawall.ask(CLIENT, request("GET /.seawall/client", cookie)).status());
        pass(Duration.ofHours(11));
        assertTrue(stream.isOpen(), "it was used in between");
        pass(Duration.ofHours(1).plusMinutes(2));
        assertFalse(stream.isOpen());
    }

    @Test
    void anUploadThatIsUnderWayEndsToo() {
        String cookie = logIn();
        MemoryChannel upload = seawall.connect(CLIENT);
        upload.send(request("POST /upload", cookie).replace("\n", "\r\n") + "\r\nContent-Length: 10\r\n\r\nabc");
        assertTrue(upload.isOpen());
        pass(Duration.ofDays(8));
        assertFalse(upload.isOpen());
    }

    @Test
    void aWebSocketEndsToo() {
        MemoryChannel webSocket = seawall.connect(CLIENT);
        webSocket.send(request("GET /", logIn()).replace("\n", "\r\n")
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"
                + "\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n");
        MemoryGateway gateway = MemoryGateway.take().getLast();
        gateway.serve("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + Frames.accept(KEY) + "\r\n\r\n");
        webSocket.runPendingTasks();
        assertTrue(webSocket.written().startsWith("HTTP/1.1 101 "));

        pass(Duration.ofHours(11));
        assertEquals("", webSocket.written());
        pass(Duration.ofHours(1).plusMinutes(2));
        String close = webSocket.written();
        assertEquals(1008, close.charAt(2) << 8 | close.charAt(3));
        gateway.end();
    }
}
