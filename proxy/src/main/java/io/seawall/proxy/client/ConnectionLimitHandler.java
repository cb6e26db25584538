package io.seawall.proxy.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.proxy.limit.Descriptors;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Asks [Connections] before anything is spent on a new one. Sits on the listening channel.
@Sharable
public final class ConnectionLimitHandler extends ChannelInboundHandlerAdapter {
    private final Connections connections;
    private final RefusalLog refusals;

    public ConnectionLimitHandler(Connections connections) {
        this.connections = connections;
        refusals = new RefusalLog(connections);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel child = (Channel) msg;
        Optional<Connections.Reason> reason = connections.admit(child);
        if (reason.isEmpty()) {
            ctx.fireChannelRead(msg);
            return;
        }
        // a reset: nothing is kept for a client that has too many already
        child.unsafe().closeForcibly();
        refusals.tell(reason.get());
    }

    /// Without a descriptor the kernel offers the same connection again at once, for ever: nothing is taken for a second.
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (!Descriptors.areMissing(cause)) {
            ctx.fireExceptionCaught(cause);
            return;
        }
        refusals.tell(connections.unaccepted());
        ctx.channel().config().setAutoRead(false);
        ctx.executor().schedule(() -> ctx.channel().config().setAutoRead(true), 1, TimeUnit.SECONDS);
    }
}
