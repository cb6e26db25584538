package io.seawall.proxy.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.proxy.http.RequestHead;
import java.util.function.Supplier;

/// Sees to it that the next request of a kept connection meets the stages of the configuration in force. Nothing is under
/// way on the connection when a head comes, so they can be exchanged.
final class InForceHandler extends ChannelInboundHandlerAdapter {
    private final Supplier<ClientPipeline> inForce;
    private ClientPipeline here;

    InForceHandler(ClientPipeline here, Supplier<ClientPipeline> inForce) {
        this.here = here;
        this.inForce = inForce;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        if (msg instanceof RequestHead) {
            ClientPipeline now = inForce.get();
            if (now != here) {
                here = now;
                now.replaceStages(ctx.pipeline());
            }
        }
        ctx.fireChannelRead(msg);
    }
}
