package io.seawall.proxy.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.seawall.proxy.credential.AuthEvent;
import io.seawall.proxy.credential.Layer;
import io.seawall.proxy.server.MemorySeawall;
import io.seawall.proxy.server.TestConfig;
import io.seawall.proxy.upstream.UpstreamEvent;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricsTest {

    /// Every kind of event once or more.
    private static String scrapeAfterTheScript() {
        try (MemorySeawall seawall = new MemorySeawall(TestConfig.of())) {
            Metrics metrics = seawall.metrics;
            for (String request : List.of("GET /healthz HTTP/1.1\nHost: localhost", "GET / HTTP/1.1\nHost: localhost",
                    "GET / HTTP/1.1\nHost: localhost\nAuthorization: Bearer device",
                    "POST /v1/responses HTTP/1.1\nHost: localhost\nAuthorization: Bearer " + TestConfig.GATEWAY_TOKEN,
                    "POST /hooks/wake HTTP/1.1\nHost: localhost\nAuthorization: Bearer wrong",
                    "DELETE /hooks/x HTTP/1.1\nHost: localhost", "GET /hooksX HTTP/1.1\nHost: localhost",
                    "GET / HTTP/1.1\nHost: evil.example", "PURGE / HTTP/1.1\nHost: localhost", "GET /\nHost: x")) {
                seawall.ask("203.0.113.7", request);
            }
            EmbeddedChannel channel = new EmbeddedChannel(new MetricsHandler(metrics));
            InetAddress client = InetAddress.ofLiteral("203.0.113.7");
            channel.pipeline()
                    .fireUserEventTriggered(new AuthEvent(Layer.BASIC, "denied", "wrong_password", client, true));
            channel.pipeline().fireUserEventTriggered(new AuthEvent(Layer.BASIC, "locked", "locked", client, false));
            channel.pipeline().fireUserEventTriggered(new UpstreamEvent("refused"));
            for (Throwable cause : List.of(new SslHandshakeTimeoutException("x"), new ClosedChannelException(),
                    new SSLException("x"))) {
                channel.pipeline().fireUserEventTriggered(new SslHandshakeCompletionEvent(cause));
            }
            channel.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
            metrics.tlsConnection("TLSv1.3", "http/1.1");
            channel.pipeline().fireUserEventTriggered("something else");
            channel.finishAndReleaseAll();
            metrics.websocketClosed("client");
            metrics.gauge("seawall.websockets.open", "WebSocket tunnels.", () -> 2);
            metrics.gauge("seawall.lockouts.active", "Client networks locked out of a layer now.", "layer", "basic",
                    () -> 1);
            metrics.counter("seawall.connections.refused", "Connections beyond a cap.", () -> 3);
            return metrics.scrape("");
        }
    }

    private static List<String> ours(String scrape) {
        return scrape.lines().filter(line -> line.contains("seawall_")).toList();
    }

    @Test
    void countsAsTheGoldenFileSays() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : ours(scrapeAfterTheScript())) {
            // what a clock or a length decides is left out
            boolean varies = line.startsWith("seawall_request_duration_seconds")
                    && !line.startsWith("seawall_request_duration_seconds_count")
                    || line.startsWith("seawall_bytes_total{direction=\"sent\"}")
                    || line.startsWith("seawall_build_info");
            lines.add(varies ? line.replaceFirst("java=\"[^\"]*\"", "java=\"…\"").replaceFirst(" [^ ]+$", " …") : line);
        }
        String golden;
        try (var in = Objects.requireNonNull(MetricsTest.class.getResourceAsStream("metrics.txt"))) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        assertEquals(golden, String.join("\n", lines) + "\n");
    }

    @Test
    void isWellFormed() {
        Set<String> helped = new HashSet<>();
        Set<String> series = new HashSet<>();
        String counter = "";
        for (String line : ours(scrapeAfterTheScript())) {
            if (line.startsWith("# HELP ")) {
                String[] words = line.split(" ", 4);
                assertTrue(helped.add(words[2]), () -> "described twice: " + line);
                assertTrue(words[3].matches("[A-Z0-9].*\\."), () -> "no sentence: " + line);
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                assertTrue(helped.contains(words[2]), () -> "not described: " + line);
                assertTrue(!words[3].equals("counter") || words[2].endsWith("_total"), line);
                assertTrue(words[3].equals("counter") || !words[2].endsWith("_total"), line);
                counter = words[2];
            } else {
                String name = line.replaceFirst("[{ ].*", "");
                String of = counter;
                assertTrue(name.equals(of) || name.matches(of + "_(bucket|sum|count)"),
                        () -> line + " stands below " + of);
                assertTrue(series.add(line.replaceFirst(" [^ ]+$", "")), () -> "twice: " + line);
            }
        }
        assertFalse(series.isEmpty());
    }

    /// A client's text must not become a label.
    @Test
    void hasBoundedLabelsOnly() {
        Set<String> labels = new TreeSet<>();
        for (String line : ours(scrapeAfterTheScript())) {
            for (String pair : line.replaceFirst("^[^{]*\\{?", "").replaceFirst("}.*", "").split(",")) {
                if (pair.contains("=\"") && !line.startsWith("#")) {
                    labels.add(pair.substring(0, pair.indexOf('=')));
                }
            }
            for (String unknown : List.of("203.0.113.7", "evil", "PURGE", "hooksX", "device", "wrong\"")) {
                assertFalse(line.contains(unknown), line);
            }
        }
        assertEquals(Set.of("direction", "java", "kind", "layer", "le", "method", "outcome", "protocol", "reason",
                "route", "rule",
                "scope", "status", "version"), labels);
    }

    @Test
    void goesOnCountingAfterAGarbageCollection() {
        try (Metrics metrics = new Metrics("1")) {
            AtomicInteger total = new AtomicInteger();
            metrics.counter("seawall.some", "One.", () -> total.get());
            metrics.counter("seawall.others", "One with a tag.", "reason", "x", () -> total.get());
            WeakReference<Object> collected = new WeakReference<>(new Object());
            while (collected.get() != null) {
                System.gc();
            }
            total.set(7);

            String scrape = metrics.scrape("");
            assertTrue(scrape.contains("\nseawall_some_total 7.0"), scrape);
            assertTrue(scrape.contains("\nseawall_others_total{reason=\"x\"} 7.0"), scrape);
        }
    }

    @Test
    void tellsOfTheJvmAndTheProcess() {
        try (Metrics metrics = new Metrics("1")) {
            String scrape = metrics.scrape("");
            for (String name : List.of("jvm_memory_used_bytes", "jvm_threads_live_threads", "jvm_gc_pause_seconds_sum",
                    "process_files_open_files",
                    "process_uptime_seconds", "process_cpu_usage")) {
                assertTrue(scrape.contains("\n" + name), name);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''|text/plain; version=0.0.4; charset=utf-8",
        "*/*|text/plain; version=0.0.4; charset=utf-8",
        "application/openmetrics-text;version=1.0.0,text/plain;q=0.5|application/openmetrics-text; version=1.0.0; charset=utf-8"})
    void speaksTheFormatThatIsAskedFor(String accept, String type) {
        assertEquals(type, Metrics.contentType(accept));
        try (Metrics metrics = new Metrics("1")) {
            assertEquals(type.startsWith("application"), metrics.scrape(accept).endsWith("# EOF\n"));
        }
    }
}
