package io.seawall.proxy.exposure;

import io.seawall.config.Config;
import io.seawall.config.Config.Upstream.OnExposure;
import io.seawall.config.Key;
import io.seawall.config.Problem;
import io.seawall.proxy.exposure.SocketTable.Listener;
import io.seawall.proxy.http.Rejection;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Watches the listeners on the gateway's port: there must be none beyond loopback, and at 127.0.0.1 only the user who
/// was seen there first (or whom `SEAWALL_GATEWAY_UID` names). Otherwise no request passes, unless the operator set
/// `warn`: a gateway that is reachable directly is not protected by its proxy, and another local user who takes the
/// port must get no credential. Where the socket table cannot be read, the verdict before it stays.
public final class Exposure {
    private static final System.Logger LOG = System.getLogger(Exposure.class.getName());
    private static final long REMIND_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final Optional<Rejection> BEYOND_LOOPBACK = Optional.of(Rejection.upstream(503, "exposed",
            "OpenClaw is reachable from the network without Seawall, so Seawall lets nothing through until that is fixed. Seawall's log says where it listens and what to change."));
    private static final Rejection TAKEN = Rejection.upstream(503, "foreign",
            "Another user than OpenClaw's listens on its port, so Seawall lets nothing through until that is fixed. Seawall's log says who it is and what to change.");
    /// What a user namespace shows for users that it has no number for, and `nobody`.
    private static final long OVERFLOW_UID = 65_534;

    private final SocketTable table;
    private final Executor threads;
    /// Whose port the other one of the gateway is, so that both have one owner.
    private final @Nullable Exposure first;
    /// Where Seawall itself listens: what is found there is no gateway.
    private final Set<InetSocketAddress> own;
    private volatile Config.Upstream upstream;
    private volatile OptionalLong owner;
    private volatile Verdict verdict = Verdict.GUARDED;
    private final LongAdder failures = new LongAdder();
    private long toldAt = System.nanoTime() - REMIND_NANOS;
    private final ConnectionCheck connections;
    private String beside = "";

    /// What counts at this moment.
    enum Verdict {
        GUARDED, EXPOSED, FOREIGN;

        static Verdict of(Problem problem) {
            return problem.key().equals(Key.GATEWAY_UID.variable()) ? FOREIGN : EXPOSED;
        }
    }

    /// @param threads look at new connections: no event loop waits for that
    public Exposure(SocketTable table, Config.Upstream upstream, Executor threads) {
        this(table, upstream, threads, null, Set.of());
    }

    private Exposure(SocketTable table, Config.Upstream upstream, Executor threads, @Nullable Exposure first,
            Set<InetSocketAddress> own) {
        this.table = table;
        this.upstream = upstream;
        this.threads = threads;
        this.first = first;
        this.own = own;
        owner = upstream.uid();
        connections = new ConnectionCheck(this, threads);
    }

    /// What one look at the socket table shows.
    public sealed interface Look {
        /// The gateway listens on loopback only.
        ///
        /// @param listeners empty while nothing listens yet
        record Guarded(List<Listener> listeners) implements Look {}

        /// Another user listens on its port, or other hosts can reach it.
        record Exposed(Problem problem) implements Look {}

        /// Nothing can be said.
        record Unknown(Problem problem) implements Look {}
    }

    /// The same rule for the port of the gateway's sandbox, which has to be of the gateway's own user.
    ///
    /// @param own where Seawall itself listens, which may be that port of another address
    public Exposure ofSandbox(Set<InetSocketAddress> own) {
        return new Exposure(table, upstream.ofSandbox(), threads, this, own);
    }

    /// The same for the port of the gateway's portals.
    public Exposure ofPortals(Set<InetSocketAddress> own) {
        return new Exposure(table, upstream.ofPortals(), threads, this, own);
    }

    /// One look. Takes the first owner that it sees for the gateway's.
    public synchronized Look look() {
        return judge(table.read(upstream.port()));
    }

