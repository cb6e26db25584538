package io.seawall.proxy.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The handler of an exhausted heap. The process's own ends it with exit code 70.
class FatalTest {
    private final List<Throwable> heard = new ArrayList<>();

    @BeforeEach
    void listen() {
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> heard.add(thrown));
    }

    @AfterEach
    void leave() {
        Thread.currentThread().setUncaughtExceptionHandler(null);
    }

    @Test
    void isAnExhaustedHeapHoweverDeep() {
        OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
        Fatal.check(heap);
        Fatal.check(new ExecutionException(new IllegalStateException(heap)));
        assertEquals(List.of(heap, heap), heard);
    }

    @Test
    void isNothingElse() {
        Fatal.check(null);
        Fatal.check(new IOException(new StackOverflowError()));
        Fatal.check(new OutOfMemoryError("Cannot reserve 4194304 bytes of direct buffer memory"));
        assertEquals(List.of(), heard);
    }

    @Test
    void isHeardOfAtTheEndOfAPipeline() {
        OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object msg) {
                throw heap;
            }
        }, new RejectionHandler(), new LastResortHandler());
        channel.writeInbound(Unpooled.EMPTY_BUFFER);
        assertSame(heap, heard.getFirst());
        channel.finishAndReleaseAll();
    }

    /// Netty and the JDK catch what a task throws, log it, and go on; at whatever level the log is.
    @Test
    void isHeardOfByTheLog() {
        OutOfMemoryError heap = new OutOfMemoryError("Java heap space");
        System.getLogger("io.netty.util.concurrent").log(System.Logger.Level.DEBUG, "a task raised an exception", heap);
        assertEquals(List.of(heap), heard);
    }
}
