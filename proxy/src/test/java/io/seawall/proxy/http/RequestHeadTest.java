package io.seawall.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestHeadTest {

    private static RequestHead head(String method, String target, Headers headers) {
        return new RequestHead(method, target, "a", Persistence.KEPT, headers, Body.NONE);
    }

    @ParameterizedTest
    @CsvSource({"/, /,", "/a%2Fb, /a%2Fb,", "/a?b=c?d, /a, b=c?d", "/a?, /a, ''", "/?, /, ''"})
    void splitsTheTargetAtTheFirstQuestionMark(String target, String path, @Nullable String query) {
        RequestHead head = head("GET", target, Headers.EMPTY);

        assertEquals(path, head.path());
        assertEquals(query, head.query());
    }

    @ParameterizedTest
    @CsvSource({"GET, Sec-Fetch-Mode, navigate, true", "HEAD, Sec-Fetch-Mode, navigate, true",
        "POST, Sec-Fetch-Mode, navigate, false", "GET, Sec-Fetch-Mode, cors, false",
        "GET, Sec-Fetch-Mode, websocket, false", "GET, Accept, 'text/html,*/*', true", "GET, Accept, */*, false",
        "GET, X, y, false"})
    void knowsANavigation(String method, String name, String value, boolean navigation) {
        assertEquals(navigation, head(method, "/", Headers.builder().add(name, value).build()).isNavigation());
    }

    @Test
    void takesTheBrowsersWordBeforeWhatItAccepts() {
        Headers fetch = Headers.builder().add("Accept", "text/html").add("Sec-Fetch-Mode", "cors").build();

        assertFalse(head("GET", "/", fetch).isNavigation());
    }

    @Test
    void knowsThatAnUpgradeIsNoNavigation() {
        Headers upgrade = Headers.builder().add("Accept", "text/html").add("Upgrade", "websocket").build();

        assertFalse(head("GET", "/", upgrade).isNavigation());
    }

    @Test
    void printsNeitherQueryNorValues() {
        assertEquals("GET /a",
                head("GET", "/a?token=secret", Headers.builder().add("Authorization", "secret").build()).toString());
    }
}
