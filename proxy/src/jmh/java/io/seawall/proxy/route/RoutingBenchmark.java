package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.proxy.auth.Permits;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.server.Sample;
import io.seawall.proxy.server.TestConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Finding the route, by every reading of the path, and holding the request to its rule.
@State(Scope.Thread)
public class RoutingBenchmark {
    private final RequestHead page = Permits.head(Sample.PAGE);
    private final RequestHead api = Permits.head(Sample.API);
    private final RequestHead encoded = Permits.head("GET /chat/agent%3Amain%2Fweb HTTP/1.1\nHost: claw.example.com");
    private final Router router = router();

    private static Router router() {
        Config config = TestConfig.of();
        return new Router(config.hooks(), config.publicPaths(), config.apiPaths(), config.bodies());
    }

    @Benchmark
    public Object page() {
        return Routing.of(router, page);
    }

    @Benchmark
    public Object api() {
        return Routing.of(router, api);
    }

    /// The path of a session, which has percent escapes, so that its readings differ.
    @Benchmark
    public Object encoded() {
        return Routing.of(router, encoded);
    }
}
