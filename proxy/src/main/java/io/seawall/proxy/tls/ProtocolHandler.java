package io.seawall.proxy.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.BiConsumer;

/// Waits for the end of the TLS handshake, then replaces itself with the handlers of the protocol that was negotiated;
/// for HTTP/1.1 where none was, because tunnels and old clients send no ALPN.
public final class ProtocolHandler extends ChannelInboundHandlerAdapter {
    private final BiConsumer<ChannelPipeline, Boolean> next;

    /// @param next adds the handlers of HTTP/2 or, when told false, of HTTP/1.1
    public ProtocolHandler(BiConsumer<ChannelPipeline, Boolean> next) {
        this.next = next;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            ctx.read();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.read();
        ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            ctx.fireUserEventTriggered(event);
        } else if (handshake.isSuccess()) {
            SslHandler tls = ctx.pipeline().get(SslHandler.class);
            boolean http2 = tls != null && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol());
            next.accept(ctx.pipeline(), http2);
            ctx.fireUserEventTriggered(event);
            ctx.pipeline().remove(this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close(); // no TLS that we accept; the metrics count it
    }
}
