package io.seawall.proxy.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.seawall.config.Config;
import io.seawall.proxy.pace.Deadlines;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes the PROXY protocol header that a trusted proxy begins its connection with, before TLS and everything else.
/// Without one, in time and exactly formed, the connection ends. Only trusted proxies' connections have this handler:
/// from others such a header is neither TLS nor HTTP.
public final class ProxyHeaderHandler extends ByteToMessageDecoder {
    private final Connections connections;
    private final RefusalLog refusals;
    private final Deadlines deadlines;
    private final long seconds;
    private final boolean required;
    private Deadlines.@Nullable Deadline deadline;

    /// @param time for the header to arrive
    /// @param required false where nothing depends on who the client is: what begins otherwise goes on as it is
    public ProxyHeaderHandler(Connections connections, RefusalLog refusals, Deadlines deadlines, Duration time,
            boolean required) {
        this.connections = connections;
        this.refusals = refusals;
        this.deadlines = deadlines;
        seconds = time.toSeconds();
        this.required = required;
    }

    /// Whether the channel is a connection that must begin with a header.
    public static boolean isFor(Channel channel, Config.Clients clients) {
        return clients.speakProxyProtocol() && clients.trusts(Peer.ofSocket(channel));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        deadline = deadlines.add(ctx.executor(), () -> refuse(ctx, connections.headerRefused()));
        deadline.in(seconds);
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.remove();
        }
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        switch (ProxyHeader.read(in)) {
            case ProxyHeader.Incomplete() -> {
                // the decoder asks for more
            }
            case ProxyHeader.Malformed() -> {
                if (required) {
                    in.skipBytes(in.readableBytes());
                    refuse(ctx, connections.headerRefused());
                } else {
                    ctx.pipeline().remove(this); // passes on what it holds
                }
            }
            case ProxyHeader.TooLong(int bytes) -> {
                in.skipBytes(in.readableBytes());
                refusals.tell(connections.headerRefused(), "a trusted proxy's PROXY protocol header is too long, "
                        + bytes + " bytes (at most " + ProxyHeader.LONGEST_V2 + "): have it send fewer TLVs");
                ctx.close();
            }
            case ProxyHeader.Complete(Optional<InetAddress> client, int length) -> {
                in.skipBytes(length);
                Optional<Connections.Reason> reason = client
                        .flatMap(address -> connections.announced(ctx.channel(), address));
                if (reason.isPresent()) {
                    in.skipBytes(in.readableBytes());
                    refuse(ctx, reason.get());
                    return;
                }
                if (!in.isReadable()) {
                    ctx.read(); // the one that was asked for brought the header alone
                }
                ctx.pipeline().remove(this); // passes on what it holds
            }
        }
    }

    private void refuse(ChannelHandlerContext ctx, Connections.Reason reason) {
        refusals.tell(reason);
        ctx.close();
    }
}
