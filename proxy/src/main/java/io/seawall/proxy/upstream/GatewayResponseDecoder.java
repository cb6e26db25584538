package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.seawall.proxy.http.HygieneException;
import io.seawall.proxy.http1.ResponseReader;

/// Decodes the gateway's responses. It holds the bytes not yet decoded; removing it, when a tunnel takes over, passes
/// them on.
final class GatewayResponseDecoder extends ChannelInboundHandlerAdapter {
    private final ResponseReader reader = new ResponseReader();
    private ByteBuf ahead = Unpooled.EMPTY_BUFFER;
    private boolean broken;

    /// Passed on where a response is none; nothing is decoded after it.
    ///
    /// @param why ends a sentence, in our words alone
    record Malformed(String why) {
        static Malformed of(HygieneException broken) {
            return new Malformed(switch (broken.rule()) {
                case HEAD_TOO_LARGE -> "its headers are larger than 64 KiB";
                case LINE_TOO_LONG -> "its first line is longer than 8 KiB";
                case REQUEST_LINE -> "its first line is no status line of HTTP/1";
                case TLS_ON_PLAIN_PORT ->
                    "it is TLS, where Seawall asks in plain HTTP (openclaw.json: gateway.tls.enabled: false)";
                default -> broken.explanation();
            });
        }
    }

    void expectAnswerTo(boolean head) {
        reader.expectAnswerTo(head);
    }

    /// Whether bytes came that are not part of a response yet.
    boolean holdsBytes() {
        return ahead.isReadable();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf in = (ByteBuf) msg;
        if (broken) {
            in.release();
            return;
        }
        ahead = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), ahead, in);
        try {
            decode(ctx);
        } catch (HygieneException e) {
            broken = true;
            ahead.skipBytes(ahead.readableBytes());
            ctx.fireChannelRead(Malformed.of(e));
        }
        if (!ahead.isReadable()) {
            ahead.release();
            ahead = Unpooled.EMPTY_BUFFER;
        }
    }

    private void decode(ChannelHandlerContext ctx) throws HygieneException {
        // the receiver of a message may remove this handler, and the bytes with it
        for (Object next = reader.next(ahead); next != null; next = ctx.isRemoved() ? null : reader.next(ahead)) {
            ctx.fireChannelRead(next); // passes ownership
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!broken && reader.endsWithConnection()) {
            ctx.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        ByteBuf rest = ahead;
        ahead = Unpooled.EMPTY_BUFFER;
        if (rest.isReadable()) {
            ctx.fireChannelRead(rest); // passes ownership
            ctx.fireChannelReadComplete();
        } else {
            rest.release();
        }
    }
}
