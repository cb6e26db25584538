package io.seawall.proxy.limit;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2StreamChannel;

/// The channel of a client's connection, seen from any channel that belongs to it.
public final class ConnectionChannel {
    private ConnectionChannel() {}

    /// The connection that an HTTP/2 stream is in; any other channel itself.
    public static Channel of(Channel channel) {
        return channel instanceof Http2StreamChannel ? channel.parent() : channel;
    }
}
