package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is odd without being wrong.
class WarningsTest {
    /// A page of one can set cookies for the other, and 32 KiB of them are more than a request may have.
    @ParameterizedTest
    @CsvSource({"claw.example.net, example.net", "a.b.example.net, example.net", "example.net, example.net",
        "claw.example.com, ''", "claw.net, ''", "203.0.113.7, ''", "localhost, ''", "[2001:db8::7], ''"})
    void warnsWherePortalsAndTheUiAreOneSite(String host, String parent) throws ConfigException {
        List<String> warnings = Given.warnings("SEAWALL_PORTALS=preview.example.net", "SEAWALL_HOSTS=" + host);
        assertEquals(parent.isEmpty() ? 0 : 1, warnings.size(), warnings::toString);
        if (!parent.isEmpty()) {
            assertTrue(warnings.getFirst().startsWith("SEAWALL_PORTALS: preview.example.net and " + host
                    + " are both in " + parent + ", "), warnings.getFirst());
        }
    }

    @Test
    void warnsOfNothingByDefault() throws ConfigException {
        assertEquals(List.of(), Given.warnings());
    }

    @Test
    void warnsOfEachUnknownNameInAlphabeticalOrder() throws ConfigException {
        assertEquals(
                List.of("SEAWALL_HOST: unknown key, ignored; did you mean SEAWALL_HOSTS? (see the key table in config/README.md)",
                        "SEAWALL_TLS_CERT_FILE: unknown key, ignored; did you mean SEAWALL_TLS_CERT? (see the key table in config/README.md)"),
                Given.warnings("SEAWALL_TLS_CERT_FILE=/x", "SEAWALL_HOST=claw.example.com", "OTHER_NAME=x",
                        "SEAWALLS=x"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"SEAWALL_PORT=8443, ; did you mean PORT?",
        "SEAWALL_ADMIN_PORT=9465, ; did you mean SEAWALL_ADMIN?", "SEAWALL_PORT_PUBLIC=8443, ``",
        "SEAWALL_SERVICE=x, ``", "SEAWALL_PORTS=1, ; did you mean PORT?", "SEAWALL_PROT=1, ; did you mean PORT?",
        "SEAWALL_HOOK_TOKEN=x, ; did you mean HOOKS_TOKEN?", "SEAWALL_SORTED=1, ``",
        "SEAWALL_TRUSTED_PROXY=10.0.0.1, ; did you mean SEAWALL_TRUSTED_PROXIES?"})
    void warnsOfNamesThatOnlyResembleAServicesVariables(String line, String question) throws ConfigException {
        String name = line.substring(0, line.indexOf('='));
        assertEquals(List.of(name + ": unknown key, ignored" + question + " (see the key table in config/README.md)"),
                Given.warnings(line));
    }

    /// Names without SEAWALL_ may belong to other programs: only unambiguous ones are reported.
    @Test
    void warnsOfATypingErrorInAKeyThatHasNoPrefix() throws ConfigException {
        assertEquals(
                List.of("AUTH_PASWORD: not read; did you mean AUTH_PASSWORD? (see the key table in config/README.md)",
                        "HOOK_TOKEN_FILE: not read; did you mean HOOKS_TOKEN_FILE? (see the key table in config/README.md)"),
                Given.warnings("AUTH_PASWORD=x", "HOOK_TOKEN_FILE=/x", "HOOKS_PATHS=", "PATH=/bin", "SORT=1", "PORTS=2",
                        "OPENCLAW_GATEWAY_HOST=x", "AUTH_SECRET=x"));
    }

    @Test
    void isSilentAboutTheVariablesThatKubernetesInjectsForAService() throws ConfigException {
        assertEquals(List.of(), Given.warnings("SEAWALL_SERVICE_HOST=10.96.0.7", "SEAWALL_SERVICE_PORT=443",
                "SEAWALL_SERVICE_PORT_HTTPS=443", "SEAWALL_PORT=tcp://10.96.0.7:443",
                "SEAWALL_PORT_443_TCP=tcp://10.96.0.7:443", "SEAWALL_PORT_443_TCP_PROTO=tcp",
                "SEAWALL_PORT_443_TCP_PORT=443", "SEAWALL_PORT_443_TCP_ADDR=10.96.0.7",
                "SEAWALL_METRICS_SERVICE_HOST=10.96.0.8", "SEAWALL_METRICS_PORT=tcp://10.96.0.8:9464",
                "SEAWALL_METRICS_PORT_9464_TCP_ADDR=10.96.0.8"));
    }
}
