package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.seawall.proxy.http.HeadBytes;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HygieneException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A value that is not asked for goes on as the bytes that it came in. That must be what would be written of name and
/// value.
class HeadersOnWireTest {

    @ParameterizedTest
    @ValueSource(strings = {"A: b", "A:b", "A:  b", "A:\tb", "A: b ", "A: b\t", "A:", "A: ", "A:  ", "A: \t b c \t ",
        "a: \u00e9\u00ff\u0080", "A: b: c", "hOPE: x"})
    void writesALineAsItsNameAndValue(String line) throws Exception {
        writesWhatItReads(request(line));
        writesWhatItReads(request("First: 1", line, "Last: 2"));
    }

    /// In answers only: a blank in front of the colon.
    @ParameterizedTest
    @ValueSource(strings = {"A : b", "A\t:b", "A  : b", "A : ", "Ab : b"})
    void writesAnAnswersLineAsItsNameAndValue(String line) throws Exception {
        writesWhatItReads(answer(line));
        writesWhatItReads(answer("First: 1", line, "Last: 2"));
    }

    static Stream<String> heads() {
        return Corpus.accepted().stream().map(wire -> wire.substring(0, wire.indexOf("\r\n\r\n") + 4));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void writesEveryHeadOfTheCorpusAsItsNamesAndValues(String head) throws Exception {
        writesWhatItReads(RequestHeadParser
                .parse(head.replaceFirst("^(\r\n)+", "").getBytes(StandardCharsets.ISO_8859_1), 100).headers());
    }

    @Test
    void writesWhateverItReads() throws Exception {
        Random random = new Random(20);
        String parts = "aB: \t:;\u00e9x";
        for (int i = 0; i < 20_000; i++) {
            List<String> lines = new ArrayList<>();
            for (int field = random.nextInt(6); field >= 0; field--) {
                StringBuilder line = new StringBuilder("n" + random.nextInt(3)).append(":");
                for (int length = random.nextInt(8); length > 0; length--) {
                    line.append(parts.charAt(random.nextInt(parts.length())));
                }
                lines.add(line.toString());
            }
            writesWhatItReads(request(lines.toArray(String[]::new)));
        }
    }

    private static void writesWhatItReads(Headers headers) {
        String unread = written(headers);
        Headers some = Headers.builder().addAll(headers).add("Ours", "x").build();
        if (headers.size() > 1) {
            some.value(1);
        }
        Headers bothHeads = Headers.builder().addAll(Headers.builder().add("Ours", "x").build()).addAll(headers)
                .addAll(answerOf("Theirs: y")).build();

        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < headers.size(); i++) {
            assertEquals(headers.value(i), headers.text(i).toString());
            expected.append(headers.name(i)).append(": ").append(headers.value(i)).append("\r\n");
        }
        assertEquals(expected.toString(), unread);
        assertEquals(expected.toString(), written(headers), "after they were read");
        assertEquals(expected + "Ours: x\r\n", written(some));
        assertEquals("Ours: x\r\n" + expected + "Content-Length: 0\r\nTheirs: y\r\n", written(bothHeads));
        assertEquals("y", bothHeads.get("theirs"));
    }

    private static Headers request(String... lines) throws HygieneException {
        return RequestHeadParser.parse(head("GET / HTTP/1.1", "Host: a", lines), 100).headers();
    }

    private static Headers answer(String... lines) throws HygieneException {
        return ResponseHeadParser.parse(head("HTTP/1.1 200 OK", "Content-Length: 0", lines)).headers();
    }

    private static Headers answerOf(String line) {
        try {
            return answer(line);
        } catch (HygieneException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    private static byte[] head(String first, String second, String... lines) {
        return (first + "\r\n" + second + "\r\n" + String.join("\r\n", lines) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String written(Headers headers) {
        ByteBuf buffer = HeadBytes.begin().fields(headers).buffer(UnpooledByteBufAllocator.DEFAULT, 0);
        try {
            return buffer.toString(StandardCharsets.ISO_8859_1);
        } finally {
            buffer.release();
        }
    }
}
