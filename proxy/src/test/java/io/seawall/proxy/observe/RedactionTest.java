package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.config.Secret;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.server.Allocated;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private static final String TOKEN = "k2v9QzR4mT7xW1bN6cY3hJ";
    private static final String PASSWORD = "seven calm otters";
    private static final String SLASHED = "ab/cd+ef/gh=";

    private static final Redaction REDACTION = new Redaction(
            List.of(new Secret(TOKEN), new Secret(PASSWORD), new Secret(SLASHED)));

    private static String shown(String target) {
        return REDACTION.of(new RequestHead("GET", target, "localhost", Persistence.KEPT, Headers.EMPTY, Body.NONE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"/|/", "/chat/agent%3Amain|/chat/agent%3Amain", "/a//b/|/a//b/",
        "/assets/index-DkQm3.js|/assets/index-DkQm3.js", "/?|/?***", "/?a=1|/?a=***", "/?a=1&b=2|/?a=***&b=***",
        "/?a|/?***", "/?a=1&secret|/?a=***&***", "/?=x|/?***", "/?a=b=c|/?a=***", "/?%61=1|/?***", "/?a[]=1|/?***",
        "/?1a=1|/?***", "/?a=1&&b=2|/?a=***&***&b=***",
        "/?averyveryverylongnamethatissomethingelse=1|/?***", "/j/AbC|/j/***", "/j/AbC/more|/j/***/more",
        "/share/session?token=x|/share/***?token=***", "/__openclaw__/cap/xyz/a.js|/__openclaw__/cap/***/a.js",
        "/__OpenClaw__/CAP/xyz|/__OpenClaw__/CAP/***", "/J/abc|/J/***", "/j/|/j/", "/jx/abc|/jx/abc",
        "/api/artifacts/download/0123456789abcdef0123456789abcdef|/api/artifacts/download/***",
        "/x/a0123456789abcdef0123456789abcdef.json|/x/***",
        "/x/eyJhbGciOiJIUzI1NiJ9eyJhbGciOiJI.eyJzdWIiOiIxMjM0NTY3ODkwIn0eyJhb.x|/x/***",
        "/x/t=(a0123456789abcdef0123456789abcdef)|/x/t=(***)",
        "/x/%61%30123456789abcdef0123456789abcde|/x/***", "/x/0123456789abcdef|/x/0123456789abcdef",
        "/x/averyveryveryverylongwordwithoutanydigit|/x/averyveryveryverylongwordwithoutanydigit"})
    void shows(String target, String text) {
        assertEquals(text, shown(target));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/" + TOKEN, "/x/" + TOKEN + "/y", "/x-" + TOKEN, "/" + TOKEN + ".json", "/token=" + TOKEN,
        "/" + PASSWORD, "/seven%20calm%20otters", "/%73even%20calm%20otters", "/seven%2520calm%2520otters",
        "/x/" + SLASHED, "/x/ab%2Fcd%2Bef%2Fgh%3D/y"})
    void showsNothingOfAPathThatHoldsASecret(String target) {
        assertEquals("/***", shown(target));
        assertEquals("/***?a=***", shown(target + "?a=" + TOKEN));
    }

    @Test
    void showsNoCredentialsAsBasicWritesThem() {
        String pair = Base64.getEncoder()
                .encodeToString(("admin:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertEquals("/***", shown("/x/" + pair));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/?" + TOKEN + "=1", "/?" + TOKEN, "/?a=" + TOKEN, "/?x" + TOKEN + "=1",
        "/?a=1&b=2&" + TOKEN + "=", "/?a=" + PASSWORD})
    void showsNoSecretOfAQuery(String target) {
        assertFalse(shown(target).contains(TOKEN), shown(target));
        assertFalse(shown(target).contains(PASSWORD), shown(target));
    }

    @Test
    void cutsWhatIsLong() {
        assertEquals(513, shown("/" + "a/".repeat(2000)).length());
        assertTrue(shown("/?" + "a=1&".repeat(2000)).endsWith("…"));
        assertEquals("/a/…", shown("/a/" + "b".repeat(8000)));
    }

    @Test
    void cutsNoSecretInTwo() {
        for (int length = 470; length < 530; length++) {
            String text = shown("/" + "a.".repeat(length / 2) + "/" + TOKEN);
            assertFalse(text.contains(TOKEN.substring(0, 8)), text);
        }
        for (int length = 990; length < 1030; length++) {
            String text = shown("/" + "a/".repeat(length / 2) + TOKEN);
            assertFalse(text.contains(TOKEN.substring(0, 8)), text);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "aaaaaaaaaaaaaaaa-", "%", "%25", "/", "j/", "1", "=", "&", "a=&"})
    void takesNoTimeForAHostilePath(String piece) {
        String hostile = piece.repeat(8000 / piece.length());
        assertTimeout(Duration.ofMillis(500), () -> {
            shown("/" + hostile);
            shown("/?" + hostile);
        });
    }

    /// What does not fit into a line is not read.
    @Test
    void readsNoMoreOfAQueryThanItShows() {
        RequestHead head = new RequestHead("GET", "/?" + "abc=1&".repeat(1_300), "localhost", Persistence.KEPT,
                Headers.EMPTY,
                Body.NONE);
        RequestHead part = new RequestHead("GET", "/?" + "abc=1&".repeat(70), "localhost", Persistence.KEPT,
                Headers.EMPTY,
                Body.NONE);
        assertEquals(REDACTION.of(part), REDACTION.of(head));
        long most = Allocated.by(() -> REDACTION.of(part)) + 20_000;
        long bytes = Allocated.by(() -> REDACTION.of(head));
        assertTrue(bytes < most, () -> bytes + " bytes (expected: at most " + most + ")");
    }
}
