package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.upstream.GatewayHealth.State;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayHealthTest {

    @ParameterizedTest
    @CsvSource({"'HTTP/1.1 200 OK\r\n\r\n{\"ready\":true}', UP", "'HTTP/1.1 404 Not Found\r\n\r\n', UP",
        "'HTTP/1.1 401 Unauthorized\r\n\r\n', UP", "'HTTP/1.1 403 Forbidden\r\n\r\nno', UP",
        "'HTTP/1.1 403 Forbidden\r\n\r\n{\"error\":\"proxy_attribution_required\"}', UNATTRIBUTED",
        "'HTTP/1.1 200 OK\r\n\r\nproxy_attribution_required', UP",
        "'HTTP/1.1 503 Service Unavailable\r\n\r\n', STARTING",
        "'HTTP/1.1 500 Internal Server Error\r\n\r\n', STARTING", "'HTTP/1.0 200 OK\r\n\r\n', UP",
        "'HTTP/1.0 503 Service Unavailable\r\n\r\n', STARTING", "'', DOWN", "'SSH-2.0-OpenSSH', DOWN",
        "'HTTP/2', DOWN"})
    void reads(String answer, State state) {
        assertEquals(state, GatewayHealth.read(answer));
    }

    @Test
    void isDownWhereNobodyListens() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        GatewayHealth health = new GatewayHealth(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        assertEquals(State.UNKNOWN, health.state());
        assertFalse(health.isUp());
        health.check();
        assertEquals(State.DOWN, health.state());
    }

    /// The server on the port would block a watcher's thread for hours, if each byte restarted the deadline.
    @Test
    @Timeout(60)
    void isNotKeptByASlowAnswer() throws Exception {
        try (ServerSocket gateway = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            AtomicInteger written = new AtomicInteger();
            Thread answering = Thread.ofVirtual().start(() -> {
                try (Socket socket = gateway.accept()) {
                    while (true) {
                        socket.getOutputStream().write("HTTP/1.1 200 OK\r\n".charAt(Math.min(written.get(), 16)));
                        written.incrementAndGet();
                        Thread.sleep(200);
                    }
                } catch (IOException | InterruptedException e) {
                    // it has gone
                }
            });
            GatewayHealth health = new GatewayHealth((InetSocketAddress) gateway.getLocalSocketAddress());
            health.check();
            assertEquals(State.DOWN, health.state());
            answering.join();
            assertTrue(written.get() < 40, written + " bytes");
        }
    }

    @Test
    void keepsWhatItKnowsWithoutADescriptorToAskBy() throws IOException {
        try (ServerSocket gateway = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            GatewayHealth health = new GatewayHealth((InetSocketAddress) gateway.getLocalSocketAddress());
            CompletableFuture<Void> answer = CompletableFuture.runAsync(() -> {
                try (Socket socket = gateway.accept()) {
                    socket.getInputStream().read(new byte[4096]);
                    socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            health.check();
            answer.join();
            health.failed(new SocketException("Too many open files"));
            assertEquals(State.UP, health.state());
            assertEquals(1, health.failures());
            health.failed(new SocketException("Connection reset"));
            assertEquals(State.DOWN, health.state());
            assertEquals(1, health.failures());
        }
    }

    /// Were it to ask as a local client, it would not see what clients will meet.
    @Test
    void asksAsARemoteClientWould() throws Exception {
        try (ServerSocket gateway = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            CompletableFuture<String> question = CompletableFuture.supplyAsync(() -> {
                try (Socket socket = gateway.accept()) {
                    byte[] bytes = new byte[4096];
                    int length = socket.getInputStream().read(bytes);
                    socket.getOutputStream().write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            GatewayHealth health = new GatewayHealth((InetSocketAddress) gateway.getLocalSocketAddress());
            health.check();
            assertTrue(health.isUp());
            assertEquals("""
                    GET /startupz HTTP/1.1
                    Host: 127.0.0.1
                    X-Forwarded-For: 192.0.2.1
                    X-Forwarded-Proto: https
                    Connection: close

                    """.replace("\n", "\r\n"), question.join());
        }
    }
}
