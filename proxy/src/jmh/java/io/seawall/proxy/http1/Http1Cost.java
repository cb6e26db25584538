package io.seawall.proxy.http1;

import io.netty.buffer.Unpooled;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.server.Parser;
import io.seawall.proxy.server.TestConfig;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What reading HTTP/1.1 costs, each the worst input known.
@State(Scope.Thread)
public class Http1Cost {
    private static final String LINE = "GET / HTTP/1.1\r\nHost: a\r\n";

    private static final Parser HEAD = new Parser("head", 32 * 1024,
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

    private static final Parser CHUNKS = new Parser("chunks", 64 * 1024,
            List.of("1\r\nx\r\n", "0", "\r\n", ";a=b", "x", "f\r\n", "1;a\r\nx\r\n", "00000001\r\nx\r\n"),
            new Parser.Shape("1;a\r\nx\r\n", "1\r\nx\r\n1\r\nx\r\n", 199, "1\r\nx\r\n"),
            input -> () -> BodyReader.rehearse(Body.CHUNKED, Unpooled.wrappedBuffer(input)));

    private final Runnable head = HEAD.readingTheWorst();
    private final Runnable chunks = CHUNKS.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(HEAD, CHUNKS);
    }

    @Benchmark
    public Object head() {
        head.run();
        return head;
    }

    @Benchmark
    public Object chunks() {
        chunks.run();
        return chunks;
    }
}
