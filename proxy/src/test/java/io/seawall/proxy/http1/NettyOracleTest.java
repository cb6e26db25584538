package io.seawall.proxy.http1;

import static io.seawall.proxy.http1.Corpus.chunked;
import static io.seawall.proxy.http1.Corpus.get;
import static io.seawall.proxy.http1.Corpus.head;
import static io.seawall.proxy.http1.Corpus.visible;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Another parser as the judge: what we accept, Netty's strict decoder reads in the same way; what it refuses, so do we.
class NettyOracleTest {
    private static final long SEED = 20_260_601;
    private static final int MUTATIONS = 6_000;

    static List<String> accepted() {
        return Corpus.accepted();
    }

    @ParameterizedTest
    @MethodSource("accepted")
    void seesTheSameInWhatIsAccepted(String wire) {
        agree(wire);
        assertFalse(Netty.of(wire).refused);
    }

    static List<Corpus.Broken> broken() {
        return Corpus.broken();
    }

    @ParameterizedTest
    @MethodSource("broken")
    void acceptsNothingThatNettyRefuses(Corpus.Broken broken) {
        agree(broken.wire());
    }

    /// What Netty lets through in its strictest configuration. Where one of these fails, Netty has become stricter and the
    /// line can go; that we refuse it does not change.
    static List<String> lenient() {
        return List.of(head("GET / HTTP/1.1"), head("GET / HTTP/1.1", "Host: a", "Host: b"),
                head("GET / HTTP/1.1", "Host: a b"), get("X: a", " b"), get("Content_Length: 3"),
                get("Content-Length: 001") + "x", get("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
                head("get / HTTP/1.1", "Host: a"), head("GET / HTTP/1.2", "Host: a"),
                head("GET / HTTP/2.0", "Host: a"), head("GET / http/1.1", "Host: a"),
                head("GET\t/\tHTTP/1.1", "Host: a"), head("GET  /  HTTP/1.1", "Host: a"),
                head("GET /a\0b HTTP/1.1", "Host: a"), head("GET /\u00e9 HTTP/1.1", "Host: a"),
                head("GET http://b/ HTTP/1.1", "Host: a"), head("GET /#x HTTP/1.1", "Host: a"),
                head("CONNECT a:443 HTTP/1.1", "Host: a:443"), get(Corpus.fields(2_000)),
                get("Authorization: x", "Authorization: y"), get("Connection: authorization"));
    }

    @ParameterizedTest
    @MethodSource("lenient")
    void refusesWhatNettyLetsThrough(String wire) {
        assertFalse(Netty.of(wire).refused, "Netty lets it through");
        assertNotNull(Reader.of(wire).broken());
    }

    @Test
    void dropsTheTrailersThatNettyPassesOn() {
        String wire = chunked("1\r\nx\r\n0\r\nAuthorization: x\r\nContent-Length: 5\r\n\r\n");

        assertTrue(Netty.of(wire).trailers);
        assertEquals("x", Reader.of(wire).messages().getFirst().body());
    }

    @ParameterizedTest
    @ValueSource(longs = {SEED, SEED + 1, SEED + 2})
    void agreesWithNettyOnMutatedRequests(long seed) {
        Random random = new Random(seed);
        List<String> seeds = new ArrayList<>(Corpus.accepted().stream().filter(wire -> wire.length() < 400).toList());
        Corpus.broken().stream().map(Corpus.Broken::wire).filter(wire -> wire.length() < 400).forEach(seeds::add);
        for (int i = 0; i < MUTATIONS / 3; i++) {
            String wire = seeds.get(random.nextInt(seeds.size()));
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                wire = mutate(wire, random);
            }
            agree(wire + get("Next: 1"));
        }
    }

    private static final List<String> PIECES = List.of("\r", "\n", "\r\n", "\r\n\r\n", "\0", "\t", " ", ":", ";", ",",
            "0",
            "1", "f", "-", "+", "\u0080", "\u00ff", "\u007f", "\u000b", "\r\n ", "\r\n\t",
            "\r\nTransfer-Encoding: chunked",
            "\r\nContent-Length: 3", "\r\nHost: b", "\r\nExpect: 100-continue", "HTTP/1.0", "HTTP/1.1", "0\r\n\r\n",
            "3\r\nabc\r\n", "chunked", "GET / HTTP/1.1\r\n", "\"", "=", "x");

