package io.seawall.proxy.server;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// A whole request, from the client's bytes to the gateway's and back, through everything but sockets and TLS.
@State(Scope.Thread)
@Warmup(iterations = 20) // much code: it takes the compiler that long
public class RequestBenchmark {
    private final WholeSeawall page = WholeSeawall.page();
    private final WholeSeawall api = WholeSeawall.api();

    @TearDown
    public void close() {
        page.close();
        api.close();
    }

    @Benchmark
    public Object page() {
        page.run();
        return page;
    }

    @Benchmark
    public Object api() {
        api.run();
        return api;
    }
}
