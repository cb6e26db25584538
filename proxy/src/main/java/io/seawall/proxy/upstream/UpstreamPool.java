package io.seawall.proxy.upstream;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import io.seawall.config.Config;
import io.seawall.proxy.pace.Deadlines;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Connections to the gateway, per event loop, so that both sides of an exchange share one and need no lock.
public final class UpstreamPool {
    private static final int MOST_IDLE = 64;
    /// Of all loops, of which a big machine has many: those that wait are no client's, and their file descriptors are of
    /// the reserve.
    static final int MOST_IDLE_OF_ALL = 100;
    /// Of those, each for the gateway's sandbox and its portals.
    private static final int MOST_IDLE_BESIDE = 20;

    private final InetSocketAddress gateway;
    private final Class<? extends Channel> transport;
    private final Deadlines deadlines;
    private final Config.Timeouts timeouts;
    private final Map<EventLoop, Deque<UpstreamConnection>> idle = new ConcurrentHashMap<>();
    private final AtomicInteger idleOfAll = new AtomicInteger();
    private final int mostIdle;
    private final Map<EventLoop, Bootstrap> bootstraps = new ConcurrentHashMap<>();

    private UpstreamPool(InetSocketAddress gateway, Class<? extends Channel> transport, Deadlines deadlines,
            Config.Timeouts timeouts, int mostIdle) {
        this.gateway = gateway;
        this.transport = transport;
        this.deadlines = deadlines;
        this.timeouts = timeouts;
        this.mostIdle = mostIdle;
    }

    /// That of the port on which the gateway has routes. It leaves the others their part.
    public static UpstreamPool of(Config config, Class<? extends Channel> transport, Deadlines deadlines) {
        int others = (config.servesSandbox() ? 1 : 0) + (config.upstream().portals().isPresent() ? 1 : 0);
        return new UpstreamPool(config.upstream().address(), transport, deadlines, config.timeouts(),
                MOST_IDLE_OF_ALL - others * MOST_IDLE_BESIDE);
    }

    /// That of another port of the gateway's.
    public static UpstreamPool beside(Config.Upstream where, Config config, Class<? extends Channel> transport,
            Deadlines deadlines) {
        return new UpstreamPool(where.address(), transport, deadlines, config.timeouts(), MOST_IDLE_BESIDE);
    }

    /// The connection that was used last, or null when none is idle on the loop.
    @Nullable
    UpstreamConnection acquire(EventLoop loop) {
        Deque<UpstreamConnection> connections = idle.get(loop);
        while (connections != null && !connections.isEmpty()) {
            UpstreamConnection connection = connections.pop();
            idleOfAll.decrementAndGet();
            if (connection.isActive()) {
                return connection;
            }
        }
        return null;
    }

    Future<UpstreamConnection> connect(EventLoop loop) {
        Promise<UpstreamConnection> promise = loop.newPromise();
        bootstraps.computeIfAbsent(loop, this::bootstrap).connect(gateway).addListener((ChannelFuture connected) -> {
            UpstreamConnection made = connected.channel().pipeline().get(UpstreamConnection.class);
            if (!connected.isSuccess()) {
                promise.setFailure(connected.cause());
            } else if (made == null) {
                promise.setFailure(new ClosedChannelException()); // by the time that the result is read
            } else {
                promise.setSuccess(made);
            }
        });
        return promise;
    }

    private Bootstrap bootstrap(EventLoop loop) {
        // no resolver: the gateway is an address, and no name is ever asked for
        return new Bootstrap().group(loop).channel(transport).disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) timeouts.connect().toMillis())
                // a gateway that takes no more of a body may have answered before
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(ChannelOption.AUTO_READ, false).option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast("upstream",
                                new UpstreamConnection(channel, UpstreamPool.this, deadlines, timeouts));
                    }
                });
    }

    void release(UpstreamConnection connection) {
        EventLoop loop = connection.channel().eventLoop();
        Deque<UpstreamConnection> connections = idle.get(loop);
        if (connections == null) {
            connections = new ArrayDeque<>();
            idle.put(loop, connections);
        }
        if (connections.size() >= MOST_IDLE) {
            connection.abort();
        } else if (idleOfAll.incrementAndGet() > mostIdle) {
            idleOfAll.decrementAndGet();
            connection.abort();
        } else {
            connections.push(connection);
        }
    }

    void forget(UpstreamConnection connection) {
        Deque<UpstreamConnection> connections = idle.get(connection.channel().eventLoop());
        if (connections != null && connections.remove(connection)) {
            idleOfAll.decrementAndGet();
        }
    }
}
