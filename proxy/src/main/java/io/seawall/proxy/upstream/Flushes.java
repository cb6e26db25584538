package io.seawall.proxy.upstream;

import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Sends what is complete, a request or a response, when the event loop's turn ends: all of them one after the other. A
/// receiver that waits is then woken once and finds the next message when it is done with the first. Sending each at
/// once would wake it each time, which costs more than sending.
///
/// Not for streams, which their writers flush.
public final class Flushes {
    /// At this many they are flushed although the loop's turn is not over.
    private static final int MOST = 64;

    private final Map<EventLoop, Turn> turns = new ConcurrentHashMap<>();

    /// Flushes it before the loop looks at its sockets again. On the loop only.
    void atTurnsEnd(EventLoop loop, ChannelOutboundInvoker written) {
        Turn turn = turns.get(loop);
        if (turn == null) {
            turn = new Turn(loop);
            turns.put(loop, turn);
        }
        turn.add(written);
    }

    private static final class Turn implements Runnable {
        private final EventLoop loop;
        private final Deque<ChannelOutboundInvoker> waiting = new ArrayDeque<>(MOST);
        private boolean ending;

        Turn(EventLoop loop) {
            this.loop = loop;
        }

        void add(ChannelOutboundInvoker written) {
            waiting.add(written);
            if (waiting.size() >= MOST) {
                flush();
            } else if (!ending) {
                ending = true;
                loop.execute(this); // tasks run after all that the sockets had
            }
        }

        @Override
        public void run() {
            ending = false;
            flush();
        }

        private void flush() {
            // one that is flushed may add another
            for (ChannelOutboundInvoker next = waiting.poll(); next != null; next = waiting.poll()) {
                next.flush();
            }
        }
    }
}
