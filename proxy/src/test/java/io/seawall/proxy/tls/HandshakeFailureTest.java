package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslProvider;
import io.seawall.proxy.tls.TlsServer.Client;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// In the words of the library that served.
class HandshakeFailureTest {
    interface Attempt {
        void on(TlsServer server) throws Exception;
    }

    record Case(String name, HandshakeFailure failure, Attempt attempt) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Attempt tls(String protocol, Consumer<SSLParameters> change) {
        return server -> {
            try (SSLSocket socket = new Client().connect(server, protocol)) {
                SSLParameters parameters = socket.getSSLParameters();
                change.accept(parameters);
                socket.setSSLParameters(parameters);
                assertThrows(SSLException.class, socket::startHandshake);
            }
        };
    }

    private static Attempt distrusting(String protocol) {
        return server -> {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(server.address.getAddress(),
                    server.address.getPort())) {
                socket.setEnabledProtocols(new String[]{protocol});
                assertThrows(SSLException.class, socket::startHandshake);
            }
        };
    }

    private static Attempt bytes(byte[] bytes, boolean waits) {
        return server -> {
            try (Socket socket = new Socket(server.address.getAddress(), server.address.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(bytes);
                if (waits) {
                    socket.getInputStream().readAllBytes();
                }
            } catch (IOException e) {
                // a reset ends it as well
            }
        };
    }

    static Stream<Arguments> cases() {
        byte[] http = "GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        String[] rsaOnly = {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"};
        return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK).flatMap(provider -> Stream.of(
                new Case("no trust, 1.3", HandshakeFailure.CERTIFICATE_UNKNOWN, distrusting("TLSv1.3")),
                new Case("no trust, 1.2", HandshakeFailure.CERTIFICATE_UNKNOWN, distrusting("TLSv1.2")),
                new Case("only RSA suites", HandshakeFailure.NO_SHARED_CIPHER,
                        tls("TLSv1.2", p -> p.setCipherSuites(
                                new String[]{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"}))),
                new Case("only RSA signatures, 1.3", HandshakeFailure.NO_SHARED_CIPHER,
                        tls("TLSv1.3", p -> p.setSignatureSchemes(rsaOnly))),
                new Case("only RSA signatures, 1.2", HandshakeFailure.NO_SHARED_CIPHER,
                        tls("TLSv1.2", p -> p.setSignatureSchemes(rsaOnly))),
                new Case("another group", HandshakeFailure.NO_SHARED_CIPHER,
                        tls("TLSv1.3", p -> p.setNamedGroups(new String[]{"secp521r1"}))),
                new Case("TLS 1.1", HandshakeFailure.UNSUPPORTED_PROTOCOL,
                        bytes(ServerTlsTest.clientHello(0x0302, 0xc009), true)),
                new Case("garbage", HandshakeFailure.PROTOCOL,
                        bytes(HexFormat.of().parseHex("16030100050909090909"), true)),
                new Case("HTTP", HandshakeFailure.HTTP_REQUEST, bytes(http, true)),
                new Case("half a record", HandshakeFailure.CLOSED, bytes(new byte[]{22, 3, 1, 0, 5}, false)),
                new Case("nothing", HandshakeFailure.CLOSED, bytes(new byte[0], false)),
                new Case("nothing, for long", HandshakeFailure.TIMEOUT, bytes(new byte[0], true)))
                .map(c -> Arguments.of(provider, c)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isToldByWhatTheLibrarySays(SslProvider provider, Case tried) throws Exception {
        try (TlsServer server = new TlsServer(provider, Duration.ofSeconds(3), TlsServer.EC)) {
            tried.attempt().on(server);
            assertEquals(tried.failure(), server.failure());
        }
    }

    @ParameterizedTest
    @CsvSource({"error:100000c7:SSL routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE, CLIENT_CERTIFICATE",
        "error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED, CLIENT_CERTIFICATE",
        "(bad_certificate) Empty client certificate chain, CLIENT_CERTIFICATE",
        "error:10000418:SSL routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA, CERTIFICATE_UNKNOWN",
        "something new, PROTOCOL", "'', PROTOCOL"})
    void isToldByKnownWordsOnly(String words, HandshakeFailure failure) {
        assertEquals(failure, of(new SSLHandshakeException(words)));
    }

    @Test
    void isOfTheClientsCertificateWhateverWasWrongWithIt() {
        assertEquals(HandshakeFailure.CLIENT_CERTIFICATE,
                of(new SSLHandshakeException("x", new CertificateException("y"))));
    }

    /// The exception quotes what the client sent, which may be anything.
    @Test
    void isNotWhatTheClientWrites() {
        assertEquals(HandshakeFailure.PROTOCOL, of(new NotSslRecordException("NO_SHARED_CIPHER")));
    }

    private static HandshakeFailure of(Throwable cause) {
        EmbeddedChannel channel = new EmbeddedChannel();
        try {
            return HandshakeFailure.of(cause, channel.pipeline());
        } finally {
            channel.finishAndReleaseAll();
        }
    }
}
