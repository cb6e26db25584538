package io.seawall.proxy.route;

import io.seawall.config.Config;
import io.seawall.proxy.server.TestConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// What Seawall decides about each given path, for `src/e2e/paths`: for each line of the input the route without and
/// with a WebSocket. A route that offers no WebSocket refuses one.
final class RouteVerdicts {

    private RouteVerdicts() {}

    /// @param args lines of the configuration
    public static void main(String[] args) throws IOException {
        Config config = TestConfig.of(args);
        Router router = new Router(config.hooks(), config.publicPaths(), config.apiPaths(), config.bodies());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        StringBuilder out = new StringBuilder();
        for (String path = in.readLine(); path != null; path = in.readLine()) {
            out.append(verdict(router, path, false)).append(' ').append(verdict(router, path, true)).append('\n');
        }
        System.out.print(out);
    }

    private static String verdict(Router router, String path, boolean upgrade) {
        return switch (router.route(path, upgrade)) {
            case Router.Verdict.Routed(RouteRule rule) -> upgrade && !rule.upgrade() ? "refused" : rule.route().label();
            case Router.Verdict.Ambiguous _,Router.Verdict.Nowhere _ -> "refused";
        };
    }
}
