package io.seawall.proxy.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.seawall.proxy.server.Parser;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What reading HTTP/2 costs, each the worst input known.
@State(Scope.Thread)
public class Http2Cost {
    private static final Parser HEAD = new Parser("http2 head", 32 * 1024,
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

    private final Runnable head = HEAD.readingTheWorst();
    private final Runnable frames = FRAMES.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(HEAD, FRAMES);
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
    public Object frames() {
        frames.run();
        return frames;
    }
}
