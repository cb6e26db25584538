package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// TLS of a whole gateway: its deadlines, and what is counted of it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsIT {
    private ScriptedUpstream upstream;
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path state) throws IOException {
        upstream = new ScriptedUpstream();
        server = RunningServer.start(state, upstream.port(), "SEAWALL_HANDSHAKE_TIMEOUT=2",
                "SEAWALL_HEADER_TIMEOUT=2", "SEAWALL_IDLE_TIMEOUT=60", "SEAWALL_STALL_TIMEOUT=60");
    }

    @AfterAll
    void stop() {
        server.close();
        upstream.close();
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
    }

    /// Seconds until the connection ends, while zeros are sent, ten a second.
    private static double secondsUntilItEnds(Socket socket, boolean trickles) throws IOException {
        long start = System.nanoTime();
        socket.setSoTimeout(100); // the pace, too
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(30)) {
            try {
                if (trickles) {
                    socket.getOutputStream().write(0);
                }
                if (socket.getInputStream().read() < 0) {
                    break;
                }
            } catch (SocketTimeoutException e) {
                // still open
            } catch (IOException e) {
                break; // reset
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    /// A record of 16 KiB, of which a byte comes now and then; the first bytes of one; none.
    @ParameterizedTest
    @ValueSource(strings = {"16030140000100", "1603", ""})
    void waitsForNoHandshakeLongerThanItsDeadline(String begun) throws IOException {
        double before = server.metric("seawall_tls_handshakes_total{outcome=\"failed\",reason=\"timeout\"}");
        try (Socket socket = connect()) {
            socket.getOutputStream().write(HexFormat.of().parseHex(begun));
            double seconds = secondsUntilItEnds(socket, begun.length() > 4);
            assertTrue(seconds > 1.5 && seconds < 8, seconds + " s");
        }
        RunningServer.eventually("one more timeout", () -> server
                .metric("seawall_tls_handshakes_total{outcome=\"failed\",reason=\"timeout\"}") == before + 1);
    }

    /// The first byte of a record, or a head and one of 16 KiB that comes byte by byte.
    @ParameterizedTest
    @ValueSource(strings = {"17", "1703034000"})
    void waitsForTheRestOfARecordNoLongerThanForAHead(String begun) throws IOException {
        long start = System.nanoTime();
        try (RawClient client = server.raw()) {
            client.sendInClear(HexFormat.of().parseHex(begun));
            client.in.untilEnd();
        } catch (SSLException e) {
            // ended in the middle of a record
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertTrue(seconds > 1.5 && seconds < 10, seconds + " s");
    }

    @Test
    void countsWhatWasAgreedOn() throws IOException {
        for (String version : new String[]{"TLSv1.3", "TLSv1.2"}) {
            for (String protocol : new String[]{"http/1.1", "none"}) {
                String series = "seawall_tls_connections_total{protocol=\"" + protocol + "\",version=\"" + version
                        + "\"}";
                double before = server.metric(series);
                try (SSLSocket socket = (SSLSocket) server.trust().getSocketFactory().createSocket(connect(),
                        "127.0.0.1", server.port(), true)) {
                    socket.setEnabledProtocols(new String[]{version});
                    if (!protocol.equals("none")) {
                        var parameters = socket.getSSLParameters();
                        parameters.setApplicationProtocols(new String[]{protocol});
                        socket.setSSLParameters(parameters);
                    }
                    socket.startHandshake();
                    RunningServer.eventually(series, () -> server.metric(series) == before + 1);
                }
            }
        }
    }

    @Test
    void countsWhoIsResumed() throws Exception {
        double before = server.metric("seawall_tls_resumptions_total");
        // a context remembers its sessions; the answer brings the ticket
        SSLContext client = server.trust();
        for (int i = 0; i < 2; i++) {
            try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", server.port())) {
                socket.getOutputStream().write(("GET /healthz HTTP/1.1\r\nHost: " + server.host() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
                assertEquals('H', socket.getInputStream().read());
            }
        }
        assertTrue(server.metric("seawall_tls_resumptions_total") > before);
    }

    @Test
    void saysWhyAHandshakeFailed() throws Exception {
        SSLContext unknown = SSLContext.getInstance("TLS");
        unknown.init(null, null, null);
        try (Socket socket = unknown.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            assertThrows(SSLException.class, ((SSLSocket) socket)::startHandshake);
        }
        try (Socket socket = connect()) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(
                    StandardCharsets.US_ASCII));
            assertEquals('H', socket.getInputStream().read());
        }
        for (String reason : new String[]{"certificate_unknown", "http_request"}) {
            RunningServer.eventually(reason, () -> server
                    .metric("seawall_tls_handshakes_total{outcome=\"failed\",reason=\"" + reason + "\"}") == 1);
        }
    }
}