    private Look judge(SocketTable.Reading reading) {
        if (first != null && first.owner.isPresent()) {
            owner = first.owner;
        }
        return switch (reading) {
            case SocketTable.Reading.Failed(String why) -> new Look.Unknown(unreadable(why));
            case SocketTable.Reading.Complete(List<Listener> all, _) -> {
                List<Listener> listeners = all.stream().filter(listener -> !own.contains(listener.end())).toList();
                List<Listener> reachable = listeners.stream().filter(Listener::isReachedBy127001).toList();
                Optional<Problem> problem = beyond(listeners).or(() -> foreign(reachable));
                if (problem.isEmpty() && owner.isEmpty() && !reachable.isEmpty()) {
                    owner = OptionalLong.of(reachable.getFirst().uid());
                }
                yield problem.isPresent() ? new Look.Exposed(problem.get()) : new Look.Guarded(listeners);
            }
        };
    }

    private Optional<Problem> beyond(List<Listener> listeners) {
        List<Listener> beyond = listeners.stream().filter(listener -> !listener.isLoopback()).toList();
        return beyond.isEmpty()
                ? Optional.empty()
                : Optional.of(new Problem(Problem.Kind.UPSTREAM, Key.UPSTREAM.variable(),
                        "DANGEROUS: " + String.join(", ", beyond.stream().map(Listener::toString).toList()),
                        "the gateway listening on 127.0.0.1:" + upstream.port() + " only",
                        "set gateway.bind: \"loopback\" in openclaw.json (OpenClaw itself ignores OPENCLAW_GATEWAY_BIND), restart the gateway, and check: ss -tlnp | grep %d"
                                .formatted(upstream.port())));
    }

    /// The port has one owner at 127.0.0.1. Two of them cannot be told apart, and another owner than before counts as a
    /// local user who took the port, until the operator names him in `SEAWALL_GATEWAY_UID`. Any account may listen at
    /// 127.0.0.2 or [::1]: no request goes there, so that stops nothing.
    private Optional<Problem> foreign(List<Listener> listeners) {
        if (listeners.isEmpty()) {
            return Optional.empty();
        }
        long expected = owner.orElse(listeners.getFirst().uid());
        List<Listener> others = listeners.stream().filter(listener -> listener.uid() != expected).toList();
        if (others.isEmpty()) {
            return Optional.empty();
        }
        String who = "see who that is: ss -tlnpe | grep " + upstream.port() + "; ";
        boolean all = listeners.stream().mapToLong(Listener::uid).distinct().count() == 1;
        return Optional.of(new Problem(Problem.Kind.UPSTREAM, Key.GATEWAY_UID.variable(),
                "DANGEROUS: " + listeners.stream().map(listener -> listener + " of uid " + listener.uid())
                        .collect(Collectors.joining(", ")),
                owner.isPresent()
                        ? "uid " + expected + (upstream.uid().isPresent() ? "" : ", whose it was before")
                                + ", and nobody else"
                        : "one user on 127.0.0.1:" + upstream.port(),
                who + (all
                        ? "if OpenClaw runs as that user now: SEAWALL_GATEWAY_UID=" + others.getFirst().uid()
                        : "end the one that is not OpenClaw")));
    }

    private static Problem unreadable(String why) {
        return new Problem(Problem.Kind.UPSTREAM, Key.UPSTREAM.variable(),
                "the socket table cannot be read (" + why + "), so whether the gateway is exposed cannot be seen",
                "a readable /proc/net/tcp and tcp6",
                "mount /proc (systemd: not ProcSubset=pid), or go on without looking: SEAWALL_ON_EXPOSURE=warn");
    }

    /// Looks again, and logs a changed verdict.
    public synchronized void check() {
        took(look());
    }

