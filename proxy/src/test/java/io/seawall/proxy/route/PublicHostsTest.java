package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.config.Key;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.server.TestConfig;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicHostsTest {
    private static final PublicHosts HOSTS = new PublicHosts(Set.of("claw.example.com", "xn--krper-jua.example"));

    @ParameterizedTest
    @ValueSource(strings = {"claw.example.com", "claw.example.com:8443", "CLAW.Example.COM:1", "xn--krper-jua.example",
        "localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.1:8080", "203.0.113.7:443", "[::1]", "[::1]:8080",
        "[2001:db8::7]:443", "[::ffff:203.0.113.7]"})
    void acceptsOurNamesAndEveryAddress(String authority) {
        assertTrue(HOSTS.accepts(authority));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "example.com", "evil.claw.example.com", "claw.example.com.evil.net",
        "claw.example.comx",
        "xclaw.example.com", "localhost.evil.net", "127.0.0.1.evil.net", "evil.net:8443", "claw.example.com@evil.net",
        "::1", "[127.0.0.1]", "[claw.example.com]", "[", "[]", "[:", "[::1", "]", ":80", "1.2.3.4.5", "1.2.3.256"})
    void refusesEverythingElse(String authority) {
        assertFalse(HOSTS.accepts(authority));
    }

    /// What browsers send for `https://claw.example.com./` means the same host.
    @ParameterizedTest
    @ValueSource(strings = {"claw.example.com.", "Claw.Example.com.:8443", "localhost.", "localhost.:8443"})
    void acceptOurNamesInTheirAbsoluteForm(String authority) {
        assertTrue(HOSTS.accepts(authority));
        assertFalse(HOSTS.accepts(authority.replace(".:", "..:") + (authority.endsWith(".") ? "." : "")));
    }

    @ParameterizedTest
    @CsvSource({"my_app:8080, my_app", "My_Claw.lan., my_claw.lan",
        "xn--bcher-kva.example, xn--bcher-kva.example", "a..b, ''", "a.1, ''"})
    void sayWhichNameToAppend(String authority, String name) {
        String host = "Where a proxy in front changes Host, have it pass on the Host that it gets (nginx: proxy_set_header "
                + "Host $http_host;), or ";
        assertEquals(name.isEmpty() ? "" : (name.contains(".") ? "" : host) + Key.HOSTS.append(name),
                HOSTS.rejection(authority).orElseThrow().help());
    }

    /// As in HTTP/1.0, where `option httpchk` alone asks `OPTIONS /`.
    @Test
    void sayWhatAHealthCheckAsksFor() {
        assertTrue(HOSTS.rejection("").orElseThrow().text().endsWith("(HAProxy: option httpchk GET /healthz)"));
    }

    @ParameterizedTest
    @CsvSource({"a.example.com, true", "A.Example.com:8443, true", "example.com, false", "a.b.example.com, false",
        ".example.com, false", "a.example.org, false", "aexample.com, false"})
    void takeAWildcardForExactlyOneLabel(String authority, boolean ours) {
        assertEquals(ours, new PublicHosts(Set.of("*.example.com")).accepts(authority));
    }

    /// No name there may be one of SEAWALL_HOSTS.
    @ParameterizedTest
    @CsvSource({"preview.example.net, false", "a.b.preview.example.net:8443, false", "A.B.Preview.Example.net., false",
        "apreview.example.net, true", "example.net, true"})
    void sayNoNameToAppendInTheDomainOfPortals(String authority, boolean appended) {
        Config config = TestConfig.of("SEAWALL_PORTALS=preview.example.net", "SEAWALL_HOSTS=claw.example.com");
        Rejection rejection = PublicHosts.of(config, config.servedHosts()).rejection(authority).orElseThrow();
        assertEquals(appended, (rejection.message() + rejection.help()).contains("SEAWALL_HOSTS"), rejection.help());
    }

    @Test
    void areOthersWhenTheyAreReplaced() {
        PublicHosts hosts = new PublicHosts(Set.of("old.example"));
        hosts.replace(Set.of("new.example"));
        assertTrue(hosts.accepts("new.example"));
        assertFalse(hosts.accepts("old.example"));
    }
}
