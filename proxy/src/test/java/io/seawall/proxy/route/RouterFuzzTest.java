package io.seawall.proxy.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.seawall.config.Config;
import io.seawall.config.PublicPath;
import io.seawall.config.Secret;
import io.seawall.config.Token;
import io.seawall.proxy.server.TestConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

class RouterFuzzTest {
    private static final Router ROUTER = new Router(
            new Config.Hooks("/hooks", Optional.of(new Token(new Secret("k2v9QzR4mT7xW1bN6cY3hJ")))),
            List.of(PublicPath.parse("/share/*")), List.of(), TestConfig.of().bodies());

    /// What was authorised is what the gateway will do, which reads the bytes that we forward as a WHATWG URL.
    @FuzzTest
    void routesAPathAsTheGatewayReadsIt(byte[] target) {
        String text = new String(target, StandardCharsets.ISO_8859_1);
        String path = text.substring(0, (text + "?").indexOf('?'));
        for (boolean upgrade : new boolean[]{false, true}) {
            if (ROUTER.route(path, upgrade) instanceof Router.Verdict.Routed(RouteRule rule)) {
                WhatwgPath.of(text).ifPresent(seen -> {
                    assertEquals(seen, WhatwgPath.encoded(PathReading.whatwg(path.toCharArray())));
                    assertEquals(rule.route(), route(seen, upgrade), () -> text + " is read as " + seen);
                    assertEquals(rule.route(), route(seen.toLowerCase(Locale.ROOT), upgrade),
                            () -> text + " is read in any case as " + seen);
                });
            }
        }
    }

    /// The table of proxy/README.md, as patterns.
    private static Route route(String path, boolean upgrade) {
        if (path.matches("/(healthz?|readyz?|startupz?)")) {
            return Route.STATUS;
        }
        if (path.matches("/\\.seawall/(login|logout|client)|/\\.well-known/openclaw/browser-bootstrap")) {
            return Route.OWN;
        }
        if (path.matches("/hooks(/.*)?")) {
            return Route.HOOKS;
        }
        if (path.matches("/v1(/.*)?|/tools/invoke(/.*)?|/sessions/.*")) {
            return Route.API;
        }
        if (path.startsWith("/__openclaw__/cap/")) {
            assertTrue(path.matches("/__openclaw__/cap/[\\w-]+/(__openclaw__/(canvas|a2ui)|plugins)/.*"), path);
            return Route.CAPABILITY;
        }
        if (!upgrade && path.matches("/share/.+")) {
            return Route.PUBLIC;
        }
        return path.matches(WhatwgPath.STATIC_FILES) ? Route.STATIC : Route.UI;
    }
}
