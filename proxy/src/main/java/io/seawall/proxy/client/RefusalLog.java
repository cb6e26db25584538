package io.seawall.proxy.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Logs that connections are refused, at most once a second, however many are.
public final class RefusalLog {
    private static final System.Logger LOG = System.getLogger(RefusalLog.class.getName());

    private final Connections connections;
    private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - TimeUnit.SECONDS.toNanos(2));

    public RefusalLog(Connections connections) {
        this.connections = connections;
    }

    void tell(Connections.Reason reason) {
        tell(reason, switch (reason) {
            case TOTAL, DISPLACED -> "all connections are taken (SEAWALL_MAX_CONNECTIONS)";
            case CLIENT -> "one client network has as many as it may (SEAWALL_MAX_CONNECTIONS_PER_CLIENT)";
            case MEMORY -> "direct memory is nearly full (SEAWALL_MEMORY_WATERMARK)";
            case DESCRIPTORS -> "no file descriptor is left (raise the limit, or lower SEAWALL_MAX_CONNECTIONS)";
            case HEAP -> "unauthenticated clients need more heap than they may use (-Xmx, SEAWALL_MEMORY_WATERMARK)";
            case CONNECTION_HEAP -> "one connection of an unauthenticated client needs more heap than one may use";
            case PROXY_HEADER -> "a trusted proxy sends no valid PROXY protocol header (SEAWALL_CLIENT_IP_HEADER)";
        });
    }

    /// @param why in other words than the reason's own
    void tell(Connections.Reason reason, String why) {
        long now = System.nanoTime();
        long told = toldAt.get();
        if (now - told <= TimeUnit.SECONDS.toNanos(1) || !toldAt.compareAndSet(told, now)) {
            return;
        }
        LOG.log(System.Logger.Level.WARNING,
                "connections are refused: " + why + "; " + connections.refused(reason) + " since the start");
    }
}
