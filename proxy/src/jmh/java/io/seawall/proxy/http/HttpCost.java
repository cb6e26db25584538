package io.seawall.proxy.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.seawall.proxy.Parser;
import io.seawall.proxy.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What reading costs of HTTP/1.1 and HTTP/2, each the worst input known.
@State(Scope.Thread)
public class HttpCost {
    private static final String LINE = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final int HEAD = 32 * 1024;

    private static final Parser HEAD_1 = new Parser("head", HEAD,
            List.of("a", "A: b\r\n", "a:b\r\n", "Connection: close\r\n", "Connection: ", "close,", ",", "Cookie: ",
                    "a=b; ",
                    "\r\n", ": ", "X-Openclaw-Token: a\r\n", "Content-Length: 1\r\n", "\t", " ", LINE, "\r\n\r\n"),
            new Parser.Shape(LINE, "Connection: b\r\n", 54, "\r\n"), input -> {
                HeadScanner scanner = new HeadScanner(TestConfig.HTTP.requestLine(), TestConfig.HTTP.headBytes());
                return () -> {
                    scanner.reset();
                    scanner.scan(Unpooled.wrappedBuffer(input));
                    RequestHeadParser.parse(input, TestConfig.HTTP.fields());
                };
            });

    private static final Parser HEAD_2 = new Parser("http2 head", HEAD,
            List.of("a", "a: b\n", "cookie: a\n", "connection: close\n", "te: trailers\n", "te: ", "trailers",
                    "origin: a\n",
                    "content-length: 1\n", "host: a\n", "x-openclaw-token: a\n", ",", "\n", "cookie: "),
            new Parser.Shape("", "oken: a\ntrailers", 3, "te: "), input -> {
                Http2Headers fields = fields(input);
                return () -> Http2RequestHead.parse(fields, true, TestConfig.HTTP);
            });

    private static final Parser FRAMES = new Parser("http2 frames", 64 * 1024,
            List.of("\0\0\0\0\0\0\0\0\1", "\0\0\1\0\0\0\0\0\1x", "\0\0\1\1\5\0\0\0\1x", "\0\0\0\1\0\0\0\0\1",
                    "\0\0\0\11\0\0\0\0\1", "\0\0\10\6\1\0\0\0\0aaaaaaaa", "\0\0\4\10\0\0\0\0\0\0\0\0\1",
                    "\0\0\0\4\1\0\0\0\0"),
            new Parser.Shape("", "\0\0\0\11\0\0\0\0\1", 7, ""), input -> {
                ByteBuf data = Unpooled.wrappedBuffer(input);
                return () -> {
                    Http2Budget budget = new Http2Budget(false, 0);
                    new Http2Frames(0).follow(data, new Http2Frames.Listener() {
                        @Override
                        public boolean begins(int type, int flags, int stream, int length) {
                            budget.charge(type, flags, length, 0);
                            return true;
                        }

                        @Override
                        public boolean complete(int type, long payload) {
                            return true;
                        }
                    });
                };
            });

    private static final Parser CHUNKS = new Parser("chunks", 64 * 1024,
            List.of("1\r\nx\r\n", "0", "\r\n", ";a=b", "x", "f\r\n", "1;a\r\nx\r\n", "00000001\r\nx\r\n"),
            new Parser.Shape("1;a\r\nx\r\n", "1\r\nx\r\n1\r\nx\r\n", 199, "1\r\nx\r\n"),
            input -> () -> BodyReader.rehearse(Body.CHUNKED, Unpooled.wrappedBuffer(input)));

    private final Runnable head = HEAD_1.readingTheWorst();
    private final Runnable head2 = HEAD_2.readingTheWorst();
    private final Runnable frames = FRAMES.readingTheWorst();
    private final Runnable chunks = CHUNKS.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(HEAD_1, HEAD_2, FRAMES, CHUNKS);
    }

    private static Http2Headers fields(byte[] input) {
        Http2Headers fields = new DefaultHttp2Headers(false).method("GET").scheme("https").path("/").authority("a");
        new String(input, StandardCharsets.ISO_8859_1).lines().forEach(line -> {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                fields.add(line.substring(0, colon), line.substring(colon + 2));
            }
        });
        return fields;
    }

    @Benchmark
    public Object head() {
        head.run();
        return head;
    }

    @Benchmark
    public Object http2Head() {
        head2.run();
        return head2;
    }

    @Benchmark
    public Object frames() {
        frames.run();
        return frames;
    }

    @Benchmark
    public Object chunks() {
        chunks.run();
        return chunks;
    }
}
