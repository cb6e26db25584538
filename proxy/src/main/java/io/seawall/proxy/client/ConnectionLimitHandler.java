package io.seawall.proxy.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.seawall.config.Config;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Caps connections, in all and per client network, before anything is spent on them. Sits on the listening channel.
/// A trusted proxy carries everybody's connections, so its own are not counted per network.
@Sharable
public final class ConnectionLimitHandler extends ChannelInboundHandlerAdapter {
    private static final System.Logger LOG = System.getLogger(ConnectionLimitHandler.class.getName());

    private final Config.Limits limits;
    private final Config.Clients clients;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<ClientNetwork, Integer> networks = new ConcurrentHashMap<>();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(2));

    public ConnectionLimitHandler(Config.Limits limits, Config.Clients clients) {
        this.limits = limits;
        this.clients = clients;
    }

    public int open() {
        return open.get();
    }

    /// Connections refused since the start.
    public long refused() {
        return refused.get();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        Channel child = (Channel) msg;
        InetAddress peer = ClientAddressHandler.peer(child.remoteAddress());
        ClientNetwork network = ClientNetwork.of(peer);
        boolean counted = !clients.trusts(peer);
        if (open.incrementAndGet() > limits.connections()) {
            open.decrementAndGet();
            refuse(child);
            return;
        }
        if (counted && networks.merge(network, 1, Integer::sum) > limits.connectionsPerClient()) {
            leave(network);
            open.decrementAndGet();
            refuse(child);
            return;
        }
        child.closeFuture().addListener(closed -> {
            open.decrementAndGet();
            if (counted) {
                leave(network);
            }
        });
        ctx.fireChannelRead(msg);
    }

    private void leave(ClientNetwork network) {
        networks.computeIfPresent(network, (key, count) -> count == 1 ? null : count - 1);
    }

    private void refuse(Channel child) {
        // a reset: nothing lingers for somebody who has too many already
        child.unsafe().closeForcibly();
        long total = refused.incrementAndGet();
        long now = System.nanoTime();
        long told = toldAt.get();
        if (now - told > TimeUnit.SECONDS.toNanos(1) && toldAt.compareAndSet(told, now)) {
            LOG.log(System.Logger.Level.WARNING, "too many connections, refused since the start: " + total
                    + " (see SEAWALL_MAX_CONNECTIONS, SEAWALL_MAX_CONNECTIONS_PER_CLIENT)");
        }
    }
}
