package io.seawall.proxy.http;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.seawall.proxy.limit.HeapCost;
import io.seawall.proxy.limit.HeapLedger;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// One request and its response, as far as they have come: what the stages leave for the log, the metrics and the
/// pages. Nothing decides by it. Used on the channel's event loop only.
public final class Exchange {
    private static final AttributeKey<Exchange> KEY = AttributeKey.valueOf(Exchange.class, "exchange");

    /// Fired through the client's pipeline when a request's head is there, well-formed or not.
    public record Started(Exchange exchange) {}

    /// Fired exactly once for each [Started], when the response is complete, or the connection or tunnel has ended.
    public record Ended(Exchange exchange) {}

    private final String id = newId();
    private final long startedMillis = System.currentTimeMillis();
    private final long startedNanos = System.nanoTime();
    private @Nullable RequestHead head;
    private @Nullable InetAddress client;
    private String route = "none";
    private String layer = "none";
    private String outcome = "none";
    private int status;
    private long received;
    private long sent;
    private long upstreamNanos = -1;
    private @Nullable String rejection;
    private @Nullable String why;
    private boolean tunnel;
    private boolean framed;
    private boolean ended;
    private final HeapLedger ledger;
    private int booked;
    private int headCost;
    private boolean granted;
    private boolean fits = true;
    private @Nullable Runnable whenEnded;

    private Exchange(@Nullable RequestHead head, HeapLedger ledger) {
        this.head = head;
        this.ledger = ledger;
    }

    /// The exchange that the channel is in; a first one where there was none yet.
    public static Exchange of(Channel channel) {
        Exchange exchange = channel.attr(KEY).get();
        if (exchange == null) {
            exchange = new Exchange(null, HeapLedger.of(channel));
            channel.attr(KEY).set(exchange);
        }
        return exchange;
    }

    /// The exchange that the channel is in, or null between exchanges.
    public static @Nullable Exchange current(Channel channel) {
        return channel.attr(KEY).get();
    }

    public static Exchange start(Channel channel, @Nullable RequestHead head) {
        HeapLedger ledger = HeapLedger.of(channel);
        Exchange exchange = new Exchange(head, ledger);
        channel.attr(KEY).set(exchange);
        exchange.fits = head == null || ledger.isExempt() || exchange.bookHead(head);
        channel.pipeline().fireUserEventTriggered(new Started(exchange));
        return exchange;
    }

    /// Whether its head fits into the heap budget; otherwise it must end.
    public boolean fits() {
        return fits;
    }

    /// Ends it, once; further calls do nothing.
    public void end(Channel channel) {
        if (!ended) {
            ended = true;
            release();
            channel.pipeline().fireUserEventTriggered(new Ended(this));
            if (channel.attr(KEY).get() == this) {
                channel.attr(KEY).set(null);
            }
        }
    }

    /// Books what is kept for it on the heap until it ends, in the account of its connection.
    ///
    /// @return false when it exceeds the budget; then it must end, and nothing more be kept for it
    public boolean book(int bytes) {
        if (granted || !ledger.book(bytes)) {
            return granted;
        }
        booked += bytes;
        return true;
    }

    private boolean bookHead(RequestHead whole) {
        headCost = heapCost(whole);
        return book(headCost);
    }

    /// Runs it when the exchange ends, however it does, behind what was to run before.
    public void whenEnded(Runnable task) {
        Runnable before = whenEnded;
        if (ended) {
            task.run();
        } else if (before == null) {
            whenEnded = task;
        } else {
            whenEnded = () -> {
                before.run();
                task.run();
            };
        }
    }

    private void release() {
        Runnable task = whenEnded;
        whenEnded = null;
        if (task != null) {
            task.run();
        }
        ledger.free(booked);
        booked = 0;
        if (granted) {
            granted = false;
            ledger.ended();
        }
    }

    private static String newId() {
        byte[] bytes = new byte[16];
        ThreadLocalRandom.current().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /// 32 hexadecimal digits; the gateway gets it as `X-Request-Id`.
    public String id() {
        return id;
    }

    public long startedMillis() {
        return startedMillis;
    }

    public long elapsedNanos() {
        return System.nanoTime() - startedNanos;
    }

    /// Null where the request was too malformed to have a head.
    public @Nullable RequestHead head() {
        return head;
    }

    public @Nullable InetAddress client() {
        return client;
    }

    public void client(InetAddress address) {
        client = address;
    }

    /// Other origins' pages may show the response in a frame.
    public void mayBeFramed() {
        framed = true;
    }

    public boolean isFramed() {
        return framed;
    }

    public String route() {
        return route;
    }

    public void route(String name) {
        route = name;
    }

    public String layer() {
        return layer;
    }

    /// `granted` or the reason of the denial; `none` where no layer was asked.
    public String outcome() {
        return outcome;
    }

    public void decided(String byLayer, String result) {
        layer = byLayer;
        outcome = result;
    }

    /// As [#decided], that a layer let it in: what is kept for it is not the unauthenticated clients' any more.
    public void granted(String byLayer) {
        decided(byLayer, "granted");
        ledger.free(booked);
        booked = 0;
        granted = ledger.began();
    }

    /// Whether a layer let it in, over a connection that is not its client's alone.
    public boolean isGranted() {
        return granted;
    }

    /// 0 until a response was begun.
    public int status() {
        return status;
    }

    public void status(int code) {
        status = code;
    }

    public long received() {
        return received;
    }

    public void addReceived(long bytes) {
        received += bytes;
    }

    public long sent() {
        return sent;
    }

    public void addSent(long bytes) {
        sent += bytes;
    }

    /// Nanoseconds until the gateway's response began; -1 where it did not.
    public long upstreamNanos() {
        return upstreamNanos;
    }

    public void upstreamAnswered() {
        upstreamNanos = elapsedNanos();
    }

    /// Why Seawall itself answered, a label; null where it did not.
    public @Nullable String rejection() {
        return rejection;
    }

    public void rejection(String label) {
        rejection = label;
    }

    /// @param why in our words, but for the names in it that were found to be names
    public void rejection(String label, String why) {
        rejection = label;
        this.why = why;
    }

    /// The answer's message, where the label alone does not say what is to be done; null where it does.
    public @Nullable String why() {
        return why;
    }

    /// Whether it became a WebSocket tunnel.
    public boolean isTunnel() {
        return tunnel;
    }

    public void becameTunnel() {
        tunnel = true;
        if (head != null) {
            head = head.withoutHeaders(); // a day is long to keep what is not needed any more
            rebook(head);
        }
    }

    /// Keeps of the head what its log line and an answer of our own need: nothing is to be forwarded any more.
    public void keepsForAnswer() {
        if (head != null) {
            head = head.forAnswer();
            rebook(head);
        }
    }

    /// What was booked besides the head stays.
    private void rebook(RequestHead smaller) {
        int less = headCost - heapCost(smaller);
        if (booked >= headCost && less > 0) {
            headCost -= less;
            booked -= less;
            ledger.free(less);
        }
    }

    private static int heapCost(RequestHead head) {
        return HeapCost.EXCHANGE + HeapCost.FIELD + HeapCost.STRING + head.method().length() + head.target().length()
                + head.authority().length() + head.headers().size() * HeapCost.FIELD + head.headers().heapBytes();
    }
}
