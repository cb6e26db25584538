package io.seawall.proxy.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.http.Exchange;
import io.seawall.proxy.http.RequestHead;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/// The series that Prometheus reads. Every label is of a bounded set: never a path, an address or a name that a client
/// chose.
public final class Metrics implements AutoCloseable {
    private static final Duration[] BUCKETS = {Duration.ofMillis(1), Duration.ofMillis(5), Duration.ofMillis(25),
        Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(10),
        Duration.ofSeconds(60), Duration.ofSeconds(600)};
    private static final String[] FLOODS = {"answers_not_taken", "continuation_flood", "empty_data_flood",
        "held_data_flood", "ping_flood", "priority_flood",
        "provoked_reset_flood", "reset_flood", "settings_flood", "unknown_frame_flood", "window_update_flood"};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private boolean process;
    private List<GarbageCollectorMXBean> collectors = List.of(); // kept, because a meter holds what it looks at weakly

    // a meter is found by its labels; the registry would sort and hash all of them for each request
    private final Map<Answered, Counter> answered = new ConcurrentHashMap<>();
    private final Map<String, Timer> durations = new ConcurrentHashMap<>();
    private final Map<Attempt, Counter> attempts = new ConcurrentHashMap<>();
    private final Counter received = bytes("received");
    private final Counter sent = bytes("sent");

