package io.seawall.proxy.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.limit.Descriptors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Asks the gateway for its health every few seconds, as a remote client would: a 403 means that it does not trust
/// Seawall as its proxy, which is then reported before the first person sees it.
public final class GatewayHealth {
    private static final System.Logger LOG = System.getLogger(GatewayHealth.class.getName());
    private static final int TIMEOUT_MILLIS = 2000;
    private static final long REMIND_NANOS = TimeUnit.MINUTES.toNanos(1);

    /// What the gateway is like.
    public enum State {
        UNKNOWN, DOWN, STARTING, UNATTRIBUTED, UP
    }

    private final InetSocketAddress gateway;
    private volatile State state = State.UNKNOWN;
    private final LongAdder failures = new LongAdder();
    private volatile long failedAt = System.nanoTime() - REMIND_NANOS;
    private volatile long remindedAt = System.nanoTime() - REMIND_NANOS;

    public GatewayHealth(InetSocketAddress gateway) {
        this.gateway = gateway;
    }

    public State state() {
        return state;
    }

    /// Whether requests would be answered.
    public boolean isUp() {
        return state == State.UP;
    }

    /// Asks once; blocks for up to a few seconds.
    public void check() {
        try {
            found(ask());
        } catch (IOException e) {
            failed(e);
        }
    }

    private void found(State next) {
        if (next != state) {
            state = next;
            LOG.log(System.Logger.Level.INFO, "gateway " + next.name().toLowerCase(java.util.Locale.ROOT));
        }
        if (next == State.UNATTRIBUTED) {
            remind();
        }
    }

    /// Logs once a minute how to make the gateway trust Seawall.
    public void remind() {
        long now = System.nanoTime();
        if (now - remindedAt >= REMIND_NANOS) {
            remindedAt = now;
            LOG.log(System.Logger.Level.WARNING,
                    "the gateway answers 403 proxy_attribution_required: add gateway.trustedProxies: [\"127.0.0.1\"] to openclaw.json");
        }
    }

    /// A failure of our own says nothing about the gateway: the last result stays in force.
    void failed(IOException cause) {
        if (!Descriptors.areMissing(cause)) {
            found(State.DOWN);
            return;
        }
        failures.increment();
        long now = System.nanoTime();
        if (now - failedAt >= REMIND_NANOS) {
            failedAt = now;
            LOG.log(System.Logger.Level.ERROR,
                    "the health of the gateway cannot be checked: no file descriptor is left (raise the limit, or lower SEAWALL_MAX_CONNECTIONS)");
        }
    }

    /// Times that it could not be asked, since the start.
    public long failures() {
        return failures.sum();
    }

    private State ask() throws IOException {
        Headers headers = Headers.builder().add("Host", "127.0.0.1").add("X-Forwarded-For", "192.0.2.1")
                .add("X-Forwarded-Proto", "https").add("Connection", "close").build();
        ByteBuf request = RequestWriter.head(UnpooledByteBufAllocator.DEFAULT, "GET", "/startupz", headers, Body.NONE);
        try (Socket socket = new Socket()) {
            socket.connect(gateway, TIMEOUT_MILLIS);
            request.readBytes(socket.getOutputStream(), request.readableBytes());
            String answer = new String(answer(socket), StandardCharsets.ISO_8859_1);
            return read(answer);
        } finally {
            request.release();
        }
    }

    /// Within the same time in all, however slowly it arrives: a slow response blocks a watcher's thread.
    private static byte[] answer(Socket socket) throws IOException {
        long end = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
        byte[] answer = new byte[8192];
        int length = 0;
        while (length < answer.length) {
            int left = (int) ((end - System.nanoTime()) / 1_000_000);
            if (left <= 0) {
                throw new SocketTimeoutException("no whole answer in time");
            }
            socket.setSoTimeout(left);
            int count = socket.getInputStream().read(answer, length, answer.length - length);
            if (count < 0) {
                break;
            }
            length += count;
        }
        return Arrays.copyOf(answer, length);
    }

    static State read(String answer) {
        if (answer.startsWith("HTTP/1.1 403") && answer.contains(AttributionCheck.MARK)) {
            return State.UNATTRIBUTED;
        }
        // one without /startupz answers 404 or its page: it is there
        return !answer.startsWith("HTTP/1.") ? State.DOWN : answer.startsWith(" 5", 8) ? State.STARTING : State.UP;
    }
}
