package io.seawall.proxy.client;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.seawall.proxy.limit.ConnectionChannel;
import java.net.InetAddress;
import java.util.Optional;

/// Who a connection belongs to. The one accessor of what a PROXY protocol header said, for a connection and for the
/// streams in it.
public final class Peer {
    private static final AttributeKey<InetAddress> ANNOUNCED = AttributeKey.valueOf(Peer.class, "announced");

    private static final AttributeKey<InetAddress> SOCKET = AttributeKey.valueOf(Peer.class, "socket");

    private Peer() {}

    /// The client that the proxy in front announced, else the socket's other end.
    public static InetAddress of(Channel channel) {
        return announced(channel).orElseGet(() -> ofSocket(channel));
    }

    /// The socket's other end, which may be a proxy; IPv4 where it is an IPv4-mapped one.
    public static InetAddress ofSocket(Channel channel) {
        Channel connection = ConnectionChannel.of(channel);
        InetAddress known = connection.attr(SOCKET).get();
        if (known == null) {
            known = ClientAddressStage.peer(connection.remoteAddress());
            if (connection.remoteAddress() != null) {
                connection.attr(SOCKET).set(known);
            }
        }
        return known;
    }

    static Optional<InetAddress> announced(Channel channel) {
        return Optional.ofNullable(ConnectionChannel.of(channel).attr(ANNOUNCED).get());
    }

    static void announce(Channel connection, InetAddress client) {
        connection.attr(ANNOUNCED).set(client);
    }
}
