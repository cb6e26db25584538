package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.Rule;
import io.seawall.proxy.server.TestConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadScannerTest {
    private final HeadScanner scanner = new HeadScanner(TestConfig.HTTP.requestLine(),
            TestConfig.HTTP.headBytes());

    @Test
    void findsTheEmptyLineAndNothingBehindIt() throws HygieneException {
        assertEquals(get("X: y").length(), scanner.scan(Corpus.bytes(get("X: y") + "body\r\n\r\n")));
    }

    @Test
    void countsFromWhereReadingBegins() throws HygieneException {
        ByteBuf in = Corpus.bytes("before" + get());
        in.skipBytes(6);

        assertEquals(get().length(), scanner.scan(in));
    }

    @Test
    void findsItAtEverySplit() throws HygieneException {
        String wire = get("X: y", "Z: \r\r");
        for (int split = 0; split < wire.length(); split++) {
            scanner.reset();
            ByteBuf in = Corpus.bytes(wire);
            int end = in.writerIndex();
            assertEquals(-1, scanner.scan(in.writerIndex(split)));
            assertEquals(end, scanner.scan(in.writerIndex(end)));
        }
    }

    @Test
    void beginsAgainAfterAReset() throws HygieneException {
        assertEquals(-1, scanner.scan(Corpus.bytes("GET / HTTP/1.1\r\nHo")));
        scanner.reset();
        assertEquals(get().length(), scanner.scan(Corpus.bytes(get())));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 100})
    void refusesALongLineBeforeItIsComplete(int beyond) {
        String start = "G".repeat(TestConfig.HTTP.requestLine());
        HygieneException thrown = assertThrows(HygieneException.class,
                () -> scanner.scan(Corpus.bytes(start + "G".repeat(beyond + 2))));

        assertEquals(Rule.LINE_TOO_LONG, thrown.rule());
    }

    @Test
    void waitsForTheEndOfTheLongestLine() throws HygieneException {
        assertEquals(-1, scanner.scan(Corpus.bytes("G".repeat(TestConfig.HTTP.requestLine()) + "\r")));
    }

    @Test
    void refusesALargeHeadBeforeItIsComplete() {
        HygieneException thrown = assertThrows(HygieneException.class, () -> scanner
                .scan(Corpus.bytes("GET / HTTP/1.1\r\n" + "X: y\r\n".repeat(TestConfig.HTTP.headBytes() / 6))));

        assertEquals(Rule.HEAD_TOO_LARGE, thrown.rule());
    }

    @Test
    void refusesABareLineFeedBeforeTheHeadIsComplete() {
        HygieneException thrown = assertThrows(HygieneException.class,
                () -> scanner.scan(Corpus.bytes("GET / HTTP/1.1\n")));

        assertEquals(Rule.BARE_LF, thrown.rule());
    }
}
