package io.seawall.proxy.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushesTest {
    private final Flushes flushes = new Flushes();
    private final List<String> flushed = new ArrayList<>();
    private final List<EmbeddedChannel> made = new ArrayList<>();

    @AfterEach
    void isOver() {
        made.forEach(EmbeddedChannel::finishAndReleaseAll);
    }

    /// Tells of its flushes, and does what comes with them.
    private EmbeddedChannel channel(String name, Runnable then) {
        EmbeddedChannel channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                flushed.add(name);
                then.run();
                ctx.flush();
            }
        });
        made.add(channel);
        return channel;
    }

    private EmbeddedChannel channel(String name) {
        return channel(name, () -> {});
    }

    @Test
    void comeWhenTheTurnEndsInTheOrderOfTheWrites() {
        EmbeddedChannel loop = channel("loop");
        EmbeddedChannel a = channel("a");
        EmbeddedChannel b = channel("b");
        for (int turn = 1; turn <= 3; turn++) {
            flushed.clear();
            flushes.atTurnsEnd(loop.eventLoop(), b);
            flushes.atTurnsEnd(loop.eventLoop(), a);
            assertEquals(List.of(), flushed);
            loop.runPendingTasks();
            assertEquals(List.of("b", "a"), flushed);
            loop.runPendingTasks();
            assertEquals(List.of("b", "a"), flushed, "once each");
        }
    }

    @Test
    void ofOneLoopDoNotWaitForAnother() {
        EmbeddedChannel a = channel("a");
        EmbeddedChannel b = channel("b");
        flushes.atTurnsEnd(a.eventLoop(), a);
        flushes.atTurnsEnd(b.eventLoop(), b);
        b.runPendingTasks();
        assertEquals(List.of("b"), flushed);
        a.runPendingTasks();
        assertEquals(List.of("b", "a"), flushed);
    }

    @Test
    void ofALongTurnDoNotWaitForItsEnd() {
        EmbeddedChannel a = channel("a");
        for (int i = 0; i < 64; i++) {
            assertEquals(List.of(), flushed);
            flushes.atTurnsEnd(a.eventLoop(), a);
        }
        assertEquals(Collections.nCopies(64, "a"), flushed);
        flushes.atTurnsEnd(a.eventLoop(), a);
        a.runPendingTasks();
        assertEquals(Collections.nCopies(65, "a"), flushed);
    }

    @Test
    void mayCauseOthers() {
        EmbeddedChannel b = channel("b");
        EmbeddedChannel[] loop = new EmbeddedChannel[1];
        EmbeddedChannel a = channel("a", () -> flushes.atTurnsEnd(loop[0].eventLoop(), b));
        loop[0] = a;
        flushes.atTurnsEnd(a.eventLoop(), a);
        a.runPendingTasks();
        assertEquals(List.of("a", "b"), flushed);
        flushes.atTurnsEnd(a.eventLoop(), b);
        a.runPendingTasks();
        assertEquals(List.of("a", "b", "b"), flushed);
    }
}
