package io.seawall.proxy.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Notifies systemd, or another supervisor that set `NOTIFY_SOCKET`, Seawall's state (sd_notify(3)), and pings its
/// watchdog. Does nothing without one; a failure is logged once and changes nothing else.
final class ServiceManager implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServiceManager.class.getName());
    private static final int SEND_SECONDS = 2;

    private final @Nullable DomainSocketAddress socket;
    private final OptionalLong watchdogMicros;
    private final Optional<MultiThreadIoEventLoopGroup> loop;
    private volatile String status = "";
    private boolean failed;

    private ServiceManager(@Nullable DomainSocketAddress socket, OptionalLong watchdogMicros) {
        this.socket = socket;
        this.watchdogMicros = watchdogMicros;
        loop = socket == null
                ? Optional.empty()
                : Optional.of(new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("seawall-notify", true),
                        EpollIoHandler.newFactory()));
    }

    /// The supervisor that the environment names, or none.
    static ServiceManager of(Map<String, String> environment) {
        return of(environment, ProcessHandle.current().pid());
    }

    static ServiceManager of(Map<String, String> environment, long pid) {
        String path = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (path.isEmpty()) {
            return new ServiceManager(null, OptionalLong.empty());
        }
        boolean isAbstract = path.startsWith("@"); // as the kernel knows it: with a NUL in front
        if (!path.startsWith("/") && !isAbstract || path.length() < 2) {
            LOG.log(System.Logger.Level.WARNING,
                    "NOTIFY_SOCKET: " + path + " (expected: /path or @name); the service manager is told nothing");
            return new ServiceManager(null, OptionalLong.empty());
        }
        if (!Epoll.isAvailable()) {
            LOG.log(System.Logger.Level.WARNING,
                    "NOTIFY_SOCKET needs epoll, which this machine lacks; the service manager is told nothing");
            return new ServiceManager(null, OptionalLong.empty());
        }
        return new ServiceManager(new DomainSocketAddress(isAbstract ? "\0" + path.substring(1) : path),
                watchdog(environment, pid));
    }

    /// `WATCHDOG_USEC`, where it is meant for this process.
    private static OptionalLong watchdog(Map<String, String> environment, long pid) {
        String meant = environment.getOrDefault("WATCHDOG_PID", "");
        if (!meant.isEmpty() && !meant.equals(Long.toString(pid))) {
            return OptionalLong.empty();
        }
        try {
            long micros = Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0"));
            return micros > 0 ? OptionalLong.of(micros) : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /// Serving. One line for `systemctl status`.
    void ready(String status) {
        this.status = oneLine(status);
        ready();
    }

    /// Serving again as before, after [#reloading].
    void ready() {
        send("READY=1\nSTATUS=" + status);
    }

    /// Taking over another configuration; [#ready()] ends it, also where the old one is kept.
    void reloading() {
        // CLOCK_MONOTONIC, which is what the JVM's nanoTime is on Linux: systemd drops a message older than its signal
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime())
                + "\nSTATUS=reloading");
    }

    /// Stopping, which may take as long as draining does, whatever `TimeoutStopSec` is.
    void stopping(Duration drain) {
        send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + TimeUnit.SECONDS.toMicros(drain.toSeconds() + 10)
                + "\nSTATUS=draining");
    }

    /// Pings the watchdog three times in each of its periods, through what shows that the process still works.
    ///
    /// @param pulse calls what it is given once everything that serves has come around to it, or never
    void watch(Consumer<Runnable> pulse) {
        if (socket == null || watchdogMicros.isEmpty()) {
            return;
        }
        loop.orElseThrow().scheduleAtFixedRate(() -> {
            try {
                pulse.accept(() -> start("WATCHDOG=1"));
            } catch (RejectedExecutionException e) {
                // stopped: there is nothing left to watch
            }
        }, 0, Math.max(1000, watchdogMicros.getAsLong() / 3), TimeUnit.MICROSECONDS);
    }

    /// Sends, and waits until the kernel has it: nothing of it is lost when the process ends right after.
    private void send(String message) {
        ChannelFuture sent = start(message);
        if (sent != null) {
            sent.awaitUninterruptibly(SEND_SECONDS + 1, TimeUnit.SECONDS);
        }
    }

    /// A socket for each message, as libsystemd does: a supervisor that was restarted has a new one under the old name.
    private @Nullable ChannelFuture start(String message) {
        if (socket == null) {
            return null;
        }
        try {
            ChannelFuture connected = new Bootstrap().group(loop.orElseThrow())
                    .channel(EpollDomainDatagramChannel.class)
                    .handler(new ChannelInboundHandlerAdapter()).connect(socket);
            Channel channel = connected.channel();
            channel.eventLoop().schedule(() -> channel.close(), SEND_SECONDS, TimeUnit.SECONDS); // without a reader
            connected.addListener(opened -> {
                if (!opened.isSuccess()) {
                    failed(String.valueOf(opened.cause().getMessage()));
                    return; // Netty has closed it
                }
                channel.writeAndFlush(Unpooled.copiedBuffer(message, StandardCharsets.UTF_8)).addListener(written -> {
                    if (!written.isSuccess()) {
                        failed(String.valueOf(written.cause().getMessage()));
                    }
                    channel.close();
                });
            });
            return channel.closeFuture();
        } catch (RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private synchronized void failed(String reason) {
        if (!failed) {
            failed = true;
            LOG.log(System.Logger.Level.WARNING, "NOTIFY_SOCKET: the service manager cannot be told: " + reason);
        }
    }

    /// A line break would begin another assignment.
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", " ");
    }

    @Override
    public void close() {
        loop.ifPresent(group -> group.shutdownGracefully(0, SEND_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(SEND_SECONDS, TimeUnit.SECONDS));
    }
}
