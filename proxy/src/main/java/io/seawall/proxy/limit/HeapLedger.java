package io.seawall.proxy.limit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.AttributeKey;
import java.util.ArrayList;
import java.util.List;

/// What one connection of an unauthenticated client occupies on the heap, in the bytes of [HeapCost]; arithmetic,
/// nothing is allocated for it. From the first request on that a layer grants nothing is booked any more, unless the
/// connection is a trusted proxy's, which carries the requests of many clients: there what a granted request occupies
/// is not booked.
///
/// Used on the connection's event loop; other threads may ask what is booked.
@SuppressWarnings("NonAtomicVolatileUpdate") // the event loop alone writes them
public final class HeapLedger {
    private static final AttributeKey<HeapLedger> KEY = AttributeKey.valueOf(HeapLedger.class, "ledger");

    private final HeapBudget budget;
    private final Channel connection;
    private final boolean shared;
    private final long opened;
    private final List<Runnable> whenGranted = new ArrayList<>(1);
    private volatile int booked;
    private volatile int granted;
    private volatile boolean ending;
    private volatile boolean closing;
    private boolean exempt;

    private HeapLedger(HeapBudget budget, Channel connection, boolean shared) {
        this.budget = budget;
        this.connection = connection;
        this.shared = shared;
        opened = budget.order();
    }

    /// Opens the account of a new connection, which is closed with it. The connection need not be registered yet.
    ///
    /// @param shared whether requests of many clients come over it
    /// @return false when it exceeds the budget; then there is no account, and the caller closes it
    public static boolean open(HeapBudget budget, Channel connection, boolean shared) {
        HeapLedger ledger = create(budget, connection, shared);
        if (ledger.book(HeapCost.CONNECTION)) {
            return true;
        }
        ledger.close(); // a channel that is closed before it is registered sends no event
        return false;
    }

    /// As [#open], of a connection that is kept beyond the budget, because a right credential came from its network.
    public static void openKnown(HeapBudget budget, Channel connection, boolean shared) {
        create(budget, connection, shared).book(HeapCost.CONNECTION);
    }

    private static HeapLedger create(HeapBudget budget, Channel connection, boolean shared) {
        HeapLedger ledger = new HeapLedger(budget, connection, shared);
        connection.attr(KEY).set(ledger);
        budget.add(ledger);
        connection.closeFuture().addListener(closed -> ledger.close());
        return ledger;
    }

    /// The connection's, of the connection itself or of a stream in it; one without a limit where none was opened.
    public static HeapLedger of(Channel channel) {
        Channel connection = ConnectionChannel.of(channel);
        HeapLedger ledger = connection.attr(KEY).get();
        if (ledger == null) {
            ledger = new HeapLedger(HeapBudget.UNLIMITED, connection, false);
            connection.attr(KEY).set(ledger);
        }
        return ledger;
    }

    /// Books what is about to be kept.
    ///
    /// @return false when it exceeds the budget: nothing may be kept, and the connection ends, unless it carries a
    /// request that a layer let in; then only this request has to end
    public boolean book(int bytes) {
        if (charge(bytes)) {
            return true;
        }
        free(bytes);
        return false;
    }

    /// As [#book], of what is there already: it stays booked until it is freed, whatever the answer.
    public boolean charge(int bytes) {
        if (exempt) {
            return true;
        }
        if (closing) {
            return false;
        }
        booked = booked + bytes;
        return budget.add(this, bytes) && !ending;
    }

    /// What was booked is kept no longer.
    public void free(int bytes) {
        if (!exempt && !closing) {
            booked = booked - bytes;
            budget.free(bytes);
        }
    }

    /// A layer granted a request of the connection's only client.
    public void grant() {
        if (exempt || shared) {
            return;
        }
        exempt = true;
        leave();
        whenGranted.forEach(Runnable::run);
        whenGranted.clear();
    }

    /// Runs it as soon as a layer has granted a request of the connection's client; at once where many share it.
    public void whenGranted(Runnable then) {
        if (isOpen()) {
            then.run();
        } else {
            whenGranted.add(then);
        }
    }

    /// A granted request begins, over a connection that is not its client's alone.
    ///
    /// @return whether [#ended] must be called when it is over
    public boolean began() {
        if (!exempt) {
            granted = granted + 1;
        }
        return !exempt;
    }

    public void ended() {
        granted = granted - 1;
    }

    /// Whether requests of many clients come over it: what one of them does wrong may not cost the others the connection.
    public boolean isShared() {
        return shared;
    }

    /// Whether its client has nothing to prove: a layer let it in, or it is a trusted proxy.
    public boolean isOpen() {
        return exempt || shared;
    }

    /// Whether nothing is booked, because a layer let the client in.
    public boolean isExempt() {
        return exempt;
    }

    public int booked() {
        return booked;
    }

    /// Whether its event loop is there to end it: one that has just been accepted may have none yet.
    boolean isRegistered() {
        return connection.isRegistered();
    }

    /// Whether the connection carries no request that a layer let in.
    public boolean isUnauthenticated() {
        return !exempt && granted == 0;
    }

    /// Whether the connection is about to end, and nothing that comes from it counts.
    public boolean isEnding() {
        return closing || ending && isUnauthenticated();
    }

    /// Takes it out of the account and ends the connection, on its event loop; unless a request was granted meanwhile. Any
    /// thread may call it, once.
    void end(Runnable ended) {
        ending = true;
        connection.eventLoop().execute(() -> {
            if (closing || !isUnauthenticated() || !connection.isOpen()) {
                ending = false;
                budget.stays(this);
                return;
            }
            leave();
            closing = true;
            ended.run();
            // from the head of its pipeline: a TLS handler would wait for its close_notify, and the memory is needed
            // now
            ChannelHandlerContext first = connection.pipeline().firstContext();
            if (first == null) {
                connection.close();
            } else {
                first.close();
            }
        });
    }

    private void close() {
        if (!exempt && !closing) {
            leave();
        }
        closing = true;
    }

    private void leave() {
        budget.left(this, booked);
        booked = 0;
    }

    boolean isCostlierThan(HeapLedger other) {
        return booked > other.booked || booked == other.booked && opened < other.opened;
    }
}
