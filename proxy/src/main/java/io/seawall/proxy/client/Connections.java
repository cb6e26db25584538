package io.seawall.proxy.client;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;
import io.seawall.config.Config;
import io.seawall.proxy.limit.ConnectionChannel;
import io.seawall.proxy.limit.Descriptors;
import io.seawall.proxy.limit.DirectMemory;
import io.seawall.proxy.limit.HeapBudget;
import io.seawall.proxy.limit.HeapLedger;
import io.seawall.proxy.limit.HeapMemory;
import io.seawall.proxy.limit.LoopShare;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The clients' connections and their limits. A part is reserved for networks that gave a right credential. A flood of
/// unauthenticated clients displaces the connections of other unauthenticated clients, oldest first, never those that a
/// layer has let in. Thread-safe.
public final class Connections {
    private static final Duration REMEMBERED = Duration.ofDays(7);
    /// A connection that proved itself is looked up again no sooner.
    private static final long PROOF_NANOS = Duration.ofMinutes(10).toNanos();
    private static final AttributeKey<Long> PROVEN_AT = AttributeKey.valueOf(Connections.class, "proven");

    /// Why a connection was refused or ended.
    public enum Reason {
        // All connections are taken.
        TOTAL,
        // The client's network has its share.
        CLIENT,
        // Direct memory is above its watermark.
        MEMORY,
        // The heap is above it, or unauthenticated clients need more of it than is theirs.
        HEAP,
        // One connection needed more of the heap than one may.
        CONNECTION_HEAP,
        // An unauthenticated client's connection was replaced by a newer one.
        DISPLACED,
        // No file descriptor was left for it, and it waits in the kernel's queue; or a request of an unauthenticated client
        // ended, so that one is.
        DESCRIPTORS,
        // A trusted proxy sent no valid PROXY protocol header in time.
        PROXY_HEADER;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private volatile Config.Limits limits;
    private volatile Config.Clients clients;
    private final Descriptors descriptors;
    private final DirectMemory memory;
    private final HeapMemory heap;
    private final HeapBudget budget;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<ClientNetwork, Integer> networks = new ConcurrentHashMap<>();
    private final Cache<ClientNetwork, Boolean> proven = Caffeine.newBuilder().maximumSize(10_000)
            .expireAfterAccess(REMEMBERED).executor(Runnable::run).build();
    private final Set<Channel> unauthenticated = new LinkedHashSet<>();
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    private final LoopShare loopShare = new LoopShare(new LoopShare.Standing() {
        @Override
        public boolean isGranted(Channel connection) {
            return connection.attr(PROVEN_AT).get() != null;
        }

        @Override
        public boolean isKnown(Channel connection) {
            return proven.getIfPresent(ClientNetwork.of(Peer.of(connection))) != null;
        }
    });

    private final OpenRelays openRelays = new OpenRelays(this::unauthenticatedShare, () -> refuse(Reason.DESCRIPTORS));

    /// @param descriptors what limits the connections as well
    public Connections(Config.Limits limits, Config.Clients clients, DirectMemory memory, Descriptors descriptors) {
        this(limits, clients, memory, descriptors, HeapMemory.ofProcess(), Runtime.getRuntime().maxMemory());
    }

    /// @param maxHeap bytes, of which unauthenticated clients have their part
    Connections(Config.Limits limits, Config.Clients clients, DirectMemory memory, Descriptors descriptors,
            HeapMemory heap, long maxHeap) {
        this.descriptors = descriptors;
        this.limits = descriptors.fit(limits);
        this.clients = clients;
        this.memory = memory;
        this.heap = heap;
        budget = HeapBudget.ofHeap(maxHeap, excess -> refuse(switch (excess) {
            case CONNECTION -> Reason.CONNECTION_HEAP;
            case ALL -> Reason.HEAP;
        }));
        countRefusals();
    }

    /// Another listener's, with limits of its own and the same part of the heap.
    ///
    /// @param budget counts the connections that end for it with those for which it was made
    public Connections(Config.Limits limits, Config.Clients clients, DirectMemory memory, Descriptors descriptors,
            HeapBudget budget) {
        this.descriptors = descriptors;
        this.limits = descriptors.fit(limits);
        this.clients = clients;
        this.memory = memory;
        heap = HeapMemory.ofProcess();
        this.budget = budget;
        countRefusals();
    }

    private void countRefusals() {
        for (Reason reason : Reason.values()) {
            refused.put(reason, new LongAdder());
        }
    }

    /// Judges new connections by these from now on; open ones stay.
    public void use(Config.Limits newLimits, Config.Clients newClients) {
        limits = descriptors.fit(newLimits);
        clients = newClients;
    }

    public int open() {
        return open.get();
    }

    /// What the event loops spend on connections that no layer has let in.
    public LoopShare loopShare() {
        return loopShare;
    }

    /// What unauthenticated clients have at the gateway.
    public OpenRelays openRelays() {
        return openRelays;
    }

    /// What unauthenticated clients occupy on the heap.
    public HeapBudget heap() {
        return budget;
    }

    /// Looks whether the heap is above its watermark, and ends the costliest connections of unauthenticated clients where
    /// it is. Once a second.
    public void lookAtHeap() {
        if (heap.look(limits.memoryWatermark())) {
            budget.shed(Math.max(1, budget.booked() / 4));
        }
    }

    private Optional<Reason> shortMemory() {
        return memory.isAbove(limits.memoryWatermark())
                ? Optional.of(Reason.MEMORY)
                : heap.isAbove() ? Optional.of(Reason.HEAP) : Optional.empty();
    }

    /// Connections refused or ended for that reason since the start.
    public long refused(Reason reason) {
        return Objects.requireNonNull(refused.get(reason)).sum();
    }

