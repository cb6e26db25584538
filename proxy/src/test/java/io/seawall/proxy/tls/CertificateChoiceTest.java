package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.handler.ssl.SslProvider;
import io.seawall.certs.KeyMaterial;
import io.seawall.proxy.tls.TlsServer.Client;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// One certificate of each kind of key: who can verify ECDSA gets that one.
class CertificateChoiceTest {
    private static final Duration TEN = Duration.ofSeconds(10);
    private static final String[] ECDSA = {"ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384"};
    private static final String[] RSA = {"rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"};
    private static final String[] BOTH = {"ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256", "rsa_pkcs1_sha256"};

    static Stream<Arguments> clients() {
        return Stream.of(SslProvider.OPENSSL_REFCNT, SslProvider.JDK).flatMap(provider -> Stream
                .of("TLSv1.3", "TLSv1.2")
                .flatMap(protocol -> Stream.of(Arguments.of(provider, protocol, ECDSA, TlsServer.EC),
                        Arguments.of(provider, protocol, RSA, TlsServer.RSA),
                        Arguments.of(provider, protocol, BOTH, TlsServer.EC))));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void suitsTheSignaturesThatTheClientVerifies(SslProvider provider, String protocol, String[] signatures,
            KeyMaterial expected) throws Exception {
        for (List<KeyMaterial> order : List.of(List.of(TlsServer.EC, TlsServer.RSA),
                List.of(TlsServer.RSA, TlsServer.EC))) {
            try (TlsServer server = new TlsServer(provider, TEN, order.toArray(KeyMaterial[]::new));
                    SSLSocket socket = new Client().connect(server, protocol)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setSignatureSchemes(signatures);
                socket.setSSLParameters(parameters);
                TlsServer.echoes(socket);
                assertArrayEquals(new Object[]{expected.leaf()}, socket.getSession().getPeerCertificates());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void suitsTheSuitesOfAnOldClient(SslProvider provider) throws Exception {
        try (TlsServer server = new TlsServer(provider, TEN, TlsServer.EC, TlsServer.RSA)) {
            for (KeyMaterial expected : List.of(TlsServer.EC, TlsServer.RSA)) {
                try (SSLSocket socket = new Client().connect(server, "TLSv1.2")) {
                    socket.setEnabledCipherSuites(new String[]{expected.equals(TlsServer.EC)
                            ? "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
                            : "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"});
                    TlsServer.echoes(socket);
                    assertArrayEquals(new Object[]{expected.leaf()}, socket.getSession().getPeerCertificates());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL_REFCNT", "JDK"})
    void isNoneForWhoVerifiesNeither(SslProvider provider) throws Exception {
        try (TlsServer server = new TlsServer(provider, TEN, TlsServer.EC);
                SSLSocket socket = new Client().connect(server)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setSignatureSchemes(RSA);
            socket.setSSLParameters(parameters);
            assertThrows(SSLException.class, socket::startHandshake);
        }
    }
}
