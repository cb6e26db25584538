package io.seawall.proxy.observe;

import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.server.Parser;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What it costs to make a path fit for the log, the worst known. Of unauthenticated clients 20 lines a second are written.
@State(Scope.Thread)
public class ObserveCost {
    private static final Parser TARGET = new Parser("path in the log", 8 * 1024,
            List.of("/", "a", "1", "+", "-", "=", "%61", "%2561", "%25252561", "?", "&", "a=1&", "aaaaaaaa", ".", "/j/",
                    "YWFh"),
            new Parser.Shape("/", "a+1%2525", 15, "%25252561YWFh"), input -> {
                Redaction redaction = new Redaction(TestConfig.of().secrets());
                RequestHead head = new RequestHead("GET", "/" + new String(input, StandardCharsets.ISO_8859_1), "a",
                        Persistence.KEPT, Headers.EMPTY, Body.NONE);
                return () -> redaction.of(head);
            });

    private final Runnable target = TARGET.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(TARGET);
    }

    @Benchmark
    public Object target() {
        target.run();
        return target;
    }
}
