package io.seawall.proxy.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.seawall.config.Key;
import io.seawall.host.HostName;
import io.seawall.proxy.client.ConnectionLimitHandler;
import io.seawall.proxy.client.Connections;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The sockets that Seawall listens on, their event loops, and the connections that came in by them.
final class Listeners implements AutoCloseable {
    private final boolean epoll = Epoll.isAvailable();
    private final MultiThreadIoEventLoopGroup loops;
    // its own, because a scrape takes long, and must be answered while the others are under attack
    private final MultiThreadIoEventLoopGroup adminLoop;
    private final ChannelGroup listeners = new DefaultChannelGroup("listeners", GlobalEventExecutor.INSTANCE);
    // also what is just being accepted when it closes
    private final ChannelGroup clients = new DefaultChannelGroup("clients", GlobalEventExecutor.INSTANCE, true);

    Listeners() {
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        loops = new MultiThreadIoEventLoopGroup(Math.max(1, Runtime.getRuntime().availableProcessors()), io);
        adminLoop = new MultiThreadIoEventLoopGroup(1, io);
    }

    /// The connections of clients that are open.
    ChannelGroup clients() {
        return clients;
    }

    /// Of connections that run on these event loops.
    Class<? extends Channel> transport() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    /// A port for requests.
    ///
    /// @param begin fills the pipeline of a new connection
    Channel open(Key key, InetSocketAddress address, Connections connections, Consumer<Channel> begin)
            throws BindFailedException {
        ServerBootstrap bootstrap = bootstrap(loops, connections, begin)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true);
        if (epoll) {
            // a peer that is gone without a word is found within two minutes
            bootstrap.childOption(EpollChannelOption.TCP_KEEPIDLE, 60).childOption(EpollChannelOption.TCP_KEEPINTVL, 15)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, 4)
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, 120_000);
        }
        return bind(bootstrap, address, key);
    }

    /// A port whose connections end after an answer: that of redirects.
    Channel openBrief(Key key, InetSocketAddress address, Connections connections, Consumer<Channel> begin)
            throws BindFailedException {
        return bind(bootstrap(loops, connections, begin), address, key);
    }

    /// The admin port, on an event loop of its own.
    Channel openAdmin(Key key, InetSocketAddress address, Connections connections, ChannelHandler pipeline)
            throws BindFailedException {
        return bind(bootstrap(adminLoop, connections, channel -> channel.pipeline().addLast(pipeline)), address, key);
    }

    private ServerBootstrap bootstrap(MultiThreadIoEventLoopGroup group, Connections connections,
            Consumer<Channel> begin) {
        return new ServerBootstrap().group(group).handler(new ConnectionLimitHandler(connections))
                .option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(channel);
                        begin.accept(channel);
                    }
                });
    }

    private Channel bind(ServerBootstrap bootstrap, InetSocketAddress address, Key key) throws BindFailedException {
        bootstrap.channelFactory(() -> listener(address.getAddress()));
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new BindFailedException(key.variable() + ": cannot listen on " + HostName.authority(address) + " ("
                    + bound.cause().getMessage() + "). Fix: end what listens there (ss -tlnp), or set "
                    + key.variable() + " to another " + (key == Key.ADMIN ? "address" : "port"));
        }
        listeners.add(bound.channel());
        return bound.channel();
    }

    /// A socket of the address' own family: one of IPv6 would make `[::]` of 0.0.0.0 and listen at an address that is
    /// not configured.
    private ServerChannel listener(InetAddress address) {
        SocketProtocolFamily family = address instanceof Inet4Address
                ? SocketProtocolFamily.INET
                : SocketProtocolFamily.INET6;
        return epoll
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    /// Runs `then` once every event loop that serves clients has come around to it: never, when one of them hangs.
    void pulse(Runnable then) {
        AtomicInteger behind = new AtomicInteger(loops.executorCount());
        loops.forEach(loop -> loop.execute(() -> {
            if (behind.decrementAndGet() == 0) {
                then.run();
            }
        }));
    }

    /// Ends listeners, connections and event loops.
    @Override
    public void close() {
        // an event loop that ends may leave them open
        listeners.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        clients.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
        adminLoop.shutdownGracefully(0, 2, TimeUnit.SECONDS);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
        adminLoop.terminationFuture().awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
