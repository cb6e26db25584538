package io.seawall.proxy.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.netty.handler.ssl.SslProvider;
import io.seawall.proxy.tls.TlsServer.Client;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TicketTest {
    private static final Duration TEN = Duration.ofSeconds(10);

    private static boolean resumes(Client client, TlsServer server, String protocol) throws IOException {
        int before = client.shown.get();
        try (SSLSocket socket = client.connect(server, protocol)) {
            TlsServer.echoes(socket);
            assertEquals(protocol, socket.getSession().getProtocol());
        }
        return client.shown.get() == before;
    }

    @ParameterizedTest
    @CsvSource({"OPENSSL_REFCNT, TLSv1.3", "OPENSSL_REFCNT, TLSv1.2", "JDK, TLSv1.3", "JDK, TLSv1.2"})
    void resumesTheSessionItStandsFor(SslProvider provider, String protocol) throws Exception {
        try (TlsServer server = new TlsServer(provider, TEN, TlsServer.EC)) {
            Client client = new Client();
            assertFalse(resumes(client, server, protocol));
            assertEquals(true, resumes(client, server, protocol));
            assertFalse(resumes(new Client(), server, protocol), "an unauthenticated client has none");
            assertEquals(provider == SslProvider.JDK ? 0 : 1, server.tls.resumed());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void isGoodUntilItsKeyWasReplacedTwice(String protocol) throws Exception {
        try (TlsServer server = new TlsServer(SslProvider.OPENSSL_REFCNT, TEN, TlsServer.EC)) {
            Client client = new Client();
            Client late = new Client();
            resumes(client, server, protocol);
            resumes(late, server, protocol);
            server.tls.rotateTicketKeys();
            assertEquals(true, resumes(client, server, protocol), "with the key before");
            server.tls.rotateTicketKeys();
            assertFalse(resumes(late, server, protocol), "the key is gone");
            assertEquals(true, resumes(late, server, protocol), "with the new one");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void staysGoodWhenTheCertificatesAreReplaced(String protocol) throws Exception {
        try (TlsServer server = new TlsServer(SslProvider.OPENSSL_REFCNT, TEN, TlsServer.EC)) {
            Client client = new Client();
            resumes(client, server, protocol);
            server.tls.replace(List.of(TlsServer.selfSigned("EC", 384, "SHA384withECDSA")));
            assertEquals(true, resumes(client, server, protocol));
            server.tls.replace(List.of(TlsServer.EC));
            assertEquals(1, server.tls.resumed(), "counts on");
        }
    }

    /// As after a restart.
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void isOfNoUseToAnotherSeawall(String protocol) throws Exception {
        Client client = new Client();
        int port;
        try (TlsServer server = new TlsServer(SslProvider.OPENSSL_REFCNT, TEN, TlsServer.EC)) {
            port = server.address.getPort();
            resumes(client, server, protocol);
        }
        try (TlsServer server = new TlsServer(port, SslProvider.OPENSSL_REFCNT, TEN, TlsServer.EC)) {
            assertFalse(resumes(client, server, protocol));
            assertEquals(0, server.tls.resumed());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void breaksNothingWhenTheKindOfKeyIsAnother(String protocol) throws Exception {
        try (TlsServer server = new TlsServer(SslProvider.OPENSSL_REFCNT, TEN, TlsServer.EC)) {
            Client client = new Client();
            resumes(client, server, protocol);
            server.tls.replace(List.of(TlsServer.RSA));
            resumes(client, server, protocol);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void isOfNoUseWithTheJdkAfterAReplacementButBreaksNothing(String protocol) throws Exception {
        try (TlsServer server = new TlsServer(SslProvider.JDK, TEN, TlsServer.EC)) {
            Client client = new Client();
            resumes(client, server, protocol);
            server.tls.replace(List.of(TlsServer.RSA));
            assertFalse(resumes(client, server, protocol));
        }
    }
}
