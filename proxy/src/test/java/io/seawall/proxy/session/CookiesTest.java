package io.seawall.proxy.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.Allocated;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiesTest {

    private static Optional<String> value(Headers headers) {
        return Cookies.value(headers, "__Host-seawall=");
    }

    @ParameterizedTest
    @CsvSource({"__Host-seawall=x, x", "a=1; __Host-seawall=x; b=2, x", "__Host-seawall=x;a=1, x",
        "  __Host-seawall=a.b=c, a.b=c", "__Host-seawall=, ''"})
    void findsOurs(String header, String value) {
        assertEquals(value, value(Headers.builder().add("cookie", header).build()).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"a=1", "__host-seawall=x", "__Host-seawallx=x", "x__Host-seawall=x", "__Host-seawall =x",
        "__Host-seawall-01234567=x", "__HOST-seawall=x", "__Secure-seawall=x", "a=__Host-seawall=x", "__Host-seawall",
        "__Host-seawall=x; __Host-seawall=y",
        "__Host-seawall=x; a=1; __Host-seawall=x"})
    void findsNoneWhereItIsAbsentOrTwice(String header) {
        assertEquals(true, value(Headers.builder().add("Cookie", header).build()).isEmpty());
    }

    @Test
    void copiesNothingOfTheOthers() {
        Headers headers = Headers.builder()
                .add("Cookie", "a=1;".repeat(4_000) + "__Host-seawall=x;" + "b;".repeat(8_000))
                .build();
        long bytes = Allocated.by(() -> value(headers));
        assertTrue(bytes < 1_000, () -> bytes + " bytes");
    }

    @Test
    void looksNoFurtherThanTheSecond() {
        Headers headers = Headers.builder().add("Cookie", "__Host-seawall=x;".repeat(1_900)).build();
        long bytes = Allocated.by(() -> value(headers));
        assertTrue(bytes < 1_000, () -> bytes + " bytes");
        assertEquals(true, value(headers).isEmpty());
    }

    @Test
    void findsNoneWhereItIsInTwoHeaders() {
        Headers headers = Headers.builder().add("Cookie", "__Host-seawall=x").add("Cookie", "__Host-seawall=y").build();
        assertEquals(true, value(headers).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"__Host-seawall=x, ''", "a=1; __Host-seawall=x; b=2, a=1; b=2", "__Host-seawall=x;a=1, a=1",
        "a=1;__Host-seawall=x, a=1", "__Host-seawall=x; __Host-seawall=y; a=1, a=1", "__Host-seawall, ''",
        "__Host-seawall =x; a=1, a=1", "a=1; b=2, a=1; b=2", "a=1;b=2, a=1;b=2",
        "a=\"x y\"; __Host-seawall=x, a=\"x y\"",
        "__Host-seawallx=1; a=1, __Host-seawallx=1; a=1", "a=__Host-seawall, a=__Host-seawall", "'', ''",
        "a=1;;__Host-seawall=x; b, a=1; ; b", "__Secure-seawall-01234567=x, __Secure-seawall-01234567=x",
        "a; __Host-seawall=x, a", "CF_Authorization=x; a=1, a=1", "cf_authorization=x, cf_authorization=x"})
    void takesOursOutAndLeavesTheOthers(String header, String rest) {
        assertEquals(rest, Cookies.without(header));
    }

    /// A browser brings the sessions of all instances on its host, and the gateway behind this one is to have none of them.
    @ParameterizedTest
    @CsvSource({"__Host-seawall-01234567=x; a=1, a=1", "a=1; __Host-seawall-89abcdef=x, a=1",
        "__Host-seawall-01234567=x; __Host-seawall=z; __Host-seawall-89abcdef=y; a=1; __Host-seawall-01234567=w, a=1",
        "__Host-seawall-=x, ''", "__Host-seawall-01234567, ''", "__Host-seawall-a.future.form =x; a=1, a=1",
        "__host-seawall-01234567=x; a=1, a=1", "__HOST-SEAWALL-01234567=x, ''", "__host-seawall=x; a=1, a=1",
        "__Host-seawall_01234567=x, __Host-seawall_01234567=x", "x__Host-seawall-0=x, x__Host-seawall-0=x",
        "__Host-Http-seawall-0=x, __Host-Http-seawall-0=x", "a=;__Host-seawall-01234567=x, a="})
    void takesThoseOfOtherInstancesOutToo(String header, String rest) {
        assertEquals(rest, Cookies.without(header));
    }

    @ParameterizedTest
    @CsvSource({"__Host-seawall=x, true", "__Host-seawall-01234567=; Max-Age=0, true", "__HOST-seawall-0, true",
        " __host-seawall =x, true", "a=__Host-seawall, false", "a=1; __Host-seawall=x, false", "'', false",
        "__Host-seawal, false", "__Host-seawallx=1, false"})
    void tellsWhichFieldSetsOurs(String field, boolean ours) {
        assertEquals(ours, Cookies.setsOurs(field));
    }

    @Test
    void takesOursOutWithoutAnObjectForEachOther() {
        String header = "CF_Authorization=x;" + "b;".repeat(16_000);
        long bytes = Allocated.by(() -> Cookies.without(header));
        assertTrue(bytes < 6L * header.length(), () -> bytes + " bytes");
    }

    @Test
    void copiesNothingWhereNoneIsOurs() {
        String header = "a=1;".repeat(4_000) + "b;".repeat(8_000);
        long bytes = Allocated.by(() -> Cookies.without(header));
        assertTrue(bytes < 200, () -> bytes + " bytes");
    }
}
