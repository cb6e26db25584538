package io.seawall.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Authentication.Basic.Credential;
import io.seawall.config.Config;
import io.seawall.config.ConfigException;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.config.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
    private static final String QUOTED = "stands in quotes, which docker run --env-file takes for a part of the value"
            + " (expected: the value itself). Fix: remove the quotes";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r", "\n\n"})
    void endASecretWhereAFileWouldEndIt(String end) throws ConfigException {
        assertTrue(Given.config("AUTH_PASSWORD=" + Given.PASSWORD + end).basic()
                .credential() instanceof Credential.Plain(Secret password)
                && password.matches(Given.PASSWORD.getBytes(StandardCharsets.UTF_8)));
        assertTrue(Given.config("OPENCLAW_GATEWAY_TOKEN=" + Given.GATEWAY_TOKEN + end).gatewayToken().current()
                .matches(Given.GATEWAY_TOKEN.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void haveNoByteOrderMark() throws ConfigException {
        assertTrue(Given.config("OPENCLAW_GATEWAY_TOKEN=\ufeff" + Given.GATEWAY_TOKEN).gatewayToken().current()
                .matches(Given.GATEWAY_TOKEN.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void haveNoByteOrderMarkInFiles() throws ConfigException, IOException {
        Path token = Given.file(folder, "token", "\ufeff" + Given.GATEWAY_TOKEN + "\r\n");
        Path json = Given.file(folder, "seawall.json", "\ufeff{\"listen\": {\"port\": 8443}}");
        Path env = Given.file(folder, ".env", "\ufeffPORT=8444\r\n");

        Config config = Given.config("OPENCLAW_GATEWAY_TOKEN=", "OPENCLAW_GATEWAY_TOKEN_FILE=" + token,
                "SEAWALL_CONFIG=" + json);

        assertTrue(config.gatewayToken().current().matches(Given.GATEWAY_TOKEN.getBytes(StandardCharsets.UTF_8)));
        assertEquals(8443, config.listener().port());
        assertEquals(Map.of("PORT", "8444"), DotEnv.read(env));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"SEAWALL_HOSTS=\"claw.example.com\"",
        "SEAWALL_HOSTS= 'claw.example.com' ",
        "SEAWALL_ALLOWED_ORIGINS='https://claw.example.com'"})
    void loseTheirQuotesWhereTheyCanMeanNothing(String line) throws ConfigException {
        assertTrue(Given.config(line).hosts().contains("claw.example.com"));
        assertEquals(List.of(line.substring(0, line.indexOf('='))
                + ": the quotes around the value are not taken for a part of it. Fix: remove them"),
                Given.warnings(line));
    }

    @Test
    void keepNoQuotesAroundASecret() {
        for (Key key : Key.values()) {
            if (key.secret()) {
                assertEquals(
                        key + ": " + QUOTED + "; if they do belong to it, put it into a file, and the file's path into "
                                + key + "_FILE",
                        Given.problems(key + "='" + Given.PASSWORD + "'").getFirst());
            }
        }
        assertEquals(List.of("AUTH_USERNAME: " + QUOTED), Given.problems("AUTH_USERNAME=\"admin\""));
        assertEquals(List.of("AUTH_PASSWORD: " + QUOTED
                + "; if they do belong to it, put it into a file, and the file's path into AUTH_PASSWORD_FILE"),
                Given.problems("AUTH_PASSWORD=\"seven calm otters\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"'seven calm otters", "seven calm otters'", "\"seven calm otters'", "'",
        "seven 'calm' otters"})
    void mayHoldAnyOtherQuotes(String password) {
        Map<String, String> given = Given.environment("AUTH_PASSWORD=" + password);
        assertEquals(given.get("AUTH_PASSWORD"), Variables.of(given).texts().get("AUTH_PASSWORD"));
        assertEquals(List.of(), Variables.of(Given.environment("AUTH_PASSWORD=" + password)).problems());
    }

    /// What Java makes of `ö` where the locale is C.
    @Test
    void areRefusedWhereCharactersWereLost() {
        String lost = "contains a character that was lost (U+FFFD): the locale of this process is not UTF-8 (expected: "
                + "text in UTF-8). Fix: LC_ALL=C.UTF-8 in the environment that Seawall is started with";
        assertEquals(List.of("AUTH_PASSWORD: " + lost),
                Given.problems("AUTH_PASSWORD=sieben M\ufffd\ufffdwen im Wind"));
        assertEquals(List.of("SEAWALL_HOSTS: " + lost), Given.problems("SEAWALL_HOSTS=b\ufffd\ufffdcher.example"));
        assertEquals(List.of("AUTH_PASSWORD_FILE: " + lost),
                Given.problems("AUTH_PASSWORD=", "AUTH_PASSWORD_FILE=/run/\ufffd"));
    }

    @ParameterizedTest
    @CsvSource({"OPENCLAW_GATEWAY_PORT, tcp://10.96.0.7:18789", "SEAWALL_HTTP_PORT, tcp://10.96.0.7:80",
        "PORT, udp://10.96.0.7:80", "SEAWALL_HTTP_PORT, 'tcp://[fd00::7]:80 '"})
    void areNoneWhereKubernetesPutAServiceLink(String key, String value) throws ConfigException {
        Config config = Given.config(key + "=" + value);
        assertEquals(18_789, config.upstream().port());
        assertEquals(8080, config.listener().port());
        assertTrue(config.listener().httpPort().isEmpty());
        assertEquals(
                List.of(key + ": " + value.strip() + " is what Kubernetes sets for a service of that name, ignored."
                        + " Fix: enableServiceLinks: false in the pod's spec"),
                Given.warnings(key + "=" + value));
    }

    @Test
    void areStillReadFromTheFileBehindAServiceLink() throws ConfigException, IOException {
        Path json = Given.file(folder, "seawall.json", "{\"listen\": {\"httpPort\": 8081}}");
        assertEquals(8081, Given.config("SEAWALL_HTTP_PORT=tcp://10.0.0.1:80", "SEAWALL_CONFIG=" + json).listener()
                .httpPort().orElseThrow());
    }

    /// A value that is refused, and its default in its place, make no second problem.
    @ParameterizedTest
    @EnumSource(Key.class)
    void makeOneProblemEach(Key key) {
        for (String wrong : List.of("\ufffd", "'\ufffd'")) {
            assertEquals(List.of(key.variable()), problems(key, wrong), wrong);
        }
        if (!key.secret() && key != Key.AUTH_USERNAME) {
            String wrong = "\u00e4$;";
            assertEquals(problems(key, wrong).isEmpty() ? List.of() : List.of(key.variable()), problems(key, wrong));
        }
    }

    private static List<String> problems(Key key, String wrong) {
        Map<String, String> environment = new HashMap<>(Given.environment("SEAWALL_TLS=acme",
                "SEAWALL_ACME_CHALLENGE=http-01", "PORT=80", "SEAWALL_ADMIN=127.0.0.1:9464",
                "SEAWALL_UPSTREAM=127.0.0.1:18790", "OPENCLAW_GATEWAY_PORT=18790", "SEAWALL_HTTP_PORT=8081",
                "SEAWALL_HOSTS=claw.example.com", "HOOKS_ENABLED=true", "HOOKS_TOKEN=" + Given.HOOKS_TOKEN,
                "SEAWALL_TRUSTED_PROXIES=127.0.0.1", "SEAWALL_CLIENT_IP_HEADER=X-Forwarded-For",
                "SEAWALL_ADMIN_TOKEN=" + Given.ADMIN_TOKEN, "SEAWALL_ACME_EAB_KEY_ID=id",
                "SEAWALL_ACME_EAB_HMAC_KEY=" + Given.EAB_KEY,
                "SEAWALL_ACCESS_ISSUER=https://team.cloudflareaccess.com",
                "SEAWALL_ACCESS_AUDIENCE=" + "0".repeat(64)));
        if (key == Key.AUTH_PASSWORD_HASH || key == Key.AUTH_PASSWORD_HASH_PREVIOUS) {
            environment.remove("AUTH_PASSWORD");
            environment.put("AUTH_PASSWORD_HASH", Given.BCRYPT);
        }
        environment.put(key.variable(), wrong);
        try {
            ConfigLoader.load(environment);
            return List.of();
        } catch (ConfigException e) {
            return e.problems().stream().map(Problem::key).toList();
        }
    }

    @Test
    void thatAreSomebodyElsesStayAsTheyAre() {
        Map<String, String> others = Map.of("PATH", "'/bin'", "LANG", "\ufffd", "OTHER_PORT", "tcp://10.0.0.1:80");
        assertEquals(new Variables(others, List.of(), List.of()), Variables.of(others));
        assertTrue(Arrays.stream(Key.values()).noneMatch(key -> others.containsKey(key.variable())));
    }
}
