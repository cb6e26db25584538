package io.seawall.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// With a real socket in systemd's place.
class ServiceManagerTest {
    private static final int CLOCK_MONOTONIC = 1;

    @TempDir
    private Path folder = Path.of("");

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final List<Channel> supervisors = new ArrayList<>();
    private final MultiThreadIoEventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());

    @BeforeEach
    void needsEpoll() {
        assumeTrue(Epoll.isAvailable());
    }

    @AfterEach
    void end() {
        supervisors.forEach(channel -> channel.close().syncUninterruptibly());
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private Channel listen(String path) {
        Channel channel = new Bootstrap().group(loop).channel(EpollDomainDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                        heard.add(packet.content().toString(StandardCharsets.UTF_8));
                    }
                }).bind(new DomainSocketAddress(path)).syncUninterruptibly().channel();
        supervisors.add(channel);
        return channel;
    }

    private String next() throws InterruptedException {
        return Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS), "nothing was said");
    }

    private String socket() {
        return folder.resolve("notify").toString();
    }

    @Test
    void saysWhatSystemdUnderstands() throws Exception {
        listen(socket());
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket()))) {
            manager.ready("serving on port 8443");
            manager.reloading();
            manager.ready();
            manager.stopping(Duration.ofSeconds(30));
        }
        assertEquals("READY=1\nSTATUS=serving on port 8443", next());
        assertTrue(next().matches("RELOADING=1\nMONOTONIC_USEC=[0-9]+\nSTATUS=reloading"));
        assertEquals("READY=1\nSTATUS=serving on port 8443", next());
        assertEquals("STOPPING=1\nEXTEND_TIMEOUT_USEC=40000000\nSTATUS=draining", next());
        assertNull(heard.poll());
    }

    @Test
    void findsAnAbstractSocket() throws Exception {
        String name = "seawall-test-" + ProcessHandle.current().pid();
        listen("\0" + name);
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", "@" + name))) {
            manager.ready("here");
        }
        assertEquals("READY=1\nSTATUS=here", next());
    }

    @Test
    void findsTheSocketOfASupervisorThatWasRestarted() throws Exception {
        Channel first = listen(socket());
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket()))) {
            manager.ready("one");
            assertEquals("READY=1\nSTATUS=one", next());
            first.close().sync();
            manager.ready("lost");
            listen(socket());
            manager.ready("two");
        }
        assertEquals("READY=1\nSTATUS=two", next());
    }

    /// systemd drops a `RELOADING=1` that is older, by its own clock, than the signal that asked for it.
    @Test
    void datesAReloadByTheKernelsMonotonicClock() throws Exception {
        listen(socket());
        long before = monotonicMicros();
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket()))) {
            manager.reloading();
        }
        long said = Long.parseLong(next().replaceFirst("(?s).*MONOTONIC_USEC=([0-9]+).*", "$1"));
        assertTrue(before <= said && said <= monotonicMicros(), before + " " + said);
    }

    @SuppressWarnings("restricted")
    private static long monotonicMicros() throws Exception {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            int result = (int) linker
                    .downcallHandle(linker.defaultLookup().findOrThrow("clock_gettime"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS))
                    .invokeWithArguments(CLOCK_MONOTONIC, time);
            assertEquals(0, result);
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1) / 1000;
        } catch (Error | Exception e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void cannotBeMadeToSayMore() throws Exception {
        listen(socket());
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket()))) {
            manager.ready("a\nMAINPID=1\r\n\0b");
        }
        assertEquals("READY=1\nSTATUS=a MAINPID=1   b", next());
    }

    @ParameterizedTest
    @CsvSource({"''", "7"})
    void pingsTheWatchdogWhileThePulseComesBack(String pid) throws Exception {
        listen(socket());
        AtomicInteger pulses = new AtomicInteger();
        try (ServiceManager manager = ServiceManager
                .of(Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "30000", "WATCHDOG_PID", pid), 7)) {
            manager.watch(alive -> {
                if (pulses.incrementAndGet() <= 3) {
                    alive.run();
                }
            });
            for (int i = 0; i < 3; i++) {
                assertEquals("WATCHDOG=1", next());
            }
            while (pulses.get() < 6) { // as many again, of which none came back
                Thread.onSpinWait();
            }
            assertNull(heard.poll(50, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void keepsAskingWhenThePulseFails() throws Exception {
        listen(socket());
        AtomicInteger pulses = new AtomicInteger();
        try (ServiceManager manager = ServiceManager
                .of(Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", "30000"), 7)) {
            manager.watch(alive -> {
                if (pulses.incrementAndGet() < 3) {
                    throw new RejectedExecutionException("stopped");
                }
                alive.run();
            });
            assertEquals("WATCHDOG=1", next());
        }
    }

    @ParameterizedTest
    @CsvSource({"30000, 8", "0, 7", "-1, 7", "soon, 7", "'', ''"})
    void leavesAWatchdogAloneThatIsNotItsOwn(String micros, String pid) throws Exception {
        listen(socket());
        AtomicInteger pulses = new AtomicInteger();
        try (ServiceManager manager = ServiceManager
                .of(Map.of("NOTIFY_SOCKET", socket(), "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid), 7)) {
            manager.watch(_ -> pulses.incrementAndGet());
            manager.ready("done");
        }
        assertEquals("READY=1\nSTATUS=done", next());
        assertEquals(0, pulses.get());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "notify", "@", "/", "vsock:2:1234", "/nowhere/at/all"})
    void aNameThatIsNoSocketChangesNothing(String path) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", path, "WATCHDOG_USEC", "3000"))) {
                manager.watch(Runnable::run);
                manager.ready("x");
                manager.reloading();
                manager.stopping(Duration.ZERO);
            }
        });
    }

    @Test
    void saysNothingWhereNobodyListens() {
        try (ServiceManager manager = ServiceManager.of(Map.of())) {
            manager.ready("x");
            manager.watch(_ -> {
                throw new AssertionError("there is no watchdog");
            });
            manager.stopping(Duration.ofSeconds(1));
        }
    }

    @Test
    void doesNotWaitForASupervisorThatHangs() {
        listen(socket()).config().setOption(ChannelOption.AUTO_READ, false);
        try (ServiceManager manager = ServiceManager.of(Map.of("NOTIFY_SOCKET", socket()))) {
            assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
                long longest = 0;
                // more than its queue takes (net.unix.max_dgram_qlen), until one had to be given up
                for (int i = 0; i < 5000 && longest < 1_000_000_000L; i++) {
                    long before = System.nanoTime();
                    manager.ready("x");
                    longest = Math.max(longest, System.nanoTime() - before);
                }
                assertTrue(longest >= 1_000_000_000L, "its queue is without end");
            });
        }
    }
}