    /// Compares by hand, as [io.seawall.proxy.client.ClientNetwork] does.
    private record Answered(String route, String method, int status) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Answered a && a.status == status && a.route.equals(route)
                    && a.method.equals(method);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * route.hashCode() + method.hashCode()) + status;
        }
    }

    private record Attempt(String layer, String outcome, String reason) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Attempt a && a.layer.equals(layer) && a.outcome.equals(outcome)
                    && a.reason.equals(reason);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * layer.hashCode() + outcome.hashCode()) + reason.hashCode();
        }
    }

    public Metrics(String version) {
        Gauge.builder("seawall.build.info", () -> 1).description("The version that runs.").tag("version", version)
                .tag("java", Runtime.version().toString()).register(registry);
        // there from the first scrape on, so that an alert on their rate has a beginning
        for (Layer layer : Layer.values()) {
            attempts(layer.label(), "granted", layer == Layer.BASIC ? "password" : "token");
            attempts(layer.label(), "granted", "previous");
            attempts(layer.label(), "denied", layer == Layer.BASIC ? "wrong_password" : "wrong_token");
            attempts(layer.label(), "denied", "repeated");
            lockouts(layer.label());
        }
        attempts(Layer.BASIC.label(), "denied", "unknown_user");
        for (String flood : FLOODS) {
            http2Errors("connection", flood);
        }
        for (String kind : new String[]{"refused", "connect_timeout", "closed", "bad_answer", "silent", "exposed",
            "foreign", "descriptors", "attribution"}) {
            upstreamErrors(kind);
        }
        for (String reason : new String[]{"closed", "client", "gateway", "silent", "drain", "session_ended"}) {
            websocketsClosed(reason);
        }
    }

    /// Adds what the JVM says of itself and its process, once. Apart, because it takes a tenth of a start; the first
    /// scrape does it where it is not done yet.
    public synchronized void measureProcess() {
        if (process) {
            return;
        }
        process = true;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        collectors = ManagementFactory.getGarbageCollectorMXBeans();
        collectors.forEach(this::pauses);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    /// As Micrometer's own would be named, which gets an object for each collection, on a thread of its own.
    private void pauses(GarbageCollectorMXBean collector) {
        FunctionTimer
                .builder("jvm.gc.pause", collector, GarbageCollectorMXBean::getCollectionCount,
                        GarbageCollectorMXBean::getCollectionTime, TimeUnit.MILLISECONDS)
                .description("Collections of the heap.").tag("gc", collector.getName()).register(registry);
    }

    public void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble).description(description).strongReference(true)
                .register(registry);
    }

    public void gauge(String name, String description, String tag, String tagValue, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble).description(description).strongReference(true)
                .tag(tag, tagValue).register(registry);
    }

    /// @param tags names and values in turn, of bounded sets
    public void counter(String name, String description, DoubleSupplier total, String... tags) {
        // the object is held weakly, the function is not; a supplier as the object would be gone after a collection
        FunctionCounter.builder(name, this, metrics -> total.getAsDouble()).description(description).tags(tags)
                .register(registry);
    }

    public void counter(String name, String description, String tag, String tagValue, DoubleSupplier total) {
        FunctionCounter.builder(name, this, metrics -> total.getAsDouble()).description(description).tag(tag, tagValue)
                .register(registry);
    }

    /// Counts the lines that the journal did not write.
    public void measure(Journal journal) {
        counter("seawall.log.lines.dropped", "Log lines lost because the output was too slow, closed or full.",
                journal::dropped);
        for (LineBudget.Kind kind : LineBudget.Kind.values()) {
            counter("seawall.log.lines.suppressed",
                    "Log lines that a flood would have made, told in summaries instead.",
                    () -> journal.suppressed(kind), "kind", kind.label());
        }
    }

    public void websocketClosed(String reason) {
        websocketsClosed(reason).increment();
    }

    void authenticated(AuthEvent event) {
        of(attempts, new Attempt(event.layer().label(), event.outcome(), event.reason()), this::attempts).increment();
        if (event.lockout()) {
            lockouts(event.layer().label()).increment();
        }
    }

    void rejected(String rule) {
        counter("seawall.requests.rejected", "Requests that Seawall answered itself, by rule.", Tags.of("rule", rule))
                .increment();
    }

    void ended(Exchange exchange) {
        RequestHead head = exchange.head();
        of(answered, new Answered(exchange.route(), head == null ? "none" : head.method(), exchange.status()),
                this::requests).increment();
        String rejection = exchange.rejection();
        if (rejection != null) {
            rejected(rejection);
        }
        if (!exchange.isTunnel()) {
            of(durations, exchange.route(), this::durations).record(exchange.elapsedNanos(), TimeUnit.NANOSECONDS);
        }
        add(received, exchange.received());
        add(sent, exchange.sent());
    }

    private static void add(Counter counter, long bytes) {
        if (bytes > 0) {
            counter.increment((double) bytes);
        }
    }

    private static <K, M> M of(Map<K, M> meters, K labels, Function<K, M> meter) {
        M known = meters.get(labels);
        return known == null ? meters.computeIfAbsent(labels, meter) : known;
    }

    private Counter requests(Answered labels) {
        return counter("seawall.requests", "Exchanges, by the status that the client got (0: none).",
                Tags.of("route", labels.route(), "method", labels.method(), "status",
                        Integer.toString(labels.status())));
    }

    private Timer durations(String route) {
        return Timer.builder("seawall.request.duration").description("From the request's head to the answer's end.")
                .tag("route", route).serviceLevelObjectives(BUCKETS).register(registry);
    }

    private Counter attempts(Attempt labels) {
        return attempts(labels.layer(), labels.outcome(), labels.reason());
    }

    void upstreamError(String kind) {
        upstreamErrors(kind).increment();
    }

    void http2Trouble(String scope, String reason) {
        http2Errors(scope, reason).increment();
    }

    void handshake(String outcome, String reason) {
        counter("seawall.tls.handshakes", "TLS handshakes.", Tags.of("outcome", outcome, "reason", reason)).increment();
    }

    void tlsConnection(String version, String protocol) {
        counter("seawall.tls.connections", "TLS connections, by what was agreed on.",
                Tags.of("version", version, "protocol", protocol)).increment();
    }

    /// What `/metrics` answers, in the format that the header asks for.
    public String scrape(String accept) {
        measureProcess();
        return registry.scrape(contentType(accept));
    }

    static String contentType(String accept) {
        return accept.contains("application/openmetrics-text")
                ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                : "text/plain; version=0.0.4; charset=utf-8";
    }

    private Counter attempts(String layer, String outcome, String reason) {
        return counter("seawall.auth.attempts", "Decisions of a layer.",
                Tags.of("layer", layer, "outcome", outcome, "reason", reason));
    }

    private Counter lockouts(String layer) {
        return counter("seawall.lockouts", "Client networks locked out of a layer.", Tags.of("layer", layer));
    }

    private Counter upstreamErrors(String kind) {
        return counter("seawall.upstream.errors", "Failures of the gateway's side.", Tags.of("kind", kind));
    }

    private Counter websocketsClosed(String reason) {
        return counter("seawall.websockets.closed",
                "WebSockets that ended: closed by a closing handshake, or cut, and by which side.",
                Tags.of("reason", reason));
    }

    private Counter http2Errors(String scope, String reason) {
        return counter("seawall.http2.errors",
                "Streams and connections that were ended with an error, by flood or error code.",
                Tags.of("scope", scope, "reason", reason));
    }

    private Counter bytes(String direction) {
        return counter("seawall.bytes", "Bytes of bodies and tunnels, from and to clients.",
                Tags.of("direction", direction));
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    @Override
    public void close() {
        registry.close();
    }
}
