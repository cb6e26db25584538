package io.seawall.proxy.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.server.TestConfig;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHintsTest {
    private final List<String> said = new ArrayList<>();
    private long now = 7;

    private ProxyHints hints(String... config) {
        return new ProxyHints(TestConfig.of(config).clients(), () -> now, said::add);
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }

    private static RequestHead head(String authority) {
        return new RequestHead("GET", "/", authority, Persistence.KEPT, Headers.EMPTY, Body.NONE);
    }

    @Test
    void nameAProxyThatIsTakenForOneClientOnce() {
        ProxyHints hints = hints();
        hints.forwardedFor(address("172.18.0.5"));
        hints.forwardedFor(address("172.18.0.5"));

        assertEquals(List.of("X-Forwarded-For came from 172.18.0.5, which is not in SEAWALL_TRUSTED_PROXIES: everybody "
                + "behind it is one client, and locked out as one. Only if that is your proxy: append 172.18.0.5 to "
                + "SEAWALL_TRUSTED_PROXIES (where it is not set: SEAWALL_TRUSTED_PROXIES=172.18.0.5), and set "
                + "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"), said);
    }

    @Test
    void askForNoHeaderThatIsSet() {
        hints("SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=CF-Connecting-IP")
                .forwardedFor(address("10.1.2.3"));

        assertTrue(said.getFirst().endsWith("SEAWALL_TRUSTED_PROXIES=10.1.2.3)"), said.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "10.0.0.1", "192.168.1.1", "fd00::1", "fe80::1"})
    void knowWhereProxiesAre(String peer) {
        hints().forwardedFor(address(peer));
        assertEquals(1, said.size());
    }

    /// Any client can send the header; and a trusted proxy, or one with a PROXY header, is named already.
    @Test
    void sayNothingOfOtherPeers() {
        hints().forwardedFor(address("203.0.113.7"));
        hints().forwardedFor(address("2001:db8::7"));
        hints("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8", "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For")
                .forwardedFor(address("10.0.0.1"));
        hints("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8", "SEAWALL_CLIENT_IP_HEADER=PROXY")
                .forwardedFor(address("192.168.1.1"));

        assertEquals(List.of(), said);
    }

    @Test
    void askWhetherThePeerIsTheProxyBeforeItIsToBeTrusted() {
        hints().plainToTls(address("203.0.113.7"));

        assertEquals(
                List.of("X-Forwarded-For or X-Forwarded-Proto came from 203.0.113.7 in plain HTTP to the TLS port, which leads "
                        + "to https: people may be sent in a circle. Only if 203.0.113.7 is your proxy: let it speak https to Seawall (nginx: proxy_pass https://...), "
                        + "or set SEAWALL_TLS=off, and append "
                        + "203.0.113.7 to SEAWALL_TRUSTED_PROXIES (where it is not set: SEAWALL_TRUSTED_PROXIES=203.0.113.7), "
                        + "and set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For"),
                said);
    }

    @Test
    void sayInTheAnswerWhatTheySayInTheLog() {
        ProxyHints hints = hints();
        String first = hints.plainToTls(address("172.18.0.5"));

        assertTrue(said.getFirst().endsWith(" circle. " + first), said.toString());
        assertEquals(first, hints.plainToTls(address("172.18.0.5")), "also where the log has it already");
    }

    @Test
    void nameWhoeverSpeaksTlsToThePlainPortOnce() {
        ProxyHints hints = hints();
        hints.tlsToPlain(address("203.0.113.7"));
        hints.tlsToPlain(address("203.0.113.7"));

        assertEquals(
                List.of("TLS came from 203.0.113.7 to SEAWALL_HTTP_PORT, which speaks plain HTTP and only redirects to "
                        + "https. Let it connect to PORT instead, if it is to speak TLS (as a proxy in front)"),
                said);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-For, 'Have it send X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $remote_addr;)'",
        "CF-Connecting-IP, 'Have it send CF-Connecting-IP, or set SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For if it sends that'"})
    void nameATrustedProxyThatNamesNobodyOnce(String header, String help) {
        ProxyHints hints = hints("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8", "SEAWALL_CLIENT_IP_HEADER=" + header);
        hints.unnamed(address("10.0.0.1"), head("claw.example.com"));
        hints.unnamed(address("10.0.0.1"), head("claw.example.com"));

        assertEquals(List.of("requests came from 10.0.0.1, which is in SEAWALL_TRUSTED_PROXIES, without the header of "
                + "SEAWALL_CLIENT_IP_HEADER: everybody behind it is one client, and locked out as one. " + help), said);
    }

    /// Health checks have no header, nor have people on this host.
    @ParameterizedTest
    @CsvSource({"10.0.0.1, X-Forwarded-For, ''", "10.0.0.1, X-Forwarded-For, 10.1.2.3:8080",
        "10.0.0.1, X-Forwarded-For, localhost:8080", "10.0.0.1, X-Forwarded-For, [::1]",
        "10.0.0.1, PROXY, claw.example.com", "192.168.0.1, X-Forwarded-For, claw.example.com"})
    void sayNothingOfOthersThatNameNobody(String peer, String header, String host) {
        hints("SEAWALL_TRUSTED_PROXIES=10.0.0.0/8", "SEAWALL_CLIENT_IP_HEADER=" + header)
                .unnamed(address(peer), head(host));

        assertEquals(List.of(), said);
    }

    @Test
    void areNotUsedUpByClientsOutThere() {
        ProxyHints hints = hints();
        for (int i = 0; i < 10_000; i++) {
            hints.plainToTls(address("198.51." + i / 256 + "." + i % 256));
        }
        assertEquals(ProxyHints.MOST_NETWORKS, said.size());

        hints.plainToTls(address("172.18.0.5"));
        assertEquals(ProxyHints.MOST_NETWORKS + 1, said.size());
    }

    @Test
    void comeAgainAfterAnHour() {
        ProxyHints hints = hints();
        hints.forwardedFor(address("10.0.0.1"));
        now += TimeUnit.HOURS.toNanos(1) - 1;
        hints.forwardedFor(address("10.0.0.1"));
        assertEquals(1, said.size());
        now++;
        hints.forwardedFor(address("10.0.0.1"));
        assertEquals(2, said.size());
    }
}
