package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {
    private static final List<String> COMMANDS = List.of("run", "check", "certs", "hash-password", "gen-token");
    private static final List<String> KEYS = Arrays.stream(Key.values()).map(Key::variable).toList();

    @ParameterizedTest
    @CsvSource({"rnu, run", "un, run", "runn, run", "RUN, run", "chek, check", "cehck, check", "checks, check",
        "cert, certs", "hash_password, hash-password", "hashpasword, hash-password", "hash, hash-password",
        "token, gen-token", "gen, gen-token"})
    void findsTheCommand(String given, String meant) {
        assertEquals(Optional.of(meant), Suggestion.of(given, COMMANDS));
    }

    @ParameterizedTest
    @CsvSource({"SEAWALL_HOST, SEAWALL_HOSTS", "SEAWALL_UPSTRAEM, SEAWALL_UPSTREAM",
        "SEAWALL_TLS_CERTIFICATE_FILE, ", "SEAWALL_TLS_CERT_FILE, SEAWALL_TLS_CERT", "SEAWALL_PORT, PORT",
        "SEAWALL_AUTH_PASSWORD, AUTH_PASSWORD", "SEAWALL_HOOKS_TOKEN, HOOKS_TOKEN", "SEAWALL_FOO, ",
        "SEAWALL_ON_EXPOSRE, SEAWALL_ON_EXPOSURE", "SEAWALL_TRUSTED_PROXYS, SEAWALL_TRUSTED_PROXIES",
        "SEAWALL_TRUSTED_PROXY, SEAWALL_TRUSTED_PROXIES",
        "seawall_hosts, SEAWALL_HOSTS", "SEAWALL_ACME, "})
    void findsTheKey(String given, String meant) {
        assertEquals(Optional.ofNullable(meant), Suggestion.of(given, KEYS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "serve", "restart", "pr", "--verbose", "-"})
    void hasNoneWhereNothingIsNear(String given) {
        assertEquals(Optional.empty(), Suggestion.of(given, COMMANDS));
    }

    @Test
    void comparesNoTextThatIsLongerThanAnyName() {
        String long64 = "a".repeat(64);
        assertEquals(Optional.of(long64), Suggestion.of(long64, List.of(long64)));
        assertEquals(Optional.empty(), Suggestion.of(long64 + "a", List.of(long64 + "a")));
    }

    /// Whatever single letter is left out, doubled or exchanged with the next one.
    @ParameterizedTest
    @EnumSource
    void isOneErrorAwayFromEveryKey(Key key) {
        String name = key.variable();
        for (int i = 0; i + 1 < name.length(); i++) {
            String without = name.substring(0, i) + name.substring(i + 1);
            String doubled = name.substring(0, i + 1) + name.substring(i);
            String other = name.substring(0, i) + '#' + name.substring(i + 1);
            for (String wrong : List.of(without, doubled, other)) {
                if (!KEYS.contains(wrong)) {
                    assertEquals(Optional.of(name), Suggestion.ofOneError(wrong, List.of("?", name)), wrong);
                }
            }
            if (name.charAt(i) != name.charAt(i + 1)) {
                String swapped = name.substring(0, i) + name.charAt(i + 1) + name.charAt(i) + name.substring(i + 2);
                assertEquals(Optional.of(name), Suggestion.ofOneError(swapped, List.of(name)), swapped);
            }
        }
        assertEquals(Optional.empty(), Suggestion.ofOneError(name, List.of(name)), "no error");
        assertEquals(Optional.empty(), Suggestion.ofOneError("PATH", List.of("PORT")), "two");
    }

    @ParameterizedTest
    @EnumSource
    void findsEveryPluralByItsSingular(Key key) {
        String name = key.variable();
        if (name.endsWith("S")) {
            String singular = name.replaceFirst("IES$|S$", name.endsWith("IES") ? "Y" : "");
            if (!KEYS.contains(singular)) {
                assertEquals(Optional.of(name), Suggestion.of(singular, KEYS));
            }
        }
    }

    @Test
    void asksInAClauseOfItsOwn() {
        assertEquals("; did you mean run?", Suggestion.question("rnu", COMMANDS));
        assertEquals("", Suggestion.question("serve", COMMANDS));
    }
}
