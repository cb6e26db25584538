package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathReadingTest {

    private static Set<String> readings(String raw) {
        return PathReading.of(raw).orElseThrow().readings();
    }

    /// Raw path and the `pathname` that Node.js gives `new URL(raw, 'http://host')`, tab-separated; src/e2e/whatwg-paths.mjs
    /// writes them.
    private static List<String[]> corpus() throws IOException {
        try (var in = Objects.requireNonNull(PathReadingTest.class.getResourceAsStream("whatwg-paths.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(line -> line.split("\t")).toList();
        }
    }

    @Test
    void readsAUrlAsTheGatewaysRuntimeDoes() throws IOException {
        assertTrue(corpus().size() >= 2000);
        assertAll(corpus().stream()
                .map(line -> () -> assertEquals(line[1], WhatwgPath.encoded(PathReading.whatwg(line[0].toCharArray())),
                        line[0])));
    }

    /// What the fuzz tests compare with is itself right.
    @Test
    void isComparedWithAReferenceThatReadsAsTheGatewaysRuntimeDoes() throws IOException {
        assertAll(corpus().stream()
                .map(line -> () -> assertEquals(Optional.of(line[1]), WhatwgPath.of(line[0]), line[0])));
    }

    @ParameterizedTest
    @CsvSource({"/, /", "/a, /a", "/a/, /a/", "//a, /a", "/a//b, /a/b", "/a/b/.., /a/", "/a/b/../, /a/", "/a/., /a/",
        "/., /",
        "/a/./b, /a/b", "/x/../a.., /a..", "/../a, /a", "/.., /", "/a/../.., /", "/a\\b, /a/b", "\\a\\..\\b, /b",
        "/a/..b, /a/..b",
        "/a/b.., /a/b..", "///, /", "/.a/..., /.a/..."})
    void foldsAsAFileServerDoes(String path, String folded) {
        assertEquals(folded, PathReading.fold(path.toCharArray()));
    }

    @Test
    void readsAnOrdinaryPathInOneWay() {
        assertEquals(Set.of("/chat/agent:main"), readings("/chat/agent:main"));
    }

    @Test
    void readsEveryDecodingAsItIsFoldedAndAsUrl() {
        assertEquals(List.of("/a%252f..%2Fb", "/a%2f../b", "/a/../b", "/b"), List.copyOf(readings("/a%252f..%2Fb")));
    }

    /// The number of texts to look at, and the characters of all of them.
    private static int[] shown(String raw, Predicate<String> reader) {
        int[] shown = new int[2];
        PathReading.each(raw, text -> {
            shown[0]++;
            shown[1] += text.length();
            return reader.test(text);
        });
        return shown;
    }

    @ParameterizedTest
    @CsvSource({"/chat/agent:main, 1", "/chat/agent%3Amain%2Fweb, 2", "/a/%252e/b, 7", "/a/./b, 3",
        "/a/./%25252525, 15"})
    void foldsOnlyWhatThereIsToFold(String path, int texts) {
        assertEquals(texts, shown(path, text -> true)[0]);
    }

    @Test
    void showsAtMostFifteenTextsNoLongerThanThePath() {
        Random random = new Random(20_261_128);
        String[] pieces = {"/", "//", "\\", ".", "..", "%2e", "%2f", "%25", "25", "2525", "a", "%5c", "%C3%A9"};
        for (int i = 0; i < 20_000; i++) {
            StringBuilder path = new StringBuilder("/");
            for (int piece = random.nextInt(40); piece > 0; piece--) {
                path.append(pieces[random.nextInt(pieces.length)]);
            }
            int[] shown = shown(path.toString(), text -> true);
            assertTrue(shown[0] <= 15 && shown[1] <= 15 * path.length(), path::toString);
        }
    }

    @Test
    void readsNoFurtherForAReaderThatHasSeenEnough() {
        assertEquals(1, shown("/a/./%25252525", text -> false)[0]);
        assertEquals(2, shown("/a/./%25252525", text -> text.contains("/./"))[0]);
    }

    /// As the gateway's plugin routes read: what is decoded is a URL again.
    @ParameterizedTest
    @CsvSource({"/a/b%3Fc, /a/b", "/a/b%2523, /a/b", "/a/b%20%20, /a/b", "/a%3F/b, /a", "/a//b, /a/b",
        "/a%2F%2Fb, /a/b", "/a/%2e/b%252fc, /a/b/c", "/a/..%2fb%3f%2f..%2fa, /b"})
    void readsWhatIsDecodedAsAUrlAgain(String raw, String reading) {
        assertTrue(readings(raw).contains(reading), () -> readings(raw).toString());
    }

    /// Parsed, decoded and parsed again these are something else than decoded and then parsed.
    @ParameterizedTest
    @ValueSource(strings = {"/a/..//b", "/.//b", "/%2e//b/c", "/a/%2e%2e//b", "/a%2f..%2f%2fb", "/%2e%2f%2fb",
        "/a%2Fb/../..%2fv1", "/a%2Fb/../%761/x", "/a%5cb/..", "/a%252fb/../c", "/a%3Fb/../%761", "/a%23/../b",
        "//a%2Fb/%761", "/a//..//b", "/a%2F%2F..//b", "/a//%3fb", "/a//%20"})
    void doesNotReadWhatIsAnotherPathWhenItIsReadAgain(String raw) {
        assertFalse(PathReading.of(raw).isPresent());
    }

    @Test
    void readsAsOftenAsItDecodes() {
        assertTrue(readings("/%25252576").contains("/v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "/a b", "/a\tb", "/a\u0000", "/a\u007f", "/\u00e9", "/a#b", "/%", "/%4", "/%g0",
        "/%00",
        "/%1f", "/%7F", "/%2500", "/%250a", "/%c0%af", "/%ed%a0%80", "/%25%38%30", "/%25c3", "/%25252525252541"})
    void doesNotReadWhatIsNoPath(String raw) {
        assertFalse(PathReading.of(raw).isPresent());
    }

    @Test
    void leavesAPercentThatIsNoEscapeAfterTheFirstDecoding() {
        assertEquals(Set.of("/100%25", "/100%"), readings("/100%25"));
    }

    /// Every path of up to six of these characters behind the slash, exhaustively.
    @Test
    void callsPlainOnlyWhatAllReadersReadAlike() {
        List<String> paths = List.of("/");
        int plain = 0;
        for (int length = 0; length <= 6; length++) {
            for (String path : paths) {
                if (PathReading.isPlain(path)) {
                    plain++;
                    assertTrue(PathReading.eachOfAny(path, path::equals), path);
                }
            }
            paths = paths.stream().flatMap(path -> "/a.%\\2e".chars().mapToObj(c -> path + (char) c)).toList();
        }
        assertTrue(plain > 1000, "only " + plain);
    }
}
