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

    /// Notified of each stage that a request reaches. Used by `explain`; a server has none.
    interface Observer {
        void entered(Stage<?, ?> stage, Object request);

        /// @param as what the request has become
        void passed(Stage<?, ?> stage, Object as);
    }

    /// The part that ends there.
    Next<I> to(Next<O> end);

    /// The same way, with an observer of its stages.
    default Next<I> observed(Next<O> end, Observer observer) {
        return to(end);
    }

    /// This, and after that a further stage.
    default <P> Journey<I, P> then(Journey<O, P> more) {
        Journey<I, O> before = this;
        return new Journey<>() {
            @Override
            public Next<I> to(Next<P> end) {
                return before.to(more.to(end));
            }

            @Override
            public Next<I> observed(Next<P> end, Observer observer) {
                return before.observed(more.observed(end, observer), observer);
            }
        };
    }
}
