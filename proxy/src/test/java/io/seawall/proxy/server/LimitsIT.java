package io.seawall.proxy.server;

import static io.seawall.proxy.server.RunningServer.BASIC;
import static io.seawall.proxy.server.RunningServer.BEARER;
import static io.seawall.proxy.server.RunningServer.HOOKS_BEARER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every limit is where the operator put it: here, much lower than by default.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsIT {
    private ScriptedUpstream upstream;
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path state) throws IOException {
        upstream = new ScriptedUpstream();
        upstream.answering(request -> ScriptedUpstream.ok("welcome"));
        server = RunningServer.start(state, upstream.port(), "SEAWALL_MAX_REQUEST_LINE=1k",
                "SEAWALL_MAX_HEADER_BYTES=2k", "SEAWALL_MAX_HEADERS=20", "SEAWALL_HEADER_TIMEOUT=1",
                "SEAWALL_HANDSHAKE_TIMEOUT=1", "SEAWALL_IDLE_TIMEOUT=1", "SEAWALL_STALL_TIMEOUT=1",
                "SEAWALL_MAX_BODY_UI=3k", "SEAWALL_MAX_BODY_API=4k", "SEAWALL_MAX_BODY_TOOLS=5k",
                "SEAWALL_MAX_BODY_HOOKS=6k", "SEAWALL_MAX_BODY_PUBLIC=7k", "SEAWALL_PUBLIC_PATHS=/j/*",
                "SEAWALL_MAX_CONNECTIONS_PER_CLIENT=12", "SEAWALL_SESSION_IDLE=600");
    }

    @AfterAll
    void stop() {
        server.close();
        upstream.close();
    }

    private int status(String head, String body) throws IOException {
        try (RawClient client = server.raw()) {
            client.send(head.replace("\n", "\r\n").replace("HOST", "Host: " + server.host()) + "\r\n\r\n" + body);
            return client.in.answer().status();
        }
    }

    @ParameterizedTest
    @CsvSource({"/, 3072", "/v1/x, 4096", "/tools/invoke, 5120", "/hooks/x, 6144", "/j/x, 7168"})
    void holdABody(String path, int most) throws IOException {
        String credential = switch (path) {
            case "/" -> BASIC;
            case "/hooks/x" -> HOOKS_BEARER;
            default -> BEARER;
        };
        String head = "POST " + path + " HTTP/1.1\nHOST\nAuthorization: " + credential + "\n";
        String chunks = "400\r\n" + "x".repeat(0x400) + "\r\n";
        String whole = chunks.repeat(most / 0x400);

        assertEquals(200, status(head + "Content-Length: " + most, "x".repeat(most)));
        assertEquals(413, status(head + "Content-Length: " + (most + 1), ""));
        assertEquals(200, status(head + "Transfer-Encoding: chunked", whole + "0\r\n\r\n"));
        assertEquals(413, status(head + "Transfer-Encoding: chunked", whole + "1\r\nx\r\n0\r\n\r\n"));
    }

    @Test
    void holdTheRequestLine() throws IOException {
        String rest = "GET / HTTP/1.1";
        assertEquals(401, status("GET /" + "a".repeat(1024 - rest.length()) + " HTTP/1.1\nHOST", ""));
        assertEquals(414, status("GET /" + "a".repeat(1025 - rest.length()) + " HTTP/1.1\nHOST", ""));
    }

    @Test
    void holdTheHeaders() throws IOException {
        assertEquals(401, status("GET / HTTP/1.1\nHOST\nBig: " + "b".repeat(1900), ""));
        assertEquals(431, status("GET / HTTP/1.1\nHOST\nBig: " + "b".repeat(2040), ""));
        assertEquals(401, status("GET / HTTP/1.1\nHOST" + "\nA: b".repeat(19), ""));
        assertEquals(431, status("GET / HTTP/1.1\nHOST" + "\nA: b".repeat(20), ""));
    }

    @Test
    void endAConnectionWhoseHeadDoesNotCome() throws IOException {
        try (RawClient client = server.raw()) {
            client.send("GET / HTTP/1.1\r\nHost: a\r\n");
            assertEquals(408, client.in.answer().status());
            assertTrue(client.in.atEnd());
        }
    }

    @Test
    void endAConnectionWhoseBodyStops() throws IOException {
        assertEquals(408, status("POST / HTTP/1.1\nHOST\nAuthorization: " + BASIC + "\nContent-Length: 5", "abc"));
    }

    @Test
    void endAConnectionThatAsksNothingMore() throws IOException {
        try (RawClient client = server.raw()) {
            client.send("GET /healthz HTTP/1.1\r\nHost: " + server.host() + "\r\n\r\n");
            assertEquals(200, client.in.answer().status());
            assertTrue(client.in.atEnd());
        }
    }

    @Test
    void endAConnectionThatNeverSpeaksTls() throws IOException {
        for (String said : new String[]{"", "\u0016", "GET / HTTP/1.1\r\nHost: a\r\n"}) {
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port())) {
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(said.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
                assertTrue(ended(socket), said);
            }
        }
    }

    @Test
    void giveANetworkItsShareOfConnections() throws IOException {
        // plain sockets, which may stay silent for a second
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 13; i++) {
                Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
                socket.setSoTimeout(20_000);
                sockets.add(socket);
            }
            assertTrue(ended(sockets.getLast()));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        assertTrue(server.metric("seawall_connections_refused_total{reason=\"client\"}") >= 1);
    }

    @Test
    void displaceNobodyWhomALayerLetIn(@TempDir Path state) throws IOException {
        try (RunningServer small = RunningServer.start(state, upstream.port(), "SEAWALL_MAX_CONNECTIONS=10");
                RawClient owner = small.raw()) {
            assertEquals(200, owner.head("GET /", "Authorization: " + BASIC).in.answer().status());
            List<Socket> flood = new ArrayList<>();
            try {
                for (int i = 0; i < 20; i++) {
                    flood.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), small.port()));
                }
                flood.getLast().setSoTimeout(20_000);
                assertTrue(ended(flood.getLast()), "all are taken");
                assertEquals(200, owner.head("GET /", "Authorization: " + BASIC).in.answer().status());
            } finally {
                for (Socket socket : flood) {
                    socket.close();
                }
            }
        }
    }

    private static boolean ended(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException e) {
            return true; // a reset
        }
    }

    @Test
    void holdASession() throws Exception {
        String cookie = server.get("/.seawall/login", "Authorization", BASIC).headers().firstValue("Set-Cookie")
                .orElseThrow();
        assertTrue(cookie.contains("Max-Age=600;"), cookie);
    }
}
