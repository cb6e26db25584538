package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the cookie of a plugin's tab opens, as a client meets it.
class PluginTabsTest {
    private static final String NAME = "__openclaw_plugin_tab_auth_0123456789abcdef_" + "ab".repeat(32);
    private static final String TAB = NAME + "=v1.eyJ9.c2lnbmVk";

    private final MemorySeawall seawall = new MemorySeawall(TestConfig.of());
    private final Visitor visitor = new Visitor(seawall);
    private String session = "";

    @AfterEach
    void close() {
        seawall.close();
    }

    /// The gateway's response to a session sets the cookie.
    private void give(String setCookie) {
        session = visitor.login();
        visitor.ask("GET /control-ui-config.json", session);
        seawall.tabs.note(seawall.permitted.getLast(), Headers.builder().add("Set-Cookie", "a=b; Path=/plugins")
                .add("Set-Cookie", setCookie).build());
    }

    private void give() {
        give(TAB + "; Path=/plugins/board; HttpOnly; Secure; SameSite=None; Max-Age=300");
    }

    private int status(String line, String... more) {
        String[] headers = java.util.Arrays.copyOf(more, more.length + 1);
        headers[more.length] = "Cookie: x=y; " + TAB;
        return visitor.ask(line, headers).status();
    }

    @ParameterizedTest
    @CsvSource({"/plugins/board, 200", "/plugins/board/, 200", "/plugins/board/app.js, 200",
        "/plugins/board/a%20b, 200",
        "/plugins/board/a%2Fb, 200", "/plugins/board?x=1, 200", "/plugins/boards, 401", "/plugins/, 401", "/, 401",
        "/chat, 401", "/control-ui-config.json, 401", "/Plugins/board, 401", "/plugins/board/../x, 401",
        "/plugins/board/%2e%2e/x, 401", "/plugins/board/..%2fx, 401", "/plugins/board/%252e%252e/x, 401",
        "/plugins/board/..\\x, 401", "/x/..%2fplugins/board, 401", "/plugins/board/j/code, 401",
        "/plugins/board/x/j, 401", "/v1/models, 401", "/.seawall/client, 401"})
    void opensItsPathAndNothingElse(String path, int status) {
        give();
        assertEquals(status, status("GET " + path));
        assertEquals(401, visitor.ask("GET " + path).status());
    }

    @Test
    void readsAndDoesNothingElse() {
        give();
        assertEquals(200, status("HEAD /plugins/board/a"));
        for (String method : new String[]{"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
            assertEquals(401, status(method + " /plugins/board/a", "Content-Length: 0"), method);
        }
        assertEquals(401, status("GET /plugins/board/a", "Connection: Upgrade", "Upgrade: websocket",
                "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="));
        assertEquals(401, status("GET /plugins/board/a", "Authorization: Bearer device"));
    }

    @Test
    void countsOnlyWhereTheGatewayWasSeenToGiveItToASession() {
        assertEquals(401, status("GET /plugins/board"));
        visitor.ask("GET /v1/models", "Authorization: Bearer " + TestConfig.GATEWAY_TOKEN);
        seawall.tabs.note(seawall.permitted.getLast(),
                Headers.builder().add("Set-Cookie", TAB + "; Path=/plugins/board").build());
        assertEquals(401, status("GET /plugins/board"));
        give(TAB + "x; Path=/plugins/board");
        assertEquals(401, status("GET /plugins/board"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"; Path=/", "; Path=", "; HttpOnly", "; Path=plugins/board",
        "; Path=/plugins/board; Path=/"})
    void opensNothingWhereItsPathIsNone(String attributes) {
        give(TAB + attributes);
        assertEquals(401, status("GET /plugins/board"));
    }

    @Test
    void endsAfterFiveMinutesAndWithItsSession() {
        give();
        seawall.pass(Duration.ofSeconds(299));
        assertEquals(200, status("GET /plugins/board"));
        seawall.pass(Duration.ofSeconds(2));
        assertEquals(401, status("GET /plugins/board"));
        give();
        visitor.ask("POST /.seawall/logout", session, "Content-Length: 0");
        assertEquals(401, status("GET /plugins/board"));
    }

    @Test
    void countsWhileOthersOfItsNetworkAreLockedOut() {
        give();
        for (int i = 0; i < 11; i++) {
            visitor.ask("GET /", Visitor.basic("wrong"));
        }
        assertEquals(200, status("GET /plugins/board"));
    }

    @Test
    void isNotFoundBehindManyOthers() {
        give();
        assertEquals(401, visitor.ask("GET /plugins/board", "Cookie: " + (NAME + "=x; ").repeat(8) + TAB).status());
        assertEquals(200, visitor.ask("GET /plugins/board", "Cookie: " + (NAME + "=x; ").repeat(7) + TAB).status());
    }
}
