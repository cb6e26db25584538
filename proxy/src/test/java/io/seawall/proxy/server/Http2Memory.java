package io.seawall.proxy.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.local.LocalServerChannel;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.seawall.proxy.answer.LastResortHandler;
import io.seawall.proxy.answer.RejectionHandler;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Drain;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.http.ResponseHead;
import io.seawall.proxy.http2.Http2Codec;
import io.seawall.proxy.http2.Http2DataHandler;
import io.seawall.proxy.http2.Http2ErrorEvent;
import io.seawall.proxy.http2.Http2GuardHandler;
import io.seawall.proxy.http2.Http2LifeHandler;
import io.seawall.proxy.http2.Http2StreamHandler;
import io.seawall.proxy.http2.Http2Streams;
import io.seawall.proxy.pace.Deadlines;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// One HTTP/2 connection in memory: the handlers of the real pipeline, and behind them an application that reads every
/// body and answers every request.
final class Http2Memory {
    private final List<String> seen = new ArrayList<>();
    private final List<Exchange> ended = new ArrayList<>();
    private final List<Http2ErrorEvent> troubles = new ArrayList<>();
    private final EmbeddedChannel channel;

    Http2Memory() {
        Deadlines deadlines = new Deadlines();
        // by its parent the codec knows which side it is
        channel = new EmbeddedChannel(new LocalServerChannel(), DefaultChannelId.newInstance(), true, false);
        channel.config().setAutoRead(false);
        Http2FrameCodec codec = Http2Codec.create(channel, 10, TestConfig.HTTP);
        Http2Streams streams = Http2Codec.streams(codec);
        channel.pipeline().addLast(new Listener()).addLast(new Http2GuardHandler(deadlines, TestConfig.HTTP))
                .addLast(codec).addLast(new Http2DataHandler(streams))
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.config().setAutoRead(false);
                        stream.pipeline().addLast(new Listener())
                                .addLast(new Http2StreamHandler(deadlines, TestConfig.HTTP, streams))
                                .addLast(new RejectionHandler()).addLast(new Application())
                                .addLast(new LastResortHandler());
                    }
                })).addLast(new Http2LifeHandler(codec, streams, deadlines, TestConfig.HTTP));
    }

    /// Sends these bytes, from `from` up to `to`.
    void sends(byte[] bytes, int from, int to) {
        if (channel.isActive()) {
            channel.writeInbound(Unpooled.copiedBuffer(bytes, from, to - from));
            channel.runPendingTasks();
        }
    }

    void sends(byte[]... all) {
        for (byte[] bytes : all) {
            sends(bytes, 0, bytes.length);
        }
    }

    /// Seawall ends.
    void drains() {
        channel.pipeline().fireUserEventTriggered(Drain.NOW);
        channel.runPendingTasks();
    }

    /// Seawall ends the connection.
    void closes() {
        channel.close();
        channel.runPendingTasks();
    }

    boolean isConnected() {
        return channel.isActive();
    }

    void waits(int seconds) {
        for (int i = 0; i < seconds; i++) {
            channel.advanceTimeBy(1, java.util.concurrent.TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            channel.runPendingTasks();
        }
    }

    /// What the application saw, in order.
    List<String> seen() {
        return seen;
    }

    List<Exchange> ended() {
        return ended;
    }

    List<Http2ErrorEvent> troubles() {
        return troubles;
    }

    /// The bytes that the client gets, and the end of what it has got so far.
    byte[] receives() {
        List<byte[]> pieces = new ArrayList<>();
        int length = 0;
        for (ByteBuf piece = channel.readOutbound(); piece != null; piece = channel.readOutbound()) {
            byte[] bytes = ByteBufUtil.getBytes(piece);
            piece.release();
            pieces.add(bytes);
            length += bytes.length;
        }
        java.nio.ByteBuffer all = java.nio.ByteBuffer.allocate(length);
        pieces.forEach(all::put);
        return all.array();
    }

    /// Ends the connection; every buffer must be gone then.
    void isOver() {
        channel.finishAndReleaseAll();
        channel.runPendingTasks();
    }

    private final class Listener extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            switch (event) {
                case Exchange.Ended(Exchange exchange) -> ended.add(exchange);
                case Http2ErrorEvent trouble -> troubles.add(trouble);
                default -> {
                    // nothing to remember
                }
            }
            ctx.fireUserEventTriggered(event);
        }
    }

    private final class Application extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            switch (msg) {
                case RequestHead head -> {
                    seen.add(head.method() + " " + head.target() + " " + head.authority() + " " + head.headers());
                    if (head.isUpgrade()) {
                        ctx.channel().writeAndFlush(ResponseHead.of(101, Headers.EMPTY, Body.NONE));
                        ctx.read();
                    } else if (head.body() instanceof Body.None) {
                        answer(ctx);
                    } else {
                        ctx.read();
                    }
                }
                case HttpContent content -> {
                    boolean last = content instanceof LastHttpContent;
                    seen.add("body " + content.content().toString(StandardCharsets.ISO_8859_1));
                    content.release();
                    if (last) {
                        answer(ctx);
                    } else {
                        ctx.read();
                    }
                }
                case ByteBuf bytes -> {
                    seen.add("tunnel " + bytes.readableBytes());
                    ctx.channel().writeAndFlush(bytes); // passes ownership
                    ctx.read();
                }
                default -> ctx.fireChannelRead(msg);
            }
        }

        private static void answer(ChannelHandlerContext ctx) {
            ctx.channel().write(ResponseHead.of(200, Headers.EMPTY, new Body.Length(2)));
            ctx.channel().writeAndFlush(new DefaultLastHttpContent(
                    Unpooled.copiedBuffer("ok", StandardCharsets.US_ASCII)));
        }
    }
}
