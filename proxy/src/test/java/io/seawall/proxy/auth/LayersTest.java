package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Config;
import io.seawall.proxy.cloudflare.CloudflareAccess;
import io.seawall.proxy.credential.Decision;
import io.seawall.proxy.credential.Decision.Denied;
import io.seawall.proxy.credential.Decision.Granted;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.credential.PasswordVerifier;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.route.Route;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.session.Revocations;
import io.seawall.proxy.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LayersTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final byte[] KEY = new byte[32];

    private final Config config = TestConfig.of();
    private final Sessions sessions = sessions(NOW);
    private final PasswordVerifier passwords = new PasswordVerifier(config.basic());
    private final Layers layers = new Layers(config, passwords, sessions, CloudflareAccess.off());

    @AfterEach
    void close() {
        passwords.close();
    }

    private Sessions sessions(Instant time) {
        return new Sessions(KEY, config.basic().versions(KEY), config.session(),
                Revocations.inMemory(Clock.fixed(time, ZoneOffset.UTC)), Clock.fixed(time, ZoneOffset.UTC));
    }

    private static String cookie(Sessions sessions) {
        return sessions.setCookie(sessions.begin()).replaceFirst(";.*", "");
    }

    /// How the request was granted.
    private static String granted(Decision decision) {
        return assertInstanceOf(Granted.class, decision).reason();
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /// The header fields that a word of the tables below stands for.
    private Headers headers(String words) {
        Headers.Builder headers = Headers.builder();
        for (String word : words.split(" \\+ ")) {
            switch (word) {
                case "nothing" -> headers.add("Accept", "*/*");
                case "password" -> headers.add("Authorization", basic("admin", TestConfig.PASSWORD));
                case "wrong password" -> headers.add("Authorization", basic("admin", "wrong"));
                case "unknown user" -> headers.add("Authorization", basic("root", TestConfig.PASSWORD));
                case "gateway token as password" ->
                    headers.add("Authorization", basic("admin", TestConfig.GATEWAY_TOKEN));
                case "broken basic" -> headers.add("Authorization", "Basic *");
                case "other scheme" -> headers.add("Authorization", "Digest x");
                case "bare scheme" -> headers.add("Authorization", "Bearer");
                case "gateway token" -> headers.add("Authorization", "Bearer " + TestConfig.GATEWAY_TOKEN);
                case "gateway token oddly written" ->
                    headers.add("authorization", "bEARER   " + TestConfig.GATEWAY_TOKEN);
                case "hooks token" -> headers.add("Authorization", "Bearer " + TestConfig.HOOKS_TOKEN);
                case "password as token" -> headers.add("Authorization", "Bearer " + TestConfig.PASSWORD);
                case "device token" -> headers.add("Authorization", "Bearer device");
                case "alternative password" ->
                    headers.add("x-seawall-authorization", basic("admin", TestConfig.PASSWORD));
                case "alternative wrong password" ->
                    headers.add("X-Seawall-Authorization", basic("admin", "wrong"));
                case "alternative gateway token" ->
                    headers.add("X-Seawall-Authorization", "Bearer " + TestConfig.GATEWAY_TOKEN);
                case "hooks header" -> headers.add("x-openclaw-token", TestConfig.HOOKS_TOKEN);
                case "wrong hooks header" -> headers.add("X-OpenClaw-Token", TestConfig.GATEWAY_TOKEN);
                case "session" -> headers.add("Cookie", "a=1; " + cookie(sessions));
                case "old session" -> {
                    Sessions then = sessions(NOW.minusSeconds(660));
                    headers.add("Cookie", cookie(then));
                }
                case "expired session" -> {
                    Sessions then = sessions(NOW.minusSeconds(86_400));
                    headers.add("Cookie", cookie(then));
                }
                case "forged session" -> headers.add("Cookie", "__Host-seawall=1.0.0.0.x");
                default -> throw new AssertionError(word);
            }
        }
        return headers.build();
    }

    private Decision decide(Layer layer, String words) {
        return layers.decide(layer, headers(words), Admission.FREE).join();
    }

    private static String text(Decision decision) {
        return switch (decision) {
            case Granted granted -> "granted by " + granted.reason();
            case Denied(Decision.Reason reason, _, _) -> reason.label();
        };
    }

    /// The whole matrix: who comes with what, and what each of the three layers says to it.
    @ParameterizedTest(name = "{0}")
    @CsvSource({"nothing, missing, missing, missing", "password, granted by password, malformed, malformed",
        "wrong password, wrong_password, malformed, malformed", "unknown user, unknown_user, malformed, malformed",
        "gateway token as password, wrong_password, malformed, malformed",
        "broken basic, malformed, malformed, malformed", "other scheme, malformed, malformed, malformed",
        "bare scheme, malformed, malformed, malformed", "gateway token, bearer_on_ui, granted by token, wrong_token",
        "gateway token oddly written, bearer_on_ui, granted by token, wrong_token",
        "hooks token, bearer_on_ui, wrong_token, granted by token",
        "password as token, bearer_on_ui, wrong_token, wrong_token",
        "device token, bearer_on_ui, wrong_token, wrong_token", "session, granted by session, missing, missing",
        "old session, granted by session, missing, missing", "expired session, expired_session, missing, missing",
        "forged session, expired_session, missing, missing",
        "session + device token, granted by session, wrong_token, wrong_token",
        "session + gateway token, granted by session, granted by token, wrong_token",
        "session + wrong password, granted by session, malformed, malformed",
        "expired session + password, granted by password, malformed, malformed",
        "expired session + device token, bearer_on_ui, wrong_token, wrong_token",
        "forged session + wrong password, wrong_password, malformed, malformed",
        "alternative password, granted by password, missing, missing",
        "alternative password + device token, granted by password, wrong_token, wrong_token",
        "alternative password + gateway token, granted by password, granted by token, wrong_token",
        "alternative wrong password + password, wrong_password, malformed, malformed",
        "alternative gateway token, bearer_on_ui, missing, missing",
        "alternative gateway token + password, bearer_on_ui, malformed, malformed",
        "hooks header, missing, missing, granted by token",
        "wrong hooks header, missing, missing, wrong_token",
        "hooks header + hooks token, bearer_on_ui, wrong_token, malformed",
        "hooks header + gateway token, bearer_on_ui, granted by token, malformed",
        "wrong hooks header + hooks token, bearer_on_ui, wrong_token, malformed",
        "hooks header + password, granted by password, malformed, malformed",
        "hooks header + session, granted by session, missing, granted by token"})
    void decides(String offered, String basic, String gateway, String hooks) {
        assertEquals(List.of(basic, gateway, hooks), List.of(text(decide(Layer.BASIC, offered)),
                text(decide(Layer.GATEWAY, offered)), text(decide(Layer.HOOKS, offered))));
    }

    /// While a network is locked out a session counts, and nothing else is even looked at.
    @ParameterizedTest
    @CsvSource({"nothing, locked", "password, locked", "wrong password, locked", "alternative password, locked",
        "session, granted by session", "session + device token, granted by session", "forged session, locked",
        "expired session + password, locked"})
    void decidesOnALockedOutNetwork(String offered, String decision) {
        assertEquals(decision, text(layers.decide(Layer.BASIC, headers(offered), Admission.LOCKED).join()));
    }

    @ParameterizedTest
    @CsvSource({"password, slowed", "wrong password, slowed", "unknown user, slowed", "nothing, missing"})
    void comparesNoPasswordOfAnUnknownNetworkWhileTheBudgetIsSpent(String offered, String decision) {
        assertEquals(decision, text(layers.decide(Layer.BASIC, headers(offered), Admission.SLOWED).join()));
    }

    @Test
    void comparesTokensAlsoThen() {
        assertEquals("token", granted(layers.decide(Layer.GATEWAY, headers("gateway token"), Admission.SLOWED).join()));
        assertEquals("slowed", text(layers.decide(Layer.GATEWAY, headers("hooks token"), Admission.SLOWED).join()));
        assertEquals("token", granted(layers.decide(Layer.HOOKS, headers("hooks token"), Admission.SLOWED).join()));
        assertEquals("slowed", text(layers.decide(Layer.HOOKS, headers("gateway token"), Admission.SLOWED).join()));
    }

    @Test
    void beginsASessionWithAPasswordAndSetsItsCookie() {
        Granted granted = (Granted) decide(Layer.BASIC, "password");
        assertTrue(granted.setCookie());
        assertEquals(NOW.getEpochSecond(), Optional.ofNullable(granted.session()).orElseThrow().begunSeconds());
    }

    @ParameterizedTest
    @CsvSource({"session, false", "old session, true"})
    void renewsAnOldCookieOnly(String offered, boolean renewed) {
        Granted granted = (Granted) decide(Layer.BASIC, offered);
        assertEquals(renewed, granted.setCookie());
        assertEquals(32, Optional.ofNullable(granted.session()).orElseThrow().id().length());
    }

    @ParameterizedTest
    @CsvSource({"GATEWAY, gateway token", "HOOKS, hooks token"})
    void makesNoSessionOfAToken(Layer layer, String offered) {
        assertEquals("token", granted(decide(layer, offered)));
    }

    @Test
    void grantsNoWebhookWhileTheyAreOff() {
        Layers off = new Layers(TestConfig.of("HOOKS_ENABLED=false"), passwords, sessions, CloudflareAccess.off());
        assertEquals("missing", text(off.decide(Layer.HOOKS, headers("hooks token"), Admission.FREE).join()));
        assertEquals("missing", text(off.decide(Layer.HOOKS, headers("hooks header"), Admission.FREE).join()));
    }

    @Test
    void comparesTokensByteByByte() {
        for (String token : List.of(TestConfig.GATEWAY_TOKEN.toUpperCase(Locale.ROOT), TestConfig.GATEWAY_TOKEN + "x",
                TestConfig.GATEWAY_TOKEN.substring(1), "")) {
            Headers headers = Headers.builder().add("Authorization", "Bearer " + token).build();
            assertTrue(layers.decide(Layer.GATEWAY, headers, Admission.FREE).join() instanceof Denied, token);
        }
    }

    @ParameterizedTest
    @EnumSource
    void guardsEachRouteByItsLayer(Route route) {
        assertEquals(switch (route) {
            case STATUS, PUBLIC, STATIC, SANDBOX, PORTAL -> Optional.empty();
            case HOOKS -> Optional.of(Layer.HOOKS);
            case API -> Optional.of(Layer.GATEWAY);
            case OWN, CAPABILITY, UI -> Optional.of(Layer.BASIC);
        }, Layer.of(route));
    }
}
