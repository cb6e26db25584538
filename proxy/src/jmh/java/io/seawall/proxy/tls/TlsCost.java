package io.seawall.proxy.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.seawall.proxy.server.Parser;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What our own look at a ClientHello costs, the worst known; the handshake itself is the TLS library's.
@State(Scope.Thread)
public class TlsCost {
    private static final Parser HELLO = new Parser("ClientHello", 64 * 1024,
            List.of("\0\0\0\0", "\0\20\0\0", "\0\1\0\0", "\0", "a", "\1a", "\377", "\0\0\0\5\0\3\0\0\0"),
            new Parser.Shape("a".repeat(34) + "\0\0\0\0\377\377", "\0\1\0\0", 16_000, ""), input -> {
                ByteBuf message = Unpooled.wrappedBuffer(input);
                return () -> ClientHello.read(message);
            });

    private final Runnable hello = HELLO.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(HELLO);
    }

    @Benchmark
    public Object hello() {
        hello.run();
        return hello;
    }
}
