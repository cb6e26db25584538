package io.seawall.proxy.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.Allocated;
import io.seawall.proxy.http.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiesTest {

    @ParameterizedTest
    @CsvSource({"__Host-seawall=x, x", "a=1; __Host-seawall=x; b=2, x", "__Host-seawall=x;a=1, x",
        "  __Host-seawall=a.b=c, a.b=c", "__Host-seawall=, ''"})
    void findsOurs(String header, String value) {
        assertEquals(value, Cookies.session(Headers.builder().add("cookie", header).build()).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"a=1", "__host-seawall=x", "__Host-seawallx=x", "x__Host-seawall=x", "__Host-seawall =x",
        "a=__Host-seawall=x", "__Host-seawall", "__Host-seawall=x; __Host-seawall=y",
        "__Host-seawall=x; a=1; __Host-seawall=x"})
    void findsNoneWhereItIsAbsentOrTwice(String header) {
        assertEquals(true, Cookies.session(Headers.builder().add("Cookie", header).build()).isEmpty());
    }

    @Test
    void copiesNothingOfTheOthers() {
        Headers headers = Headers.builder()
                .add("Cookie", "a=1;".repeat(4_000) + "__Host-seawall=x;" + "b;".repeat(8_000))
                .build();
        long bytes = Allocated.by(() -> Cookies.session(headers));
        assertTrue(bytes < 1_000, () -> bytes + " bytes");
    }

    @Test
    void looksNoFurtherThanTheSecond() {
        Headers headers = Headers.builder().add("Cookie", "__Host-seawall=x;".repeat(1_900)).build();
        long bytes = Allocated.by(() -> Cookies.session(headers));
        assertTrue(bytes < 1_000, () -> bytes + " bytes");
        assertEquals(true, Cookies.session(headers).isEmpty());
    }

    @Test
    void findsNoneWhereItIsInTwoHeaders() {
        Headers headers = Headers.builder().add("Cookie", "__Host-seawall=x").add("Cookie", "__Host-seawall=y").build();
        assertEquals(true, Cookies.session(headers).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"__Host-seawall=x, ''", "a=1; __Host-seawall=x; b=2, a=1; b=2", "__Host-seawall=x;a=1, a=1",
        "a=1;__Host-seawall=x, a=1", "__Host-seawall=x; __Host-seawall=y; a=1, a=1", "__Host-seawall, ''",
        "__Host-seawall =x; a=1, a=1", "a=1; b=2, a=1; b=2", "a=1;b=2, a=1;b=2",
        "a=\"x y\"; __Host-seawall=x, a=\"x y\"",
        "__Host-seawallx=1; a=1, __Host-seawallx=1; a=1", "a=__Host-seawall, a=__Host-seawall"})
    void takesOursOutAndLeavesTheOthers(String header, String rest) {
        assertEquals(rest, Cookies.without(header));
    }
}
