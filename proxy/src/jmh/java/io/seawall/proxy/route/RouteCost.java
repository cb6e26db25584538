package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.proxy.http.Body;
import io.seawall.proxy.http.Headers;
import io.seawall.proxy.http.Persistence;
import io.seawall.proxy.http.RequestHead;
import io.seawall.proxy.server.Parser;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What it costs to find the route of a path, of a query and of a host, each the worst known.
@State(Scope.Thread)
public class RouteCost {
    private static final int LINE = 8 * 1024 - 100;
    private static final Router ROUTER = router();
    private static final Headers NAVIGATION = Headers.builder().add("Accept", "text/html").build();

    private static final Parser PATH = new Parser("path", LINE,
            List.of("/", "a", "/a", "a/", ".", "..", "/..", "/.", "\\", "%25", "25", "%2e", "%2f", "%5c", "%C3%A9", "%",
                    "%252e", "%25252561", "//", "aaaaaaaa"),
            new Parser.Shape("", "\\%C3%A9", 20, ""), RouteCost::routing);

    private static final Parser QUERY = new Parser("query", LINE,
            List.of("&", "a", "=", "%74oken", "token", "+", "%", "%61", "password=", "gatewayUrl", "aaaaaaaa", "K"),
            new Parser.Shape("?", "a%&%61&password=", 500, "&%74oken"), RouteCost::routing);

    private static final Parser HOST = new Parser("host", 255,
            List.of("a", ".", "-", "1", "[", "]", ":", "::", "0", "f", "A", "255.", "example."),
            new Parser.Shape("", "0", 67, ""), input -> {
                PublicHosts hosts = new PublicHosts(Set.of("claw.example.com", "*.example.com"));
                String host = text(input);
                return () -> hosts.rejection(host);
            });

    private final Runnable path = PATH.readingTheWorst();
    private final Runnable query = QUERY.readingTheWorst();
    private final Runnable host = HOST.readingTheWorst();

    public static List<Parser> parsers() {
        return List.of(PATH, QUERY, HOST);
    }

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.ISO_8859_1);
    }

    private static Parser.Work routing(byte[] input) {
        RequestHead head = new RequestHead("GET", "/" + text(input), "claw.example.com", Persistence.KEPT, NAVIGATION,
                Body.NONE);
        return () -> Routing.of(ROUTER, head);
    }

    private static Router router() {
        Config config = TestConfig.of();
        return new Router(config.hooks(), config.publicPaths(), config.apiPaths(), config.bodies());
    }

    @Benchmark
    public Object path() {
        path.run();
        return path;
    }

    @Benchmark
    public Object query() {
        query.run();
        return query;
    }

    @Benchmark
    public Object host() {
        host.run();
        return host;
    }
}
