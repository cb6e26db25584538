package io.seawall.proxy.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http.UpstreamResponseHead;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseReaderTest {

    /// What it makes of the bytes that come in pieces of that size: heads, `"data"`, and `.` at the end of each answer.
    private static List<String> read(String wire, boolean toHead, int piece) throws HygieneException {
        ResponseReader reader = new ResponseReader();
        reader.expectAnswerTo(toHead);
        List<String> seen = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        ByteBuf in = Unpooled.buffer();
        for (int at = 0; at < wire.length(); at += piece) {
            in.writeBytes(wire.substring(at, Math.min(wire.length(), at + piece))
                    .getBytes(StandardCharsets.ISO_8859_1));
            for (Object next = reader.next(in); next != null; next = reader.next(in)) {
                if (next instanceof UpstreamResponseHead head) {
                    seen.add(head.status() + " " + head.reason() + " " + fields(head.headers()));
                } else if (next instanceof HttpContent content) {
                    data.append(content.content().toString(StandardCharsets.ISO_8859_1));
                    content.release();
                    if (content instanceof LastHttpContent) {
                        seen.add(data + ".");
                        data.setLength(0);
                    }
                }
            }
        }
        if (data.length() > 0 || reader.endsWithConnection()) {
            seen.add(data + (reader.endsWithConnection() ? "." : ""));
        }
        if (in.isReadable()) {
            seen.add("left " + in.toString(StandardCharsets.ISO_8859_1));
        }
        in.release();
        return seen;
    }

    private static String fields(Headers headers) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < headers.size(); i++) {
            text.append(headers.name(i)).append('=').append(headers.value(i)).append(';');
        }
        return text.toString();
    }

    private static List<String> read(String wire) throws HygieneException {
        return read(wire, false, wire.length());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void readsAnswersHoweverTheyArrive(int piece) throws HygieneException {
        String wire = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
                + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n"
                + "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
                + "HTTP/1.0 200 \r\nX: \u00e9\r\n\r\nto the end";
        assertEquals(List.of("103 Early Hints Link=x;", "200 OK Content-Length=5;", "hello.",
                "200 OK Transfer-Encoding=chunked;", "abcde.", "204 No Content ", ".",
                "304 Not Modified Content-Length=9;", ".", "200  X=\u00e9;", "to the end."), read(wire, false, piece));
    }

    @Test
    void anAnswerToHeadHasNoBody() throws HygieneException {
        assertEquals(List.of("200 OK Content-Length=5;", ".", "200 OK Transfer-Encoding=chunked;", "."),
                read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                        true, 1000));
    }

    @Test
    void doesNotLookBehindASwitch() throws HygieneException {
        assertEquals(List.of("101 Switching Protocols Upgrade=websocket;", "left \u0081\u0000"),
                read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\u0081\u0000"));
    }

    @Test
    void takesBlanksOffBehindAName() throws HygieneException {
        assertEquals(List.of("200 OK Content-Length=2;", "ok."),
                read("HTTP/1.1 200 OK\r\nContent-Length \t: 2\r\n\r\nok"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"HTTP/1.1 200 OK|X: 1|true", "HTTP/1.1 200 OK|Connection: close|false",
        "HTTP/1.1 200 OK|Connection: Keep-Alive, Close|false", "HTTP/1.1 200 OK|Connection: keep-alive|true",
        "HTTP/1.0 200 OK|X: 1|false", "HTTP/1.0 200 OK|Connection: keep-alive|true"})
    void knowsWhetherTheConnectionStays(String line, String field, boolean kept) throws HygieneException {
        ByteBuf wire = Unpooled.copiedBuffer(line + "\r\n" + field + "\r\n\r\n",
                StandardCharsets.ISO_8859_1);
        assertEquals(kept, assertHead(new ResponseReader().next(wire)).keepAlive());
        wire.release();
    }

    private static UpstreamResponseHead assertHead(@org.jspecify.annotations.Nullable Object next) {
        assertTrue(next instanceof UpstreamResponseHead, String.valueOf(next));
        return (UpstreamResponseHead) next;
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.2 200 OK", "HTTP/2 200 OK", "http/1.1 200 OK", "HTTP/1.1  200 OK", "HTTP/1.1 20 OK",
        "HTTP/1.1 2000 OK", "HTTP/1.1 099 X", "HTTP/1.1 200\tOK", "HTTP/1.1 200 O\u0000K", "ICY 200 OK",
        " HTTP/1.1 200 OK",
        "HTTP/1.1 -20 OK", "HTTP/1.1 200 OK\nX: 1", "HTTP/1.1 200 OK\r\n folded", "HTTP/1.1 200 OK\r\nX 1",
        "HTTP/1.1 200 OK\r\n: 1", "HTTP/1.1 200 OK\r\nX: \u0000", "HTTP/1.1 200 OK\r\nX: a\rb",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1", "HTTP/1.1 200 OK\r\nContent-Length: +1",
        "HTTP/1.1 200 OK\r\nContent-Length: 1, 1", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked", "HTTP/1.1 200 OK\r\nTransfer_Encoding: chunked"})
    void refusesWhatIsNoAnswer(String head) {
        assertThrows(HygieneException.class, () -> read(head + "\r\n\r\n"), head);
    }

    @Test
    void refusesAnEndlessHead() {
        assertThrows(HygieneException.class, () -> read("HTTP/1.1 200 " + "x".repeat(8 * 1024) + "\r\n\r\n"));
        assertThrows(HygieneException.class,
                () -> read("HTTP/1.1 200 OK\r\n" + ("X: " + "x".repeat(1000) + "\r\n").repeat(70)));
    }

    /// What it takes, the library's strictest reading takes, and makes the same of it.
    @Test
    void readsNothingThatAnotherReaderReadsDifferently() throws HygieneException {
        List<String> words = List.of("HTTP/1.1 200 OK\r\n", "HTTP/1.0 200 OK\r\n", "HTTP/1.1 204 No Content\r\n",
                "HTTP/1.1 304 Not Modified\r\n", "HTTP/1.1 100 Continue\r\n", "Content-Length: 3\r\n",
                "Content-Length: 0\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: gzip\r\n", "X: a\r\n",
                "X:\t b \t\r\n", "X: \r\n", "\r\n", "\r\n", "\r\n", "abc", "3\r\nabc\r\n", "0\r\n\r\n", "\n", "\r", " ",
                "1", ":");
        Random random = new Random(7);
        int taken = 0;
        for (int i = 0; i < 300_000; i++) {
            StringBuilder text = new StringBuilder(words.get(random.nextInt(5)));
            for (int n = random.nextInt(9); n > 0; n--) {
                text.append(words.get(random.nextInt(words.size())));
            }
            String wire = text.toString();
            boolean toHead = random.nextInt(8) == 0;
            List<String> ours;
            try {
                ours = read(wire, toHead, wire.length());
            } catch (HygieneException e) {
                continue;
            }
            ours.removeIf(line -> line.startsWith("left "));
            ours.replaceAll(ResponseReaderTest::withoutEncoding);
            taken += ours.size();
            // which shows the part of a head, too, when the connection ends
            List<String> theirs = theirs(wire, toHead);
            theirs.replaceAll(ResponseReaderTest::withoutEncoding);
            assertEquals(theirs.subList(0, Math.min(ours.size(), theirs.size())), ours,
                    () -> wire.replace("\r", "\\r").replace("\n", "\\n"));
        }
        assertTrue(taken > 10_000, "only " + taken);
    }

    /// The library takes it out of some answers without a body.
    private static String withoutEncoding(String line) {
        return line.replace("Transfer-Encoding=chunked;", "");
    }

    private static List<String> theirs(String wire, boolean toHead) {
        EmbeddedChannel reader = new EmbeddedChannel(new HttpResponseDecoder(
                new HttpDecoderConfig().setStrictLineParsing(true).setUseRfc9112TransferEncoding(true)) {
            @Override
            protected boolean isContentAlwaysEmpty(HttpMessage message) {
                return toHead && message instanceof HttpResponse response && response.status().code() >= 200
                        || super.isContentAlwaysEmpty(message);
            }
        });
        reader.writeInbound(Unpooled.copiedBuffer(wire, StandardCharsets.ISO_8859_1));
        boolean cut = reader.finish();
        List<String> seen = new ArrayList<>();
        StringBuilder data = new StringBuilder();
        boolean interim = false;
        for (HttpObject next = reader.readInbound(); next != null; next = reader.readInbound()) {
            if (next instanceof HttpResponse response) {
                interim = response.status().code() < 200;
                StringBuilder fields = new StringBuilder();
                for (Map.Entry<String, String> field : response.headers()) {
                    fields.append(field.getKey()).append('=').append(field.getValue()).append(';');
                }
                seen.add(response.status().code() + " " + response.status().reasonPhrase() + " " + fields);
            }
            if (next instanceof HttpContent content && !interim) {
                data.append(content.content().toString(StandardCharsets.ISO_8859_1));
                if (next instanceof LastHttpContent && next.decoderResult().isSuccess()) {
                    seen.add(data + ".");
                    data.setLength(0);
                }
            }
            ReferenceCountUtil.release(next);
        }
        if (data.length() > 0) {
            seen.add(data.toString());
        }
        assertTrue(cut || seen.isEmpty());
        return seen;
    }
}
