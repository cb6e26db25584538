package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.seawall.config.ConfigException;
import io.seawall.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// All problems are reported at once, and in one order.
class ProblemOrderTest {
    private static final String[] EVERYTHING_WRONG = {"SEAWALL_CONFIG=/nowhere/seawall.json",
        "SEAWALL_ADMIN_TOKEN_FILE=/nowhere/token", "SEAWALL_BIND=here", "PORT=0", "SEAWALL_TLS=acme!",
        "SEAWALL_ALLOWED_ORIGINS=*", "OPENCLAW_ALLOWED_ORIGINS=null", "SEAWALL_HOSTS=-a", "COOLIFY_FQDN=-c",
        "AUTH_USERNAME=a:b", "AUTH_PASSWORD=short", "OPENCLAW_GATEWAY_TOKEN=", "HOOKS_ENABLED=on", "HOOKS_PATH=/",
        "HOOKS_TOKEN=weak", "OPENCLAW_GATEWAY_BIND=lan", "SEAWALL_ON_EXPOSURE=ignore", "OPENCLAW_GATEWAY_PORT=x",
        "SEAWALL_UPSTREAM=0.0.0.0:18789", "SEAWALL_TRUSTED_PROXIES=all", "SEAWALL_CLIENT_IP_HEADER=x-real-ip",
        "SEAWALL_ADMIN=on", "SEAWALL_READ_TIMEOUT=0", "SEAWALL_DRAIN_TIMEOUT=-1", "SEAWALL_MAX_CONNECTIONS=1",
        "SEAWALL_MAX_CONNECTIONS_PER_CLIENT=0", "SEAWALL_PUBLIC_PATHS=/", "SEAWALL_STRIP_HEADERS=host",
        "SEAWALL_LOG=xml", "SEAWALL_ALLOW_ROOT=2"};

    @Test
    void reportsEveryProblemAtOnceAndInOneOrder() {
        List<String> keys = Given.refusal(EVERYTHING_WRONG).problems().stream().map(Problem::key).toList();
        assertEquals(List.of("SEAWALL_CONFIG", "SEAWALL_ADMIN_TOKEN_FILE", "SEAWALL_BIND", "PORT", "SEAWALL_TLS",
                "SEAWALL_ALLOWED_ORIGINS", "OPENCLAW_ALLOWED_ORIGINS", "SEAWALL_HOSTS", "COOLIFY_FQDN", "AUTH_USERNAME",
                "AUTH_PASSWORD", "OPENCLAW_GATEWAY_TOKEN", "HOOKS_PATH", "HOOKS_TOKEN", "OPENCLAW_GATEWAY_BIND",
                "SEAWALL_ON_EXPOSURE", "OPENCLAW_GATEWAY_PORT", "SEAWALL_UPSTREAM", "SEAWALL_TRUSTED_PROXIES",
                "SEAWALL_CLIENT_IP_HEADER", "SEAWALL_ADMIN", "SEAWALL_READ_TIMEOUT", "SEAWALL_DRAIN_TIMEOUT",
                "SEAWALL_MAX_CONNECTIONS", "SEAWALL_MAX_CONNECTIONS_PER_CLIENT", "SEAWALL_PUBLIC_PATHS",
                "SEAWALL_STRIP_HEADERS", "SEAWALL_LOG", "SEAWALL_ALLOW_ROOT"), keys);
    }

    @Test
    void reportsWhatKeysDoToEachOtherAfterWhatTheyAre() {
        List<String> problems = Given.refusal("SEAWALL_ALLOW_ROOT=2", "HOOKS_TOKEN=" + Given.GATEWAY_TOKEN,
                "SEAWALL_TLS=off", "PORT=18789", "SEAWALL_ADMIN=127.0.0.1:18789").problems().stream()
                .map(p -> p.key() + ": " + p.found()).toList();
        assertEquals(List.of("SEAWALL_ALLOW_ROOT: 2", "HOOKS_TOKEN: the same secret as OPENCLAW_GATEWAY_TOKEN",
                "SEAWALL_TLS: off on 0.0.0.0", "PORT: 18789", "SEAWALL_ADMIN: 18789"), problems);
    }

    @Test
    void reportsInTheSameOrderHoweverTheEnvironmentIsSorted() {
        List<Map.Entry<String, String>> entries = new ArrayList<>(Given.environment(EVERYTHING_WRONG).entrySet());
        Map<String, String> reversed = new LinkedHashMap<>();
        entries.reversed().forEach(entry -> reversed.put(entry.getKey(), entry.getValue()));
        assertEquals(Given.refusal(EVERYTHING_WRONG).problems(),
                assertThrows(ConfigException.class, () -> ConfigLoader.load(reversed)).problems());
    }

    @Test
    void putsOneProblemOnALine() {
        assertEquals("""
                PORT: 0 (expected: a whole number, 1 to 65535). Fix: PORT=8080
                SEAWALL_LOG: xml (expected: auto, json, text). Fix: SEAWALL_LOG=auto""",
                Given.refusal("PORT=0", "SEAWALL_LOG=xml").getMessage());
    }

    @Test
    void refusesAnEmptyEnvironmentForTheTwoRequiredSecretsOnly() {
        List<String> keys = assertThrows(ConfigException.class, () -> ConfigLoader.load(Map.of())).problems().stream()
                .map(Problem::key).toList();
        assertEquals(List.of("AUTH_PASSWORD", "OPENCLAW_GATEWAY_TOKEN"), keys);
    }

    @ParameterizedTest
    @CsvSource({"PORT=0, LOG=x, CONFIGURATION", "SEAWALL_UPSTREAM=0.0.0.0:18789, SEAWALL_LOG=, UPSTREAM",
        "OPENCLAW_GATEWAY_BIND=lan, LOG=x, UPSTREAM",
        "OPENCLAW_GATEWAY_BIND=lan, SEAWALL_UPSTREAM=gateway:18789, UPSTREAM UPSTREAM",
        "OPENCLAW_GATEWAY_BIND=lan, PORT=0, CONFIGURATION UPSTREAM",
        "OPENCLAW_GATEWAY_PORT=8080, LOG=x, CONFIGURATION"})
    void tellsAProblemOfTheUpstreamFromOthers(String first, String second, String kinds) {
        assertEquals(kinds, String.join(" ", Given.refusal(first, second).problems().stream()
                .map(problem -> problem.kind().name()).sorted().toList()));
    }
}
