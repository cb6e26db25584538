package io.seawall.proxy.observe;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.config.Operation;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.server.WholeSeawall;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One line of the access log, as far as the event loop makes it.
@State(Scope.Thread)
@Warmup(iterations = 20) // much code: it takes the compiler that long
public class AccessLogBenchmark {
    private final Exchange.Ended ended = new Exchange.Ended(WholeSeawall.exchange());
    private final Journal journal = new Journal(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), Operation.LogFormat.JSON);
    private final AccessLogHandler handler = new AccessLogHandler(journal, TestConfig.of());
    private final EmbeddedChannel channel = new EmbeddedChannel(handler);
    private final ChannelHandlerContext ctx = channel.pipeline().context(handler);

    @TearDown
    public void close() {
        channel.finishAndReleaseAll();
        journal.close();
    }

    @Benchmark
    public Object line() {
        handler.userEventTriggered(ctx, ended);
        return ended;
    }
}
