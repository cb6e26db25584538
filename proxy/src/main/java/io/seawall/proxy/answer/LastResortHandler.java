package io.seawall.proxy.answer;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.proxy.http.Rejection;
import io.seawall.proxy.limit.Fatal;
import java.io.IOException;
import javax.net.ssl.SSLException;

/// The end of the pipeline: what no stage caught or took arrives here. An exception becomes a 500 and the end of the
/// connection; a message that no handler took is a defect of the pipeline, and is treated as an exception.
@Sharable
public final class LastResortHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(LastResortHandler.class.getName());

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        io.netty.util.ReferenceCountUtil.release(msg);
        LOG.log(System.Logger.Level.ERROR, "no handler took a " + msg.getClass().getName());
        ctx.channel().writeAndFlush(Rejection.internal());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Fatal.check(cause);
        if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
            ctx.close(); // the client went away, or offers no TLS that is accepted; the metrics count it
            return;
        }
        // the message of an exception may quote what it choked on; its class and place do not
        StackTraceElement[] trace = cause.getStackTrace();
        LOG.log(System.Logger.Level.ERROR, "unexpected " + cause.getClass().getName()
                + (trace.length > 0 ? " at " + trace[0] : ""));
        ctx.channel().writeAndFlush(Rejection.internal());
    }
}
