package io.seawall.proxy.http;

import io.netty.channel.ChannelHandlerContext;

/// A stage of a request's journey: makes of a request what the next stage takes, or answers it. One object serves all
/// connections.
///
/// @param <I> what it takes; not reference-counted
/// @param <O> what it passes on, which proves that the request was here
public abstract class Stage<I, O> implements Journey<I, O> {

    /// Passes the request on as what it has become, at once or later on the event loop, or answers it.
    protected abstract void take(ChannelHandlerContext ctx, I request, Next<O> next);

    @Override
    public final Next<I> to(Next<O> end) {
        return (ctx, request) -> take(ctx, request, end);
    }

    @Override
    public final Next<I> observed(Next<O> end, Observer observer) {
        return (ctx, request) -> {
            observer.entered(this, request);
            take(ctx, request, (there, as) -> {
                observer.passed(this, as);
                end.take(there, as);
            });
        };
    }
}
