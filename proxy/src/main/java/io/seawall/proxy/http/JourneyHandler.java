package io.seawall.proxy.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/// Sends each request's head through the stages, and what comes out on through the pipeline; bodies pass by. All stages
/// are one handler, because each new stream of HTTP/2 has a pipeline to fill.
public final class JourneyHandler extends ChannelInboundHandlerAdapter {
    private final Journey.Next<RequestHead> first;

    public JourneyHandler(Journey<RequestHead, ?> journey) {
        first = journey.to(ChannelHandlerContext::fireChannelRead);
    }

    public JourneyHandler(Journey<RequestHead, ?> journey, Journey.Observer observer) {
        first = journey.observed(ChannelHandlerContext::fireChannelRead, observer);
    }

    /// Known without a look for the annotation, which each new stream of HTTP/2 would pay for.
    @Override
    public boolean isSharable() {
        return true;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof RequestHead head) {
            first.take(ctx, head);
        } else {
            ctx.fireChannelRead(msg);
        }
    }
}
