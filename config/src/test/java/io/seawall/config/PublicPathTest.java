package io.seawall.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicPathTest {

    @ParameterizedTest
    @CsvSource({"/slack/events, /slack/events, false, false", "/j/*, /j, true, false",
        "ws:/__openclaw__/worker, /__openclaw__/worker, false, true", "ws:/a/*, /a, true, true",
        "/a.b/~c/@d, /a.b/~c/@d, false, false", "/..., /..., false, false", "/.a, /.a, false, false"})
    void reads(String text, String path, boolean prefix, boolean webSocket) {
        PublicPath parsed = PublicPath.parse(text);
        assertEquals(new PublicPath(path, prefix, webSocket), parsed);
        assertEquals(text, parsed.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/*", "*", "ws:", "ws:/", "ws:/*", "a", "a/b", "/a/", "//a", "/a//b", "/a/./b",
        "/a/../b", "/..", "/.", "/a/**", "/a*", "/*/a", "/a?b", "/a#b", "/a%62", "/a\\b", "/a b", "/ä", "/a\n",
        "/a/b/..", "http://x/a", "/a:b", "/a\u0000"})
    void refusesWhatCouldBeReadInTwoWays(String text) {
        assertThrows(IllegalArgumentException.class, () -> PublicPath.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"/a, /a, true", "/a, /a/, false", "/a, /a/b, false", "/a, /A, false", "/a/*, /a, false",
        "/a/*, /a/, false", "/a/*, /a/b, true", "/a/*, /a/b/c, true", "/a/*, /a/b/, true", "/a/*, /ab, false",
        "/a/*, /b/c, false", "ws:/a/*, /a, false", "ws:/a/*, /a/b, true", "/a/b/*, /a/b, false", "/a/b/*, /a, false"})
    void takesWhatIsBelowItsStarButNotItself(String text, String other, boolean expected) {
        assertEquals(expected, PublicPath.parse(text).matches(other));
    }

    @Test
    void cannotBeMadeOtherwise() {
        assertEquals("public path: /a/ (expected: plain segments, as in /slack/events)",
                assertThrows(IllegalArgumentException.class, () -> new PublicPath("/a/", false, false)).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"/a, /a, true", "/a, /a/b, true", "/a/b, /a, true", "/A, /a, true", "/a/B/c, /A/b, true",
        "/a, /ab, false", "/ab, /a, false", "/a/b, /a/c, false", "/b/a, /a, false"})
    void overlapsAtSegmentBoundaries(String a, String b, boolean expected) {
        assertEquals(expected, PublicPath.overlap(a, b));
    }
}