    private void took(Look look) {
        switch (look) {
            case Look.Guarded(List<Listener> listeners) -> {
                found(Verdict.GUARDED, verdict == Verdict.FOREIGN
                        ? "the gateway's port has its owner again; requests pass"
                        : "the gateway is on loopback again; requests pass");
                tellOfOthers(listeners);
            }
            case Look.Exposed(Problem problem) -> found(Verdict.of(problem), problem.toString());
            case Look.Unknown(Problem problem) -> {
                failures.increment();
                long now = System.nanoTime();
                if (now - toldAt >= REMIND_NANOS) {
                    toldAt = now;
                    LOG.log(System.Logger.Level.ERROR, problem + "; until it can, the gateway counts as "
                            + verdict.name().toLowerCase(Locale.ROOT) + ", as before");
                }
            }
        }
    }

    private void found(Verdict next, String text) {
        if (next != verdict) {
            verdict = next;
            LOG.log(next == Verdict.GUARDED ? System.Logger.Level.INFO : System.Logger.Level.ERROR, text);
        }
    }

    /// A program on this host that connects to `localhost` may reach them.
    private void tellOfOthers(List<Listener> listeners) {
        String others = listeners.stream().filter(listener -> listener.uid() != owner.orElse(listener.uid()))
                .map(listener -> listener.where() + " of uid " + listener.uid()).collect(Collectors.joining(", "));
        if (!others.isEmpty() && !others.equals(beside)) {
            LOG.log(System.Logger.Level.WARNING,
                    "another user listens on the gateway's port at another loopback address: "
                            + others + ". Nothing of Seawall goes there; see who that is: ss -tlnpe | grep "
                            + upstream.port());
        }
        beside = others;
    }

    /// What the socket table showed, and whose the gateway's port is by that.
    record Seen(SocketTable.Reading reading, OptionalLong owner) {}

    /// Looks again, at connections to the port, too.
    ///
    /// @param ours the ports of our ends of them
    synchronized Seen look(Set<Integer> ours) {
        SocketTable.Reading reading = table.read(upstream.port(), ours);
        if (reading instanceof SocketTable.Reading.Complete(_, Map<Integer, Long> ends)
                && !ends.keySet().containsAll(ours)) {
            // the kernel writes the table bit by bit, and may pass over a line while others come and go
            reading = table.read(upstream.port(), ours);
        }
        took(judge(reading));
        return new Seen(reading, owner);
    }

    /// Judges by these from now on. The port is the same.
    public synchronized void use(Config.Upstream next) {
        if (next.uid().isPresent()) {
            owner = next.uid();
        }
        upstream = next;
    }

    /// Determines which user a new connection to the port has reached. [#rejection()] describes that moment, too.
    public ConnectionCheck connections() {
        return connections;
    }

    /// Whether what is wrong is refused, and not only told.
    boolean isEnforced() {
        return upstream.onExposure() != OnExposure.WARN;
    }

    int port() {
        return upstream.port();
    }

    /// Whether another user listens on the gateway's port, or other hosts can reach it.
    public boolean isExposed() {
        return verdict != Verdict.GUARDED;
    }

    /// What is wrong, a line; empty when nothing is.
    public String detail() {
        return switch (verdict) {
            case GUARDED -> "";
            case EXPOSED -> "gateway exposed\n";
            case FOREIGN -> "gateway port of another user\n";
        };
    }

    /// Looks that showed nothing, since the start.
    public long failures() {
        return failures.sum() + connections.failures();
    }

    /// The owner of the gateway's port, in words; empty while no listener has been seen.
    public Optional<String> owner() {
        OptionalLong uid = owner;
        return uid.isEmpty()
                ? Optional.empty()
                : Optional.of("uid " + uid.getAsLong() + (uid.getAsLong() == OVERFLOW_UID
                        ? " (nobody, or users of another user namespace, who cannot be told apart)"
                        : ""));
    }

    /// What a request is answered whose connection another user than the gateway's accepted.
    public static Rejection taken() {
        return TAKEN;
    }

    /// Why a request gets no further than this; empty where it may go on.
    public Optional<Rejection> rejection() {
        return !isEnforced() ? Optional.empty() : switch (verdict) {
            case GUARDED -> Optional.empty();
            case EXPOSED -> BEYOND_LOOPBACK;
            case FOREIGN -> Optional.of(TAKEN);
        };
    }
}
