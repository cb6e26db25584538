package io.seawall.proxy.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Asks [Connections] before anything is spent on a new one. Sits on the listening channel.
@Sharable
public final class ConnectionLimitHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(ConnectionLimitHandler.class.getName());

    private final Connections connections;
    private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(2));

    public ConnectionLimitHandler(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel child = (Channel) msg;
        Optional<Connections.Reason> reason = connections.admit(child);
        if (reason.isEmpty()) {
            ctx.fireChannelRead(msg);
            return;
        }
        // a reset: nothing lingers for somebody who has too many already
        child.unsafe().closeForcibly();
        tell(reason.get());
    }

    /// At most once a second, however many are refused.
    private void tell(Connections.Reason reason) {
        long now = System.nanoTime();
        long told = toldAt.get();
        if (now - told <= TimeUnit.SECONDS.toNanos(1) || !toldAt.compareAndSet(told, now)) {
            return;
        }
        String key = switch (reason) {
            case TOTAL, DISPLACED -> "all connections are taken (SEAWALL_MAX_CONNECTIONS)";
            case CLIENT -> "one client network has all of its own (SEAWALL_MAX_CONNECTIONS_PER_CLIENT)";
            case MEMORY -> "direct memory is short (SEAWALL_MEMORY_WATERMARK)";
        };
        LOG.log(System.Logger.Level.WARNING,
                "connections are refused: " + key + "; " + connections.refused(reason) + " since the start");
    }
}
