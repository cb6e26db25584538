package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.Rule;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BodyReaderTest {

    @Test
    void readsExactlyTheLength() throws HygieneException {
        ByteBuf in = bytes("helloGET /");
        BodyReader reader = new BodyReader(new Body.Length(5));

        assertFalse(reader.done());
        assertEquals("hello.", read(reader, in));
        assertTrue(reader.done());
        assertEquals("GET /", in.toString(StandardCharsets.US_ASCII));
        in.release();
    }

    @Test
    void passesOnWhatIsThereOfALength() throws HygieneException {
        ByteBuf in = bytes("hel");
        BodyReader reader = new BodyReader(new Body.Length(5));

        assertEquals("hel", read(reader, in));
        in.writeCharSequence("lo!", StandardCharsets.US_ASCII);
        assertEquals("lo.", read(reader, in));
        assertEquals(1, in.readableBytes());
        in.release();
    }

    @ParameterizedTest
    @MethodSource("empty")
    void isDoneAtOnceWithoutABody(Body body) {
        BodyReader reader = new BodyReader(body);

        assertTrue(reader.done());
        assertThrows(IllegalStateException.class, () -> reader.next(Corpus.bytes("x")));
    }

    static List<Body> empty() {
        return List.of(Body.NONE, new Body.Length(0));
    }

    @Test
    void knowsThatNoRequestEndsWithTheConnection() {
        assertThrows(IllegalArgumentException.class, () -> new BodyReader(Body.UNTIL_CLOSE));
    }

    @Test
    void readsALengthBeyondFourGigabytesPieceByPiece() throws HygieneException {
        BodyReader reader = new BodyReader(new Body.Length(1L << 40));
        ByteBuf in = bytes("piece");

        assertEquals("piece", read(reader, in));
        assertFalse(reader.done());
        in.release();
    }

    @ParameterizedTest
    @CsvSource({"0, ''", "5|hello|0|, hello", "1|a|2|bc|0|, abc", "0a|0123456789|0|, 0123456789",
        "A|0123456789|00000000|, 0123456789", "1;x=y|a|0;z|, a", "1;x;y=z;w|a|0;a=b|, a", "4|~~|0|, ~~",
        "1|a|0|X: y|Z:\t, a", "1|0|0|, 0"})
    void readsChunks(String lines, String text) throws HygieneException {
        String body = text.replace("~", "\r\n");
        String wire = lines.replaceAll("[|~]", "\r\n") + (lines.endsWith("|") ? "\r\n" : "\r\n\r\n");
        for (int split = 0; split <= wire.length(); split++) {
            ByteBuf in = bytes(wire.substring(0, split));
            BodyReader reader = new BodyReader(Body.CHUNKED);
            String first = split == 0 ? "" : read(reader, in);
            in.writeCharSequence(wire.substring(split) + "next", StandardCharsets.US_ASCII);
            String second = reader.done() ? "" : read(reader, in);

            assertEquals(body + ".", first + second);
            assertTrue(reader.done());
            assertEquals("next", in.toString(StandardCharsets.US_ASCII));
            in.release();
        }
    }

    static Stream<Corpus.Broken> broken() {
        return Corpus.broken().stream().filter(broken -> switch (broken.rule()) {
            case CHUNK, CHUNK_EXTENSION, TRAILER -> true;
            default -> false;
        });
    }

    @ParameterizedTest
    @MethodSource("broken")
    void refusesBrokenChunksAtEverySplit(Corpus.Broken broken) {
        String wire = broken.wire().substring(Corpus.chunked("").length());
        for (int split = 0; split <= wire.length(); split += 1 + wire.length() / 400) {
            ByteBuf in = bytes(wire.substring(0, split));
            BodyReader reader = new BodyReader(Body.CHUNKED);
            String rest = wire.substring(split);

            Rule rule = assertThrows(HygieneException.class, () -> {
                read(reader, in);
                in.writeCharSequence(rest, StandardCharsets.ISO_8859_1);
                read(reader, in);
            }).rule();
            assertEquals(broken.rule(), rule);
            in.release();
        }
    }

    @Test
    void makesOnePieceOfSmallChunksThatAreThere() throws HygieneException {
        ByteBuf in = bytes("1\r\nx\r\n".repeat(1_000) + "1\r\ny\r\n0\r\n\r\n");
        BodyReader reader = new BodyReader(Body.CHUNKED);

        HttpContent piece = assertInstanceOf(HttpContent.class, reader.next(in));
        assertEquals("x".repeat(1_000) + "y", piece.content().toString(StandardCharsets.US_ASCII));
        assertTrue(piece.release());
        assertInstanceOf(LastHttpContent.class, reader.next(in));
        in.release();
    }

    @Test
    void passesOnTheChunksBeforeABrokenOne() throws HygieneException {
        ByteBuf in = bytes("1\r\nx\r\n1\r\ny\rz");
        BodyReader reader = new BodyReader(Body.CHUNKED);

        HttpContent piece = assertInstanceOf(HttpContent.class, reader.next(in));
        assertEquals("xy", piece.content().toString(StandardCharsets.US_ASCII));
        assertTrue(piece.release());
        assertEquals(Rule.CHUNK, assertThrows(HygieneException.class, () -> reader.next(in)).rule());
        in.release();
    }

    @Test
    void dropsTrailers() throws HygieneException {
        ByteBuf in = bytes("1\r\nx\r\n0\r\nAuthorization: Bearer x\r\nHost: evil\r\n\r\n");
        BodyReader reader = new BodyReader(Body.CHUNKED);

        HttpContent data = reader.next(in);
        assertEquals("x", data == null ? "" : data.content().toString(StandardCharsets.US_ASCII));
        assertFalse(data instanceof LastHttpContent);
        if (data != null) {
            data.release();
        }
        LastHttpContent last = assertInstanceOf(LastHttpContent.class, reader.next(in));
        assertTrue(last.trailingHeaders().isEmpty());
        assertFalse(in.isReadable());
        in.release();
    }

    @ParameterizedTest
    @CsvSource({"128, true", "129, false"})
    void capsAnExtension(int length, boolean fine) throws HygieneException {
        ByteBuf in = bytes("1;" + "a".repeat(length - 1) + "\r\nx\r\n0\r\n\r\n");
        BodyReader reader = new BodyReader(Body.CHUNKED);

        if (fine) {
            assertEquals("x.", read(reader, in));
        } else {
            assertEquals(Rule.CHUNK_EXTENSION,
                    assertThrows(HygieneException.class, () -> reader.next(in)).rule());
        }
        in.release();
    }

    @ParameterizedTest
    @CsvSource({"4096, true", "4097, false"})
    void capsTheTrailersTogether(int length, boolean fine) throws HygieneException {
        int lines = 10;
        // the empty line counts as well
        String trailers = "X: y\r\n".repeat(lines) + "Z:" + "z".repeat(length - lines * 6 - 6) + "\r\n\r\n";
        assertEquals(length, trailers.length());
        ByteBuf in = bytes("0\r\n" + trailers);
        BodyReader reader = new BodyReader(Body.CHUNKED);

        if (fine) {
            assertEquals(".", read(reader, in));
        } else {
            assertEquals(Rule.TRAILER, assertThrows(HygieneException.class, () -> reader.next(in)).rule());
        }
        in.release();
    }

    @Test
    void takesTheLargestChunkSizeAndNoLargerOne() throws HygieneException {
        ByteBuf in = bytes("7fffffff\r\nx");
        BodyReader reader = new BodyReader(Body.CHUNKED);

        assertEquals("x", read(reader, in));
        assertNull(reader.next(in));
        in.release();
    }

    /// Pieces share memory with what they were cut from, and must outlive it.
    @Test
    void handsOutPiecesThatTheCallerOwns() throws HygieneException {
        ByteBuf in = bytes("5\r\nhello\r\n");
        BodyReader reader = new BodyReader(Body.CHUNKED);
        HttpContent piece = assertInstanceOf(HttpContent.class, reader.next(in));
        in.release();

        assertEquals("hello", piece.content().toString(StandardCharsets.US_ASCII));
        assertTrue(piece.release());
    }

    private static ByteBuf bytes(String text) {
        ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer();
        buffer.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        return buffer;
    }

    /// The pieces that can be read now; a full stop where the body ends.
    private static String read(BodyReader reader, ByteBuf in) throws HygieneException {
        StringBuilder text = new StringBuilder();
        for (HttpContent content = reader.next(in); content != null; content = reader.next(in)) {
            text.append(content.content().toString(StandardCharsets.ISO_8859_1));
            content.release();
            if (content instanceof LastHttpContent) {
                return text.append('.').toString();
            }
        }
        return text.toString();
    }
}
