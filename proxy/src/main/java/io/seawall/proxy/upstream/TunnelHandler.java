package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.seawall.proxy.limit.Fatal;

/// One side of a [Tunnel]: reads here only while the other side can take it.
final class TunnelHandler extends ChannelInboundHandlerAdapter {
    private final Tunnel tunnel;
    private final boolean clientSide;
    private final Channel other;

    TunnelHandler(Tunnel tunnel, boolean clientSide) {
        this.tunnel = tunnel;
        this.clientSide = clientSide;
        other = clientSide ? tunnel.gateway() : tunnel.client();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf data = (ByteBuf) msg; // ownership passes on
        if (clientSide) {
            tunnel.fromClient(data);
        } else {
            tunnel.fromGateway(data);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        other.flush();
        if (other.isWritable() || tunnel.isClosed()) {
            tunnel.read(clientSide);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            tunnel.read(!clientSide);
        }
        ctx.fireChannelWritabilityChanged();
    }

    /// The end of one direction, of a socket or of a stream.
    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            tunnel.halfEnded(clientSide);
        }
        ctx.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        tunnel.ended(clientSide ? "client" : "gateway");
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Fatal.check(cause);
        ctx.close();
    }
}
