package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seawall.proxy.server.Parser;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What it costs to find the frames of a WebSocket, the worst known.
@State(Scope.Thread)
public class UpstreamCost {
    private static final Parser FRAMES = new Parser("WebSocket frames", 64 * 1024,
            List.of("\201\0", "\201\200\0\0\0\0", "\201\1a", "\201\176\0\1a", "\0", "a"),
            new Parser.Shape("", "\201\0", 32_000, ""), input -> {
                ByteBuf data = Unpooled.wrappedBuffer(input);
                return () -> new FrameBoundary().follow(data, false);
            });

    private final Runnable frames = FRAMES.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(FRAMES);
    }

    @Benchmark
    public Object frames() {
        frames.run();
        return frames;
    }
}
