package io.seawall.proxy.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// A stage of a request's journey: takes the one kind of message that the stage before it makes, and passes on all
/// others, which are pieces of bodies. One object serves all connections.
///
/// @param <I> not reference-counted
public abstract class Stage<I> extends ChannelInboundHandlerAdapter {
    private final Class<I> takes;

    protected Stage(Class<I> takes) {
        this.takes = takes;
    }

    /// Known without a look for the annotation, which each new stream of HTTP/2 would pay for.
    @Override
    public final boolean isSharable() {
        return true;
    }

    @Override
    public final void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (takes.isInstance(msg)) {
            take(ctx, takes.cast(msg));
        } else {
            ctx.fireChannelRead(msg);
        }
    }

    /// Passes the request on as what it has become, or answers it.
    protected abstract void take(ChannelHandlerContext ctx, I request);
}