    private static String mutate(String wire, Random random) {
        int at = random.nextInt(wire.length() + 1);
        int end = Math.min(wire.length(), at + random.nextInt(4));
        String piece = PIECES.get(random.nextInt(PIECES.size()));
        return switch (random.nextInt(5)) {
            case 0 -> wire.substring(0, at) + wire.substring(end);
            case 1 -> wire.substring(0, at) + piece + wire.substring(end);
            case 2 -> wire.substring(0, at) + (char) random.nextInt(256) + wire.substring(end);
            case 3 -> wire.substring(0, end) + wire.substring(at);
            default -> wire.substring(0, at) + piece + wire.substring(at);
        };
    }

    /// Message by message, as far as we read: the same; and no further than Netty, where Netty refuses.
    private static void agree(String wire) {
        Reader ours = Reader.of(wire);
        Netty netty = Netty.of(wire);
        for (int i = 0; i < ours.messages().size(); i++) {
            Reader.Message message = ours.messages().get(i);
            boolean last = i == ours.messages().size() - 1;
            assertTrue(i < netty.messages.size(), () -> "Netty did not see " + message + " in " + visible(wire));
            assertEquals(Netty.asRead(message), netty.messages.get(i).head, () -> visible(wire));
            if (!last || ours.broken() == null) {
                assertEquals(message.body(), netty.messages.get(i).body.toString(), () -> visible(wire));
            }
        }
        if (netty.refused && ours.broken() == null) {
            // ours may wait for the end of a line that can only be refused then
            Reader later = Reader.of(wire + "\r\n\r\n0\r\n\r\n");
            assertTrue(later.broken() != null && later.messages().size() <= netty.messages.size(),
                    () -> "Netty refuses " + visible(wire) + ", and we read " + ours);
        }
    }

    /// What Netty's decoder makes of the bytes.
    private static final class Netty {
        private final List<Message> messages = new ArrayList<>();
        private boolean refused;
        private boolean trailers;

        private record Message(String head, StringBuilder body) {}

        static Netty of(String wire) {
            Netty netty = new Netty();
            EmbeddedChannel channel = new EmbeddedChannel(
                    new HttpRequestDecoder(
                            new HttpDecoderConfig().setMaxInitialLineLength(TestConfig.HTTP.requestLine() + 2)
                                    .setMaxHeaderSize(TestConfig.HTTP.headBytes()).setStrictLineParsing(true)
                                    .setUseRfc9112TransferEncoding(true)));
            channel.writeInbound(Corpus.bytes(wire));
            for (HttpObject object = channel.readInbound(); object != null; object = channel.readInbound()) {
                netty.take(object);
                ReferenceCountUtil.release(object);
            }
            channel.finishAndReleaseAll();
            return netty;
        }

        private void take(HttpObject object) {
            if (object.decoderResult().isFailure()) {
                refused = true;
                return;
            }
            if (object instanceof HttpRequest request) {
                // an absolute target's host is compared with Host by us, by Netty not at all
                String target = request.uri().replaceFirst("^(?i:https?)://a(?=/|$)", "").replaceFirst("^$", "/");
                StringBuilder fields = new StringBuilder(request.method() + " " + target + "\n");
                for (Map.Entry<String, String> field : request.headers()) {
                    fields.append(field.getKey()).append('=').append(field.getValue()).append('\n');
                }
                messages.add(new Message(fields.toString(), new StringBuilder()));
            }
            if (object instanceof HttpContent content) {
                messages.getLast().body.append(content.content().toString(StandardCharsets.ISO_8859_1));
                trailers |= content instanceof LastHttpContent last && !last.trailingHeaders().isEmpty();
            }
        }

        /// One of our messages in the same words.
        static String asRead(Reader.Message message) {
            StringBuilder fields = new StringBuilder(message.head().method() + " " + message.head().target() + "\n");
            Headers headers = message.head().headers();
            for (int i = 0; i < headers.size(); i++) {
                fields.append(headers.name(i)).append('=').append(headers.value(i)).append('\n');
            }
            return fields.toString();
        }
    }
}
