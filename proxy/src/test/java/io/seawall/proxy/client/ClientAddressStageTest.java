package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.config.Config;
import io.seawall.host.Cidr;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.JourneyHandler;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.http.RequestHead;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressStageTest {
    private static final Config.Clients CLIENTS = new Config.Clients(List.of(Cidr.parse("10.0.0.0/8")),
            Optional.of("x-forwarded-for"));
    private static final ClientAddress ADDRESSES = new ClientAddress(CLIENTS, List.of());

    private static EmbeddedChannel from(String peer, boolean tls) {
        return from(peer, tls, new ProxyHints(CLIENTS));
    }

    private static EmbeddedChannel from(String peer, boolean tls, ProxyHints hints) {
        return new EmbeddedChannel(new JourneyHandler(new ClientAddressStage(ADDRESSES, hints, tls))) {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress(InetAddress.ofLiteral(peer), 4711);
            }
        };
    }

    @Test
    void tellsOfAProxyThatIsNotNamed() {
        List<String> said = new ArrayList<>();
        ProxyHints hints = new ProxyHints(CLIENTS, System::nanoTime, said::add);
        for (int i = 0; i < 3; i++) {
            from("192.168.1.1", true, hints).writeInbound(head());
            from("192.168.1.1", true, hints).writeInbound(head("X-Forwarded-For", "203.0.113.7"));
        }
        assertEquals(1, said.size(), said.toString());
    }

    @Test
    void tellsOfATrustedProxyThatNamesNobody() {
        List<String> said = new ArrayList<>();
        ProxyHints hints = new ProxyHints(CLIENTS, System::nanoTime, said::add);
        for (String address : List.of("203.0.113.7", "10.0.0.1")) {
            from("10.0.0.1", true, hints).writeInbound(new RequestHead("GET", "/", "claw.example.com", Persistence.KEPT,
                    Headers.builder().add("X-Forwarded-For", address).build(), Body.NONE));
        }
        assertEquals(List.of(), said);
        from("10.0.0.1", true, hints).writeInbound(
                new RequestHead("GET", "/", "claw.example.com", Persistence.KEPT, Headers.EMPTY, Body.NONE));
        assertEquals(1, said.size(), said.toString());
    }

    private static RequestHead head(String... headers) {
        Headers.Builder builder = Headers.builder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.add(headers[i], headers[i + 1]);
        }
        return new RequestHead("GET", "/", "a", Persistence.KEPT, builder.build(), Body.NONE);
    }

    @Test
    void namesTheClientForThoseBehind() {
        EmbeddedChannel channel = from("10.0.0.1", false);
        RequestHead head = head("X-Forwarded-For", "192.0.2.1");
        channel.writeInbound(head);

        assertEquals(new ClientRequest(head, InetAddress.ofLiteral("192.0.2.1"), false), channel.readInbound());
        assertEquals(InetAddress.ofLiteral("192.0.2.1"), Exchange.of(channel).client());
        channel.finishAndReleaseAll();
    }

    @Test
    void refusesAClientThatTheProxyCannotName() {
        EmbeddedChannel channel = from("10.0.0.1", false);
        channel.writeInbound(head("X-Forwarded-For", "garbage"));

        assertNull(channel.readInbound());
        Rejection rejection = assertInstanceOf(Rejection.class, channel.readOutbound());
        assertEquals(400, rejection.status());
        assertEquals("client_address", rejection.label());
        assertEquals(InetAddress.ofLiteral("10.0.0.1"), Exchange.of(channel).client());
        channel.finishAndReleaseAll();
    }

    /// Our own TLS; otherwise the header of a trusted proxy only.
    @ParameterizedTest
    @CsvSource({"198.51.100.7, true, http, true", "198.51.100.7, false, https, false", "10.0.0.1, false, https, true",
        "10.0.0.1, false, HTTPS, true", "10.0.0.1, false, http, false", "10.0.0.1, false, 'https,http', false",
        "10.0.0.1, false, wss, true", "10.0.0.1, false, ws, false", "10.0.0.1, false, 'https, https', true",
        "10.0.0.1, false, 'http,https', true", "10.0.0.1, false, httpsx, false", "10.0.0.1, false, ',', false"})
    void knowsWhetherTheClientsConnectionIsSecure(String peer, boolean tls, String told, boolean secure) {
        EmbeddedChannel channel = from(peer, tls);
        channel.writeInbound(head("X-Forwarded-Proto", told));

        assertEquals(secure, assertInstanceOf(ClientRequest.class, channel.readInbound()).secure());
        channel.finishAndReleaseAll();
    }

    /// Each proxy appended how it was spoken to: the client's own word stands left of it.
    @ParameterizedTest
    @CsvSource({"'192.0.2.1, 10.0.0.2', 'https, http', true", "'192.0.2.1, 10.0.0.2', 'http, https', false",
        "'6.6.6.6, 192.0.2.1, 10.0.0.2', 'http, https, http', true",
        "'6.6.6.6, 192.0.2.1, 10.0.0.2', 'https, http, https', false", "'192.0.2.1, 10.0.0.2', https, true",
        "'10.0.0.3, 10.0.0.2', 'wss, http', true", "192.0.2.1, 'https,http', false"})
    void believesTheSchemeOfTheHopThatNamesTheClient(String forwardedFor, String told, boolean secure) {
        EmbeddedChannel channel = from("10.0.0.1", false);
        channel.writeInbound(head("X-Forwarded-For", forwardedFor, "X-Forwarded-Proto", told));

        assertEquals(secure, assertInstanceOf(ClientRequest.class, channel.readInbound()).secure());
        channel.finishAndReleaseAll();
    }

    @Test
    void believesNoSchemeThatWasNotTold() {
        EmbeddedChannel channel = from("10.0.0.1", false);
        channel.writeInbound(head());

        assertEquals(false, assertInstanceOf(ClientRequest.class, channel.readInbound()).secure());
        channel.finishAndReleaseAll();
    }

    @Test
    void letsBodiesPass() {
        EmbeddedChannel channel = from("10.0.0.1", false);
        channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);

        assertSame(LastHttpContent.EMPTY_LAST_CONTENT, channel.readInbound());
        channel.finishAndReleaseAll();
    }

    @Test
    void takesAMappedPeerForIpv4() {
        byte[] mapped = new byte[16];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        mapped[12] = (byte) 192;
        mapped[15] = 1;

        assertEquals("192.0.0.1",
                ClientAddressStage.peer(new InetSocketAddress(address(mapped), 1)).getHostAddress());
    }

    /// As the native transport makes them: without the JDK's reading of mapped addresses.
    private static InetAddress address(byte[] bytes) {
        try {
            return java.net.Inet6Address.getByAddress("", bytes, 0);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