    /// Counts a new connection until it closes; or returns why it is refused.
    Optional<Reason> admit(Channel channel) {
        InetAddress peer = ClientAddressStage.peer(channel.remoteAddress());
        ClientNetwork network = ClientNetwork.of(peer);
        boolean proxy = clients.trusts(peer);
        boolean known = proxy || proven.getIfPresent(network) != null;
        Optional<Reason> scarce = known ? Optional.empty() : shortMemory();
        if (scarce.isPresent()) {
            return refuse(scarce.get());
        }
        // first, so that a client at its limit displaces no other; a trusted proxy carries the connections of many
        // clients
        if (!proxy && networks.merge(network, 1, Integer::sum) > limits.connectionsPerClient()) {
            leave(network);
            return refuse(Reason.CLIENT);
        }
        if (open.incrementAndGet() > (known ? limits.connections() : unauthenticatedShare()) && !displaceOldest()) {
            open.decrementAndGet();
            if (!proxy) {
                leave(network);
            }
            return refuse(Reason.TOTAL);
        }
        boolean shared = proxy && !clients.speakProxyProtocol();
        if (known) {
            HeapLedger.openKnown(budget, channel, shared);
        } else if (!HeapLedger.open(budget, channel, shared)) {
            open.decrementAndGet();
            leave(network);
            return refuse(Reason.HEAP);
        }
        if (!known) {
            synchronized (unauthenticated) {
                unauthenticated.add(channel);
            }
        }
        channel.closeFuture().addListener(closed -> {
            open.decrementAndGet();
            if (!proxy) {
                leave(network);
            }
            forgetUnauthenticated(channel);
        });
        return Optional.empty();
    }

    /// A trusted proxy announced whose connection this is: from now on it is that client's, as if the client had
    /// connected by itself; or it has to end, for that reason.
    Optional<Reason> announced(Channel channel, InetAddress client) {
        ClientNetwork network = ClientNetwork.of(client);
        boolean known = proven.getIfPresent(network) != null;
        Optional<Reason> scarce = known ? Optional.empty() : shortMemory();
        if (scarce.isPresent()) {
            return refuse(scarce.get());
        }
        if (networks.merge(network, 1, Integer::sum) > limits.connectionsPerClient()) {
            leave(network);
            return refuse(Reason.CLIENT);
        }
        // its place came from the proxy's reserve, which is not for unauthenticated clients
        if (!known && open.get() > unauthenticatedShare() && !displaceOldest()) {
            leave(network);
            return refuse(Reason.TOTAL);
        }
        Peer.announce(channel, client);
        if (!known) {
            synchronized (unauthenticated) {
                unauthenticated.add(channel);
            }
        }
        channel.closeFuture().addListener(closed -> {
            leave(network);
            forgetUnauthenticated(channel);
        });
        return Optional.empty();
    }

    /// A trusted proxy sent something else than a PROXY protocol header, or nothing.
    Reason headerRefused() {
        refuse(Reason.PROXY_HEADER);
        return Reason.PROXY_HEADER;
    }

    /// A connection could not be taken for want of a descriptor.
    Reason unaccepted() {
        refuse(Reason.DESCRIPTORS);
        return Reason.DESCRIPTORS;
    }

    private int unauthenticatedShare() {
        return limits.connections() - limits.connections() * limits.reserve() / 100;
    }

    /// A layer granted a request on this connection, or on a stream in it.
    public void granted(Channel channel) {
        Attribute<Long> proof = ConnectionChannel.of(channel).attr(PROVEN_AT);
        Long before = proof.get();
        long now = System.nanoTime();
        if (before != null && now - before < PROOF_NANOS) {
            return;
        }
        proof.set(now);
        Optional<InetAddress> announced = Peer.announced(channel);
        InetAddress peer = announced.orElseGet(() -> Peer.ofSocket(channel));
        if (announced.isPresent() || !clients.trusts(peer)) {
            ClientNetwork network = ClientNetwork.of(peer);
            if (proven.getIfPresent(network) == null) {
                proven.put(network, true);
            }
            forgetUnauthenticated(ConnectionChannel.of(channel));
            HeapLedger.of(ConnectionChannel.of(channel)).grant();
        }
    }

    /// Whether direct memory is so short that this unauthenticated client's connection has to end. Connections from
    /// before the shortage must not use up the rest.
    public boolean isTooMuch(Channel channel) {
        if (!memory.isAbove(limits.memoryWatermark())) {
            return false;
        }
        synchronized (unauthenticated) {
            if (!unauthenticated.remove(channel)) {
                return false;
            }
        }
        refuse(Reason.MEMORY);
        return true;
    }

    private boolean displaceOldest() {
        Channel oldest = oldestUnauthenticated();
        if (oldest == null) {
            return false;
        }
        refuse(Reason.DISPLACED);
        // from the head of its pipeline: a TLS handler would wait for its close_notify, and the place is needed now
        ChannelHandlerContext first = oldest.pipeline().firstContext();
        if (first == null) {
            oldest.close();
        } else {
            first.close();
        }
        return true;
    }

    private @Nullable Channel oldestUnauthenticated() {
        synchronized (unauthenticated) {
            Iterator<Channel> oldest = unauthenticated.iterator();
            if (!oldest.hasNext()) {
                return null;
            }
            Channel channel = oldest.next();
            oldest.remove();
            return channel;
        }
    }

    private void forgetUnauthenticated(Channel channel) {
        synchronized (unauthenticated) {
            unauthenticated.remove(channel);
        }
    }

    private void leave(ClientNetwork network) {
        networks.computeIfPresent(network, (key, count) -> count == 1 ? null : count - 1);
    }

    private Optional<Reason> refuse(Reason reason) {
        Objects.requireNonNull(refused.get(reason)).increment();
        return Optional.of(reason);
    }
}
