package io.seawall.proxy.http1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.server.Sample;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Finding the end of a request's head, and reading it.
@State(Scope.Thread)
public class RequestHeadBenchmark {
    private final byte[] page = Sample.wire(Sample.PAGE).getBytes(StandardCharsets.ISO_8859_1);
    private final byte[] api = Sample.wire(Sample.API).getBytes(StandardCharsets.ISO_8859_1);
    private final ByteBuf pageBytes = Unpooled.wrappedBuffer(page);
    private final HeadScanner scanner = new HeadScanner(TestConfig.HTTP.requestLine(), TestConfig.HTTP.headBytes());

    @Benchmark
    public Object scan() throws HygieneException {
        scanner.reset();
        if (scanner.scan(pageBytes) != page.length) {
            throw new IllegalStateException("not the whole head");
        }
        return scanner;
    }

    @Benchmark
    public Object parse() throws HygieneException {
        return RequestHeadParser.parse(page, TestConfig.HTTP.fields());
    }

    @Benchmark
    public Object parseApi() throws HygieneException {
        return RequestHeadParser.parse(api, TestConfig.HTTP.fields());
    }
}
