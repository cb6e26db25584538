package io.seawall.proxy.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.seawall.proxy.server.Allocated;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {
    private final Headers headers = Headers.builder().add("Set-Cookie", "a=1").add("X", "").add("set-cookie", "b=2")
            .add("Connection", "Keep-Alive, TE").add("connection", " , Upgrade,,").build();

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "set-cookie", "SET-COOKIE"})
    void findsNamesInAnyCase(String name) {
        assertEquals("a=1", headers.get(name));
        assertEquals(List.of("a=1", "b=2"), headers.all(name));
        assertEquals(2, headers.count(name));
        assertTrue(headers.contains(name));
    }

    @Test
    void knowsWhatIsNotThere() {
        assertNull(headers.get("Y"));
        assertEquals("z", headers.get("Y", "z"));
        assertEquals("", headers.get("X", "z"));
        assertEquals(List.of(), headers.all("Y"));
        assertEquals(0, headers.count("Y"));
        assertFalse(headers.contains("Set-Cookie2"));
        assertTrue(headers.contains("X"));
    }

    @Test
    void keepsOrderAndCase() {
        assertEquals(5, headers.size());
        assertEquals("set-cookie", headers.name(2));
        assertEquals("b=2", headers.value(2));
    }

    @ParameterizedTest
    @CsvSource({"Connection, 'keep-alive te upgrade'", "X, ''", "Y, ''", "Set-Cookie, 'a=1 b=2'"})
    void splitsListsOverAllFields(String name, String tokens) {
        assertEquals(tokens, String.join(" ", headers.tokens(name)));
    }

    @ParameterizedTest
    @CsvSource({"Connection, UPGRADE, true", "connection, te, true", "Connection, keep-alive, true",
        "Connection, keep, false", "Connection, '', false", "X, te, false", "Y, te, false"})
    void findsATokenInAnyCase(String name, String token, boolean found) {
        assertEquals(found, headers.hasToken(name, token));
    }

    @Test
    void takesNoMoreTokensThanAreAskedFor() {
        Headers many = Headers.builder().add("Connection", "a , b,,c").add("connection", "d, e").build();

        assertEquals(List.of("a", "b", "c", "d"), many.tokens("Connection", 4));
        assertEquals(List.of("a", "b"), many.tokens("Connection", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,", ", ", "a ,b,"})
    void makesNoObjectOfEachToken(String piece) {
        Headers many = Headers.builder().add("Connection", piece.repeat(32_000 / piece.length())).build();
        long bytes = Allocated.by(() -> many.tokens("Connection", 100))
                + Allocated.by(() -> many.hasToken("Connection", "x"));
        assertTrue(bytes < 20_000, () -> bytes + " bytes");
    }

    @Test
    void printsNoValue() {
        assertEquals("[Set-Cookie, X, set-cookie, Connection, connection]", headers.toString());
    }

    @Test
    void addsWhatIsAbsentOnly() {
        Headers more = Headers.builder().add("a", "1").addIfAbsent("A", "2").addIfAbsent("B", "3").build();

        assertEquals("[a, B]", more.toString());
        assertEquals("1", more.get("a"));
    }

    @Test
    void copiesAllOfAnother() {
        Headers.Builder many = Headers.builder();
        for (int i = 0; i < 15; i++) {
            many.add("n" + i, "v");
        }
        Headers all = many.addAll(headers).add("Last", "0").build();

        assertEquals(16 + headers.size(), all.size());
        assertEquals(headers.name(0), all.name(15));
        assertEquals(headers.value(headers.size() - 1), all.value(14 + headers.size()));
        assertEquals("0", all.get("last"));
    }

    @Test
    void growsWithItsFields() {
        Headers.Builder builder = Headers.builder();
        for (int i = 0; i < 100; i++) {
            builder.add("n" + i, "v" + i);
        }
        Headers many = builder.build();

        assertEquals(100, many.size());
        assertEquals("v99", many.get("N99"));
        assertEquals(0, Headers.EMPTY.size());
    }
}
