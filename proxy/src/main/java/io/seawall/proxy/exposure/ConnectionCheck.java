package io.seawall.proxy.exposure;

import io.netty.channel.EventLoop;
import io.seawall.config.Key;
import io.seawall.proxy.exposure.SocketTable.Listener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Determines which user a new connection to the gateway's port has reached, by the kernel's socket table. Where the
/// table cannot be read, the last result stays in force.
public final class ConnectionCheck {
    private static final System.Logger LOG = System.getLogger(ConnectionCheck.class.getName());
    private static final long REMIND_NANOS = TimeUnit.MINUTES.toNanos(10);
    /// Root's; and what kernels before 6.17 show for a connection that is not accepted yet.
    private static final long ROOT = 0;

    private final Exposure exposure;
    private final FreshLook fresh;
    private long toldAt = System.nanoTime() - REMIND_NANOS;

    /// The user whom a connection has reached; none where it is not known.
    public enum Reached {
        GATEWAY, OTHER, NOBODY
    }

    /// @param exposure knows the port's owner
    /// @param threads make the looks: no event loop waits for them
    ConnectionCheck(Exposure exposure, Executor threads) {
        this.exposure = exposure;
        fresh = new FreshLook(this::reached, threads, System::nanoTime);
    }

    /// Reports on that event loop which user a new connection has reached.
    ///
    /// @param from our end of it
    public void reachedBy(SocketAddress from, EventLoop loop, Consumer<Reached> next) {
        if (!exposure.isEnforced()) {
            next.accept(Reached.GATEWAY);
        } else if (from instanceof InetSocketAddress end) {
            fresh.at(loop, end.getPort(), next);
        } else {
            next.accept(Reached.NOBODY); // it has ended
        }
    }

    private Map<Integer, Reached> reached(Set<Integer> ours) {
        Exposure.Seen seen = exposure.look(ours);
        return switch (seen.reading()) {
            case SocketTable.Reading.Failed _ -> ours.stream()
                    .collect(Collectors.toMap(port -> port, port -> Reached.GATEWAY)); // as far as was seen before
            case SocketTable.Reading.Complete(List<Listener> listeners, Map<Integer, Long> ends) -> {
                boolean waits = listeners.stream().anyMatch(Listener::isReachedBy127001);
                yield ends.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                        end -> reached(end.getValue(), waits, seen.owner())));
            }
        };
    }

    /// @param waits whether a listener may still accept it; its owner has been checked
    private Reached reached(long uid, boolean waits, OptionalLong owner) {
        if (owner.isPresent() && owner.getAsLong() == uid) {
            return Reached.GATEWAY;
        }
        if (owner.isEmpty() || uid == ROOT) {
            return owner.isPresent() && waits ? Reached.GATEWAY : Reached.NOBODY;
        }
        tell(uid, owner.getAsLong());
        return Reached.OTHER;
    }

    private void tell(long taker, long owner) {
        long now = System.nanoTime();
        if (now - toldAt >= REMIND_NANOS) {
            toldAt = now;
            LOG.log(System.Logger.Level.ERROR, Key.GATEWAY_UID.variable() + ": DANGEROUS: uid " + taker
                    + " accepted a connection to 127.0.0.1:" + exposure.port() + " (expected: uid " + owner
                    + ", who listens there, and nobody else); it was closed without a byte of a request. Fix: see who that"
                    + " is: getent passwd " + taker);
        }
    }

    /// Looks that could not be made, since the start.
    long failures() {
        return fresh.failures();
    }
}
