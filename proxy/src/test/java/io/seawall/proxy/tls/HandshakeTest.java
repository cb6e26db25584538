package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.ssl.SslProvider;
import io.seawall.certs.KeyMaterial;
import io.seawall.proxy.tls.TlsServer.Client;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

    /// Seconds from the connection to its end, while the client sends `bytes` one by one, ten a second.
    private static double secondsOf(Socket socket, byte[] bytes) throws IOException, InterruptedException {
        long start = System.nanoTime();
        socket.setSoTimeout(100); // the pace, too
        for (int i = 0; System.nanoTime() - start < TimeUnit.SECONDS.toNanos(20); i++) {
            try {
                if (i < bytes.length) {
                    socket.getOutputStream().write(bytes[i]);
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

    /// A ClientHello that would be 16 KiB long.
    @ParameterizedTest
    @ValueSource(strings = {"", "\u0016", "\u0016\u0003\u0001@\u0000\u0001\u0000?\u00fc\u0003\u0003",
        "GET / HTTP/1.1\r\nHost: a\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void hasSoManySecondsInAllHoweverTheBytesCome(String beginning) throws Exception {
        byte[] bytes = new byte[400];
        byte[] begin = beginning.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(begin, 0, bytes, 0, begin.length);
        for (SslProvider provider : new SslProvider[]{SslProvider.OPENSSL_REFCNT, SslProvider.JDK}) {
            try (TlsServer server = new TlsServer(provider, Duration.ofSeconds(2), TlsServer.EC);
                    Socket socket = new Socket(server.address.getAddress(), server.address.getPort())) {
                double seconds = secondsOf(socket, begin.length < 2 ? begin : bytes);
                assertTrue(seconds > 1.8 && seconds < 6, seconds + " s with " + provider);
                assertInstanceOf(SslHandshakeTimeoutException.class, server.handshake().cause());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void isOneForAConnection(SslProvider provider) throws Exception {
        try (TlsServer server = new TlsServer(provider, Duration.ofSeconds(10), TlsServer.EC);
                SSLSocket socket = new Client().connect(server, "TLSv1.2")) {
            TlsServer.echoes(socket);
            assertTrue(server.handshake().isSuccess());
            IOException refused = assertThrows(IOException.class, () -> {
                socket.startHandshake();
                TlsServer.echoes(socket);
            });
            assertFalse(refused instanceof SocketTimeoutException, refused.toString());
        }
    }

    /// Longer than what a connection keeps for records that are not data.
    @ParameterizedTest
    @CsvSource({"OPENSSL_REFCNT, TLSv1.3", "OPENSSL_REFCNT, TLSv1.2", "JDK, TLSv1.3", "JDK, TLSv1.2"})
    void bringsALongChain(SslProvider provider, String protocol) throws Exception {
        List<X509Certificate> chain = Collections.nCopies(9, TlsServer.RSA.leaf());
        try (TlsServer server = new TlsServer(provider, Duration.ofSeconds(10),
                new KeyMaterial(TlsServer.RSA.key(), chain));
                SSLSocket socket = new Client().connect(server, protocol)) {
            TlsServer.echoes(socket);
            assertEquals(chain, List.of(socket.getSession().getPeerCertificates()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void isFollowedByNewKeysWheneverTheClientWantsThem(SslProvider provider) throws Exception {
        try (TlsServer server = new TlsServer(provider, Duration.ofSeconds(10), TlsServer.EC);
                SSLSocket socket = new Client().connect(server, "TLSv1.3")) {
            TlsServer.echoes(socket);
            for (int i = 0; i < 50; i++) {
                socket.startHandshake(); // the JDK's way of saying KeyUpdate
                TlsServer.echoes(socket);
            }
        }
    }
}
