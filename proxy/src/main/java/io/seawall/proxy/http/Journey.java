package io.seawall.proxy.http;

import io.netty.channel.ChannelHandlerContext;

/// Some stages, one after the other. Which may follow which is a matter of their types, so none can be left out.
///
/// @param <I> what the first one takes
/// @param <O> what the last one passes on
public interface Journey<I, O> {

    /// Where a request goes on.
    @FunctionalInterface
    interface Next<I> {
        void take(ChannelHandlerContext ctx, I request);
    }

    /// The way that ends there.
    Next<I> to(Next<O> end);

    /// This, and after that a further stage.
    default <P> Journey<I, P> then(Journey<O, P> more) {
        return end -> to(more.to(end));
    }
}
