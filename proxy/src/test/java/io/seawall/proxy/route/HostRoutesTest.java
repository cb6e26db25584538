package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.config.Config;
import io.seawall.proxy.server.TestConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which hosts belong to another port of the gateway, and not those that only look like them.
class HostRoutesTest {
    private final Config config = TestConfig.of("SEAWALL_SANDBOX=apps.example.com", "SEAWALL_SANDBOX_PORT=18791",
            "SEAWALL_PORTALS=preview.example.net");

    @ParameterizedTest
    @CsvSource({"apps.example.com, sandbox", "APPS.example.COM, sandbox", "apps.example.com., sandbox",
        "apps.example.com:8443, sandbox", "example.com, none", "x.apps.example.com, none", "xapps.example.com, none",
        "apps.example.com.evil.example, none", "apps, none", "x.preview.example.net, portal",
        "X.Preview.example.net.:443, portal", "a.b.preview.example.net, portal", "preview.example.net, none",
        "xpreview.example.net, none", "x.preview.example.net.evil.example, none", "net, none", "localhost, none",
        "127.0.0.1, none", "[::1]:18791, none"})
    void areTheSandboxesOwnAndThoseBelowTheDomainOfPortals(String authority, String route) {
        assertEquals(route, HostRoutes.of(config).rule(authority).map(rule -> rule.route().label()).orElse("none"));
        assertEquals("sandbox", HostRoutes.ofSandboxPort(config).rule(authority).orElseThrow().route().label());
    }
}
