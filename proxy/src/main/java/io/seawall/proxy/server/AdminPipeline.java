package io.seawall.proxy.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.WriteBufferWaterMark;
import io.seawall.config.Config;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.client.Connections;
import io.seawall.proxy.http1.Http1Handler;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.limit.HeapBudget;
import io.seawall.proxy.observe.AdminHandler;
import io.seawall.proxy.pace.Deadlines;
import io.seawall.proxy.pace.SlowReaderHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What the bytes of an admin connection meet: the handlers that guard the public port, with smaller limits. One
/// request at a time, and the next one is not looked at before the response to it is taken whole.
final class AdminPipeline extends ChannelInitializer<Channel> {
    static final int MOST_CONNECTIONS = 64;
    static final Config.Http LIMITS = new Config.Http(new Config.Http.Head(2_048, 8_192, 50, Duration.ofSeconds(5)),
            Duration.ofSeconds(90), Duration.ofSeconds(10), 500);
    /// A connection takes another answer only when nothing of the last one waits.
    static final WriteBufferWaterMark NOTHING_WAITS = new WriteBufferWaterMark(1, 1);

    private final Deadlines deadlines;
    private final AdminHandler admin;
    private final RejectionHandler rejections = new RejectionHandler();
    private final LastResortHandler lastResort = new LastResortHandler();

    AdminPipeline(Deadlines deadlines, AdminHandler admin) {
        this.deadlines = deadlines;
        this.admin = admin;
    }

    /// Most connections at once. A further one replaces the oldest: a probe is answered at once and closes, so a flood
    /// of connections never keeps one out.
    ///
    /// @param budget the public port's: unauthenticated clients share one part of the heap, on whichever port they
    /// connect
    static Connections connections(HeapBudget budget) {
        return new Connections(new Config.Limits(MOST_CONNECTIONS, Integer.MAX_VALUE, 0, 100),
                new Config.Clients(List.of(), Optional.empty()), new DirectMemory(() -> 0, 1), Descriptors.UNLIMITED,
                budget);
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.config().setWriteBufferWaterMark(NOTHING_WAITS);
        channel.pipeline().addLast("slow-reader", new SlowReaderHandler(deadlines, LIMITS, connection -> false))
                .addLast("http", new Http1Handler(deadlines, LIMITS)).addLast("rejections", rejections)
                .addLast("admin", admin).addLast("last-resort", lastResort);
    }
}
