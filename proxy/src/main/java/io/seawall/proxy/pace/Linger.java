package io.seawall.proxy.pace;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Ends connections without the reset that closing a socket with unread bytes sends: a reset can destroy bytes that are
/// still on their way to the client.
public final class Linger {
    public static final int SECONDS = 2;

    private Linger() {}

    /// Ends our side after what is written. After this the channel's reader must discard what arrives, until the other
    /// side ends or two seconds are over.
    public static void begin(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            if (channel instanceof Http2StreamChannel) {
                channel.close(); // which resets nothing but itself
                return;
            }
            if (channel instanceof DuplexChannel socket && socket.isInputShutdown()) {
                channel.close(); // nothing comes any more
                return;
            }
            endOutput(channel).addListener(said -> {
                channel.read();
                forget(channel.eventLoop().schedule(() -> channel.close(), SECONDS, TimeUnit.SECONDS), channel);
            });
        });
    }

    /// Ends our direction of a tunnel after what is written; the other one goes on.
    public static void half(Channel channel) {
        if (channel instanceof Http2StreamChannel) {
            channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> endOutput(channel));
        }
    }

    private static Future<?> endOutput(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        Future<?> closing = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
        return closing.addListener(said -> {
            if (channel instanceof DuplexChannel socket) {
                socket.shutdownOutput();
            }
        });
    }

    /// Cancels the timer when the channel closes before: until it was due it would keep the channel and all that belongs
    /// to it on the heap, and connections come and go faster.
    public static void forget(Future<?> timer, Channel channel) {
        channel.closeFuture().addListener(closed -> timer.cancel(false));
    }
}
