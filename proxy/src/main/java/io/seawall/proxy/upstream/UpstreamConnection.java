package io.seawall.proxy.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.util.ReferenceCountUtil;
import io.seawall.config.Config;
import io.seawall.proxy.http.UpstreamResponseHead;
import io.seawall.proxy.limit.Fatal;
import io.seawall.proxy.pace.Deadlines;
import org.jspecify.annotations.Nullable;

/// One connection to the gateway, and the exchange that it serves, if any. Lives on one event loop, the client's.
///
/// While it is idle a read is outstanding, so that the gateway's close is seen at once; anything else that arrives then
/// is a doubt, and a connection in doubt is closed.
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
    private final Channel channel;
    private final UpstreamPool pool;
    private final Deadlines.Deadline deadline;
    private final GatewayResponseDecoder decoder;
    private final Config.Timeouts timeouts;
    private @Nullable Relay relay;

    UpstreamConnection(Channel channel, UpstreamPool pool, Deadlines deadlines, Config.Timeouts timeouts) {
        this.channel = channel;
        this.pool = pool;
        this.timeouts = timeouts;
        deadline = deadlines.add(channel.eventLoop(), this::expired);
        decoder = new GatewayResponseDecoder();
        channel.pipeline().addLast("decoder", decoder);
    }

    Channel channel() {
        return channel;
    }

    boolean isActive() {
        return channel.isActive();
    }

    void serve(Relay next, boolean headRequest) {
        relay = next;
        decoder.expectAnswerTo(headRequest);
        deadline.in(timeouts.read().toSeconds());
    }

    /// Ends the exchange and keeps the connection for the next one; unless bytes came behind the response, which would
    /// be the beginning of the next one's, or bytes of the request still wait: their response would be taken for the
    /// next one's.
    void release() {
        if (decoder.holdsBytes() || holdsRequest()) {
            abort();
            return;
        }
        relay = null;
        // the gateway closes its own after 6 s; a request must not meet that close on its way
        deadline.in(timeouts.upstreamIdle().toSeconds());
        pool.release(this);
        channel.read();
    }

    private boolean holdsRequest() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null || buffer.totalPendingWriteBytes() > 0;
    }

    /// Ends the exchange and the connection.
    void abort() {
        relay = null;
        channel.close();
    }

    /// Hands the channel over to a tunnel: nothing of HTTP stays on it.
    void leave() {
        relay = null;
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.remove(this);
        pipeline.remove(decoder); // passes on the bytes that came behind the 101
    }

    private void expired() {
        Relay current = relay;
        if (current == null) {
            channel.close();
        } else {
            current.gatewaySilent();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Relay current = relay;
        if (current == null) {
            ReferenceCountUtil.release(msg);
            channel.close();
            return;
        }
        deadline.in(timeouts.read().toSeconds());
        switch (msg) {
            case UpstreamResponseHead head -> current.answerHead(head);
            case HttpContent content -> current.answerContent(content); // passes ownership
            case GatewayResponseDecoder.Malformed(String why) -> current.badAnswer(why);
            default -> {
                ReferenceCountUtil.release(msg);
                channel.close();
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Relay current = relay;
        if (current != null) {
            current.answerReadComplete();
        } else if (decoder.holdsBytes()) {
            channel.close(); // too few yet for a message, but none is asked for
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Relay current = relay;
        if (current != null && ctx.channel().isWritable()) {
            current.gatewayWritable();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        deadline.remove(); // also where the connection was never made
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.forget(this);
        Relay current = relay;
        relay = null;
        if (current != null) {
            current.gatewayClosed();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Fatal.check(cause);
        // before the decoder gets the end: for it, a response without a length would be complete now
        Relay current = relay;
        relay = null;
        ctx.close();
        if (current != null) {
            current.gatewayClosed();
        }
    }
}
